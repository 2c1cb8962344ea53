package web

import (
	"regexp"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/contribution"
	"jianfu/queries"
)

// narrowed are the parameters that narrow a list whose window, comparison and payer are the default ones.
var narrowed = []string{paramRegion, paramIndustry, paramSize, paramEconomy, paramUnitKind, paramInsurance}

func (s *Server) caseOperations() []operation {
	return []operation{
		{apiRoot + "/cases", caseRights, s.casesAPI, casesJSON{}, and(narrowed, paramSearch, paramState, paramLevel, paramMark, paramChannel, paramFinding, paramIssue,
			paramRepeated, paramBelow, paramEvery, paramSample, paramCount, paramSeed, paramSort, paramPage, paramPerPage)},
		{apiRoot + "/findings", caseRights, s.systemicAPI, systemicJSON{}, narrowed},
		{apiRoot + "/findings/:finding", caseRights, s.findingAPI, findingPageJSON{}, []string{paramPage, paramPerPage}},
	}
}

// casesJSON is a page of a list of cases and what all that were found come to.
type casesJSON struct {
	View    viewJSON           `json:"view"`
	Stamp   queries.Stamp      `json:"stamp"`
	Total   uint64             `json:"total"` // cases found
	Page    uint64             `json:"page"`
	PerPage uint64             `json:"per_page"`
	Totals  queries.CaseTotals `json:"totals"`
	Sample  *sampleJSON        `json:"sample,omitempty"`
	Cases   []caseJSON         `json:"cases"`
}

// sampleJSON is how a sample was drawn.
type sampleJSON struct {
	Way  string `json:"way"`
	Seed string `json:"seed"`
	Of   string `json:"of"` // cases that it was drawn from
}

// casesAPI is GET /api/v1/cases.
func (s *Server) casesAPI(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return status(fiber.StatusBadRequest, a.wrong)
	}
	reply := casesJSON{View: viewOf(a.asked), Stamp: a.stamp, Total: a.found, Page: a.cases.page, PerPage: a.cases.perPage, Totals: a.totals, Cases: []caseJSON{}}
	for _, sums := range []*[]queries.CaseSum{&reply.Totals.ByState, &reply.Totals.ByLevel, &reply.Totals.ByReason, &reply.Totals.ByCause, &reply.Totals.ByRisk} {
		*sums = append([]queries.CaseSum{}, *sums...)
	}
	if a.drawn != nil {
		reply.Sample = &sampleJSON{a.drawn.way, strconv.FormatUint(a.cases.seed, 10), a.drawn.from}
	}
	for _, one := range a.list {
		reply.Cases = append(reply.Cases, caseOf(one))
	}
	if err := s.listed(c, "cases", len(reply.Cases)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// systemicJSON is the list of systemic findings.
type systemicJSON struct {
	View     viewJSON              `json:"view"`
	Stamp    queries.Stamp         `json:"stamp"`
	Findings []systemicFindingJSON `json:"findings"`
}

// systemicFindingJSON is one reason at many units of one place and insurance.
type systemicFindingJSON queries.Finding

// systemicAPI is GET /api/v1/findings.
func (s *Server) systemicAPI(c *fiber.Ctx) error {
	a, err := s.askFindings(c)
	if err != nil {
		return err
	}
	reply := systemicJSON{viewOf(a.asked), a.stamp, []systemicFindingJSON{}}
	for _, one := range a.list {
		reply.Findings = append(reply.Findings, systemicFindingJSON(one))
	}
	return c.JSON(reply)
}

// findingPageJSON is a finding with a page of the units under it.
type findingPageJSON struct {
	View    viewJSON              `json:"view"`
	Stamp   queries.Stamp         `json:"stamp"`
	Finding systemicFindingJSON   `json:"finding"`
	Page    uint64                `json:"page"`
	PerPage uint64                `json:"per_page"`
	Units   []queries.FindingUnit `json:"units"`
}

// findingAPI is GET /api/v1/findings/:finding.
func (s *Server) findingAPI(c *fiber.Ctx) error {
	a, err := s.askFinding(c)
	if err != nil {
		return err
	}
	reply := findingPageJSON{viewOf(a.asked), a.stamp, systemicFindingJSON(a.finding), a.page, a.perPage, append([]queries.FindingUnit{}, a.units...)}
	for i := range reply.Units {
		if reply.Units[i].Issues == nil {
			reply.Units[i].Issues = []queries.CaseIssue{}
		}
	}
	if err := s.listed(c, "findings/"+a.finding.ID, len(reply.Units)); err != nil {
		return err
	}
	return c.JSON(reply)
}

// casesParameters are what operations of this topic take beside the common ones.
var casesParameters = map[string]apiParameter{
	paramMark:     {choices: marks(), any: true},
	paramChannel:  {choices: ids(contribution.Channels), any: true},
	paramFinding:  {form: findingForm, example: findingExample},
	paramRepeated: {choices: []string{yes}, any: true},
	paramBelow:    {choices: []string{yes}, any: true},
	paramEvery:    {choices: []string{yes}, any: true},
	paramSample:   {choices: sampleWays, any: true},
	paramCount:    {least: 1, most: mostDrawn},
	paramSeed:     {form: regexp.MustCompile(`^[0-9]{1,10}$`), example: "2019050113"},
}
