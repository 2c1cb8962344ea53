package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// The JSON of the overview: the figures of the page, amounts as exact yuan in strings, derived ones included.
type overviewJSON struct {
	View           viewJSON      `json:"view"`
	Stamp          queries.Stamp `json:"stamp"`
	Title          string        `json:"title"`
	Total          memberJSON    `json:"total"`
	ByPeriod       []periodJSON  `json:"by_period"`
	ByRegion       []memberJSON  `json:"by_region"`
	ByIndustry     []memberJSON  `json:"by_industry"`
	BySize         []memberJSON  `json:"by_size"`
	ByEconomicType []memberJSON  `json:"by_economic_type"`
	ByUnitKind     []memberJSON  `json:"by_unit_kind"`
	ByInsurance    []memberJSON  `json:"by_insurance"`
	ByMeasure      []measureJSON `json:"by_measure"`
	ByReason       []reasonJSON  `json:"by_reason"`
}

type viewJSON struct {
	From       period.Period `json:"from"`
	To         period.Period `json:"to"`
	Comparison string        `json:"comparison"`
	Payer      string        `json:"payer"`
}

type burdenJSON struct {
	Old       money.Fen `json:"old"`
	New       money.Fen `json:"new"`
	Charged   money.Fen `json:"charged"`
	Due       money.Fen `json:"due"`
	Real      money.Fen `json:"real"`
	Shortfall money.Fen `json:"shortfall"`
}

type memberJSON struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"`
	burdenJSON
	Units     uint64          `json:"units"`
	Headcount uint64          `json:"headcount"`
	States    *queries.States `json:"states"` // null by insurance, where a unit has no state of its own
}

type periodJSON struct {
	Period period.Period `json:"period"`
	burdenJSON
	Units     uint64 `json:"units"`
	Headcount uint64 `json:"headcount"`
}

type measureJSON = queries.MeasureRow

type reasonJSON struct {
	queries.ReasonRow
	Name string `json:"name"`
}

// overviewAPI is GET /api/v1/overview, with the parameters of the page.
func (s *Server) overviewAPI(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	o, names := a.overview, dashboards.NewNames(a.printer)
	total := member(o.Total, "", true)
	reply := overviewJSON{
		View:  viewJSON{From: o.View.Window.From, To: o.View.Window.To, Comparison: o.View.Comparison, Payer: a.st.payerWord()},
		Stamp: o.Stamp, Title: dashboards.NewOverview(o, a.printer).Title, Total: total,
		ByRegion:       members(o.ByRegion, names.Region, true),
		ByIndustry:     members(o.ByIndustry, names.Industry, true),
		BySize:         members(o.BySize, names.Word("size"), true),
		ByEconomicType: members(o.ByEconomicType, names.Word("economic_type"), true),
		ByUnitKind:     members(o.ByUnitKind, names.Word("unit_kind"), true),
		ByInsurance:    members(o.ByInsurance, names.Word("insurance"), false),
		ByMeasure:      append([]measureJSON{}, o.ByMeasure...),
		ByPeriod:       []periodJSON{},
		ByReason:       []reasonJSON{},
	}
	for _, r := range o.ByPeriod {
		reply.ByPeriod = append(reply.ByPeriod, periodJSON{r.Period, burden(r.Burden), r.Units, r.Headcount})
	}
	for _, r := range o.ByReason {
		reply.ByReason = append(reply.ByReason, reasonJSON{r, names.Word("reason")(r.Reason)})
	}
	return c.JSON(reply)
}

func burden(b queries.Burden) burdenJSON {
	return burdenJSON{Old: b.Old, New: b.New, Charged: b.Charged, Due: b.Due(), Real: b.Real(), Shortfall: b.Shortfall()}
}

func member(r queries.MemberRow, name string, states bool) memberJSON {
	m := memberJSON{Key: r.Key, Name: name, burdenJSON: burden(r.Burden), Units: r.Units, Headcount: r.Headcount}
	if states {
		m.States = &r.States
	}
	return m
}

func members(rows []queries.MemberRow, name func(key string) string, states bool) []memberJSON {
	all := make([]memberJSON, 0, len(rows))
	for _, r := range rows {
		all = append(all, member(r, name(r.Key), states))
	}
	return all
}
