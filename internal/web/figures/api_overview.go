package figures

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// The JSON of the overview: the figures of the page, amounts as exact yuan in strings, derived ones included.
type overviewJSON struct {
	View         view.ViewJSON `json:"view"`
	Stamp        queries.Stamp `json:"stamp"`
	Title        string        `json:"title"`
	LeastPersons int64         `json:"least_persons,omitempty"` // figures about fewer are suppressed for this reader
	Total        memberJSON    `json:"total"`
	ByPeriod     []periodJSON  `json:"by_period"`     // the months of the window: they add up to the total
	OtherPeriods []periodJSON  `json:"other_periods"` // those with data outside of it
	dimension.By[[]memberJSON]
	ByMeasure     []view.MeasureJSON `json:"by_measure"`
	ByReason      []reasonJSON       `json:"by_reason"`
	ByBand        []bandJSON         `json:"by_band"`
	Increased     []placeJSON        `json:"increased_by_place"`
	SmallAndMicro *view.SumsJSON     `json:"small_and_micro"`
	Uncovered     *uncoveredJSON     `json:"uncovered_records"`
	Against       *againstJSON       `json:"against"`
	Versus        *view.VersusJSON   `json:"versus"`
	Events        []policy.Event     `json:"events"`
	Findings      FindingsJSON       `json:"findings"`
}

// againstJSON are the two months that the changes of the key figures lie between.
type againstJSON struct {
	Before periodJSON `json:"before"`
	Now    periodJSON `json:"now"`
}

type bandJSON struct {
	Size       string  `json:"size"` // "" for all sizes
	Band       string  `json:"band" choice:"band"`
	Suppressed bool    `json:"suppressed,omitempty"`
	Units      *uint64 `json:"units,omitempty"`
	Persons    *uint64 `json:"persons,omitempty"`
}

type placeJSON struct {
	Region  string `json:"region" example:"320583"`
	Section string `json:"section" example:"C"`
	Units   uint64 `json:"units"`
}

type uncoveredJSON struct {
	Records uint64 `json:"records"`
	Units   uint64 `json:"units"`
}

type FindingsJSON struct {
	Good  []findingJSON `json:"good"`
	Risks []findingJSON `json:"risks"`
}

type findingJSON struct {
	ID   string `json:"id" example:"reason"`
	Text string `json:"text"`
}

type reasonRegionJSON struct {
	Region string    `json:"region" example:"320500"`
	Units  uint64    `json:"units"`
	Amount money.Fen `json:"amount"`
	More   money.Fen `json:"more"`
	Less   money.Fen `json:"less"`
}

type memberJSON struct {
	Key        string `json:"key" example:"320200"`
	Name       string `json:"name,omitempty" example:"无锡市"`
	Suppressed bool   `json:"suppressed,omitempty"` // then no figure of it is there
	*view.SumsJSON
	*countsJSON
}

type periodJSON struct {
	Period     period.Period `json:"period"`
	Suppressed bool          `json:"suppressed,omitempty"`
	*view.SumsJSON
	*peopleJSON
}

type peopleJSON struct {
	Units     uint64 `json:"units"`
	Headcount uint64 `json:"headcount"`
}

// countsJSON has neither units nor states by insurance, where a unit stands in several rows and has no state of its own.
type countsJSON struct {
	Units     *uint64         `json:"units"`
	Headcount uint64          `json:"headcount"`
	States    *queries.States `json:"states"`
}

type reasonJSON struct {
	Reason  string             `json:"reason"`
	Name    string             `json:"name"`
	Merged  bool               `json:"merged,omitempty"` // all that are about too few to be shown one by one; then neither units nor regions are there
	Units   *uint64            `json:"units,omitempty"`
	Amount  *money.Fen         `json:"amount"`
	More    *money.Fen         `json:"more"`
	Less    *money.Fen         `json:"less"`
	Regions []reasonRegionJSON `json:"regions,omitempty"`
}

// overviewAPI is GET /api/v1/overview, with the parameters of the page.
func (s pages) overviewAPI(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	return c.JSON(overviewReply(a.Asked, a.overview, a.hidden, a.contents().Title))
}

// overviewReply is what the JSON of any page says that shows the figures of an overview.
func overviewReply(a view.Asked, o queries.Overview, h dashboards.Hidden, title string) overviewJSON {
	names := dashboards.NewNames(a.Printer)
	reply := overviewJSON{
		View:  view.ViewOf(a),
		Stamp: o.Stamp, Title: title, LeastPersons: h.Least,
		Total:        member(o.Total, "", true, h.All()),
		ByMeasure:    append([]view.MeasureJSON{}, o.ByMeasure...),
		ByPeriod:     []periodJSON{},
		OtherPeriods: []periodJSON{},
		ByReason:     []reasonJSON{},
		Versus:       view.VersusReply(a, o, h),
	}
	for _, d := range dimension.All {
		*reply.Of(d) = members(*o.Of(d), names, h, d)
	}
	var months []periodJSON
	for _, r := range o.ByPeriod {
		row := periodJSON{Period: r.Period, Suppressed: h.Month(r.Period)}
		if !row.Suppressed {
			row.SumsJSON, row.peopleJSON = view.SumsOf(r.Sums), &peopleJSON{r.Units, r.Headcount}
		}
		months = append(months, row)
		if o.View.Window.Contains(r.Period) {
			reply.ByPeriod = append(reply.ByPeriod, row)
		} else {
			reply.OtherPeriods = append(reply.OtherPeriods, row)
		}
	}
	for _, r := range o.ByReason {
		row := reasonJSON{Reason: r.Reason, Name: names.Word("reason")(r.Reason), Amount: &r.Amount, More: &r.More, Less: &r.Less, Merged: r.Reason == dashboards.MergedReasons}
		if !row.Merged {
			row.Units = &r.Units
			for _, place := range r.ByRegion {
				row.Regions = append(row.Regions, reasonRegionJSON(place))
			}
		}
		reply.ByReason = append(reply.ByReason, row)
	}
	reply.lead(dashboards.NewOverview(o, h, a.Link, a.Printer), o, h, months)
	return reply
}

// lead puts in what stands first on the page, and what it is made from.
func (j *overviewJSON) lead(page *dashboards.Overview, o queries.Overview, h dashboards.Hidden, months []periodJSON) {
	j.ByBand, j.Increased, j.Events = []bandJSON{}, []placeJSON{}, append([]policy.Event{}, o.Events...)
	for _, r := range o.ByBand {
		band := bandJSON{Size: r.Size, Band: r.Band, Suppressed: h.Band(r.Size, r.Band)}
		if !band.Suppressed {
			band.Units, band.Persons = &r.Units, &r.Persons
		}
		j.ByBand = append(j.ByBand, band)
	}
	for _, r := range o.Increased {
		j.Increased = append(j.Increased, placeJSON{r.Region, r.Section, r.Units})
	}
	if u := o.Uncovered; u != nil {
		j.Uncovered = &uncoveredJSON{u.Records, u.Units}
	}
	if row := page.SmallAndMicro; row != nil {
		j.SmallAndMicro = view.SumsOf(*row)
	}
	to := o.View.Window.To
	for i, r := range months {
		if i > 0 && r.Period == to && months[i-1].Period == to.Add(-1) {
			j.Against = &againstJSON{Before: months[i-1], Now: r}
		}
	}
	j.Findings = FindingsJSON{sentences(page.Findings.Good), sentences(page.Findings.Risks)}
}

// sentences are findings as plain text.
func sentences(list []dashboards.Finding) []findingJSON {
	plain := strings.NewReplacer(dashboards.StrongStart, "", dashboards.StrongEnd, "")
	all := []findingJSON{}
	for _, f := range list {
		all = append(all, findingJSON{f.ID, plain.Replace(f.Text)})
	}
	return all
}

func member(r queries.MemberRow, name string, states, suppressed bool) memberJSON {
	m := memberJSON{Key: r.Key, Name: name, Suppressed: suppressed}
	if suppressed {
		return m
	}
	m.SumsJSON, m.countsJSON = view.SumsOf(r.Sums), &countsJSON{Headcount: r.Headcount}
	if states {
		m.Units, m.States = &r.Units, &r.States
	}
	return m
}

func members(rows []queries.MemberRow, names dashboards.Names, h dashboards.Hidden, d *dimension.Dimension) []memberJSON {
	all := make([]memberJSON, 0, len(rows))
	for _, r := range rows {
		all = append(all, member(r, names.Member(d.ID, r.Key), !d.Shared, h.All() || h.Of(d.Below, r.Key)))
	}
	return all
}
