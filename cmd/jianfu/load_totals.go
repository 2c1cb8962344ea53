package main

import (
	"fmt"
	"io"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/queries"
)

// shownTotals is how many control totals a load prints; --json and the page of the load have all of them.
const shownTotals = 30

// printTotals prints what the lines of a load add up to, by insurance and month.
func (a *app) printTotals(w io.Writer, totals []queries.LoadTotal) {
	if len(totals) == 0 {
		return
	}
	var sum queries.LoadTotal
	for i, t := range totals {
		sum.Add(t)
		if i < shownTotals {
			key := "etl.load.total"
			if t.Unchanged {
				key = "etl.load.total_unchanged"
			}
			fmt.Fprintln(w, "  "+a.totalText(key, t, "insurance", a.T("web.insurance."+t.Insurance), "month", period.Period(t.Period)))
		}
	}
	if len(totals) > shownTotals {
		fmt.Fprintln(w, "  "+a.count("etl.load.more_totals", uint64(len(totals)-shownTotals)))
	}
	fmt.Fprintln(w, "  "+a.totalText("etl.load.total_all", sum))
}

func (a *app) totalText(key string, t queries.LoadTotal, namesAndValues ...any) string {
	return a.T(key, append(namesAndValues, "records", a.number(t.Records), "wage", dashboards.Exact(t.Wage), "base", dashboards.Exact(t.Base),
		"employer", dashboards.Exact(t.EmployerAmount), "employee", dashboards.Exact(t.EmployeeAmount), "received", dashboards.Exact(t.ReceivedAmount))...)
}

// printDeclared prints whether the source and the file agree.
func (a *app) printDeclared(w io.Writer, declared []queries.DeclaredTotal) {
	verdict, _ := dashboards.LoadVerdict(declared, a.printer)
	fmt.Fprintln(w, "  "+verdict)
	for _, d := range declared {
		if !d.Equal() {
			fmt.Fprintln(w, "  "+a.T("etl.load.declared_line", "line", d.Line, "of", dashboards.DeclaredOf(d, a.printer), "measure", a.T("control."+d.Measure),
				"declared", dashboards.DeclaredFigure(d, d.Declared), "found", dashboards.DeclaredFigure(d, d.Found),
				"difference", dashboards.DeclaredFigure(d, d.Found-d.Declared)))
		}
	}
}
