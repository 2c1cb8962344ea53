package loads

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// changeLoads is the right to change what was loaded.
var changeLoads = []access.Right{access.LoadsWrite}

func (s pages) withdrawRoutes() []kit.Route {
	return []kit.Route{kit.Writing("/loads/:load/withdraw", changeLoads, s.withdrawLoad)}
}

// withdrawView is what the page of a load shows of its end, or offers to end it.
type withdrawView struct {
	Done     string   // by whom, when and why it was withdrawn
	Action   string   // where the form goes; "" for who may not
	Reports  []string // signed or sent with figures that have the load
	Pending  bool     // the current run has it
	Replaced bool     // it replaced records of earlier loads
}

// showWithdrawal fills in what the page of a load says of its end, and offers it to who sees the whole store.
func (s pages) showWithdrawal(ctx context.Context, c *fiber.Ctx, a loadAnswer) (withdrawView, error) {
	view := withdrawView{Pending: a.load.Used, Replaced: a.load.Replaced > 0, Done: dashboards.WithdrawnText(a.load, a.p)}
	if view.Done != "" || a.load.Part || !s.mayChangeLoads(ctx, c) {
		return view, nil
	}
	signed, err := s.Config.Queries.SignedWith(ctx, a.load.ID)
	if err != nil {
		return view, err
	}
	for _, r := range signed {
		view.Reports = append(view.Reports, a.p.T("web.load.withdraw.report", "title", r.Title, "state", a.p.T("report.step."+r.State), "run", r.Run))
	}
	view.Action = a.path() + "/withdraw"
	return view, nil
}

// mayChangeLoads tells whether somebody may change what was loaded: it moves figures of all regions.
func (s pages) mayChangeLoads(ctx context.Context, c *fiber.Ctx) bool {
	return s.Config.Withdraw != nil && kit.AskerOf(c).Principal.Can(access.LoadsWrite) && s.WholeStore(ctx, c)
}

// withdrawLoad is POST /loads/:load/withdraw.
func (s pages) withdrawLoad(c *fiber.Ctx) error {
	number, err := kit.NumberOf(c, "load")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), kit.ComputeTimeout)
	defer cancel()
	if !s.mayChangeLoads(ctx, c) {
		return kit.Status(fiber.StatusNotFound, problem.New("load_unknown", "load", number))
	}
	err = s.Config.Withdraw(ctx, kit.AskerOf(c).Principal, number, kit.Form(c, "reason"))
	switch code := problem.Code(err); {
	case code == "load_unknown":
		return kit.Status(fiber.StatusNotFound, err)
	case code == "what_if_store_busy":
		return kit.Status(fiber.StatusServiceUnavailable, err)
	case code == "reason_length" || strings.HasPrefix(code, "load_"):
		return kit.Status(fiber.StatusUnprocessableEntity, err)
	case err != nil:
		return err
	}
	return s.Back(c, c.Path()[:strings.LastIndex(c.Path(), "/")], "")
}
