package queries

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// FirstScenario is the first number of scenarios; runs never come as far. See the table scenarios.
const FirstScenario uint32 = 1 << 31

// Scenario is one what-if that was computed: changes of the policy, the months and run that they were tried on, and, once
// somebody keeps it, its name.
type Scenario struct {
	ID         uint32
	BaseRun    uint32
	Months     period.Range
	Moves      []policy.Move // one at least
	Steps      [][]string    // measures of the policies that were computed: without the changes, then with one more each
	PackHash   string
	ComputedAt time.Time
	Took       time.Duration
	Checked    uint64 // units recomputed in Go and found equal to the fen
	Saved      *Saved // nil while nobody keeps it
}

// Saved is how a scenario is kept.
type Saved struct {
	Name, Note      string
	Account, Author string
	At              time.Time
}

// Number is the scenario's number as people see it, from 1.
func (s *Scenario) Number() uint32 { return s.ID - FirstScenario + 1 }

type scenarioRow struct {
	ID         uint32     `ch:"run_id"`
	BaseRun    uint32     `ch:"base_run"`
	Period     uint32     `ch:"period"`
	Through    uint32     `ch:"through"`
	Target     string     `ch:"target"`
	Way        string     `ch:"way"`
	Insurance  string     `ch:"insurance"`
	Payer      string     `ch:"payer"`
	Area       string     `ch:"area"`
	Since      uint32     `ch:"since"`
	Rate       money.Rate `ch:"rate"`
	Amount     money.Fen  `ch:"amount"`
	Also       []string   `ch:"also"`
	Steps      [][]string `ch:"steps"`
	PackHash   string     `ch:"pack_hash"`
	ComputedAt time.Time  `ch:"computed_at"`
	Took       uint32     `ch:"took_ms"`
	Checked    uint64     `ch:"checked"`
}

type scenarioListRow struct {
	scenarioRow
	Name    string    `ch:"name"`
	Note    string    `ch:"note"`
	Account string    `ch:"account"`
	Author  string    `ch:"author"`
	SavedAt time.Time `ch:"saved_at"`
}

func (r *scenarioListRow) scenario() (Scenario, error) {
	ins, _ := contribution.ParseInsurance(r.Insurance) // "" is every insurance
	payer, _ := contribution.ParsePayer(r.Payer)       // "" of a limit
	s := Scenario{
		ID: r.ID, BaseRun: r.BaseRun, Months: period.Range{From: period.Period(r.Period), To: period.Period(r.Through)}, Steps: r.Steps,
		PackHash: r.PackHash, ComputedAt: r.ComputedAt, Took: time.Duration(r.Took) * time.Millisecond, Checked: r.Checked,
		Moves: []policy.Move{{Target: policy.Target(r.Target), Way: policy.Way(r.Way), Insurance: ins, Payer: payer, Area: r.Area,
			From: period.Period(r.Since), Rate: r.Rate, Amount: r.Amount}},
	}
	for _, text := range r.Also {
		move, err := policy.ParseMove(text)
		if err != nil {
			return s, fmt.Errorf("read a change of scenario %d: %w", r.ID, err)
		}
		s.Moves = append(s.Moves, move)
	}
	if r.Account != "" {
		s.Saved = &Saved{Name: r.Name, Note: r.Note, Account: r.Account, Author: r.Author, At: r.SavedAt}
	}
	return s, nil
}

//go:embed what_if/last_number.sql
var lastScenarioNumberSQL string

// NextScenario takes a number that no scenario has taken before. The caller holds the store's lock.
func (q *Queries) NextScenario(ctx context.Context, now time.Time) (uint32, error) {
	last, err := store.One[number](ctx, q.db, lastScenarioNumberSQL, nil)
	if err != nil {
		return 0, err
	}
	next := number{RunID: max(last.Number+1, FirstScenario), TakenAt: now}
	return next.RunID, store.Insert(ctx, q.db, "INSERT INTO scenario_numbers (run_id, taken_at)", []number{next})
}

// scenarioPackFile is a file of a scenario's pack.
type scenarioPackFile struct {
	RunID   uint32 `ch:"run_id"`
	File    string `ch:"file"`
	Content string `ch:"content"`
}

// InsertScenario makes a scenario visible; its rows are there by then. It keeps the pack first.
func (q *Queries) InsertScenario(ctx context.Context, s Scenario, pack *policy.Pack) error {
	var files []scenarioPackFile
	for name, content := range pack.Files {
		files = append(files, scenarioPackFile{s.ID, name, string(content)})
	}
	if err := store.Insert(ctx, q.db, "INSERT INTO scenario_packs (run_id, file, content)", files); err != nil {
		return fmt.Errorf("keep the pack of scenario %d: %w", s.ID, err)
	}
	first, also := s.Moves[0], []string{}
	for _, move := range s.Moves[1:] {
		also = append(also, move.String())
	}
	row := scenarioRow{
		ID: s.ID, BaseRun: s.BaseRun, Period: uint32(s.Months.From), Through: uint32(s.Months.To), Target: string(first.Target), Way: string(first.Way),
		Insurance: first.Insurance.String(), Payer: first.Payer.String(), Area: first.Area, Since: uint32(first.From),
		Rate: first.Rate, Amount: first.Amount, Also: also, Steps: s.Steps, PackHash: pack.Hash, ComputedAt: s.ComputedAt,
		Took: uint32(s.Took.Milliseconds()), Checked: s.Checked, //nolint:gosec // less than a month
	}
	return store.Insert(ctx, q.db, `INSERT INTO scenarios (run_id, base_run, period, through, target, way, insurance, payer, area, since, rate,
		amount, also, steps, pack_hash, computed_at, took_ms, checked)`, []scenarioRow{row})
}

//go:embed what_if/scenarios.sql
var scenariosListSQL string

// Scenarios lists the scenarios that there are, the last one first.
func (q *Queries) Scenarios(ctx context.Context) ([]Scenario, error) { return q.scenarios(ctx, 0) }

// Scenario finds one; the problem what_if_gone says that there is none of that number.
func (q *Queries) Scenario(ctx context.Context, id uint32) (Scenario, error) {
	if id < FirstScenario {
		return Scenario{}, problem.New("what_if_gone")
	}
	list, err := q.scenarios(ctx, id)
	if err != nil {
		return Scenario{}, err
	}
	if len(list) == 0 {
		return Scenario{}, problem.New("what_if_gone")
	}
	return list[0], nil
}

func (q *Queries) scenarios(ctx context.Context, id uint32) ([]Scenario, error) {
	rows, err := store.Select[scenarioListRow](ctx, q.db, scenariosListSQL, store.Params{"id": id})
	list := make([]Scenario, len(rows))
	for i := range rows {
		if err == nil {
			list[i], err = rows[i].scenario()
		}
	}
	return list, err
}

type savedRow struct {
	RunID   uint32    `ch:"run_id"`
	Name    string    `ch:"name"`
	Note    string    `ch:"note"`
	Account string    `ch:"account"`
	Author  string    `ch:"author"`
	SavedAt time.Time `ch:"saved_at"`
}

// SaveScenario keeps a scenario under a name.
func (q *Queries) SaveScenario(ctx context.Context, id uint32, s Saved) error {
	return store.Insert(ctx, q.db, "INSERT INTO saved_scenarios (run_id, name, note, account, author, saved_at)",
		[]savedRow{{id, s.Name, s.Note, s.Account, s.Author, s.At}})
}

// UnfinishedScenarios lists the numbers under which a computing or a removal that was cut off has left rows. The caller
// holds the store's lock, so that none is still at work.
func (q *Queries) UnfinishedScenarios(ctx context.Context) ([]uint32, error) {
	known, err := q.Scenarios(ctx)
	if err != nil {
		return nil, err
	}
	held, err := q.HeldByRuns(ctx)
	var ids []uint32
	for _, h := range held {
		there := slices.ContainsFunc(known, func(s Scenario) bool { return s.ID == h.RunID })
		if h.RunID >= FirstScenario && !there && !slices.Contains(ids, h.RunID) {
			ids = append(ids, h.RunID)
		}
	}
	return ids, err
}

// DropScenario removes everything of a scenario, first what makes it visible.
func (q *Queries) DropScenario(ctx context.Context, id uint32) error {
	if id < FirstScenario {
		return fmt.Errorf("%d is the number of a run", id)
	}
	held, err := q.HeldByRuns(ctx)
	if err != nil {
		return fmt.Errorf("look at what scenario %d holds: %w", id, err)
	}
	own := []Held{{RunID: id, Table: "scenarios"}}
	for _, h := range held {
		if h.RunID == id && h.Table != "scenarios" {
			own = append(own, h)
		}
	}
	for _, h := range own {
		if err := q.DropHeld(ctx, h); err != nil {
			return fmt.Errorf("remove scenario %d from %s: %w", id, h.Table, err)
		}
	}
	return nil
}

//go:embed what_if/pack.sql
var scenarioPackSQL string

// ScenarioFigures are the figures of a scenario, which all statements over figures read like those of a run: old is the
// run's new policy, new is that with the change.
func (q *Queries) ScenarioFigures(ctx context.Context, s Scenario) (*Figures, error) {
	rows, err := store.Select[struct {
		File    string `ch:"file"`
		Content string `ch:"content"`
	}](ctx, q.db, scenarioPackSQL, store.Params{"id": s.ID})
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range rows {
		files[f.File] = []byte(f.Content)
	}
	pack, err := policy.Parse(files)
	if err != nil {
		return nil, err
	}
	run := Run{ID: s.ID, State: "scenario", PackID: pack.ID, PackTitle: pack.Title, PackHash: pack.Hash, FirstEffect: uint32(s.Months.From),
		Scenarios: s.Steps, FinishedAt: s.ComputedAt, DataFrom: uint32(s.Months.From), DataTo: uint32(s.Months.To), SampleChecked: s.Checked}
	return &Figures{q: q, Run: run, Pack: pack}, nil
}

// InForce looks up what the current run's new policy, moved by the changes before, gives where a move would change it.
func (q *Queries) InForce(ctx context.Context, move policy.Move, before ...policy.Move) (policy.InForce, error) {
	f, err := q.Figures(ctx)
	if err != nil {
		return policy.InForce{}, err
	}
	pack := f.Pack
	if len(before) > 0 {
		if pack, err = pack.WhatIf(before...); err != nil {
			return policy.InForce{}, err
		}
	}
	return pack.InForce(move)
}

//go:embed what_if/owed.sql
var owedSQL string

// Owed is what is owed for a month under one scenario, of what it covers, and what was charged.
type Owed struct {
	Employer        money.Fen `ch:"employer"`
	Employee        money.Fen `ch:"employee"`
	EmployerCharged money.Fen `ch:"employer_charged"`
	EmployeeCharged money.Fen `ch:"employee_charged"`
	Headcount       uint64    `ch:"headcount"`
}

// Owed adds up a month under the scenario at a place, counted from 1, over the whole store.
func (q *Queries) Owed(ctx context.Context, run uint32, m period.Period, place uint8) (Owed, error) {
	return store.One[Owed](ctx, q.db, owedSQL, store.Params{"run": run, "period": uint32(m), "place": place})
}

//go:embed what_if/effects.sql
var effectsSQL string

// Effect is what a change does to the units of one member.
type Effect struct {
	Key       string
	Before    money.Fen // owed without the change
	After     money.Fen // owed with it
	Units     uint64
	Less      uint64 // units that pay less with the change
	More      uint64
	Same      uint64
	Falls     money.Fen // what those who pay less pay less, in all
	Rises     money.Fen // what those who pay more pay more, in all
	Headcount uint64    // persons
	Affected  uint64    // persons of the units whose burden changes
}

// Change is what the change adds to the burden; negative where it takes away.
func (e Effect) Change() money.Fen { return e.After - e.Before }

// Effects are the effects of a scenario's change on the whole of a view and by its members.
type Effects struct {
	Total      Effect
	ByRegion   []Effect // one level below the view's region
	ByIndustry []Effect // one level below the view's industry
	BySize     []Effect
}

// Effects adds up what a scenario changes, in the order of the members' keys.
func (f *Figures) Effects(ctx context.Context, scope filter.Scope, v View) (Effects, error) {
	p, err := f.params(scope, v)
	if err != nil {
		return Effects{}, err
	}
	bindDigits(p, scope, v.Narrow)
	rows, err := store.Select[struct {
		Dimension string    `ch:"dimension"`
		Member    string    `ch:"member"`
		Units     uint64    `ch:"units"`
		Less      uint64    `ch:"less"`
		More      uint64    `ch:"more"`
		Same      uint64    `ch:"same"`
		Falls     money.Fen `ch:"falls"`
		Rises     money.Fen `ch:"rises"`
		Headcount uint64    `ch:"headcount"`
		Affected  uint64    `ch:"affected"`
		Before    money.Fen `ch:"before"`
		After     money.Fen `ch:"after"`
	}](ctx, f.q.db, effectsSQL, p)
	var all Effects
	for _, r := range rows {
		e := Effect{r.Member, r.Before, r.After, r.Units, r.Less, r.More, r.Same, r.Falls, r.Rises, r.Headcount, r.Affected}
		switch r.Dimension {
		case "total":
			all.Total = e
		case "region":
			all.ByRegion = append(all.ByRegion, e)
		case "section":
			all.ByIndustry = append(all.ByIndustry, e)
		default:
			all.BySize = append(all.BySize, e)
		}
	}
	return all, err
}
