package runs

import (
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// runOperations are the JSON of the runs' pages.
func (s pages) runOperations() []kit.Operation {
	units := []access.Right{access.FiguresUnit}
	return []kit.Operation{
		{Path: kit.APIRoot + "/runs", Rights: seeRuns, Handler: s.runsAPI, Reply: runsJSON{}},
		{Path: kit.APIRoot + "/runs/:run", Rights: seeRuns, Handler: s.runAPI, Reply: runDetailJSON{}},
		{Path: kit.APIRoot + "/runs/:run/difference", Rights: kit.Figures, Handler: s.differenceAPI, Reply: differenceJSON{}, Parameters: kit.And(kit.Viewing, paramAgainst)},
		{Path: kit.APIRoot + "/runs/:run/difference/units", Rights: units, Handler: s.movedUnitsAPI, Reply: movedUnitsJSON{}, Parameters: kit.And(kit.Viewing, paramAgainst, paramBy, paramThen, paramNow, paramWhy, kit.ParamPage)},
		{Path: kit.APIRoot + "/runs/:run/difference/units/:unit", Rights: units, Handler: s.movedUnitAPI, Reply: movedUnitDetailJSON{}, Parameters: []string{kit.ParamFrom, kit.ParamTo, kit.ParamComparison, kit.ParamPayer, paramAgainst}},
	}
}

type runsJSON struct {
	Runs []runJSON `json:"runs"` // newest first
}

type runJSON struct {
	Run           uint32          `json:"run"`
	RunState      string          `json:"run_state"`
	Current       bool            `json:"current"`
	Dropped       bool            `json:"dropped"`
	StartedAt     time.Time       `json:"started_at"`
	FinishedAt    time.Time       `json:"finished_at"`
	By            string          `json:"by"`
	Program       string          `json:"program"`
	Pack          string          `json:"pack"`
	PackTitle     string          `json:"pack_title"`
	PackHash      string          `json:"pack_hash"`
	DataFrom      period.Period   `json:"data_from"`
	DataTo        period.Period   `json:"data_to"`
	Computed      []period.Period `json:"computed"`
	Loads         []uint32        `json:"loads"`
	SampleChecked uint64          `json:"sample_checked"`
	SampleDiffers uint64          `json:"sample_differs"`
	*runCountsJSON
}

// runCountsJSON are counts of the whole store, for who sees the whole of it.
type runCountsJSON struct {
	queries.RunCounts                        // of the default comparison
	ByComparison      []comparisonCountsJSON `json:"by_comparison"`
}

type comparisonCountsJSON struct {
	Comparison string `json:"comparison"`
	queries.RunCounts
}

func runCountsOf(r queries.Run) *runCountsJSON {
	counts := &runCountsJSON{r.RunCounts, []comparisonCountsJSON{}}
	for _, id := range r.Comparisons {
		counts.ByComparison = append(counts.ByComparison, comparisonCountsJSON{id, r.Counts(id)})
	}
	return counts
}

func runOf(r queries.RunEntry, whole bool) runJSON {
	j := runJSON{Run: r.ID, RunState: r.State, Current: r.Current, Dropped: r.Dropped, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, By: r.Actor, Program: r.Program,
		Pack: r.PackID, PackTitle: r.PackTitle, PackHash: r.PackHash, DataFrom: period.Period(r.DataFrom), DataTo: period.Period(r.DataTo),
		Computed: kit.MonthsOf(r.Computed), Loads: append([]uint32{}, r.Files()...), SampleChecked: r.SampleChecked, SampleDiffers: r.SampleDiffers}
	if whole {
		j.runCountsJSON = runCountsOf(r.Run)
	}
	return j
}

// runsAPI is GET /api/v1/runs.
func (s pages) runsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	list, err := s.askRuns(ctx, kit.ScopeOf(c))
	if err != nil {
		return err
	}
	reply := runsJSON{Runs: []runJSON{}}
	for _, r := range list.runs {
		reply.Runs = append(reply.Runs, runOf(r, list.whole))
	}
	return c.JSON(reply)
}

type runDetailJSON struct {
	runJSON
	Months    []runMonthJSON `json:"months"`
	PackFiles []string       `json:"pack_files"`
	Totals    []runTotalJSON `json:"run_totals,omitempty"` // for who sees the whole store
}

type runMonthJSON struct {
	Period     period.Period `json:"period"`
	ComputedBy uint32        `json:"computed_by"`
}

type runTotalJSON struct {
	Part    string    `json:"part"`
	Charged money.Fen `json:"charged"`
	Owed    money.Fen `json:"owed"`
}

// runAPI is GET /api/v1/runs/:run.
func (s pages) runAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	d, err := s.askRun(ctx, c)
	if err != nil {
		return err
	}
	reply := runDetailJSON{runJSON: runOf(d.run, d.whole), Months: []runMonthJSON{}, PackFiles: []string{}}
	for _, m := range d.months {
		reply.Months = append(reply.Months, runMonthJSON{period.Period(m.Period), m.ComputedBy})
	}
	for _, f := range d.pack {
		reply.PackFiles = append(reply.PackFiles, f.File)
	}
	for _, part := range []string{"burdens", "unit_months", "cells"} {
		if total, ok := d.totals[part]; ok {
			reply.Totals = append(reply.Totals, runTotalJSON{part, total.Charged, total.Owed})
		}
	}
	return c.JSON(reply)
}

type differenceJSON struct {
	View         view.ViewJSON        `json:"view"`
	Run          uint32               `json:"run"`
	Against      uint32               `json:"against"`
	Title        string               `json:"title"`
	LeastPersons int64                `json:"least_persons,omitempty"`
	MovedMonths  []queries.MovedMonth `json:"moved_months"`
	MovedUnits   *uint64              `json:"moved_units,omitempty"`
	Total        movedMemberJSON      `json:"total"`
	ByPeriod     []movedMemberJSON    `json:"by_period"`
	ByRegion     []movedMemberJSON    `json:"by_region"`
	ByIndustry   []movedMemberJSON    `json:"by_industry"`
	BySize       []movedMemberJSON    `json:"by_size"`
	Causes       []causeJSON          `json:"causes"`
	Transitions  []transitionJSON     `json:"transitions"`
	Policy       []policyChangeJSON   `json:"policy_changes"`
}

type movedMemberJSON struct {
	Key        string `json:"key"`
	Name       string `json:"name,omitempty"`
	Suppressed bool   `json:"suppressed,omitempty"`
	*movedSidesJSON
}

type movedSidesJSON struct {
	Before view.SumsJSON   `json:"before"`
	After  view.SumsJSON   `json:"after"`
	Moved  view.BurdenJSON `json:"moved"`
}

type causeJSON struct {
	Cause      string           `json:"cause"`
	Name       string           `json:"name"`
	Suppressed bool             `json:"suppressed,omitempty"`
	Units      *uint64          `json:"units,omitempty"`
	UnitMonths *uint64          `json:"unit_months,omitempty"`
	Moved      *view.BurdenJSON `json:"moved,omitempty"`
}

type transitionJSON struct {
	Before string `json:"state_before"`
	After  string `json:"state_after"`
	Units  uint64 `json:"units"`
}

type policyChangeJSON struct {
	File     string `json:"file"`
	Row      string `json:"row"`
	Column   string `json:"column"`
	Before   string `json:"value_before"`
	After    string `json:"value_after"`
	Document string `json:"document_no"`
}

// differenceAPI is GET /api/v1/runs/:run/difference.
func (s pages) differenceAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return err
	}
	contents, o, hidden, err := s.differenceOf(ctx, c, a)
	if err != nil {
		return err
	}
	reply := differenceJSON{View: view.ViewOf(a.Asked), Run: a.run, Against: a.against, Title: contents.Title, LeastPersons: hidden.Least,
		MovedMonths: append([]queries.MovedMonth{}, o.Months...), Causes: []causeJSON{}, Transitions: []transitionJSON{}, Policy: policyChanges(o.Policy)}
	of := func(rows []dashboards.MovedMember) []movedMemberJSON {
		list := []movedMemberJSON{}
		for _, r := range rows {
			list = append(list, movedMember(r))
		}
		return list
	}
	m := dashboards.MovedMembers(o, hidden, a.Printer)
	reply.Total, reply.ByPeriod, reply.ByRegion, reply.ByIndustry, reply.BySize = movedMember(m.Total), of(m.Months), of(m.Regions), of(m.Industries), of(m.Sizes)
	if !hidden.All() {
		units := o.MovedUnits()
		reply.MovedUnits = &units
	}
	for _, cause := range o.Causes {
		j := causeJSON{Cause: cause.Cause, Name: dashboards.CauseName(a.Printer, cause.Cause), Suppressed: hidden.All() || hidden.Of("moved", "") || hidden.Of("cause", cause.Cause)}
		if !j.Suppressed {
			j.Units, j.UnitMonths, j.Moved = &cause.Units, &cause.Months, view.BurdenOf(cause.Burden())
		}
		reply.Causes = append(reply.Causes, j)
	}
	for _, t := range o.Transitions {
		reply.Transitions = append(reply.Transitions, transitionJSON{t.Then, t.Now, t.Units})
	}
	return c.JSON(reply)
}

func movedMember(r dashboards.MovedMember) movedMemberJSON {
	j := movedMemberJSON{Key: r.Key, Name: r.Name, Suppressed: r.Hidden}
	if !r.Hidden {
		j.movedSidesJSON = &movedSidesJSON{*view.SumsOf(r.Before), *view.SumsOf(r.After), *view.BurdenOf(r.Moved)}
	}
	return j
}

func policyChanges(changes []queries.PolicyChange) []policyChangeJSON {
	list := []policyChangeJSON{}
	for _, p := range changes {
		list = append(list, policyChangeJSON{p.File, p.Row, p.Column, p.Left, p.Right, p.DocumentNo})
	}
	return list
}

type movedUnitsJSON struct {
	View    view.ViewJSON   `json:"view"`
	Run     uint32          `json:"run"`
	Against uint32          `json:"against"`
	Page    int             `json:"page"`
	More    bool            `json:"more"`
	Units   []movedUnitJSON `json:"moved"`
}

type movedUnitJSON struct {
	UnitID       string          `json:"unit_id"`
	UnitName     string          `json:"unit_name"`
	RegionCode   string          `json:"region_code"`
	IndustryCode string          `json:"industry_code"`
	Size         string          `json:"size" choice:"size"`
	StateBefore  string          `json:"state_before"`
	StateAfter   string          `json:"state_after"`
	Before       view.BurdenJSON `json:"before"`
	After        view.BurdenJSON `json:"after"`
	Causes       []causeJSON     `json:"causes"`
}

// movedUnitsAPI is GET /api/v1/runs/:run/difference/units: the list of units of the page.
func (s pages) movedUnitsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askDifference(ctx, c)
	if err != nil {
		return err
	}
	units, err := s.movedUnits(ctx, a)
	if err != nil {
		return err
	}
	reply := movedUnitsJSON{View: view.ViewOf(a.Asked), Run: a.run, Against: a.against, Page: a.units.page, More: len(units) > movedPerPage, Units: []movedUnitJSON{}}
	for i := range units[:min(len(units), movedPerPage)] {
		u := &units[i]
		j := movedUnitJSON{UnitID: u.UnitID, UnitName: u.Name, RegionCode: u.RegionCode, IndustryCode: u.IndustryCode, Size: u.Size, StateBefore: u.Then, StateAfter: u.Now,
			Before: *view.BurdenOf(u.Before()), After: *view.BurdenOf(u.After()), Causes: []causeJSON{}}
		for _, cause := range u.Causes {
			j.Causes = append(j.Causes, causeJSON{Cause: cause.Cause, Name: dashboards.CauseName(a.Printer, cause.Cause), UnitMonths: &cause.Months, Moved: view.BurdenOf(cause.Burden())})
		}
		reply.Units = append(reply.Units, j)
	}
	if err := s.Listed(c, "difference/units", len(reply.Units)); err != nil {
		return err
	}
	return c.JSON(reply)
}

type movedUnitDetailJSON struct {
	View          view.ViewJSON            `json:"view"`
	Run           uint32                   `json:"run"`
	Against       uint32                   `json:"against"`
	UnitID        string                   `json:"unit_id"`
	UnitName      string                   `json:"unit_name"`
	Outside       bool                     `json:"outside"`
	TooMany       bool                     `json:"too_many"`
	Months        []unitMonthJSON          `json:"unit_movements"`
	Records       []recordChangeJSON       `json:"record_changes"`
	Registrations []registrationChangeJSON `json:"registration_changes"`
	Policy        []policyChangeJSON       `json:"policy_changes"`
}

type unitMonthJSON struct {
	Period         period.Period    `json:"period"`
	Added          bool             `json:"added"`
	Removed        bool             `json:"removed"`
	Before         view.BurdenJSON  `json:"before"`
	After          view.BurdenJSON  `json:"after"`
	Moved          view.BurdenJSON  `json:"moved"`
	ByRecords      *view.BurdenJSON `json:"by_records,omitempty"`
	ByRegistration *view.BurdenJSON `json:"by_registration,omitempty"`
	ByPolicy       *view.BurdenJSON `json:"by_policy,omitempty"`
	ByProgram      *view.BurdenJSON `json:"by_program,omitempty"`
}

type recordChangeJSON struct {
	Period    period.Period `json:"period"`
	Insurance string        `json:"insurance" choice:"insurance"`
	Change    string        `json:"change"`
	Load      uint32        `json:"load"`
	Count     int           `json:"count"`
	Wage      money.Fen     `json:"wage_moved"`
	Payable   money.Fen     `json:"payable_moved"`
}

type registrationChangeJSON struct {
	Field  string          `json:"field"`
	Before string          `json:"value_before"`
	After  string          `json:"value_after"`
	Months []period.Period `json:"changed_months"`
}

// movedUnitAPI is GET /api/v1/runs/:run/difference/units/:unit.
func (s pages) movedUnitAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, u, err := s.askMovedUnit(ctx, c)
	if err != nil {
		return err
	}
	reply := movedUnitDetailJSON{View: view.ViewOf(a.Asked), Run: a.run, Against: a.against, UnitID: u.UnitID, UnitName: u.Name, Outside: u.Outside, TooMany: u.TooMany,
		Months: []unitMonthJSON{}, Records: []recordChangeJSON{}, Registrations: []registrationChangeJSON{}, Policy: policyChanges(u.Policy)}
	for i := range u.Months {
		m := &u.Months[i]
		j := unitMonthJSON{Period: m.Period, Added: m.Added, Removed: m.Removed, Before: *view.BurdenOf(m.Before), After: *view.BurdenOf(m.After), Moved: *view.BurdenOf(m.Moved())}
		if m.Split {
			j.ByRecords, j.ByRegistration, j.ByPolicy, j.ByProgram = view.BurdenOf(m.ByRecords), view.BurdenOf(m.ByRegister), view.BurdenOf(m.ByPolicy), view.BurdenOf(m.ByProgram)
		}
		reply.Months = append(reply.Months, j)
	}
	for _, r := range u.Records {
		reply.Records = append(reply.Records, recordChangeJSON{r.Period, r.Insurance.String(), r.Kind, r.Load, r.Records, r.Wage, r.Charged})
	}
	for _, r := range u.Registrations {
		reply.Registrations = append(reply.Registrations, registrationChangeJSON{r.Field, r.Then, r.Now, r.Months})
	}
	return c.JSON(reply)
}

// runsParameters are what operations of this topic take beside the common ones.
var runsParameters = map[string]kit.APIParameter{
	paramRun:     {Least: 1, Most: math.MaxInt32, Example: "12"},
	paramAgainst: {Least: 1, Most: math.MaxInt32, Example: "11"},
	paramBy:      {Choices: byChoices},
	paramThen:    {Choices: movedStates, Any: true},
	paramNow:     {Choices: movedStates, Any: true},
	paramWhy:     {Choices: causeChoices, Any: true},
}
