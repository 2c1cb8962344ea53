package units

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// relaxations are the conditions of a list that found nothing without each of which it would find something, and how
// many units. Each is asked for by itself, so that nobody has to guess.
func (s pages) relaxations(c *fiber.Ctx, a *unitsAnswer) ([]kit.Link, error) {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	f, err := s.FiguresAt(ctx, a.Asked)
	if err != nil {
		return nil, err
	}
	p := a.Printer
	var links []kit.Link
	try := func(name string, change func(*kit.State, *unitsState, *queries.View)) error {
		st, units, view := a.St, a.units, a.View
		change(&st, &units, &view)
		search, err := queries.ReadUnitSearch(units.search)
		if err != nil {
			return err
		}
		without := a.Asked
		without.View = view
		query := units.query(search)
		query.Most = 1
		list, err := s.UnitList(ctx, f, without, query)
		if err != nil || list.Units == 0 {
			return err
		}
		st.Extra = units.values(kit.ParamReason)
		links = append(links, kit.Link{Text: p.T("web.units.relax", "name", name, "count", dashboards.Count(list.Units)), Address: st.URL("/units")})
		return nil
	}
	all := period.Range{From: a.Stamp.DataFrom, To: a.Stamp.DataTo}
	if a.View.Window != all {
		if err := try(p.T("web.filter.window"), func(st *kit.State, _ *unitsState, v *queries.View) { st.From, st.To, v.Window = all.From, all.To, all }); err != nil {
			return nil, err
		}
	}
	for _, n := range dimension.All {
		if a.View.Narrow.Value(n) == "" {
			continue
		}
		if err := try(p.T("web.filter."+n.ID), func(st *kit.State, _ *unitsState, v *queries.View) {
			*n.Field(&st.Narrow), *n.Field(&v.Narrow) = "", ""
		}); err != nil {
			return nil, err
		}
	}
	for _, own := range []struct {
		name  string
		given bool
		drop  func(*unitsState)
	}{
		{p.T("web.search"), a.units.search != "", func(u *unitsState) { u.search = "" }},
		{p.T("web.units.column.state"), a.units.state != "", func(u *unitsState) { u.state = "" }},
		{p.T("web.column.wrongly"), a.units.wrongly != "", func(u *unitsState) { u.wrongly = "" }},
		{p.T("web.column.band"), a.units.band != "", func(u *unitsState) { u.band = "" }},
		{p.T("web.column.reason"), a.units.reason != "", func(u *unitsState) { u.reason = ""; u.sort, u.descending = u.usualSort() }},
	} {
		if !own.given {
			continue
		}
		if err := try(own.name, func(_ *kit.State, u *unitsState, _ *queries.View) { own.drop(u) }); err != nil {
			return nil, err
		}
	}
	if len(links) == 0 && a.units.search != "" { // no single one will do: what was looked for counts most
		err := try(p.T("web.units.relax.all"), func(st *kit.State, u *unitsState, v *queries.View) {
			st.From, st.To, v.Window = all.From, all.To, all
			st.Narrow, v.Narrow = queries.Narrow{}, queries.Narrow{}
			u.state, u.band, u.wrongly, u.reason = "", "", "", ""
			u.sort, u.descending = u.usualSort()
		})
		return links, err
	}
	return links, nil
}
