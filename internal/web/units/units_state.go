package units

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// The parameters of a list of units, besides those that all pages of figures have.
const (
	paramBand    = "band"    // of the change of the burden
	paramWrongly = "wrongly" // charged above the new policy, or below it
)

// unitsState is what an address says of a list of units.
type unitsState struct {
	search, state, band, reason string
	wrongly                     string
	sort                        string // one of queries.UnitSorts
	descending                  bool
	columns                     []string // in order; none for the usual ones
	page, perPage               uint64   // from 1; rows of a page
}

// usualSort is the order of a list for which nobody has chosen: what was charged too much, the most first; of the units that
// were charged too little, those that lack most.
func (u unitsState) usualSort() (by string, descending bool) {
	if u.reason != "" {
		return "reason", true
	}
	return "shortfall", u.wrongly != "under"
}

// readUnits reads the parameters of a list; reason is the name under which a reason of the shortfall stands.
func readUnits(c *fiber.Ctx, reason string) (unitsState, error) {
	u := unitsState{search: strings.TrimSpace(c.Query(kit.ParamSearch)), page: 1, perPage: kit.UnitsPerPage}
	word := func(into *string, name string, known []string) error {
		value := c.Query(name)
		if value != "" && !slices.Contains(known, value) {
			return kit.BadChoice(name, value, known)
		}
		*into = value
		return nil
	}
	if err := word(&u.state, kit.ParamState, kit.Ids(burden.States)); err != nil {
		return u, kit.Status(fiber.StatusBadRequest, err)
	}
	if err := word(&u.band, paramBand, queries.Bands); err != nil {
		return u, kit.Status(fiber.StatusBadRequest, err)
	}
	if err := word(&u.wrongly, paramWrongly, queries.Wrong); err != nil {
		return u, kit.Status(fiber.StatusBadRequest, err)
	}
	if err := word(&u.reason, reason, kit.Ids(burden.Reasons)); err != nil {
		return u, kit.Status(fiber.StatusBadRequest, err)
	}
	u.sort, u.descending = u.usualSort()
	if sort := c.Query(kit.ParamSort); sort != "" {
		by, descending := strings.CutPrefix(sort, "-")
		if !slices.Contains(queries.UnitSorts, by) || by == "reason" && u.reason == "" {
			return u, kit.Status(fiber.StatusBadRequest, kit.BadChoice(kit.ParamSort, sort, queries.UnitSorts))
		}
		u.sort, u.descending = by, descending
	}
	for _, columns := range c.Context().QueryArgs().PeekMulti(kit.ParamColumns) { // a form sends one for each box
		for column := range strings.SplitSeq(string(columns), ",") {
			if column == "" || slices.Contains(u.columns, column) {
				continue
			}
			if !slices.Contains(dashboards.UnitColumns, column) {
				return u, kit.Status(fiber.StatusBadRequest, kit.BadChoice(kit.ParamColumns, column, dashboards.UnitColumns))
			}
			u.columns = append(u.columns, column)
		}
	}
	var err error
	u.page, u.perPage, err = kit.ReadPage(c)
	return u, err
}

// columnsOr are the columns of the list.
func (u unitsState) columnsOr() []string {
	if len(u.columns) == 0 {
		return dashboards.UsualUnitColumns
	}
	return u.columns
}

// query is the question to the store; what is searched for has been read.
func (u unitsState) query(search queries.UnitSearch) queries.UnitQuery {
	return queries.UnitQuery{Search: search, State: u.state, Band: u.band, Wrongly: u.wrongly, Reason: u.reason, Sort: u.sort, Descending: u.descending,
		Skip: (u.page - 1) * u.perPage, Most: u.perPage}
}

// values are the parameters of the list as an address has them, defaults left out.
func (u unitsState) values(reason string) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(kit.ParamSearch, u.search)
	set(kit.ParamState, u.state)
	set(paramBand, u.band)
	set(paramWrongly, u.wrongly)
	set(reason, u.reason)
	if usual, descending := u.usualSort(); u.sort != usual || u.descending != descending {
		set(kit.ParamSort, map[bool]string{true: "-"}[u.descending]+u.sort)
	}
	set(kit.ParamColumns, strings.Join(u.columns, ","))
	if u.perPage != kit.UnitsPerPage {
		set(kit.ParamPerPage, strconv.FormatUint(u.perPage, 10))
	}
	if u.page > 1 {
		set(kit.ParamPage, strconv.FormatUint(u.page, 10))
	}
	return v
}
