package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/queries"
)

// relaxations are the conditions of a list that found nothing without each of which it would find something, and how
// many units. Each is asked for by itself, so that nobody has to guess.
func (s *Server) relaxations(c *fiber.Ctx, a *unitsAnswer) ([]link, error) {
	ctx, cancel := asking(c)
	defer cancel()
	f, err := s.figuresAt(ctx, a.asked)
	if err != nil {
		return nil, err
	}
	p := a.printer
	var links []link
	try := func(name string, change func(*state, *unitsState, *queries.View)) error {
		st, units, view := a.st, a.units, a.view
		change(&st, &units, &view)
		search, err := queries.ReadUnitSearch(units.search)
		if err != nil {
			return err
		}
		without := a.asked
		without.view = view
		query := units.query(search)
		query.Most = 1
		list, err := s.unitList(ctx, f, without, query)
		if err != nil || list.Units == 0 {
			return err
		}
		st.extra = units.values(paramReason)
		links = append(links, link{Text: p.T("web.units.relax", "name", name, "count", dashboards.Count(list.Units)), Address: st.url("/units")})
		return nil
	}
	all := period.Range{From: a.stamp.DataFrom, To: a.stamp.DataTo}
	if a.view.Window != all {
		if err := try(p.T("web.filter.window"), func(st *state, _ *unitsState, v *queries.View) { st.from, st.to, v.Window = all.From, all.To, all }); err != nil {
			return nil, err
		}
	}
	for _, n := range narrowings {
		if narrow := a.view.Narrow; *n.field(&narrow) == "" {
			continue
		}
		if err := try(p.T("web.filter."+n.name), func(st *state, _ *unitsState, v *queries.View) { *n.field(&st.narrow), *n.field(&v.Narrow) = "", "" }); err != nil {
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
		if err := try(own.name, func(_ *state, u *unitsState, _ *queries.View) { own.drop(u) }); err != nil {
			return nil, err
		}
	}
	if len(links) == 0 && a.units.search != "" { // no single one will do: what was looked for counts most
		err := try(p.T("web.units.relax.all"), func(st *state, u *unitsState, v *queries.View) {
			st.from, st.to, v.Window = all.From, all.To, all
			st.narrow, v.Narrow = queries.Narrow{}, queries.Narrow{}
			u.state, u.band, u.wrongly, u.reason = "", "", "", ""
			u.sort, u.descending = u.usualSort()
		})
		return links, err
	}
	return links, nil
}
