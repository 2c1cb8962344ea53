package declaration

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// Check checks a declaration, its units side by side.
func Check(ctx context.Context, in *Input) (Result, error) {
	result := Result{Pack: in.Pack.ID, PackTitle: in.Pack.Title, Comparison: in.Comparison.ID, ComparisonTitle: in.Comparison.Title,
		Read: in.Read, Accepted: uint64(len(in.Lines)), Rejected: uint64(len(in.Rejects)), Unchanged: in.Unchanged,
		Lines: []LineResult{}, Rejects: append([]RejectedLine{}, in.Rejects...), Notes: append([]Note{}, in.Notes...)}
	var order []string
	linesOf := map[string][]Declared{}
	for _, l := range in.Lines {
		if linesOf[l.UnitID] == nil {
			order = append(order, l.UnitID)
		}
		linesOf[l.UnitID] = append(linesOf[l.UnitID], l)
	}
	result.Units = make([]UnitResult, len(order))
	faulty := make([][]LineResult, len(order))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, id := range order {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			one := newUnitCheck(in, linesOf[id])
			err := one.run()
			result.Units[i], faulty[i] = one.unit, one.faulty
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Result{}, err
	}
	sums := newSums()
	for i := range result.Units {
		u := &result.Units[i]
		sums.addTotals(u.Totals)
		result.Faulty += u.Faulty
		result.Uncovered.Lines += u.Uncovered.Lines
		result.Uncovered.Amount += u.Uncovered.Amount
		result.Lines = append(result.Lines, faulty[i]...)
	}
	result.Totals = sums.totals()
	slices.SortFunc(result.Lines, func(a, b LineResult) int { return cmp.Compare(a.Line, b.Line) })
	slices.SortFunc(result.Rejects, func(a, b RejectedLine) int { return cmp.Compare(a.Line, b.Line) })
	result.Clean = result.Faulty == 0 && result.Rejected == 0 && !slices.ContainsFunc(in.Notes, Note.Doubt) &&
		!slices.ContainsFunc(result.Units, func(u UnitResult) bool { return len(u.New)+len(u.Missing) > 0 })
	return result, nil
}

// unitCheck checks the lines of one unit.
type unitCheck struct {
	in       *Input
	versions []contribution.Unit
	lines    []Declared
	months   map[period.Period]bool // that are declared
	stored   []contribution.Record  // of the declared months
	all      []contribution.Record  // those, and the declared ones
	lineOf   map[string]uint64      // by record_id; none of stored records
	unit     UnitResult
	faulty   []LineResult
}

func newUnitCheck(in *Input, lines []Declared) *unitCheck {
	id := lines[0].UnitID
	c := &unitCheck{in: in, versions: in.Registrations[id], lines: lines, months: map[period.Period]bool{}, lineOf: map[string]uint64{},
		unit: UnitResult{UnitID: id, Lines: uint64(len(lines)), Before: []period.Period{}, New: []PersonChange{}, Missing: []PersonChange{}}}
	last := period.Period(0)
	for _, l := range lines {
		c.months[l.Period], last = true, max(last, l.Period)
		c.lineOf[l.ID] = l.Line
		c.all = append(c.all, l.Record)
	}
	for _, r := range in.Stored[id] {
		if c.months[r.Period] {
			c.stored = append(c.stored, r)
		}
	}
	c.all = append(c.all, c.stored...)
	for m := range c.months {
		c.unit.Months = append(c.unit.Months, m)
	}
	slices.Sort(c.unit.Months)
	if u, ok := burden.VersionFor(c.versions, last); ok {
		c.unit.Name, c.unit.RegionCode = u.Name, u.RegionCode
	}
	return c
}

func (c *unitCheck) run() error {
	if err := c.explain(); err != nil {
		return err
	}
	if err := c.total(); err != nil {
		return err
	}
	c.persons()
	return nil
}

// explain holds every line against the policy, and keeps those that there is something to say about.
func (c *unitCheck) explain() error {
	duplicates := burden.Duplicates(c.all)
	twins := c.twins(duplicates)
	records := make([]contribution.Record, len(c.lines))
	for i := range c.lines {
		records[i] = c.lines[i].Record
	}
	return burden.ExplainEach(c.in.Pack, c.in.Comparison, c.versions, records, duplicates, func(i int, trace *burden.Trace) {
		declared := &c.lines[i]
		if trace.Treatment == burden.Uncovered {
			c.unit.Uncovered.Lines++
			c.unit.Uncovered.Amount += declared.EmployerAmount + declared.EmployeeAmount
		}
		line := newLine(declared, trace, twins[declared.ID])
		if line.faulty() {
			c.unit.Faulty++
			c.faulty = append(c.faulty, line)
		}
	})
}

// faulty tells whether there is something to say about a line.
func (l *LineResult) faulty() bool {
	return l.Twin != nil || l.Treatment == burden.Uncovered || slices.ContainsFunc(l.Shares, func(s ShareResult) bool { return len(s.Reasons) > 0 })
}

func newLine(d *Declared, trace *burden.Trace, twin *Twin) LineResult {
	line := LineResult{Line: d.Line, RecordID: d.ID, UnitID: d.UnitID, Period: d.Period, Insurance: d.Insurance.String(), EntryType: d.EntryType.String(),
		Treatment: trace.Treatment, Estimate: trace.Estimate, Twin: twin, Shares: make([]ShareResult, len(trace.Charges))}
	right := trace.New()
	for i := range trace.Charges {
		charge := &trace.Charges[i]
		share := ShareResult{Payer: charge.Payer, Declared: DeclaredValues{charge.DeclaredBase, charge.DeclaredRate, charge.Charged}, Difference: charge.Shortfall, Reasons: []ReasonShare{}}
		for _, r := range charge.Reasons {
			share.Reasons = append(share.Reasons, ReasonShare(r))
		}
		if trace.Treatment != burden.Uncovered {
			share.Right = &RightValues{DeclaredValues: DeclaredValues{right.Base.Base, right.Shares[i].Rate, charge.Owed}}
			share.Right.RateDocument = documents(&right.Shares[i])
			if row := right.Base.Limit.Row; row != nil {
				share.Right.BaseDocument = row.DocumentNo
			}
		}
		line.Shares[i] = share
	}
	return line
}

// documents are those of the rows that made a rate, each once.
func documents(share *burden.ShareTrace) string {
	text := ""
	for i, row := range share.Rows {
		if slices.ContainsFunc(share.Rows[:i], func(before *policy.RateRow) bool { return before.DocumentNo == row.DocumentNo }) {
			continue
		}
		if text != "" {
			text += ";"
		}
		text += row.DocumentNo
	}
	return text
}

// place is where a person can be charged once.
type place struct {
	person    uint64
	period    period.Period
	insurance contribution.Insurance
}

func placeOf(r *contribution.Record) (p place, named bool) {
	return place{r.Person, r.Period, r.Insurance}, r.EntryType == contribution.Normal && r.Person != 0
}

// twins finds, for each declared record that charges a person again and for each whose person a stored record charges, the
// other one: the record that counts, or else the stored one.
func (c *unitCheck) twins(duplicates map[string]bool) map[string]*Twin {
	if len(duplicates) == 0 {
		return nil
	}
	counts, again := map[place]string{}, map[place]string{}
	for i := range c.all {
		r := &c.all[i]
		p, named := placeOf(r)
		switch {
		case !named:
		case !duplicates[r.ID]:
			counts[p] = r.ID
		case i >= len(c.lines):
			again[p] = r.ID
		}
	}
	found := map[string]*Twin{}
	for i := range c.lines {
		r := &c.lines[i].Record
		p, named := placeOf(r)
		if !named {
			continue
		}
		if duplicates[r.ID] {
			found[r.ID] = &Twin{counts[p], c.lineOf[counts[p]]}
		} else if other, ok := again[p]; ok {
			found[r.ID] = &Twin{RecordID: other}
		}
	}
	return found
}

// total adds up what the declaration changes: the burden of the months with it, less that of what the store has of them.
func (c *unitCheck) total() error {
	sums := newSums()
	with, err := burden.Assess(c.in.Pack, c.in.Comparison, c.versions, c.all)
	if err != nil {
		return err
	}
	for i := range with.Lines {
		sums.add(&with.Lines[i], 1)
	}
	if len(c.stored) > 0 {
		without, err := burden.Assess(c.in.Pack, c.in.Comparison, c.versions, c.stored)
		if err != nil {
			return err
		}
		for i := range without.Lines {
			sums.add(&without.Lines[i], -1)
		}
	}
	c.unit.Totals = sums.totals()
	return nil
}

// persons finds who is new in a declared month, and who of the month before is missing, for each insurance.
func (c *unitCheck) persons() {
	here, before := map[place]PersonChange{}, map[place]PersonChange{}
	known := map[period.Period]bool{} // months before that there are records of
	note := func(r *contribution.Record, line uint64) {
		p, named := placeOf(r)
		if !named {
			return
		}
		if c.months[r.Period] {
			keep(here, p, PersonChange{r.Period, r.Insurance.String(), r.ID, line})
		}
		if next := r.Period.Next(); c.months[next] {
			known[r.Period] = true
			keep(before, p, PersonChange{next, r.Insurance.String(), r.ID, line})
		}
	}
	for i := range c.in.Stored[c.unit.UnitID] {
		note(&c.in.Stored[c.unit.UnitID][i], 0)
	}
	for i := range c.lines {
		note(&c.lines[i].Record, c.lines[i].Line)
	}
	for m := range known {
		c.unit.Before = append(c.unit.Before, m)
	}
	slices.Sort(c.unit.Before)
	for p, person := range here {
		last := place{p.person, p.period.Add(-1), p.insurance}
		if _, there := before[last]; !there && known[last.period] && person.Line > 0 {
			c.unit.New = append(c.unit.New, person)
		}
	}
	for p, person := range before {
		if _, there := here[place{p.person, p.period.Next(), p.insurance}]; !there {
			c.unit.Missing = append(c.unit.Missing, person)
		}
	}
	for _, list := range [][]PersonChange{c.unit.New, c.unit.Missing} {
		slices.SortFunc(list, func(a, b PersonChange) int {
			return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.RecordID, b.RecordID))
		})
	}
}

// keep keeps of several records of a person the one that counts, which is the first by its key.
func keep(of map[place]PersonChange, p place, person PersonChange) {
	if first, there := of[p]; !there || person.RecordID < first.RecordID {
		of[p] = person
	}
}

// sums add up burdens by payer.
type sums struct {
	of      map[contribution.Payer]*PayerTotal
	reasons map[contribution.Payer]map[burden.Reason]money.Fen
}

func newSums() *sums {
	s := &sums{map[contribution.Payer]*PayerTotal{}, map[contribution.Payer]map[burden.Reason]money.Fen{}}
	for _, payer := range contribution.Payers {
		s.of[payer], s.reasons[payer] = &PayerTotal{Payer: payer}, map[burden.Reason]money.Fen{}
	}
	return s
}

// add adds a line of burdens, or takes it away.
func (s *sums) add(l *burden.Line, sign money.Fen) {
	t := s.of[l.Payer]
	t.Charged += sign * l.Charged
	t.Old += sign * l.Old
	t.New += sign * l.New
	for _, r := range l.Reasons {
		s.reasons[l.Payer][r.Reason] += sign * r.Amount
	}
}

func (s *sums) addTotals(list []PayerTotal) {
	for _, t := range list {
		s.add(&burden.Line{Payer: t.Payer, Charged: t.Charged, Old: t.Old, New: t.New}, 1)
		for _, r := range t.Reasons {
			s.reasons[t.Payer][r.Reason] += r.Amount
		}
	}
}

func (s *sums) totals() []PayerTotal {
	var list []PayerTotal
	for _, payer := range contribution.Payers {
		t := *s.of[payer]
		t.Due, t.Shortfall, t.Reasons = t.Old-t.New, t.Charged-t.New, []ReasonShare{}
		for _, reason := range burden.Reasons {
			if amount := s.reasons[payer][reason]; amount != 0 {
				t.Reasons = append(t.Reasons, ReasonShare{Reason: reason, Amount: amount})
			}
		}
		list = append(list, t)
	}
	return list
}

// Both adds up the totals of both payers; reasons are of one payer and left out.
func Both(list []PayerTotal) (sum PayerTotal) {
	for _, t := range list {
		sum.Charged += t.Charged
		sum.Old += t.Old
		sum.New += t.New
		sum.Due += t.Due
		sum.Shortfall += t.Shortfall
	}
	return sum
}
