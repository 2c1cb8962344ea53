package report

import (
	"context"
	"fmt"

	"jianfu/internal/dimension"
	"jianfu/queries"
)

// states are those that a rule can choose by.
var states = []string{"increased", "none", "partial", "full", "no_due"}

// choose reads the units that the rules of a table choose. Whoever is kept from figures about few persons is shown none.
func (s *sources) choose(ctx context.Context, d *Definition, r Request) (err error) {
	if r.Decisions != nil {
		return nil
	}
	rules := make([]queries.UnitChoice, len(d.Rows.Choose))
	for i, c := range d.Rows.Choose {
		rules[i] = queries.UnitChoice{Sort: c.Sort, Most: uint8(c.Most), State: c.State, Section: c.Section, Words: dimension.Words(c.SomeWords)} //nolint:gosec // at most MostChosen
	}
	if s.typical[d.ID], err = s.figures.Choose(ctx, s.scope, s.view, rules); err != nil {
		return fmt.Errorf("choose units for table %s: %w", d.ID, err)
	}
	return nil
}

// chosen are the rows of the units that rules chose. Masked, they have neither name nor code, and of their places the city and the
// section alone.
func (s *sources) chosen(d *Definition) (all []line) {
	rank := map[uint32]int{}
	for _, u := range s.typical[d.ID] {
		rank[u.Rule]++
		burden := queries.Burden{Old: u.Old, New: u.New, Charged: u.Charged}
		key, name, region := fmt.Sprintf("%d:%s", u.Rule, u.UnitID), s.p.T("report.unit.named", "name", u.Name, "code", u.UnitID), u.RegionCode
		if s.masked {
			key, name, region = fmt.Sprintf("%d:%d", u.Rule, rank[u.Rule]), s.p.T("report.unit.masked"), region[:4]+"00"
		}
		section := u.IndustryCode[:min(1, len(u.IndustryCode))]
		title := s.p.T("report.unit.row", "rule", d.Rows.Choose[u.Rule-1].Title, "name", name, "region", s.names.Region(region), "industry", s.names.Industry(section),
			"size", s.names.Word("size")(u.Size))
		row := queries.MemberRow{Key: key, Sums: queries.Sums{Burden: burden, Reach: queries.ReachOf(burden)}, Headcount: u.Headcount}
		all = append(all, line{sort: memberRow, key: key, title: title, facts: facts{member: row}})
	}
	return all
}
