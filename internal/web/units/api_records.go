package units

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// recordsJSON is a page of a unit's records, and what all that were found add up to.
type recordsJSON struct {
	View      view.ViewJSON    `json:"view"`
	Stamp     queries.Stamp    `json:"stamp"`
	UnitID    string           `json:"unit_id" example:"91320211MA64MGQHXL"`
	Elsewhere int              `json:"elsewhere"`
	Total     uint64           `json:"total"` // records found
	Page      uint64           `json:"page"`
	PerPage   uint64           `json:"per_page"`
	Agrees    bool             `json:"agrees"` // with the unit's figures, to the fen
	Sums      []recordSumsJSON `json:"sums"`
	Records   []unitRecordJSON `json:"records"`
}

type recordSumsJSON struct {
	Period          period.Period `json:"period"`
	Insurance       string        `json:"insurance" choice:"insurance"`
	Records         uint64        `json:"records"`
	Dead            uint64        `json:"dead"`
	Duplicates      uint64        `json:"duplicates"`
	Refunds         uint64        `json:"refunds"`
	Headcount       uint64        `json:"headcount"`
	Wage            money.Fen     `json:"wage"`
	EmployerCharged money.Fen     `json:"employer_charged"`
	EmployeeCharged money.Fen     `json:"employee_charged"`
	Agrees          bool          `json:"agrees"`
}

// unitRecordJSON is a record as its source declared it, and what the new policy asks of it.
type unitRecordJSON struct {
	RecordID       string           `json:"record_id"`
	Load           uint32           `json:"load"`
	Line           uint32           `json:"line"`
	Period         period.Period    `json:"period"`
	Insurance      string           `json:"insurance" choice:"insurance"`
	EntryType      string           `json:"entry_type" choice:"entry_type"`
	Person         string           `json:"person"` // "" where the record names none
	Headcount      uint32           `json:"headcount"`
	Wage           money.Fen        `json:"wage"`
	Base           money.Fen        `json:"base"`
	EmployerRate   money.Rate       `json:"employer_rate"`
	EmployerAmount money.Fen        `json:"employer_amount"`
	EmployeeRate   money.Rate       `json:"employee_rate"`
	EmployeeAmount money.Fen        `json:"employee_amount"`
	ReceivedOn     string           `json:"received_on"`
	ReceivedAmount money.Fen        `json:"received_amount"`
	Channel        string           `json:"channel"`
	Treatment      burden.Treatment `json:"treatment"`
	Dead           string           `json:"dead,omitempty"`
	ByLoad         uint32           `json:"by_load,omitempty"`
	Charges        []chargeJSON     `json:"charges"`
	Owed           money.Fen        `json:"owed"`      // of the view's payers; zero where the record does not count
	Shortfall      money.Fen        `json:"shortfall"` // of the view's payers
}

// chargeJSON is how what one payer was charged comes to what the new policy asks.
type chargeJSON struct {
	Payer        contribution.Payer `json:"payer"`
	Charged      money.Fen          `json:"charged"`
	AtDeclared   money.Fen          `json:"at_declared"`
	AtPolicyRate money.Fen          `json:"at_policy_rate"`
	Owed         money.Fen          `json:"owed"`
	Shortfall    money.Fen          `json:"shortfall"`
	Reasons      []reasonAmountJSON `json:"reasons"`
}

type reasonAmountJSON struct {
	Reason burden.Reason `json:"reason"`
	Amount money.Fen     `json:"amount"`
}

// recordsAPI is GET /api/v1/units/:id/records.
func (s pages) recordsAPI(c *fiber.Ctx) error {
	a, err := s.askRecords(c, false)
	if err != nil {
		return err
	}
	if err := s.recordsViewed(c, &a); err != nil {
		return err
	}
	reply := recordsJSON{View: view.ViewOf(a.Asked), Stamp: a.unit.Stamp, UnitID: a.unit.ID, Elsewhere: a.unit.Elsewhere, Total: dashboards.Rows(a.checks), Page: a.page,
		PerPage: a.perPage, Agrees: true, Sums: []recordSumsJSON{}, Records: []unitRecordJSON{}}
	reply.View.From, reply.View.To = a.query.Window.From, a.query.Window.To
	reply.View.Insurance = a.query.Insurance
	for _, check := range a.checks {
		reply.Agrees = reply.Agrees && check.Equal
		reply.Sums = append(reply.Sums, recordSumsJSON{check.Period, check.Insurance.String(), check.Records, check.Dead, check.Duplicates, check.Refunds, check.Headcount, check.Wage,
			check.EmployerCharged, check.EmployeeCharged, check.Equal})
	}
	for i := range a.records {
		reply.Records = append(reply.Records, recordJSON(&a.records[i], &a.traces[i], a.View.Payers))
	}
	return c.JSON(reply)
}

func recordJSON(r *queries.UnitRecord, trace *burden.Trace, payers []contribution.Payer) unitRecordJSON {
	record := unitRecordJSON{RecordID: r.ID, Load: r.Load, Line: r.Line, Period: r.Period, Insurance: r.Insurance.String(), EntryType: r.EntryType.String(), Person: dashboards.RecordPerson(r.Person),
		Headcount: max(r.Headcount, 1), Wage: r.Wage, Base: r.Base, EmployerRate: r.EmployerRate, EmployerAmount: r.EmployerAmount, EmployeeRate: r.EmployeeRate,
		EmployeeAmount: r.EmployeeAmount, ReceivedOn: dashboards.Day(r.ReceivedOn), ReceivedAmount: r.ReceivedAmount, Channel: r.Channel.String(),
		Treatment: trace.Treatment, Dead: r.Dead, ByLoad: r.ByLoad, Charges: []chargeJSON{}}
	for _, c := range trace.Charges {
		charge := chargeJSON{Payer: c.Payer, Charged: c.Charged, AtDeclared: c.AtDeclared, AtPolicyRate: c.AtPolicyRate, Owed: c.Owed, Shortfall: c.Shortfall, Reasons: []reasonAmountJSON{}}
		for _, reason := range c.Reasons {
			charge.Reasons = append(charge.Reasons, reasonAmountJSON(reason))
		}
		record.Charges = append(record.Charges, charge)
	}
	if r.Dead == "" && trace.Treatment != burden.Uncovered {
		for _, payer := range payers {
			record.Owed += trace.Charges[payer-1].Owed
			record.Shortfall += trace.Charges[payer-1].Shortfall
		}
	}
	return record
}

// traceJSON explains one record step by step.
type traceJSON struct {
	View      view.ViewJSON        `json:"view"`
	Stamp     queries.Stamp        `json:"stamp"`
	UnitID    string               `json:"unit_id" example:"91320211MA64MGQHXL"`
	Record    unitRecordJSON       `json:"record"`
	Estimate  bool                 `json:"estimate"`
	Level     string               `json:"level"`
	Amount    string               `json:"amount_rounding"`
	Scenarios []tracedScenarioJSON `json:"scenarios"`
	Group     groupCheckJSON       `json:"group"`
	History   []recordVersionJSON  `json:"history"`
}

type tracedScenarioJSON struct {
	Added     string           `json:"added"` // measure; "" for the old policy
	Covered   bool             `json:"covered"`
	Wage      money.Fen        `json:"wage"`
	PerHead   string           `json:"per_head"`
	Raised    bool             `json:"raised"`
	Lowered   bool             `json:"lowered"`
	Limited   string           `json:"limited"`
	Whole     string           `json:"whole"`
	Base      money.Fen        `json:"base"`
	LimitsRow *packRowJSON     `json:"limits_row,omitempty"`
	Floor     *money.Fen       `json:"floor,omitempty"`
	Cap       *money.Fen       `json:"cap,omitempty"`
	Shares    []tracedPartJSON `json:"shares"`
}

// tracedPartJSON is how the base became what one payer owes.
type tracedPartJSON struct {
	Payer       contribution.Payer `json:"payer"`
	HasRate     bool               `json:"has_rate"`
	Rows        []packRowJSON      `json:"rows"`
	FloatFactor money.Rate         `json:"float_factor"`
	Rate        money.Rate         `json:"rate"`
	Product     string             `json:"product"`
	Amount      money.Fen          `json:"amount"`
}

// packRowJSON is a row of the policy pack.
type packRowJSON struct {
	File       string      `json:"file"`
	Line       int         `json:"line"`
	Area       string      `json:"area"`
	From       string      `json:"valid_from"`
	To         string      `json:"valid_to"`
	Measure    string      `json:"measure"`
	Elective   bool        `json:"elective"`
	DocumentNo string      `json:"document_no"`
	CheckedOn  string      `json:"checked_on"`
	Rate       *money.Rate `json:"rate,omitempty"`
	Factor     *money.Rate `json:"factor,omitempty"`
}

// groupCheckJSON compares the records of the month and insurance, one by one, with what the run stored.
type groupCheckJSON struct {
	Records  uint64         `json:"records"`
	Checked  bool           `json:"checked"`
	AsStored bool           `json:"as_stored"`
	Rule     []ruleLineJSON `json:"rule"`
	Stored   []ruleLineJSON `json:"stored"`
}

type ruleLineJSON struct {
	Payer     contribution.Payer `json:"payer"`
	Headcount uint64             `json:"headcount"`
	view.BurdenJSON
}

// traceAPI is GET /api/v1/units/:id/records/:load/:line.
func (s pages) traceAPI(c *fiber.Ctx) error {
	a, err := s.askTrace(c)
	if err != nil {
		return err
	}
	e := &a.explained
	reply := traceJSON{View: view.ViewOf(a.Asked), Stamp: a.unit.Stamp, UnitID: a.unit.ID, Record: recordJSON(&e.Record, &e.Trace, a.View.Payers), Estimate: e.Trace.Estimate,
		Level: e.Trace.Rounding.Level.String(), Amount: e.Trace.Rounding.Amount.String(), Scenarios: []tracedScenarioJSON{},
		Group: groupCheckJSON{Records: e.Group.Records, Checked: e.Group.Checked, AsStored: e.Group.AsStored, Rule: ruleLines(e.Group.Rule), Stored: ruleLines(e.Group.Stored)}, History: historyOf(e.History, a.Printer)}
	for i := range e.Trace.Scenarios {
		reply.Scenarios = append(reply.Scenarios, scenarioOf(&e.Trace.Scenarios[i]))
	}
	return c.JSON(reply)
}

func ruleLines(lines []burden.Line) []ruleLineJSON {
	all := []ruleLineJSON{}
	for _, l := range lines {
		all = append(all, ruleLineJSON{l.Payer, l.Headcount, *view.BurdenOf(queries.Burden{Old: l.Old, New: l.New, Charged: l.Charged})})
	}
	return all
}

func scenarioOf(c *burden.Calculation) tracedScenarioJSON {
	b := &c.Base
	s := tracedScenarioJSON{Added: c.Added, Covered: c.Covered, Wage: b.Wage, PerHead: b.PerHead, Raised: b.Raised, Lowered: b.Lowered, Limited: b.Limited, Whole: b.Whole,
		Base: b.Base, Shares: []tracedPartJSON{}}
	if l := b.Limit; l.Row != nil {
		row := packRow(policy.BasesFile, &l.Row.Row)
		s.LimitsRow = &row
		if l.HasFloor {
			s.Floor = &l.Floor
		}
		if l.HasCap {
			s.Cap = &l.Cap
		}
	}
	for _, share := range c.Shares {
		part := tracedPartJSON{Payer: share.Payer, HasRate: share.HasRate, Rows: []packRowJSON{}, FloatFactor: share.FloatFactor, Rate: share.Rate, Product: share.Product, Amount: share.Amount}
		for _, r := range share.Rows {
			row := packRow(policy.RatesFile, &r.Row)
			if r.IsFactor {
				row.Factor = &r.Factor
			} else {
				row.Rate = &r.Rate
			}
			part.Rows = append(part.Rows, row)
		}
		s.Shares = append(s.Shares, part)
	}
	return s
}

func packRow(file string, r *policy.Row) packRowJSON {
	return packRowJSON{File: file, Line: r.Line, Area: r.Area, From: r.From.String(), To: r.To.String(), Measure: r.Measure, Elective: r.Elective, DocumentNo: r.DocumentNo, CheckedOn: r.CheckedOn}
}
