package figures

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/handling"
	"jianfu/internal/money"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// caseLinks say, on pages of figures, how many cases and issues there are of what the page is about, and leads to them.
type caseLinks []kit.Link

// sumsOfCases are the cases of a narrowing, for the links. All but those without an issue are as the run has them.
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
func (s pages) caseLinks(ctx context.Context, c *fiber.Ctx, a view.Asked) (caseLinks, error) {
	p, principal := a.Printer, kit.AskerOf(c).Principal
	narrow := a.View.Narrow
	st := kit.State{Lang: a.St.Lang, Theme: a.St.Theme, Narrow: narrow}
	to := func(path string, parameters ...string) string {
		at := st
		at.Extra = map[string][]string{}
		for i := 0; i+1 < len(parameters); i += 2 {
			at.Extra[parameters[i]] = []string{parameters[i+1]}
		}
		return at.URL(path)
	}
	var links caseLinks
	var wrongly money.Fen // of the cases, beside which that of the issues is written
	add := func(id, text, address string) { links = append(links, kit.Link{ID: id, Text: text, Address: address}) }
	if view.MayAll(principal, view.CaseRights) && s.Config.Figures != nil {
		sums, err := s.sumsOfCases(ctx, a)
		if err != nil {
			return nil, err
		}
		wrongly = max(sums.over, sums.under)
		add("cases", p.T("web.strip.cases", "count", dashboards.Count(sums.cases), "over", dashboards.Amount(p, sums.over, wrongly), "under", dashboards.Amount(p, sums.under, wrongly)), to("/cases"))
		if sums.urgent > 0 {
			add("urgent", p.T("web.strip.urgent", "count", dashboards.Count(sums.urgent)), to("/cases", kit.ParamLevel, "urgent"))
		}
		if sums.unhandled > 0 {
			add("none", p.T("web.strip.none", "count", dashboards.Count(sums.unhandled)), to("/cases", kit.ParamIssue, "none"))
		}
		if sums.findings > 0 {
			at := kit.State{Lang: st.Lang, Theme: st.Theme, Narrow: queries.Narrow{Region: narrow.Region, Insurance: narrow.Insurance}}
			add("findings", p.T("web.strip.findings", "count", strconv.Itoa(sums.findings)), at.URL("/findings"))
		}
	}
	if principal.Can(access.IssuesRead) && s.Config.Issues != nil {
		sums, err := s.sumsOfIssues(ctx, a, principal)
		if err != nil {
			return nil, err
		}
		st.Narrow = queries.Narrow{Region: narrow.Region, Industry: narrow.Industry, Size: narrow.Size}
		add("issues", p.T("web.strip.issues", "count", dashboards.Count(sums.open), "amount", dashboards.Amount(p, sums.outstanding, wrongly)), to("/issues", "status", "open"))
		if sums.overdue > 0 {
			add("overdue", p.T("web.strip.overdue", "count", dashboards.Count(sums.overdue)), to("/issues", "due", "overdue", "status", "open"))
		}
	}
	return links, nil
}

// sumsOfCases asks for them.
func (s pages) sumsOfCases(ctx context.Context, a view.Asked) (sumsOfCases, error) {
	f, err := s.FiguresAt(ctx, a)
	if err != nil {
		return sumsOfCases{}, err
	}
	q := cache.Question{Kind: "strip-cases", Run: a.Stamp.Run, Scope: a.Scope, View: queries.View{Narrow: a.View.Narrow}}
	sums, err := cache.Kept(ctx, s.Kept, q, func(ctx context.Context) (sums sumsOfCases, run uint32, err error) {
		all, err := f.CasesBy(ctx, a.Scope, queries.CaseFilter{Narrow: a.View.Narrow}, "level")
		for _, row := range all {
			sums.cases, sums.over, sums.under = sums.cases+row.Cases, sums.over+row.Overcharged, sums.under+row.Undercharged
			if row.Key == "urgent" {
				sums.urgent = row.Cases
			}
		}
		if err != nil {
			return sums, f.Run.ID, err
		}
		findings, err := f.Findings(ctx, a.Scope, queries.Narrow{Region: a.View.Narrow.Region, Insurance: a.View.Narrow.Insurance}, "")
		sums.findings = len(findings)
		return sums, f.Run.ID, err
	})
	if err != nil {
		return sums, err
	}
	q.Kind = "strip-unhandled"
	sums.unhandled, err = view.KeptOfLedger(ctx, s.Kit, q, func(ctx context.Context) (cases uint64, run uint32, err error) {
		without, err := f.CasesBy(ctx, a.Scope, queries.CaseFilter{Narrow: a.View.Narrow, Issue: "none"}, "level")
		for _, row := range without {
			cases += row.Cases
		}
		return cases, f.Run.ID, err
	})
	return sums, err
}

func (s pages) sumsOfIssues(ctx context.Context, a view.Asked, p access.Principal) (sumsOfIssues, error) {
	scope, narrow := p.Scope(access.IssuesRead), a.View.Narrow
	q := cache.Question{Kind: "strip-issues", Scope: scope, View: queries.View{Narrow: narrow}}
	return view.KeptOfLedger(ctx, s.Kit, q, func(ctx context.Context) (sums sumsOfIssues, run uint32, err error) {
		filter := handling.IssueFilter{Region: narrow.Region, Industry: narrow.Industry, Size: narrow.Size, State: queries.StateOpen}
		_, all, err := s.Config.Issues.List(ctx, scope, filter, handling.IssueSort{}, handling.Page{Most: 1})
		if err != nil {
			return sums, 0, err
		}
		filter.Due = "overdue"
		_, late, err := s.Config.Issues.List(ctx, scope, filter, handling.IssueSort{}, handling.Page{Most: 1})
		return sumsOfIssues{all.Issues, late.Issues, all.Outstanding}, 0, err
	})
}
