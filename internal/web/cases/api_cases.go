package cases

import (
	"regexp"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// narrowed are the parameters that narrow a list whose window, comparison and payer are the default ones.
var narrowed = dimension.IDs(dimension.All)

func (s pages) caseOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/cases", Rights: view.CaseRights, Handler: s.casesAPI, Reply: CasesJSON{}, Parameters: kit.And(narrowed, kit.ParamSearch, kit.ParamState, kit.ParamLevel, paramMark, paramChannel, paramFinding, kit.ParamIssue,
			paramRepeated, paramBelow, paramEvery, paramSample, paramCount, paramSeed, kit.ParamSort, kit.ParamPage, kit.ParamPerPage)},
		{Path: kit.APIRoot + "/findings", Rights: view.CaseRights, Handler: s.systemicAPI, Reply: systemicJSON{}, Parameters: narrowed},
		{Path: kit.APIRoot + "/findings/:finding", Rights: view.CaseRights, Handler: s.findingAPI, Reply: findingPageJSON{}, Parameters: []string{kit.ParamPage, kit.ParamPerPage}},
	}
}

// CasesJSON is a page of a list of cases and what all that were found come to.
type CasesJSON struct {
	View    view.ViewJSON      `json:"view"`
	Stamp   queries.Stamp      `json:"stamp"`
	Total   uint64             `json:"total"` // cases found
	Page    uint64             `json:"page"`
	PerPage uint64             `json:"per_page"`
	Totals  queries.CaseTotals `json:"totals"`
	Sample  *sampleJSON        `json:"sample,omitempty"`
	Cases   []view.CaseJSON    `json:"cases"`
}

// sampleJSON is how a sample was drawn.
type sampleJSON struct {
	Way  string `json:"way"`
	Seed string `json:"seed"`
	Of   string `json:"of"` // cases that it was drawn from
}

// casesAPI is GET /api/v1/cases.
func (s pages) casesAPI(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	reply := CasesJSON{View: view.ViewOf(a.Asked), Stamp: a.Stamp, Total: a.found, Page: a.cases.page, PerPage: a.cases.perPage, Totals: a.totals, Cases: []view.CaseJSON{}}
	for _, sums := range []*[]queries.CaseSum{&reply.Totals.ByState, &reply.Totals.ByLevel, &reply.Totals.ByReason, &reply.Totals.ByCause, &reply.Totals.ByRisk} {
		*sums = append([]queries.CaseSum{}, *sums...)
	}
	if a.drawn != nil {
		reply.Sample = &sampleJSON{a.drawn.way, strconv.FormatUint(a.cases.seed, 10), a.drawn.from}
	}
	for _, one := range a.list {
		reply.Cases = append(reply.Cases, view.CaseOf(one))
	}
	if err := s.Listed(c, "cases", len(reply.Cases)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// systemicJSON is the list of systemic findings.
type systemicJSON struct {
	View     view.ViewJSON         `json:"view"`
	Stamp    queries.Stamp         `json:"stamp"`
	Findings []systemicFindingJSON `json:"findings"`
}

// systemicFindingJSON is one reason at many units of one place and insurance.
type systemicFindingJSON queries.Finding

// systemicAPI is GET /api/v1/findings.
func (s pages) systemicAPI(c *fiber.Ctx) error {
	a, err := s.askFindings(c)
	if err != nil {
		return err
	}
	reply := systemicJSON{view.ViewOf(a.Asked), a.Stamp, []systemicFindingJSON{}}
	for _, one := range a.list {
		reply.Findings = append(reply.Findings, systemicFindingJSON(one))
	}
	return c.JSON(reply)
}

// findingPageJSON is a finding with a page of the units under it.
type findingPageJSON struct {
	View    view.ViewJSON         `json:"view"`
	Stamp   queries.Stamp         `json:"stamp"`
	Finding systemicFindingJSON   `json:"finding"`
	Page    uint64                `json:"page"`
	PerPage uint64                `json:"per_page"`
	Units   []queries.FindingUnit `json:"units"`
}

// findingAPI is GET /api/v1/findings/:finding.
func (s pages) findingAPI(c *fiber.Ctx) error {
	a, err := s.askFinding(c)
	if err != nil {
		return err
	}
	reply := findingPageJSON{view.ViewOf(a.Asked), a.Stamp, systemicFindingJSON(a.finding), a.page, a.perPage, append([]queries.FindingUnit{}, a.units...)}
	for i := range reply.Units {
		if reply.Units[i].Issues == nil {
			reply.Units[i].Issues = []queries.CaseIssue{}
		}
	}
	if err := s.Listed(c, "findings/"+a.finding.ID, len(reply.Units)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// casesParameters are what operations of this topic take beside the common ones.
var casesParameters = map[string]kit.APIParameter{
	paramMark:     {Choices: marks(), Any: true},
	paramChannel:  {Choices: kit.Ids(contribution.Channels), Any: true},
	paramFinding:  {Form: findingForm, Example: findingExample},
	paramRepeated: {Choices: []string{kit.Yes}, Any: true},
	paramBelow:    {Choices: []string{kit.Yes}, Any: true},
	paramEvery:    {Choices: []string{kit.Yes}, Any: true},
	paramSample:   {Choices: sampleWays, Any: true},
	paramCount:    {Least: 1, Most: mostDrawn},
	paramSeed:     {Form: regexp.MustCompile(`^[0-9]{1,10}$`), Example: "2019050113"},
}
