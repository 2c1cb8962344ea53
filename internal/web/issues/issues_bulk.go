package issues

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// mostInBulk is how many issues one form can do something with: a page of the longest list.
const mostInBulk = kit.MostPerPage

// bulkResult is what became of one of several issues: done, or why not.
type bulkResult struct{ Number, Address, Problem string }

// seqText writes a step's number.
func seqText(seq uint32) string { return strconv.FormatUint(uint64(seq), 10) }

// handlersOf are the accounts that can handle the issues of a list: those that may everywhere within what the reader narrowed
// it to, or else within his own regions.
func (s pages) handlersOf(ctx context.Context, c *fiber.Ctx, a *issuesFound) ([]kit.Option, error) {
	regions := kit.AskerOf(c).Principal.Regions()
	if a.filter.Region != "" {
		regions = []string{a.filter.Region}
	}
	var options []kit.Option
	for _, region := range regions {
		mates, err := s.Config.Accounts.Colleagues(ctx, kit.AskerOf(c).Principal, access.IssuesWrite, region)
		if err != nil {
			return nil, err
		}
		for _, mate := range mates {
			if !slices.ContainsFunc(options, func(o kit.Option) bool { return o.Value == mate.Account }) {
				options = append(options, kit.Option{Value: mate.Account, Text: mate.Name + " " + mate.Account, Selected: mate.Account == kit.Form(c, "handler")})
			}
		}
	}
	return options, nil
}

// issuesBulk is POST /issues/bulk: it accepts or assigns the chosen issues, each as it was seen, and says of each what
// became of it.
func (s pages) issuesBulk(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	action := ledger.Action(kit.Form(c, "action"))
	chosen := kit.Forms(c, "issue")
	switch {
	case action != ledger.Accept && action != ledger.Assign:
		return kit.Status(fiber.StatusBadRequest, kit.BadChoice("action", string(action), []string{"accept", "assign"}))
	case len(chosen) > mostInBulk:
		return kit.Status(fiber.StatusBadRequest, problem.New("web_too_many_rows", "most", mostInBulk))
	}
	typed := typedAction{Action: action, Words: strings.TrimSpace(kit.Form(c, "words")), Handler: kit.Form(c, "handler")}
	var results []bulkResult
	for _, one := range chosen {
		number, seq, _ := strings.Cut(one, " ")
		result, err := s.actOnOne(ctx, c, number, seq, typed)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	a, err := s.findIssues(ctx, c)
	if err != nil {
		return err
	}
	return s.sendIssues(ctx, c, &a, results)
}

// actOnOne does something with one of several issues. What it is refused for is the result; other errors end it all.
func (s pages) actOnOne(ctx context.Context, c *fiber.Ctx, number, seq string, typed typedAction) (bulkResult, error) {
	a := issueAsked{st: s.Here(c)}
	a.printer = i18n.For(a.st.Lang)
	result := bulkResult{Number: kit.Shortened(number)}
	refused := func(err error) (bulkResult, error) {
		if !kit.ForUser(err) {
			return result, err
		}
		s.RecordRefusal(c, err)
		result.Problem = a.printer.Error(err)
		return result, nil
	}
	var err error
	if a.shown, err = s.Config.Issues.Numbered(ctx, kit.ScopeOf(c), kit.Shortened(number)); err != nil {
		return refused(err)
	}
	result.Address = a.st.URL(a.path())
	n, _ := strconv.ParseUint(seq, 10, 32) // without one it is 0, and the issue has changed since
	typed.Seq = uint32(n)
	if a.mates, err = s.Config.Accounts.Colleagues(ctx, kit.AskerOf(c).Principal, access.IssuesRead, a.shown.Region); err != nil {
		return result, err
	}
	if err := s.act(ctx, c, &a, &typed); err != nil {
		return refused(err)
	}
	return result, nil
}
