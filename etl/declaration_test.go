package etl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/etl/reader"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/declaration"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// declare checks lines of records under the world's header by the world's pack.
func declare(t *testing.T, q *queries.Queries, scope filter.Scope, lines string) declaration.Result {
	t.Helper()
	result, err := etl.CheckDeclaration(t.Context(), q, etl.DeclarationOptions{Scope: scope, Pack: fixture.Pack(t), Open: contentOf(fixture.RecordsHeader + lines)})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func contentOf(text string) func(reader.Options) (*reader.File, error) {
	return func(o reader.Options) (*reader.File, error) {
		return reader.OpenContent("declared.csv", []byte(text), o)
	}
}

// declaredLine is a line of the month after the world's, of one person.
func declaredLine(id, unit, month, insurance, entry, person, wage, base, rate, amount, ownRate, ownAmount string) string {
	return fmt.Sprintf("%s,%s,%s,%s,%s,%s,1,%s,%s,%s,%s,%s,%s,,,\n", id, unit, month, insurance, entry, person, wage, base, rate, amount, ownRate, ownAmount)
}

// faulty is a declaration with one line of every kind of error, worked out by hand. June 2019: employers owe 16 % for pension,
// employees 8 %, of a base between 3,500 and 14,000; unemployment 1 % and 0.5 %. Lines from 2:
//
//	2  A right: 10,000 × 16 % = 1,600, × 8 % = 800
//	3  A wrong rate: 10,000 × 20 % = 2,000, 400 too much
//	4  B base over the cap: 20,000 → 14,000 × 16 % = 2,240 and 1,120; declared on 15,000: 2,400 and 1,200, 160 and 80 too much
//	5  C below the floor: 2,000 → 3,500 × 16 % = 560 and 280; declared on 2,000: 320 and 160, 240 and 120 too little
//	6  C wrong product: 5,000 × 16 % = 800, declared 850, 50 too much
//	7  D right: 5,000 × 16 % = 800, × 8 % = 400
//	8  D duplicate of 7: 800 and 400 too much
//	9  D refund of 100 and 50: nothing is owed
//	10 D back payment of April 2019 at the old rate, 20 % of 5,000 = 1,000 and 400: right
//	11 A uncovered: the pack has no rate for medical; 900 and 200
//	12 no such unit
//	13 a wage that is no number
//	14 the key of line 2 with another amount
func faulty() string {
	const june = "2019-06"
	return declaredLine("06-01", fixture.A, june, "pension", "normal", "a1", "10000", "10000", "0.16", "1600", "0.08", "800") +
		declaredLine("06-02", fixture.A, june, "pension", "normal", "a2", "10000", "10000", "0.2", "2000", "0.08", "800") +
		declaredLine("06-03", fixture.B, june, "pension", "normal", "b1", "20000", "15000", "0.16", "2400", "0.08", "1200") +
		declaredLine("06-04", fixture.C, june, "pension", "normal", "c1", "2000", "2000", "0.16", "320", "0.08", "160") +
		declaredLine("06-05", fixture.C, june, "pension", "normal", "c2", "5000", "5000", "0.16", "850", "0.08", "400") +
		declaredLine("06-06", fixture.D, june, "pension", "normal", "d1", "5000", "5000", "0.16", "800", "0.08", "400") +
		declaredLine("06-07", fixture.D, june, "pension", "normal", "d1", "5000", "5000", "0.16", "800", "0.08", "400") +
		declaredLine("06-08", fixture.D, june, "pension", "refund", "d2", "0", "0", "0.16", "-100", "0.08", "-50") +
		declaredLine("06-09", fixture.D, "2019-04", "pension", "back_payment", "d3", "5000", "5000", "0.2", "1000", "0.08", "400") +
		declaredLine("06-10", fixture.A, june, "medical", "normal", "a1", "10000", "10000", "0.09", "900", "0.02", "200") +
		declaredLine("06-11", fixture.UnitID(99), june, "pension", "normal", "x1", "5000", "5000", "0.16", "800", "0.08", "400") +
		declaredLine("06-12", fixture.A, june, "pension", "normal", "a4", "many", "5000", "0.16", "800", "0.08", "400") +
		declaredLine("06-01", fixture.A, june, "pension", "normal", "a1", "10000", "10000", "0.16", "1700", "0.08", "800")
}

// found is what a check says of a line for one payer, in short.
func found(l declaration.LineResult, payer contribution.Payer) string {
	s := l.Shares[payer-1]
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", l.Line, l.Treatment)
	if s.Right == nil {
		return b.String() + " unknown"
	}
	fmt.Fprintf(&b, " %s×%s=%s", s.Right.Base, s.Right.Rate, s.Right.Amount)
	for _, r := range s.Reasons {
		fmt.Fprintf(&b, " %s:%s", r.Reason, r.Amount)
	}
	if l.Twin != nil {
		fmt.Fprintf(&b, " twin %s@%d", l.Twin.RecordID, l.Twin.Line)
	}
	return b.String()
}

func TestADeclarationIsChecked(t *testing.T) {
	q := fixture.Computed(t)
	for name, test := range map[string]func(*testing.T, *queries.Queries){
		"as it is by hand": checkedByHand, "for persons who are charged already": chargedAlready, "within the reader's regions": ofAnotherRegion,
	} {
		t.Run(name, func(t *testing.T) { test(t, q) })
	}
	t.Run("as a recompute says", func(t *testing.T) { asRecomputed(t, q) })
}

func checkedByHand(t *testing.T, q *queries.Queries) {
	r := declare(t, q, filter.Everything(), faulty())

	if r.Clean || r.Read != 13 || r.Accepted != 10 || r.Rejected != 3 || r.Faulty != 7 || r.Unchanged != 0 {
		t.Errorf("clean %t, read %d, accepted %d, rejected %d, faulty %d", r.Clean, r.Read, r.Accepted, r.Rejected, r.Faulty)
	}
	employer := []string{
		"3 computed 10000.00×0.16=1600.00 rate_not_applied:400.00",
		"4 computed 14000.00×0.16=2240.00 base_over_cap:160.00",
		"5 computed 3500.00×0.16=560.00 base_below_floor:-240.00",
		"6 computed 5000.00×0.16=800.00 amount_mismatch:50.00",
		"8 duplicate 5000.00×0.16=0.00 duplicate_charge:800.00 twin 06-06@7",
		"9 refund 3500.00×0.16=0.00 refund:-100.00",
		"11 uncovered unknown",
	}
	employee := []string{
		"3 computed 10000.00×0.08=800.00",
		"4 computed 14000.00×0.08=1120.00 base_over_cap:80.00",
		"5 computed 3500.00×0.08=280.00 base_below_floor:-120.00",
		"6 computed 5000.00×0.08=400.00",
		"8 duplicate 5000.00×0.08=0.00 duplicate_charge:400.00 twin 06-06@7",
		"9 refund 3500.00×0.08=0.00 refund:-50.00",
		"11 uncovered unknown",
	}
	for payer, expected := range map[contribution.Payer][]string{contribution.Employer: employer, contribution.Employee: employee} {
		var all []string
		for _, l := range r.Lines {
			all = append(all, found(l, payer))
		}
		if got, want := strings.Join(all, "\n"), strings.Join(expected, "\n"); got != want {
			t.Errorf("%s:\n%s\nexpected:\n%s", payer, got, want)
		}
	}
	if right := r.Lines[0].Shares[0].Right; right.RateDocument != "文1" || right.BaseDocument != "文2" {
		t.Errorf("documents: %+v", right)
	}
	var rejects []string
	for _, x := range r.Rejects {
		rejects = append(rejects, fmt.Sprintf("%d %s %s", x.Line, x.Column, x.Code))
	}
	if got := strings.Join(rejects, "; "); got != "12 unit_id unit_not_registered; 13 wage amount_not_number; 14 record_id record_repeated" {
		t.Errorf("rejects: %s", got)
	}
	// Employers: charged 1,600 + 2,000 + 2,400 + 320 + 850 + 800 + 800 − 100 + 1,000 = 9,670; new 1,600 × 2 + 2,240 + 560 + 800 + 800
	// + 1,000 = 8,600; old 20 % of 10,000 × 2, 15,000, 3,000, 5,000, 5,000, 5,000: 10,600. Employees: charged 800 × 2 + 1,200 + 160 +
	// 400 + 400 + 400 − 50 + 400 = 4,510; new 800 × 2 + 1,120 + 280 + 400 × 3 = 4,200; old 800 × 2 + 1,200 + 240 + 400 × 3 = 4,240.
	expectTotal(t, r.Totals[0], 9670_00, 8600_00, 10600_00, 2000_00)
	expectTotal(t, r.Totals[1], 4510_00, 4200_00, 4240_00, 40_00)
	if r.Uncovered != (declaration.UncoveredTotal{Lines: 1, Amount: 1100_00}) {
		t.Errorf("uncovered: %+v", r.Uncovered)
	}
	// In May A had a1 for pension, unemployment and medical; D had d1 and d2.
	expectPersons(t, r.Units[0], "pension 06-02", "unemployment 05-A2")
	expectPersons(t, r.Units[1], "", "")
	expectPersons(t, r.Units[3], "", "pension 05-D2")
}

func expectTotal(t *testing.T, total declaration.PayerTotal, charged, owed, old, due money.Fen) {
	t.Helper()
	if total.Charged != charged || total.New != owed || total.Old != old || total.Due != due || total.Shortfall != charged-owed {
		t.Errorf("%s: charged %s, new %s, old %s, due %s, shortfall %s", total.Payer, total.Charged, total.New, total.Old, total.Due, total.Shortfall)
	}
	sum := money.Fen(0)
	for _, r := range total.Reasons {
		sum += r.Amount
	}
	if sum != total.Shortfall {
		t.Errorf("%s: reasons add up to %s, the shortfall is %s", total.Payer, sum, total.Shortfall)
	}
}

func expectPersons(t *testing.T, u declaration.UnitResult, fresh, missing string) {
	t.Helper()
	list := func(persons []declaration.PersonChange) string {
		var all []string
		for _, p := range persons {
			all = append(all, p.Insurance+" "+p.RecordID)
		}
		return strings.Join(all, ", ")
	}
	if got := list(u.New); got != fresh {
		t.Errorf("%s: new %q, expected %q", u.Name, got, fresh)
	}
	if got := list(u.Missing); got != missing {
		t.Errorf("%s: missing %q, expected %q", u.Name, got, missing)
	}
}

// asRecomputed: the same records loaded and recomputed give the same reasons and sums, to the fen.
func asRecomputed(t *testing.T, q *queries.Queries) {
	checked := declare(t, q, filter.Everything(), faulty())
	fixture.Load(t, q, fixture.RecordsHeader+faulty())
	fixture.Recompute(t, q, fixture.Pack(t))
	figures, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view, err := figures.Complete(queries.View{Payers: contribution.Payers, Window: period.Range{From: period.Of(2019, 6), To: period.Of(2019, 6)}})
	if err != nil {
		t.Fatal(err)
	}
	key := func(unit string, insurance, payer, reason string) string {
		return unit + " " + insurance + " " + payer + " " + reason
	}
	inSets, inCheck := map[string]money.Fen{}, map[string]money.Fen{}
	err = figures.ReasonLines(t.Context(), filter.Everything(), view, func(l *queries.ReasonLine) error {
		inSets[key(l.UnitID, l.Insurance, l.Payer, l.Reason)] += l.Amount
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range checked.Lines {
		for _, s := range l.Shares {
			for _, r := range s.Reasons {
				inCheck[key(l.UnitID, l.Insurance, s.Payer.String(), r.Reason.String())] += r.Amount
			}
		}
	}
	if got, want := fmt.Sprint(inCheck), fmt.Sprint(inSets); got != want || len(inSets) == 0 {
		t.Errorf("the check says\n%s\nthe recompute\n%s", got, want)
	}
	// What is loaded now is replaced by the declaration itself, so that it is not charged twice.
	if again := declare(t, q, filter.Everything(), faulty()); again.Faulty != checked.Faulty || fmt.Sprint(again.Totals) != fmt.Sprint(checked.Totals) {
		t.Errorf("of what is loaded the check says %+v, before %+v", again.Totals, checked.Totals)
	}
}

func chargedAlready(t *testing.T, q *queries.Queries) {
	right := func(id string) string {
		return declaredLine(id, fixture.B, "2019-04", "pension", "normal", "b1", "20000", "15000", "0.2", "3000", "0.08", "1200")
	}
	// The store's record is 04-B1: one whose key comes after it is the duplicate, and before it makes that one the duplicate. Either
	// way the unit is charged 3,000 and 1,200 that it does not owe.
	for id, treatment := range map[string]burden.Treatment{"04-Z": burden.Duplicate, "04-A": burden.Computed} {
		r := declare(t, q, filter.Everything(), right(id))
		if len(r.Lines) != 1 || r.Lines[0].Treatment != treatment || r.Lines[0].Twin == nil || *r.Lines[0].Twin != (declaration.Twin{RecordID: "04-B1"}) {
			t.Errorf("%s: %+v", id, r.Lines)
		}
		expectTotal(t, r.Totals[0], 3000_00, 0, 0, 0)
		expectTotal(t, r.Totals[1], 1200_00, 0, 0, 0)
	}
	if r := declare(t, q, filter.Everything(), right("04-B1")); len(r.Lines) != 0 || r.Totals[0].New != 3000_00 {
		t.Errorf("the same key again: %+v", r)
	}
}

func ofAnotherRegion(t *testing.T, q *queries.Queries) {
	lines := declaredLine("06-03", fixture.B, "2019-06", "pension", "normal", "b1", "20000", "14000", "0.16", "2240", "0.08", "1120")
	own, foreign := declare(t, q, filter.Regions("320100"), lines), declare(t, q, filter.Regions("320500"), lines)
	if own.Accepted != 1 || !own.Clean || own.Units[0].Name != "秦淮百货" {
		t.Errorf("in the region: %+v", own)
	}
	unknown := declare(t, q, filter.Everything(), strings.Replace(lines, fixture.B, fixture.UnitID(99), 1))
	if foreign.Accepted != 0 || len(foreign.Rejects) != 1 || len(foreign.Units) != 0 || foreign.Rejects[0].Code != "unit_not_registered" || foreign.Rejects[0].Code != unknown.Rejects[0].Code || foreign.Rejects[0].Column != unknown.Rejects[0].Column {
		t.Errorf("outside of it: %+v, of one that there is not: %+v", foreign, unknown)
	}
}

func TestJSONLinesAreReadAsATableIs(t *testing.T) {
	units, err := etl.RegistrationsIn(t.Context(), fixture.File(t, "units.csv", fixture.Units()))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"record_id":"1","unit_id":%q,"period":"2019-06","insurance":"pension","wage":10000.10,"base":"10000.10","employer_rate":0.16,"employer_amount":"1600.02"}

{"record_id":"2","unit_id":%q,"period":"2019-06","insurance":"pension","wage":10000,"base":10000,"employer_rate":"16%%","employer_amount":1700,"employee_rate":null}
{"record_id":"3","unit_id":%q,"period":"2019-06","insurance":"nothing","wage":1,"base":1,"employer_rate":1,"employer_amount":1}`, fixture.A, fixture.A, fixture.A)
	check := func(text string) (declaration.Result, error) {
		return etl.CheckDeclaration(t.Context(), nil, etl.DeclarationOptions{Scope: filter.Everything(), Pack: fixture.Pack(t), Units: units,
			Open: func(o reader.Options) (*reader.File, error) {
				return reader.OpenJSONLines("lines.json", []byte(text), o)
			}})
	}
	r, err := check(text)
	if err != nil {
		t.Fatal(err)
	}
	var lines []uint64
	for _, l := range r.Lines {
		lines = append(lines, l.Line)
	}
	// Employees owe 8 % that nobody declares: both lines are to be looked at, lines 1 and 3 of the text.
	if fmt.Sprint(lines) != "[1 3]" || len(r.Rejects) != 1 || r.Rejects[0].Line != 4 || r.Totals[0].Charged != 3300_02 || r.Totals[0].New != 3200_02 {
		t.Errorf("lines %v, rejects %+v, totals %+v", lines, r.Rejects, r.Totals)
	}
	for _, wrong := range []string{"{", `["a"]`, `{"a":[1]}`, `{"a":1} {"b":2}`, `{"record_id":"a\nb"}`, "null", ""} {
		if _, err := check(wrong); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}

// TestAListOfRightLinesMayStillBeLookedAt: persons that name nobody hide a double charge, and a month to come is likely another one.
func TestAListOfRightLinesMayStillBeLookedAt(t *testing.T) {
	q := fixture.Computed(t)
	right := func(id, month string) string {
		return declaredLine(id, fixture.A, month, "pension", "normal", "-", "10000", "10000", "0.16", "1600", "0.08", "800")
	}
	result, err := etl.CheckDeclaration(t.Context(), q, etl.DeclarationOptions{Scope: filter.Everything(), Pack: fixture.Pack(t),
		Now: time.Date(2019, 6, 20, 9, 0, 0, 0, period.Beijing), Open: contentOf(fixture.RecordsHeader + right("06-X1", "2019-06") + right("07-X2", "2019-07"))})
	if err != nil {
		t.Fatal(err)
	}
	want := []declaration.Note{{Code: "persons_blank", Lines: 2}, {Code: declaration.MonthsAhead, Lines: 1}}
	if result.Clean || !slices.Equal(result.Notes, want) {
		t.Errorf("clean %v, notes %+v, want %+v", result.Clean, result.Notes, want)
	}
}
