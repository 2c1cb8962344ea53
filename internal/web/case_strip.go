package web

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/desk"
	"jianfu/internal/money"
	"jianfu/queries"
)

// strip says, on pages of figures, how many cases and issues there are of what the page is about, and leads to them.
type strip []link

// sumsOfCases are the cases of a narrowing, for the strip. All but those without an issue are as the run has them.
type sumsOfCases struct {
	cases, urgent, unhandled uint64
	over, under              money.Fen
	findings                 int
}

// sumsOfIssues are its issues.
type sumsOfIssues struct {
	open, overdue uint64
	outstanding   money.Fen
}

// strip makes the strip of a page: the cases for who may see them, and the issues. Cases are of the default definitions, whatever
// the page's.
func (s *Server) strip(ctx context.Context, c *fiber.Ctx, a asked) (strip, error) {
	p, principal := a.printer, askerOf(c).Principal
	narrow := a.view.Narrow
	st := state{lang: a.st.lang, theme: a.st.theme, narrow: narrow}
	to := func(path string, parameters ...string) string {
		at := st
		at.extra = map[string][]string{}
		for i := 0; i+1 < len(parameters); i += 2 {
			at.extra[parameters[i]] = []string{parameters[i+1]}
		}
		return at.url(path)
	}
	var links strip
	var wrongly money.Fen // of the cases, beside which that of the issues is written
	add := func(id, text, address string) { links = append(links, link{ID: id, Text: text, Address: address}) }
	if mayAll(principal, caseRights) && s.config.Figures != nil {
		sums, err := s.sumsOfCases(ctx, a)
		if err != nil {
			return nil, err
		}
		wrongly = max(sums.over, sums.under)
		add("cases", p.T("web.strip.cases", "count", dashboards.Count(sums.cases), "over", dashboards.Amount(p, sums.over, wrongly), "under", dashboards.Amount(p, sums.under, wrongly)), to("/cases"))
		if sums.urgent > 0 {
			add("urgent", p.T("web.strip.urgent", "count", dashboards.Count(sums.urgent)), to("/cases", paramLevel, "urgent"))
		}
		if sums.unhandled > 0 {
			add("none", p.T("web.strip.none", "count", dashboards.Count(sums.unhandled)), to("/cases", paramIssue, "none"))
		}
		if sums.findings > 0 {
			at := state{lang: st.lang, theme: st.theme, narrow: queries.Narrow{Region: narrow.Region, Insurance: narrow.Insurance}}
			add("findings", p.T("web.strip.findings", "count", strconv.Itoa(sums.findings)), at.url("/findings"))
		}
	}
	if principal.Can(access.IssuesRead) && s.config.Desk != nil {
		sums, err := s.sumsOfIssues(ctx, a, principal)
		if err != nil {
			return nil, err
		}
		st.narrow = queries.Narrow{Region: narrow.Region, Industry: narrow.Industry, Size: narrow.Size}
		add("issues", p.T("web.strip.issues", "count", dashboards.Count(sums.open), "amount", dashboards.Amount(p, sums.outstanding, wrongly)), to("/issues", "status", "open"))
		if sums.overdue > 0 {
			add("overdue", p.T("web.strip.overdue", "count", dashboards.Count(sums.overdue)), to("/issues", "due", "overdue", "status", "open"))
		}
	}
	return links, nil
}

// sumsOfCases asks for them.
func (s *Server) sumsOfCases(ctx context.Context, a asked) (sumsOfCases, error) {
	f, err := s.figuresAt(ctx, a)
	if err != nil {
		return sumsOfCases{}, err
	}
	q := question{Kind: "strip-cases", Run: a.stamp.Run, Scope: a.scope, View: queries.View{Narrow: a.view.Narrow}}
	sums, err := kept(ctx, s.kept, q, func(ctx context.Context) (sums sumsOfCases, run uint32, err error) {
		all, err := f.CasesBy(ctx, a.scope, queries.CaseFilter{Narrow: a.view.Narrow}, "level")
		for _, row := range all {
			sums.cases, sums.over, sums.under = sums.cases+row.Cases, sums.over+row.Overcharged, sums.under+row.Undercharged
			if row.Key == "urgent" {
				sums.urgent = row.Cases
			}
		}
		if err != nil {
			return sums, f.Run.ID, err
		}
		findings, err := f.Findings(ctx, a.scope, queries.Narrow{Region: a.view.Narrow.Region, Insurance: a.view.Narrow.Insurance}, "")
		sums.findings = len(findings)
		return sums, f.Run.ID, err
	})
	if err != nil {
		return sums, err
	}
	q.Kind = "strip-unhandled"
	sums.unhandled, err = keptOfLedger(ctx, s, q, func(ctx context.Context) (cases uint64, run uint32, err error) {
		without, err := f.CasesBy(ctx, a.scope, queries.CaseFilter{Narrow: a.view.Narrow, Issue: "none"}, "level")
		for _, row := range without {
			cases += row.Cases
		}
		return cases, f.Run.ID, err
	})
	return sums, err
}

func (s *Server) sumsOfIssues(ctx context.Context, a asked, p access.Principal) (sumsOfIssues, error) {
	scope, narrow := p.Scope(access.IssuesRead), a.view.Narrow
	q := question{Kind: "strip-issues", Scope: scope, View: queries.View{Narrow: narrow}}
	return keptOfLedger(ctx, s, q, func(ctx context.Context) (sums sumsOfIssues, run uint32, err error) {
		filter := desk.IssueFilter{Region: narrow.Region, Industry: narrow.Industry, Size: narrow.Size, State: queries.StateOpen}
		_, all, err := s.config.Desk.List(ctx, scope, filter, desk.IssueSort{}, desk.Page{Most: 1})
		if err != nil {
			return sums, 0, err
		}
		filter.Due = "overdue"
		_, late, err := s.config.Desk.List(ctx, scope, filter, desk.IssueSort{}, desk.Page{Most: 1})
		return sumsOfIssues{all.Issues, late.Issues, all.Outstanding}, 0, err
	})
}
