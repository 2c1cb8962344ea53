package units

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// listing are the parameters of a list of units.
var listing = kit.And(kit.Viewing, kit.ParamSearch, kit.ParamState, paramBand, paramWrongly, kit.ParamReason, kit.ParamSort, kit.ParamColumns, kit.ParamPage, kit.ParamPerPage)

func (s pages) unitOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/units", Rights: unitRights, Handler: s.unitsAPI, Reply: unitsJSON{}, Parameters: listing},
		{Path: kit.APIRoot + "/units/:id", Rights: unitRights, Handler: s.unitAPI, Reply: unitJSON{}, Parameters: kit.And(unitViewing, kit.ParamVersus)},
		{Path: kit.APIRoot + "/units/:id/answer", Rights: unitRights, Handler: s.answerAPI, Reply: answerJSON{}, Parameters: unitViewing},
		{Path: kit.APIRoot + "/units/:id/records", Rights: recordRights, Handler: s.recordsAPI, Reply: recordsJSON{}, Parameters: kit.And(unitViewing, paramMonth, kit.ParamInsurance, kit.ParamPage, kit.ParamPerPage)},
		{Path: kit.APIRoot + "/units/:id/records/:load/:line", Rights: recordRights, Handler: s.traceAPI, Reply: traceJSON{}, Parameters: unitViewing},
	}
}

// unitsJSON is a page of a list of units and what all that were found come to.
type unitsJSON struct {
	View         view.ViewJSON `json:"view"`
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
	view.SumsJSON
	Explained *money.Fen `json:"explained,omitempty"` // by the reason that is asked for
}

type unitRowJSON struct {
	UnitID   string `json:"unit_id"`
	Name     string `json:"name"`
	Region   string `json:"region"`
	Industry string `json:"industry"`
	dimension.Words
	Suppressed bool    `json:"suppressed,omitempty"`
	State      *string `json:"state,omitempty" choice:"state"`
	Headcount  *uint64 `json:"headcount,omitempty"`
	*view.BurdenJSON
	PerPerson *money.Fen `json:"per_person,omitempty"` // charged for a person and month; absent without persons
	Explained *money.Fen `json:"explained,omitempty"`
}

// unitsAPI is GET /api/v1/units.
func (s pages) unitsAPI(c *fiber.Ctx) error {
	a, err := s.askUnits(c, kit.ParamReason)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	reply := unitsJSON{View: view.ViewOf(a.Asked), Stamp: a.Stamp, LeastPersons: a.least, Total: a.list.Units, Page: a.units.page, PerPage: a.units.perPage, Units: []unitRowJSON{}}
	explained := func(amount money.Fen) *money.Fen {
		if a.units.reason == "" {
			return nil
		}
		return &amount
	}
	if !a.concealed() {
		reply.Sums = &unitSumsJSON{Headcount: a.list.Headcount, SumsJSON: *view.SumsOf(a.list.Total), Explained: explained(a.list.Explained)}
	}
	if t, ok := a.agreement(); ok {
		reply.Agrees = &t.Good
	}
	table := dashboards.NewUnitTable(nil, a.units.reason, a.least, a.Printer)
	for _, r := range a.list.Rows {
		row := unitRowJSON{UnitID: r.UnitID, Name: r.Name, Region: r.RegionCode, Industry: r.IndustryCode, Words: r.Words, Suppressed: table.Conceals(r)}
		if !row.Suppressed {
			if perPerson, ok := queries.PerPerson(r.Charged, r.Headcount); ok {
				row.PerPerson = &perPerson
			}
			row.State, row.Headcount, row.BurdenJSON, row.Explained = &r.State, &r.Headcount, view.BurdenOf(r.Burden), explained(r.Explained)
		}
		reply.Units = append(reply.Units, row)
	}
	if err := s.Listed(c, "units", len(reply.Units)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// unitsParameters are what operations of this topic take beside the common ones.
var unitsParameters = map[string]kit.APIParameter{
	paramMonth:   {Month: true, Example: "2019-06"},
	"id":         {Example: "91320211MA64MGQHXL"},
	"load":       {Least: 1, Most: 1 << 31, Example: "2"},
	"line":       {Least: 1, Most: 1 << 31, Example: "2"},
	paramBand:    {Choices: queries.Bands, Any: true},
	paramWrongly: {Choices: queries.Wrong, Any: true},
}
