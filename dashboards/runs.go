package dashboards

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Fact is one line of a page's particulars: a name and a value, in words.
type Fact struct {
	Name  string
	Value string
	Tone  Tone
}

// RunState puts a run's state into words.
func RunState(p *i18n.Printer, r queries.RunEntry) string {
	switch {
	case r.Current:
		return p.T("runs.state.current")
	case r.Dropped:
		return p.T("runs.state.dropped")
	}
	return p.T("runs.state." + r.State)
}

// RunReader is what the reader of runs may see besides: counts, which are of the whole store, and the checksums of packs, which
// say nothing to whoever does not keep them.
type RunReader struct{ Whole, Checksums bool }

// packName names a run's pack.
func packName(r queries.RunEntry) string { return r.PackTitle + " · " + r.PackID }

// Runs is the table of all recomputes, newest first. Links are of a run ("run"), and of its difference with the one before it ("difference").
func Runs(runs []queries.RunEntry, reader RunReader, link Linker, p *i18n.Printer) Table {
	t := Table{ID: "runs", Title: p.T("web.runs")}
	t.Columns = []Column{{"run", p.T("web.run.number"), KindText}, {"state", p.T("web.run.state"), KindText}, {"finished_at", p.T("web.run.finished_at"), KindText},
		{"took", p.T("web.run.took"), KindText}, {"pack", p.T("web.run.pack"), KindText}, {"computed", p.T("web.run.computed"), KindText}, {"loads", p.T("web.run.loads"), KindCount}}
	if reader.Whole {
		t.Columns = append(t.Columns, Column{"records", p.T("web.run.records"), KindCount}, Column{"uncovered", p.T("web.run.uncovered"), KindCount}, Column{"estimates", p.T("web.run.estimates"), KindCount})
	}
	t.Columns = append(t.Columns, Column{"sample", p.T("web.run.sample"), KindText}, Column{"by", p.T("web.run.by"), KindText}, Column{"program", p.T("web.run.program"), KindText}, Column{"difference", p.T("web.run.difference"), KindText})
	for i, r := range runs {
		number := strconv.FormatUint(uint64(r.ID), 10)
		state := textCell(RunState(p, r))
		if r.State == "failed" {
			state.Tone = ToneIncrease
		}
		pack := packName(r)
		if reader.Checksums {
			pack += " @" + short(r.PackHash)
		}
		row := []Cell{textCell(p.T("web.run.no", "run", r.ID)).to(link.to("run", number)), state, {Text: Moment(r.FinishedAt), Raw: r.FinishedAt.UTC().Format(time.RFC3339)},
			textCell(took(p, r.FinishedAt.Sub(r.StartedAt))), textCell(pack), textCell(MonthsText(p, r.Computed)), countCell(uint64(len(r.Files())))}
		if reader.Whole {
			row = append(row, countCell(r.Records), countCell(r.Uncovered), countCell(r.Estimates))
		}
		row = append(row, textCell(SampleText(p, r.Run)), textOrDash(NewNames(p).Actor(r.Actor)), textCell(r.Program))
		before := ""
		if r.Readable() {
			before = readableBefore(runs[i+1:])
		}
		if before == "" {
			row = append(row, Cell{Text: NotApplicable})
		} else {
			row = append(row, textCell(p.T("web.run.against", "against", before)).to(link.to("difference", number, "against", before)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// readableBefore is the number of the first run in the list that can be read, "" without one.
func readableBefore(runs []queries.RunEntry) string {
	for _, r := range runs {
		if r.Readable() {
			return strconv.FormatUint(uint64(r.ID), 10)
		}
	}
	return ""
}

func short(hash string) string { return hash[:min(8, len(hash))] }

// took writes how long something was at work.
func took(p *i18n.Printer, d time.Duration) string {
	if d < time.Minute {
		return p.T("web.run.seconds", "seconds", strconv.FormatFloat(d.Seconds(), 'f', 1, 64))
	}
	return p.T("web.run.minutes", "minutes", int(d.Minutes()), "seconds", int(d.Seconds())%60)
}

// SampleText says what came of the check of a sample in Go.
func SampleText(p *i18n.Printer, r queries.Run) string {
	if r.SampleDiffers > 0 {
		return p.T("web.run.sample_differs", "units", count(r.SampleChecked), "differs", count(r.SampleDiffers))
	}
	return p.T("web.run.sample_equal", "units", count(r.SampleChecked))
}

// MonthsText writes months, neighbours as ranges: "2019年5月—12月、2020年2月".
func MonthsText(p *i18n.Printer, months []uint32) string {
	var parts []string
	for i := 0; i < len(months); {
		if months[i] == 0 { // a registration that holds from the beginning
			parts = append(parts, p.T("web.load.all_months"))
			i++
			continue
		}
		j := i
		for j+1 < len(months) && period.Period(months[j]).Next() == period.Period(months[j+1]) {
			j++
		}
		parts = append(parts, Window(p, period.Range{From: period.Period(months[i]), To: period.Period(months[j])}))
		i = j + 1
	}
	if len(parts) == 0 {
		return NotApplicable
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// RunFacts are the particulars of one run.
func RunFacts(r queries.RunEntry, reader RunReader, p *i18n.Printer) []Fact {
	facts := []Fact{
		{Name: p.T("web.run.state"), Value: RunState(p, r)},
		{Name: p.T("web.run.started_at"), Value: Moment(r.StartedAt)},
		{Name: p.T("web.run.finished_at"), Value: Moment(r.FinishedAt)},
		{Name: p.T("web.run.took"), Value: took(p, r.FinishedAt.Sub(r.StartedAt))},
		{Name: p.T("web.run.by"), Value: textOrDash(NewNames(p).Actor(r.Actor)).Text},
		{Name: p.T("web.run.program"), Value: textOrDash(r.Program).Text},
		{Name: p.T("web.run.pack"), Value: packName(r)},
		{Name: p.T("web.run.data"), Value: Window(p, period.Range{From: period.Period(r.DataFrom), To: period.Period(r.DataTo)})},
		{Name: p.T("web.run.computed"), Value: MonthsText(p, r.Computed)},
		{Name: p.T("web.run.sample"), Value: SampleText(p, r.Run)},
	}
	if reader.Checksums {
		facts = slices.Insert(facts, len(facts)-3, Fact{Name: p.T("web.run.pack_hash"), Value: r.PackHash})
	}
	if r.State == "failed" {
		facts[0].Tone = ToneIncrease
	}
	if reader.Whole {
		facts = append(facts, Fact{Name: p.T("web.run.records"), Value: count(r.Records)}, Fact{Name: p.T("web.run.uncovered"), Value: uncoveredText(p, r.Run)}, Fact{Name: p.T("web.run.estimates"), Value: count(r.Estimates)})
	}
	return facts
}

// uncoveredText counts the records that have no rate, under the old policy of each comparison where they differ.
func uncoveredText(p *i18n.Printer, r queries.Run) string {
	var parts []string
	differ := false
	for _, id := range r.Comparisons {
		of := r.Counts(id).Uncovered
		differ = differ || of != r.Uncovered
		parts = append(parts, p.T("web.run.uncovered_of", "comparison", id, "count", count(of)))
	}
	if !differ {
		return count(r.Uncovered)
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// RunMonths lists the months that a run shows, with the run that computed each.
func RunMonths(r queries.RunEntry, months []queries.RunPeriod, link Linker, p *i18n.Printer) Table {
	t := Table{ID: "months", Title: p.T("web.block.run_months")}
	t.Columns = []Column{{"period", p.T("web.column.period"), KindText}, {"computed_by", p.T("web.run.computed_by"), KindText}}
	for _, m := range months {
		by := textCell(p.T("web.run.itself"))
		if m.ComputedBy != r.ID {
			by = textCell(p.T("web.run.no", "run", m.ComputedBy)).to(link.to("run", strconv.FormatUint(uint64(m.ComputedBy), 10)))
		}
		t.Rows = append(t.Rows, []Cell{{Text: Month(p, period.Period(m.Period)), Raw: period.Period(m.Period).String()}, by})
	}
	return t
}

// RunTotals sets what a run's tables add up to side by side; they must be equal. It is of the whole store.
func RunTotals(totals map[string]queries.RunTotal, p *i18n.Printer) Table {
	t := Table{ID: "totals", Title: p.T("web.block.run_totals")}
	t.Columns = []Column{{"part", p.T("web.run.part"), KindText}, {"charged", p.T("web.run.charged"), KindMoney}, {"owed", p.T("web.run.owed"), KindMoney}}
	t.Unit = tableUnit(p, largest(totals["burdens"].Charged, totals["burdens"].Owed))
	for _, part := range []string{"burdens", "unit_months", "cells"} {
		t.Rows = append(t.Rows, []Cell{textCell(p.T("web.run.part." + part)), t.Unit.cell(totals[part].Charged), t.Unit.cell(totals[part].Owed)})
	}
	equal := true
	for _, part := range []string{"unit_months", "cells"} {
		equal = equal && totals[part].Charged == totals["burdens"].Charged && totals[part].Owed == totals["burdens"].Owed
	}
	t.check(equal)
	return t
}
