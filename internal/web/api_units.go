package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/money"
	"jianfu/queries"
)

// listing are the parameters of a list of units.
var listing = and(viewing, paramSearch, paramState, paramBand, paramWrongly, paramReason, paramSort, paramColumns, paramPage, paramPerPage)

func (s *Server) unitOperations() []operation {
	return []operation{
		{apiRoot + "/units", unitRights, s.unitsAPI, unitsJSON{}, listing},
		{apiRoot + "/units/:id", unitRights, s.unitAPI, unitJSON{}, and(unitViewing, paramVersus)},
		{apiRoot + "/units/:id/answer", unitRights, s.answerAPI, answerJSON{}, unitViewing},
		{apiRoot + "/units/:id/records", recordRights, s.recordsAPI, recordsJSON{}, and(unitViewing, paramMonth, paramInsurance, paramPage, paramPerPage)},
		{apiRoot + "/units/:id/records/:load/:line", recordRights, s.traceAPI, traceJSON{}, unitViewing},
	}
}

// unitsJSON is a page of a list of units and what all that were found come to.
type unitsJSON struct {
	View         viewJSON      `json:"view"`
	Stamp        queries.Stamp `json:"stamp"`
	LeastPersons uint64        `json:"least_persons,omitempty"` // units with fewer have no figures for this reader, and there are no sums
	Total        uint64        `json:"total"`                   // units found
	Page         uint64        `json:"page"`
	PerPage      uint64        `json:"per_page"`
	Sums         *unitSumsJSON `json:"sums,omitempty"`
	Agrees       *bool         `json:"agrees,omitempty"` // with the figures one level up; absent where there is none to compare with
	Units        []unitRowJSON `json:"units"`
}

type unitSumsJSON struct {
	Headcount uint64 `json:"headcount"`
	sumsJSON
	Explained *money.Fen `json:"explained,omitempty"` // by the reason that is asked for
}

type unitRowJSON struct {
	UnitID       string  `json:"unit_id"`
	Name         string  `json:"name"`
	Region       string  `json:"region"`
	Industry     string  `json:"industry"`
	Size         string  `json:"size" choice:"size"`
	EconomicType string  `json:"economic_type" choice:"economic_type"`
	UnitKind     string  `json:"unit_kind" choice:"unit_kind"`
	Suppressed   bool    `json:"suppressed,omitempty"`
	State        *string `json:"state,omitempty" choice:"state"`
	Headcount    *uint64 `json:"headcount,omitempty"`
	*burdenJSON
	PerPerson *money.Fen `json:"per_person,omitempty"` // charged for a person and month; absent without persons
	Explained *money.Fen `json:"explained,omitempty"`
}

// unitsAPI is GET /api/v1/units.
func (s *Server) unitsAPI(c *fiber.Ctx) error {
	a, err := s.askUnits(c, paramReason)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return status(fiber.StatusBadRequest, a.wrong)
	}
	reply := unitsJSON{View: viewOf(a.asked), Stamp: a.stamp, LeastPersons: a.least, Total: a.list.Units, Page: a.units.page, PerPage: a.units.perPage, Units: []unitRowJSON{}}
	explained := func(amount money.Fen) *money.Fen {
		if a.units.reason == "" {
			return nil
		}
		return &amount
	}
	if !a.concealed() {
		reply.Sums = &unitSumsJSON{Headcount: a.list.Headcount, sumsJSON: *sumsOf(a.list.Total), Explained: explained(a.list.Explained)}
	}
	if t, ok := a.agreement(); ok {
		reply.Agrees = &t.Good
	}
	table := dashboards.NewUnitTable(nil, a.units.reason, a.least, a.printer)
	for _, r := range a.list.Rows {
		row := unitRowJSON{UnitID: r.UnitID, Name: r.Name, Region: r.RegionCode, Industry: r.IndustryCode, Size: r.Size, EconomicType: r.EconomicType,
			UnitKind: r.UnitKind, Suppressed: table.Conceals(r)}
		if !row.Suppressed {
			if perPerson, ok := queries.PerPerson(r.Charged, r.Headcount); ok {
				row.PerPerson = &perPerson
			}
			row.State, row.Headcount, row.burdenJSON, row.Explained = &r.State, &r.Headcount, burdenOf(r.Burden), explained(r.Explained)
		}
		reply.Units = append(reply.Units, row)
	}
	if err := s.listed(c, "units", len(reply.Units)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// unitsParameters are what operations of this topic take beside the common ones.
var unitsParameters = map[string]apiParameter{
	paramMonth:   {month: true, example: "2019-06"},
	"id":         {example: "91320211MA64MGQHXL"},
	"load":       {least: 1, most: 1 << 31, example: "2"},
	"line":       {least: 1, most: 1 << 31, example: "2"},
	paramBand:    {choices: queries.Bands, any: true},
	paramWrongly: {choices: queries.Wrong, any: true},
}
