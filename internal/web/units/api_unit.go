package units

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// unitViewing are the parameters of pages about one unit, which nothing narrows.
var unitViewing = []string{kit.ParamFrom, kit.ParamTo, kit.ParamComparison, kit.ParamPayer}

// unitJSON is what a unit's page shows.
type unitJSON struct {
	View          view.ViewJSON       `json:"view"`
	Stamp         queries.Stamp       `json:"stamp"`
	UnitID        string              `json:"unit_id" example:"91320211MA64MGQHXL"`
	Name          string              `json:"name"`
	State         burden.State        `json:"state"`
	Elsewhere     int                 `json:"elsewhere"` // months in which it was registered outside of the reader's regions
	Headcount     uint64              `json:"headcount"`
	Total         partsJSON           `json:"total"`
	PerPerson     *money.Fen          `json:"per_person,omitempty"`
	ByPeriod      []unitPeriodJSON    `json:"by_period"`     // the months of the window: they add up to the total
	OtherPeriods  []unitPeriodJSON    `json:"other_periods"` // those with data outside of it
	ByInsurance   []unitInsuranceJSON `json:"by_insurance"`
	ByMeasure     []view.MeasureJSON  `json:"by_measure"`
	ByReason      []unitReasonJSON    `json:"by_reason"`
	Causes        []unitCauseJSON     `json:"causes"`
	Growth        *unitGrowthJSON     `json:"growth,omitempty"` // absent without a month to compare with
	Peers         *unitPeersJSON      `json:"peers,omitempty"`
	Registrations []registrationJSON  `json:"registrations"`
	Uncovered     []unitUncoveredJSON `json:"uncovered"`
	Loads         []unitLoadJSON      `json:"loads"`
	Versus        *view.VersusJSON    `json:"versus"`
	Cases         []view.CaseJSON     `json:"cases,omitempty"` // absent for who may not see cases
}

// partsJSON is one unit's burden with what was charged too much and too little, by month and insurance.
type partsJSON struct {
	view.BurdenJSON
	Overcharged  money.Fen `json:"overcharged"`
	Undercharged money.Fen `json:"undercharged"`
}

func partsOf(s queries.Sums) *partsJSON {
	return &partsJSON{*view.BurdenOf(s.Burden), s.Overcharged, s.Undercharged}
}

type unitPeriodJSON struct {
	Period    period.Period `json:"period"`
	Headcount uint64        `json:"headcount"`
	partsJSON
}

type unitInsuranceJSON struct {
	Insurance string `json:"insurance" choice:"insurance"`
	Headcount uint64 `json:"headcount"`
	partsJSON
}

type unitReasonJSON struct {
	Reason burden.Reason `json:"reason"`
	Name   string        `json:"name"`
	Amount money.Fen     `json:"amount"`
}

type unitCauseJSON struct {
	Cause     string             `json:"cause"`
	Period    period.Period      `json:"period"`
	Insurance string             `json:"insurance" choice:"insurance"`
	Payer     contribution.Payer `json:"payer"`
	Amount    money.Fen          `json:"amount"`
	Measure   string             `json:"measure"`
	Document  string             `json:"document"`
	FloorFrom money.Fen          `json:"floor_from"`
	FloorTo   money.Fen          `json:"floor_to"`
	RateFrom  money.Rate         `json:"rate_from"`
	RateTo    money.Rate         `json:"rate_to"`
}

type unitGrowthJSON struct {
	Reference unitPeriodJSON    `json:"reference"`
	Months    []growthMonthJSON `json:"months"`
	Total     growthJSON        `json:"total"`
}

type growthMonthJSON struct {
	Period period.Period `json:"period"`
	growthJSON
}

type growthJSON struct {
	Change    money.Fen `json:"change"`
	Headcount money.Fen `json:"headcount_growth"`
	Wage      money.Fen `json:"wage_growth"`
	Policy    money.Fen `json:"policy"`
}

func growthOf(g burden.Growth) growthJSON { return growthJSON(g) }

type unitPeersJSON struct {
	Region    string     `json:"region"`
	Industry  string     `json:"industry"`
	Size      string     `json:"size" choice:"size"`
	Units     uint64     `json:"units"`
	Headcount uint64     `json:"headcount"`
	Average   money.Fen  `json:"average"`
	Median    *money.Fen `json:"median"`
	Own       money.Fen  `json:"own"`
	Lower     uint64     `json:"lower"`
	view.BurdenJSON
}

type registrationJSON struct {
	Load             uint32     `json:"load"`
	Line             uint32     `json:"line"`
	ValidFrom        string     `json:"valid_from"` // 2019-05; "" is always
	Name             string     `json:"name"`
	Region           string     `json:"region"`
	Industry         string     `json:"industry"`
	RegistrationType string     `json:"registration_type"`
	EconomicType     string     `json:"economic_type" choice:"economic_type"`
	UnitKind         string     `json:"unit_kind" choice:"unit_kind"`
	Size             string     `json:"size" choice:"size"`
	SizeDeclared     bool       `json:"size_declared"`
	Employees        int64      `json:"employees"` // −1 where it is not known
	RiskClass        uint8      `json:"risk_class"`
	FloatFactor      money.Rate `json:"float_factor"`
	Elections        []string   `json:"elections"`
}

type unitUncoveredJSON struct {
	Period    period.Period `json:"period"`
	Insurance string        `json:"insurance" choice:"insurance"`
	Records   uint64        `json:"records"`
	Wage      money.Fen     `json:"wage"`
	Charged   money.Fen     `json:"charged"`
}

type unitLoadJSON struct {
	Load     uint32        `json:"load"`
	File     string        `json:"file"`
	LoadedAt time.Time     `json:"loaded_at"`
	Records  uint64        `json:"records"`
	From     period.Period `json:"from"`
	To       period.Period `json:"to"`
}

// unitAPI is GET /api/v1/units/:id.
func (s pages) unitAPI(c *fiber.Ctx) error {
	a, err := s.askUnit(c)
	if err != nil {
		return err
	}
	if err := s.Viewed(c, audit.UnitViewed, a.unit.ID); err != nil {
		return err
	}
	reply := a.json()
	if view.MayAll(kit.AskerOf(c).Principal, view.CaseRights) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		found, _, err := s.caseOf(ctx, &a)
		if err != nil {
			return err
		}
		for _, one := range found {
			reply.Cases = append(reply.Cases, view.CaseOf(one))
		}
	}
	return c.JSON(reply)
}

// json writes a unit as its page shows it.
func (a *unitAnswer) json() unitJSON {
	u, names := &a.unit, dashboards.NewNames(a.Printer)
	reply := unitJSON{View: view.ViewOf(a.Asked), Stamp: u.Stamp, UnitID: u.ID, Name: u.Registered().Name, State: u.State(), Elsewhere: u.Elsewhere, Headcount: u.Headcount(),
		Total: *partsOf(u.Sums()), ByPeriod: []unitPeriodJSON{}, OtherPeriods: []unitPeriodJSON{}, ByInsurance: []unitInsuranceJSON{}, ByMeasure: append([]view.MeasureJSON{}, u.Effects()...),
		ByReason: []unitReasonJSON{}, Causes: []unitCauseJSON{}, Registrations: []registrationJSON{}, Uncovered: []unitUncoveredJSON{}, Loads: []unitLoadJSON{}}
	reply.Versus = view.VersusReply(a.Asked, dashboards.UnitSums(u), dashboards.Hidden{})
	if perPerson, ok := queries.PerPerson(u.Stored.Charged, reply.Headcount); ok {
		reply.PerPerson = &perPerson
	}
	for _, m := range u.ByMonth(false) {
		if row := unitPeriodOf(m); u.View.Window.Contains(m.Period) {
			reply.ByPeriod = append(reply.ByPeriod, row)
		} else {
			reply.OtherPeriods = append(reply.OtherPeriods, row)
		}
	}
	for _, r := range u.ByInsurance() {
		reply.ByInsurance = append(reply.ByInsurance, unitInsuranceJSON{r.Key, r.Headcount, *partsOf(r.Sums)})
	}
	for _, r := range u.Reasons() {
		reply.ByReason = append(reply.ByReason, unitReasonJSON{r.Reason, names.Word("reason")(r.Reason.String()), r.Amount})
	}
	for _, cause := range u.Causes {
		reply.Causes = append(reply.Causes, unitCauseJSON{Cause: string(cause.Cause), Period: cause.Period, Insurance: cause.Insurance.String(), Payer: cause.Payer, Amount: cause.Amount,
			Measure: cause.Measure, Document: cause.Document, FloorFrom: cause.Floor[0], FloorTo: cause.Floor[1], RateFrom: cause.Rate[0], RateTo: cause.Rate[1]})
	}
	if reference, months, total := u.Growth(); len(months) > 0 {
		reply.Growth = &unitGrowthJSON{Reference: unitPeriodOf(reference), Months: []growthMonthJSON{}, Total: growthOf(total)}
		for _, m := range months {
			reply.Growth.Months = append(reply.Growth.Months, growthMonthJSON{m.Period, growthOf(m.Growth)})
		}
	}
	if p := u.Peers; p.Units > 0 {
		average, _ := queries.PerPerson(p.Charged, p.Headcount)
		reply.Peers = &unitPeersJSON{p.RegionCode, p.Section, p.Size, p.Units, p.Headcount, average, p.Median, p.Own, p.Lower, *view.BurdenOf(p.Burden)}
	}
	for _, r := range u.Registrations {
		reply.Registrations = append(reply.Registrations, registrationOf(r))
	}
	for _, n := range u.Uncovered {
		reply.Uncovered = append(reply.Uncovered, unitUncoveredJSON{n.Period, n.Insurance.String(), n.Records, n.Wage, n.Charged})
	}
	for _, l := range u.Loads {
		reply.Loads = append(reply.Loads, unitLoadJSON{l.Load, l.File, l.FinishedAt, l.Records, period.Period(l.First), period.Period(l.Last)})
	}
	return reply
}

func unitPeriodOf(m queries.UnitPeriod) unitPeriodJSON {
	return unitPeriodJSON{m.Period, m.Headcount, *partsOf(m.Sums())}
}

func registrationOf(r queries.Registration) registrationJSON {
	return registrationJSON{Load: r.Load, Line: r.Line, ValidFrom: r.ValidFrom.String(), Name: r.Name, Region: r.RegionCode, Industry: r.IndustryCode,
		RegistrationType: r.RegistrationType, EconomicType: r.EconomicType.String(), UnitKind: r.Kind.String(), Size: r.Size.String(), SizeDeclared: r.SizeDeclared,
		Employees: r.Employees, RiskClass: r.RiskClass, FloatFactor: r.FloatFactor, Elections: append([]string{}, r.Elections...)}
}

// answerJSON is the one-page answer, in the words of the page.
type answerJSON struct {
	View      view.ViewJSON        `json:"view"`
	Stamp     queries.Stamp        `json:"stamp"`
	UnitID    string               `json:"unit_id" example:"91320211MA64MGQHXL"`
	Name      string               `json:"name"`
	Text      string               `json:"text"`
	Why       []string             `json:"why"`
	Total     view.BurdenJSON      `json:"total"`
	Documents []answerDocumentJSON `json:"documents"`
}

type answerDocumentJSON struct {
	Title      string `json:"title"`
	DocumentNo string `json:"document_no"`
}

// answerAPI is GET /api/v1/units/:id/answer.
func (s pages) answerAPI(c *fiber.Ctx) error {
	a, err := s.askUnit(c, "answer")
	if err != nil {
		return err
	}
	if err := s.Viewed(c, audit.UnitViewed, a.unit.ID, "page", "answer"); err != nil {
		return err
	}
	answer := a.answer(s)
	reply := answerJSON{View: view.ViewOf(a.Asked), Stamp: a.unit.Stamp, UnitID: a.unit.ID, Name: answer.Name, Text: dashboards.Plain(answer.Sentence), Why: append([]string{}, answer.Why...),
		Total: *view.BurdenOf(a.unit.Stored), Documents: []answerDocumentJSON{}}
	for _, d := range answer.Documents {
		reply.Documents = append(reply.Documents, answerDocumentJSON{d.Name, d.Value})
	}
	return c.JSON(reply)
}
