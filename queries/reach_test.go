package queries_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/queries"
)

// placed is where a unit stands in a month, as dimensions name it.
type placed struct {
	unit contribution.Unit
	line *queries.BurdenLine
}

func (p placed) key(by, state string) string {
	u := p.unit
	switch by {
	case "region":
		return u.RegionCode[:2] + "0000"
	case "city":
		return u.RegionCode[:4] + "00"
	case "county":
		return u.RegionCode
	case "industry":
		return u.IndustryCode[:min(1, len(u.IndustryCode))]
	case "division":
		return u.IndustryCode[:min(3, len(u.IndustryCode))]
	case "insurance":
		return p.line.Insurance
	case "period":
		return period.Period(p.line.Period).String()
	case "state":
		return state
	}
	if d, ok := dimension.Named(by); ok && d.Listed != nil {
		return dimension.WordsOf(u).Of(d)
	}
	return ""
}

// byHand adds up the lines that export burdens writes, each unit by itself in each member.
type byHand struct {
	lines  []placed
	states map[string]string // by unit, over the window
}

func handOver(t *testing.T, r *fixture.Random, f *queries.Figures, v queries.View) byHand {
	t.Helper()
	h := byHand{states: map[string]string{}}
	totals := map[string]queries.Burden{}
	err := f.Burdens(t.Context(), everything, v, func(l *queries.BurdenLine) error {
		line := *l
		if !slices.Contains(v.Payers, payer(l.Payer)) {
			return nil
		}
		unit, _ := burden.VersionFor(r.VersionsOf(l.UnitID), period.Period(l.Period))
		h.lines = append(h.lines, placed{unit, &line})
		totals[l.UnitID] = totals[l.UnitID].Add(queries.Burden{Old: l.Old, New: l.New, Charged: l.Charged})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for unit, b := range totals {
		h.states[unit] = burden.StateOf(b.Old, b.New, b.Charged).String()
	}
	return h
}

func payer(word string) contribution.Payer {
	p, _ := contribution.ParsePayer(word)
	return p
}

// by is how far the cut came in each member of some dimensions.
func (h byHand) by(dimensions ...string) map[string]queries.Reach {
	units := map[string]map[string]queries.Burden{}
	for _, p := range h.lines {
		keys := make([]string, len(dimensions))
		for i, d := range dimensions {
			keys[i] = p.key(d, h.states[p.line.UnitID])
		}
		member := strings.Join(keys, "+")
		if units[member] == nil {
			units[member] = map[string]queries.Burden{}
		}
		units[member][p.line.UnitID] = units[member][p.line.UnitID].Add(queries.Burden{Old: p.line.Old, New: p.line.New, Charged: p.line.Charged})
	}
	reached := map[string]queries.Reach{}
	for member, of := range units {
		for _, b := range of {
			reached[member] = reached[member].Plus(queries.ReachOf(b))
		}
	}
	return reached
}

// compareReach says where two ways of adding up differ.
func compareReach(t *testing.T, name string, got, want map[string]queries.Reach) {
	t.Helper()
	if !maps.Equal(got, want) {
		for key := range want {
			if got[key] != want[key] {
				t.Errorf("%s, %q: %+v, by hand %+v", name, key, got[key], want[key])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d members, by hand %d", name, len(got), len(want))
		}
	}
}

// TestWhatReachedUnitsAddsUpByHand compares delivered, overcharged and undercharged of the summary, of the overview's
// members and months, of crossings and of lists of units with what the lines of export burdens come to, unit by unit, over
// random provinces in which units move, grow and change their industry.
func TestWhatReachedUnitsAddsUpByHand(t *testing.T) {
	r, _, f := province(t, 5)
	uncommon := 0
	for _, v := range views(f) {
		name := fmt.Sprint(v.Comparison, " of ", v.Payers)
		h := handOver(t, r, f, v)
		for _, by := range append([][]string{{"city", "size"}, {"industry", "state"}, {"period", "insurance"}, {"county", "period"}}, each(queries.SummaryDimensions)...) {
			got, want := map[string]queries.Reach{}, h.by(by...)
			for _, row := range summary(t, f, everything, v, by...) {
				got[strings.Join(row.Keys, "+")] = queries.Reach{Delivered: row.Delivered, Overcharged: row.Overcharged, Undercharged: row.Undercharged}
				if net := (queries.Burden{Old: row.Old, New: row.New, Charged: row.Charged}).Shortfall(); row.Overcharged-row.Undercharged != net {
					t.Errorf("%s by %v: %v too much and %v too little are not the net %v", name, by, row.Overcharged, row.Undercharged, net)
				}
			}
			for key, one := range want {
				if one.Delivered > one.Entitled {
					t.Errorf("%s by %v: %v of %v was delivered", name, by, one.Delivered, one.Entitled)
				}
				want[key] = queries.Reach{Delivered: one.Delivered, Overcharged: one.Overcharged, Undercharged: one.Undercharged}
			}
			compareReach(t, fmt.Sprint("summary of ", name, " by ", by), got, want)
		}
		sums := map[string]string{"total": "", "province": "region", "section": "industry"} // as their summary is called
		for _, level := range dimension.CommonLevels() {
			sums[level] = cmp.Or(sums[level], level)
		}
		for by, hand := range sums {
			rows, err := f.Members(t.Context(), everything, v, by)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]queries.Reach{}
			for _, m := range rows {
				got[m.Key] = m.Reach
				if m.Overcharged > 0 && m.Undercharged > 0 {
					uncommon++
				}
			}
			compareReach(t, fmt.Sprint("members of ", name, " by ", by), got, h.by(hand))
		}
		months, err := f.Months(t.Context(), everything, v)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]queries.Reach{}
		for _, m := range months {
			got[m.Period.String()] = m.Reach
		}
		compareReach(t, fmt.Sprint("months of ", name), got, h.by("period"))
		for _, pair := range [][2]string{{queries.ByRegion, queries.BySize}, {queries.ByIndustry, queries.ByMonth}} {
			cells, err := f.Cross(t.Context(), everything, v, pair[0], pair[1])
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]queries.Reach{}
			for _, c := range cells {
				column := c.Column
				if pair[1] == queries.ByMonth {
					column = column[:4] + "-" + column[4:]
				}
				got[c.Row+"+"+column] = c.Reach
			}
			hand := map[string]string{queries.ByRegion: "city", queries.BySize: "size", queries.ByIndustry: "industry", queries.ByMonth: "period"}
			compareReach(t, fmt.Sprint("crossing of ", name, " by ", pair), got, h.by(hand[pair[0]], hand[pair[1]]))
		}
		list, err := f.Units(t.Context(), everything, v, queries.UnitQuery{Most: 1})
		if err != nil || len(h.lines) > 0 && list.Total.Reach != h.by("")[""] {
			t.Errorf("units of %s: %+v, by hand %+v; %v", name, list.Total.Reach, h.by("")[""], err)
		}
	}
	if uncommon == 0 {
		t.Error("nowhere was somebody charged too much and somebody else too little")
	}
}

// each makes a list of every one alone.
func each(names []string) (lists [][]string) {
	for _, name := range names {
		lists = append(lists, []string{name})
	}
	return lists
}

// TestReasonsAddAndTakeAwayUnitByUnit compares both parts of every reason with the lines of export reasons.
func TestReasonsAddAndTakeAwayUnitByUnit(t *testing.T) {
	_, _, f := province(t, 5)
	for _, v := range views(f) {
		units := map[string]map[string]int64{}
		err := f.ReasonLines(t.Context(), everything, v, func(l *queries.ReasonLine) error {
			if units[l.Reason] == nil {
				units[l.Reason] = map[string]int64{}
			}
			units[l.Reason][l.UnitID] += int64(l.Amount)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.Reasons(t.Context(), everything, v)
		if err != nil || len(rows) != len(units) {
			t.Fatalf("%s: %d reasons, the lines have %d; %v", v.Comparison, len(rows), len(units), err)
		}
		for _, r := range rows {
			var more, less int64
			for _, fen := range units[r.Reason] {
				more, less = more+max(0, fen), less+max(0, -fen)
			}
			if int64(r.More) != more || int64(r.Less) != less || r.More-r.Less != r.Amount || r.Units != uint64(len(units[r.Reason])) {
				t.Errorf("%s, %s: %d units, %v and %v, net %v, the lines come to %d, %d and %d", v.Comparison, r.Reason, r.Units, r.More, r.Less, r.Amount, len(units[r.Reason]), more, less)
			}
		}
	}
}

// TestTheUnitsThatWereChargedTooLittleCanBeListed: as many as the overview counts, and no others.
func TestTheUnitsThatWereChargedTooLittleCanBeListed(t *testing.T) {
	_, _, f := province(t, 5)
	for _, v := range views(f) {
		total, err := f.Members(t.Context(), everything, v, "total")
		if err != nil || len(total) == 0 {
			continue
		}
		for wrongly, want := range map[string]uint64{"over": total[0].UnitsOvercharged, "under": total[0].UnitsUndercharged, "": total[0].Units} {
			list, err := f.Units(t.Context(), everything, v, queries.UnitQuery{Wrongly: wrongly, Most: 1000})
			if err != nil || list.Units != want || uint64(len(list.Rows)) != want {
				t.Errorf("%s: %d units charged %q, want %d; %v", v.Comparison, list.Units, wrongly, want, err)
			}
			for _, u := range list.Rows {
				if wrongly == "over" && u.Shortfall() <= 0 || wrongly == "under" && u.Shortfall() >= 0 {
					t.Errorf("%s: %s of %v is listed as charged %q", v.Comparison, u.UnitID, u.Burden, wrongly)
				}
			}
		}
	}
}
