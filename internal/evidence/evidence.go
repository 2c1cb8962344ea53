// Package evidence makes the evidence pack (取证包) of a case: everything in which a run shows that a unit did not get its
// cut, in one ZIP that can be read without jianfu — the figures by month and insurance, the records as they were declared,
// how the worst of them are calculated step by step, the parameter rows that decide, the policy pack whole, a cover to
// read and print, and the SHA-256 of each file.
//
// A pack is made of one run and nothing else, so the same case of the same run gives the same bytes whenever and by
// whomever it is made. It is kept with the issue that it was made for, so it outlives the run. It holds only months in which
// the unit stood in the case's own region: whoever may see the issue may see all of it who may see records.
package evidence

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// Type is the media type by which a pack among an issue's files is known. It holds records of persons.
const Type = "application/vnd.jianfu.evidence+zip"

// Bounds of a pack, so that it can be sent and opened. What is left out is said on the cover.
const (
	mostRecords = 60_000 // declared records
	mostTraced  = 1_000  // records explained for programs
	mostTold    = 24     // records explained in words
	recordsRead = 5_000  // at once
)

// Evidence is what one run shows of one unit.
type Evidence struct {
	Figures *queries.Figures
	Unit    queries.Unit
	Case    *queries.Case         // what detection found, without its issues, which come after; nil where the unit is no case
	Checks  []queries.RecordCheck // of the records of all months of the run
	Held    uint64                // records in the pack
	Left    uint64                // records that are not

	records bytes.Buffer // the table of records, as CSV
	worst   []traced     // records that differ most from what they owe, the worst first
	differ  uint64       // records of the window that differ at all
	rates   map[*policy.RateRow]bool
	bases   map[*policy.BaseRow]bool
}

// traced is a record with its explanation, and what its employer was charged too much.
type traced struct {
	record    queries.UnitRecord
	trace     burden.Trace
	shortfall money.Fen
}

// Collect reads what a run shows of a unit in a region; found is false where nothing of it lies there.
func Collect(ctx context.Context, f *queries.Figures, scope filter.Scope, unit string) (e *Evidence, found bool, err error) {
	e = &Evidence{Figures: f, rates: map[*policy.RateRow]bool{}, bases: map[*policy.BaseRow]bool{}}
	view, err := f.Complete(queries.View{})
	if err != nil {
		return nil, false, err
	}
	if e.Unit, found, err = f.Unit(ctx, scope, view, unit); err != nil || !found {
		return nil, false, err
	}
	cases, err := f.CasesOf(ctx, scope, unit)
	if err != nil {
		return nil, false, err
	}
	if len(cases) > 0 {
		e.Case = &cases[0]
		e.Case.Issues = nil
	}
	query := queries.RecordQuery{Window: period.Range{From: period.Period(f.Run.DataFrom), To: period.Period(f.Run.DataTo)}}
	sums, err := f.RecordSums(ctx, scope, unit, e.Unit.Months, query)
	if err != nil {
		return nil, false, err
	}
	all := uint64(0)
	for _, s := range sums {
		all += s.Records + s.Dead
	}
	e.Checks = queries.CompareRecords(&e.Unit, sums)
	return e, true, e.read(ctx, scope, query, all)
}

// Pack is the whole pack of a unit that stands in a county, packed; whoever may see the county may see all of it. It is not found
// where the unit never stood there, and nowhere for what is more than a county.
func Pack(ctx context.Context, f *queries.Figures, unit, county string) (file []byte, found bool, err error) {
	if len(county) != len("320100") {
		return nil, false, nil
	}
	e, found, err := Collect(ctx, f, filter.Regions(county), unit)
	if err != nil || !found {
		return nil, false, err
	}
	file, err = e.Bytes()
	return file, true, err
}

// FileName is what the file of a pack is called.
func FileName(unit string, run uint32) string {
	return fmt.Sprintf("取证包-%s-%d.zip", unit, run)
}

// read takes the records in, some at a time, and explains each.
func (e *Evidence) read(ctx context.Context, scope filter.Scope, query queries.RecordQuery, all uint64) error {
	p := i18n.For(i18n.Chinese)
	rows := dashboards.NewRecords(e.Unit.View.Payers, p)
	columns := dashboards.Table{Columns: rows.Columns()}
	e.records.WriteString(mark)
	table, err := tabular.NewTable(&e.records, "csv", columns.Titles(p.T("web.unit.yuan")))
	if err != nil {
		return err
	}
	for query.Skip < min(all, mostRecords) {
		query.Most = min(recordsRead, mostRecords-query.Skip)
		records, err := e.Figures.Records(ctx, scope, e.Unit.ID, e.Unit.Months, query)
		if err != nil || len(records) == 0 {
			return err
		}
		traces, err := e.Figures.ExplainAll(e.Unit.View, e.Unit.Months, records)
		if err != nil {
			return err
		}
		for i := range records {
			if err := writeRow(table, rows.Row(&records[i], &traces[i], "")); err != nil {
				return err
			}
			e.take(traced{records[i], traces[i], 0})
		}
		e.keepWorst()
		query.Skip += uint64(len(records))
	}
	e.Held, e.Left = query.Skip, all-query.Skip
	return table.Close()
}

// take notes the rows of the policy pack that a record's calculation rests on, and the record itself where it counts in the
// window and differs from what it owes.
func (e *Evidence) take(one traced) {
	for i := range one.trace.Scenarios {
		if row := one.trace.Scenarios[i].Base.Limit.Row; row != nil {
			e.bases[row] = true
		}
		for _, share := range one.trace.Scenarios[i].Shares {
			for _, row := range share.Rows {
				e.rates[row] = true
			}
		}
	}
	one.shortfall = one.trace.Charges[contribution.Employer-1].Shortfall
	if one.record.Dead == "" && one.trace.Treatment != burden.Uncovered && one.shortfall != 0 && e.Unit.View.Window.Contains(one.record.Period) {
		e.differ++
		e.worst = append(e.worst, one)
	}
}

// keepWorst puts the worst records first and lets go of those that are too many to be explained.
func (e *Evidence) keepWorst() {
	slices.SortStableFunc(e.worst, func(a, b traced) int {
		return cmp.Compare(max(b.shortfall, -b.shortfall), max(a.shortfall, -a.shortfall))
	})
	e.worst = e.worst[:min(len(e.worst), mostTraced)]
}

// documents are the numbers of the documents that the rows name, each once, in order.
func (e *Evidence) documents() []string {
	var numbers []string
	for row := range e.rates {
		numbers = append(numbers, row.DocumentNo)
	}
	for row := range e.bases {
		numbers = append(numbers, row.DocumentNo)
	}
	slices.Sort(numbers)
	return slices.DeleteFunc(slices.Compact(numbers), func(number string) bool { return number == "" })
}
