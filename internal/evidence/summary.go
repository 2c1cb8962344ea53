package evidence

import (
	"slices"
	"strconv"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// summary is the case for programs: which run showed what of which unit.
type summary struct {
	Run         uint32             `json:"run"`
	ComputedAt  time.Time          `json:"computed_at"`
	Program     string             `json:"program"`
	Pack        string             `json:"pack"`
	PackHash    string             `json:"pack_hash"`
	Loads       []uint32           `json:"loads"`
	UnitID      string             `json:"unit_id"`
	Name        string             `json:"name"`
	Region      string             `json:"region"`
	Industry    string             `json:"industry"`
	Size        string             `json:"size"`
	From        period.Period      `json:"from"`
	To          period.Period      `json:"to"`
	Comparison  string             `json:"comparison"`
	Payer       contribution.Payer `json:"payer"`
	Elsewhere   int                `json:"elsewhere"` // months in which the unit stood in another region; they are not in the pack
	State       burden.State       `json:"state"`
	Old         money.Fen          `json:"old"`
	New         money.Fen          `json:"new"`
	Charged     money.Fen          `json:"charged"`
	Due         money.Fen          `json:"due"`
	Real        money.Fen          `json:"real"`
	Shortfall   money.Fen          `json:"shortfall"`
	Reasons     []reasonOf         `json:"reasons"`
	Causes      []causeOf          `json:"causes"`
	Growth      burden.Growth      `json:"growth"`
	Peers       peersOf            `json:"peers"`
	Records     uint64             `json:"records"`        // in the pack
	RecordsLeft uint64             `json:"records_left"`   // for which there was no room
	Differ      uint64             `json:"records_differ"` // records of the window that were charged other than owed
	Found       *foundOf           `json:"found"`          // by detection; null where the unit is no case
	Documents   []string           `json:"documents"`
	Measures    []policy.Measure   `json:"measures"`
}

// foundOf is what detection says of the case besides its reasons and causes.
type foundOf struct {
	Level       string               `json:"level"`
	Score       uint8                `json:"score"`
	Risks       []queries.CaseAmount `json:"risks"`
	Channel     string               `json:"channel"`
	MonthsShort uint16               `json:"months_short"`
	Persons     uint32               `json:"persons"`
	Repeated    uint32               `json:"repeated"`
	Peers       queries.CasePeers    `json:"peers"`
}

type reasonOf struct {
	Reason burden.Reason `json:"reason"`
	Amount money.Fen     `json:"amount"`
}

type causeOf struct {
	Cause     burden.Cause           `json:"cause"`
	Period    period.Period          `json:"period"`
	Insurance contribution.Insurance `json:"insurance"`
	Amount    money.Fen              `json:"amount"`
	Measure   string                 `json:"measure"`
	Document  string                 `json:"document"`
}

type peersOf struct {
	Region    string     `json:"region"`
	Industry  string     `json:"industry"`
	Size      string     `json:"size"`
	Units     uint64     `json:"units"`
	Median    *money.Fen `json:"median"` // charged for a person and month; null of too few units
	Own       money.Fen  `json:"own"`
	Due       money.Fen  `json:"due"`
	Real      money.Fen  `json:"real"`
	Shortfall money.Fen  `json:"shortfall"`
}

func (e *Evidence) summary() summary {
	u, run := &e.Unit, &e.Figures.Run
	held, _ := u.Held()
	b := u.Stored
	_, _, growth := u.Growth()
	s := summary{
		Run: run.ID, ComputedAt: run.FinishedAt.UTC(), Program: run.Program, Pack: run.PackID, PackHash: run.PackHash, Loads: run.Files(),
		UnitID: u.ID, Name: u.Registered().Name, Region: held.RegionCode, Industry: held.IndustryCode, Size: held.Size.String(),
		From: u.View.Window.From, To: u.View.Window.To, Comparison: u.View.Comparison, Payer: contribution.Employer, Elsewhere: u.Elsewhere,
		State: u.State(), Old: b.Old, New: b.New, Charged: b.Charged, Due: b.Due(), Real: b.Real(), Shortfall: b.Shortfall(),
		Reasons: []reasonOf{}, Causes: []causeOf{}, Growth: growth, Records: e.Held, RecordsLeft: e.Left, Differ: e.differ,
		Documents: e.documents(), Measures: e.Figures.Pack.Measures,
		Peers: peersOf{u.Peers.RegionCode, u.Peers.Section, u.Peers.Size, u.Peers.Units, u.Peers.Median, u.Peers.Own, u.Peers.Due(), u.Peers.Real(), u.Peers.Shortfall()},
	}
	if c := e.Case; c != nil {
		s.Found = &foundOf{c.Level, c.Score, append([]queries.CaseAmount{}, c.Risks...), c.Channel, c.MonthsShort, c.Persons, c.Repeated, c.Peers}
	}
	for _, r := range u.Reasons() {
		s.Reasons = append(s.Reasons, reasonOf(r))
	}
	for _, c := range u.Causes {
		s.Causes = append(s.Causes, causeOf{c.Cause, c.Period, c.Insurance, c.Amount, c.Measure, c.Document})
	}
	return s
}

// recordTrace is the explanation of a record for programs. The rows that decide are named by file and line, as they stand in
// the tables of parameters.
type recordTrace struct {
	Record    string                 `json:"record_id"`
	Load      uint32                 `json:"load"`
	Line      uint32                 `json:"line"`
	Period    period.Period          `json:"period"`
	Insurance contribution.Insurance `json:"insurance"`
	Treatment burden.Treatment       `json:"treatment"`
	Estimate  bool                   `json:"estimate"`
	Scenarios []scenarioTrace        `json:"scenarios"`
	Charges   []chargeTrace          `json:"charges"`
}

type scenarioTrace struct {
	Added    string           `json:"added"`
	Measures []string         `json:"measures"`
	Covered  bool             `json:"covered"`
	Base     burden.BaseTrace `json:"base"`
	Limits   string           `json:"limits_row"`
	Shares   []shareTrace     `json:"shares"`
}

type shareTrace struct {
	Payer       contribution.Payer `json:"payer"`
	Rows        []string           `json:"rate_rows"`
	FloatFactor money.Rate         `json:"float_factor"`
	Rate        money.Rate         `json:"rate"`
	Product     string             `json:"product"`
	Amount      money.Fen          `json:"amount"`
}

type chargeTrace struct {
	Payer contribution.Payer `json:"payer"`
	burden.ChargeTrace
}

func (e *Evidence) traces() []recordTrace {
	all := []recordTrace{}
	at := func(file string, line int) string { return file + ":" + strconv.Itoa(line) }
	for i := range e.worst {
		r, t := &e.worst[i].record, &e.worst[i].trace
		one := recordTrace{Record: r.ID, Load: r.Load, Line: r.Line, Period: r.Period, Insurance: r.Insurance, Treatment: t.Treatment, Estimate: t.Estimate}
		for k := range t.Scenarios {
			c := &t.Scenarios[k]
			scenario := scenarioTrace{Added: c.Added, Measures: c.Measures, Covered: c.Covered, Base: c.Base}
			if row := c.Base.Limit.Row; row != nil {
				scenario.Limits = at(policy.BasesFile, row.Line)
			}
			for _, s := range c.Shares {
				share := shareTrace{Payer: s.Payer, Rows: []string{}, FloatFactor: s.FloatFactor, Rate: s.Rate, Product: s.Product, Amount: s.Amount}
				for _, row := range s.Rows {
					share.Rows = append(share.Rows, at(policy.RatesFile, row.Line))
				}
				scenario.Shares = append(scenario.Shares, share)
			}
			one.Scenarios = append(one.Scenarios, scenario)
		}
		for _, c := range t.Charges {
			one.Charges = append(one.Charges, chargeTrace{c.Payer, c})
		}
		all = append(all, one)
	}
	return all
}

// ratesTable and basesTable are the parameter rows that the records' calculations rest on, as the pack has them.
func (e *Evidence) ratesTable() dashboards.Table {
	var lines []int
	for row := range e.rates {
		lines = append(lines, row.Line)
	}
	return e.lines(policy.RatesFile, lines)
}

func (e *Evidence) basesTable() dashboards.Table {
	var lines []int
	for row := range e.bases {
		lines = append(lines, row.Line)
	}
	return e.lines(policy.BasesFile, lines)
}

func (e *Evidence) lines(file string, numbers []int) dashboards.Table {
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	head, rows := e.Figures.Pack.Lines(file, numbers)
	t := dashboards.Table{}
	for _, name := range append([]string{"line"}, head...) {
		t.Columns = append(t.Columns, dashboards.Column{Key: name, Title: name, Kind: dashboards.KindText})
	}
	for i, row := range rows {
		cells := []dashboards.Cell{{Raw: strconv.Itoa(numbers[i])}}
		for _, text := range row {
			cells = append(cells, dashboards.Cell{Text: text, Raw: text})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
