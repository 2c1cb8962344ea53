package reports

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/web/kit"
)

// reportActs are the steps that pages offer, by the last part of their address.
var reportActs = map[string]struct {
	step report.Step
	done string
}{
	"check":    {report.Checked, "report_checked"},
	"sign":     {report.Signed, "report_signed"},
	"send":     {report.Sent, "report_sent"},
	"withdraw": {report.Withdrawn, "report_withdrawn"},
}

// actsInOrder is how the page has them.
var actsInOrder = []string{"check", "sign", "send", "withdraw"}

// reportActRoutes are the steps; each needs the right that its step needs, and the archive asks for it again.
func (s pages) reportActRoutes() []kit.Route {
	write, sign := []access.Right{access.ReportsWrite, access.ReportsRead}, []access.Right{access.ReportsSign, access.ReportsRead}
	return []kit.Route{
		kit.Writing("/reports/:report/check", write, s.takeStep("check")),
		kit.Writing("/reports/:report/sign", sign, s.takeStep("sign")),
		kit.Writing("/reports/:report/send", write, s.takeStep("send")),
		kit.Writing("/reports/:report/withdraw", write, s.takeStep("withdraw")),
	}
}

// takeStep is POST /reports/:report/check, sign, send and withdraw. The form says which state its sender saw; what is no longer so
// is refused.
func (s pages) takeStep(act string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		k, err := s.askReport(ctx, c)
		if err != nil {
			return err
		}
		if saw := kit.Form(c, "state"); saw != "" && saw != k.State {
			return reportProblem(problem.New("report_changed"))
		}
		if _, err := s.archive().Take(ctx, kit.AskerOf(c).Principal, k, reportActs[act].step, kit.Form(c, "note")); err != nil {
			return reportProblem(err)
		}
		return s.Back(c, "/reports/"+k.ID, reportActs[act].done)
	}
}

// actShown is a step that the reader may take, or why he may not.
type actShown struct {
	ID, Text, Sure, Address string
	Note                    bool   // asks for a reason
	Against                 string // why not; "" where he may
}

// actsShown are the steps that come next and that the reader has the right to.
func actsShown(k report.Kept, reader access.Principal, st kit.State, p *i18n.Printer) (all []actShown) {
	for _, act := range actsInOrder {
		err := k.May(reader, reportActs[act].step)
		if code := problem.Code(err); code == "report_step" || code == "access_denied" {
			continue
		}
		shown := actShown{ID: act, Text: p.T("web.report.act." + act), Sure: p.T("web.report.act." + act + ".sure"), Address: st.Plain().URL("/reports/" + k.ID + "/" + act), Note: act == "withdraw"}
		if err != nil {
			shown.Against = p.Error(err)
		}
		all = append(all, shown)
	}
	return all
}
