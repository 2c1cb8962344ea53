package queries

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/store"
)

// Case is a unit of a run with what was found, over the default window, by the default comparison and for the employer's
// part. A unit that has moved has a case in each county in which it has a burden, each with what is of that county.
type Case struct {
	UnitID       string `json:"unit_id"`
	Name         string `json:"name"` // by its latest registration in the county
	RegionCode   string `json:"region_code"`
	IndustryCode string `json:"industry_code"`
	dimension.Words
	State string `json:"state"`
	Burden
	Persons     uint32       `json:"persons"`      // of the month with the most
	Months      uint16       `json:"months"`       // of the window with a burden
	MonthsShort uint16       `json:"months_short"` // in which more was charged than owed
	Insurances  []CaseAmount `json:"insurances"`   // the shortfall by insurance
	Reasons     []CaseAmount `json:"reasons"`      // they add up to the shortfall; the largest first
	Causes      []CaseAmount `json:"causes"`       // why the due reduction is small; the largest first
	Risks       []CaseAmount `json:"risks"`        // the largest first
	Growth      CaseGrowth   `json:"growth"`
	Channel     string       `json:"channel"` // through which most of the deviating records were declared; "" where there are none
	Found       bool         `json:"found"`   // whether there is anything to look at
	Score       uint8        `json:"score"`   // 0 to 100; 0 where nothing was found
	Level       string       `json:"level"`   // low, normal, high, urgent; "" where nothing was found
	Repeated    uint32       `json:"repeated"`
	Peers       CasePeers    `json:"peers"`
	Issues      []CaseIssue  `json:"issues"` // the last registered first
}

// CaseAmount is what a reason, a cause, a risk or an insurance comes to. A cause that was not computed has no amount.
type CaseAmount struct {
	ID      string    `json:"id"`
	Amount  money.Fen `json:"amount"`
	Records uint64    `json:"records,omitempty"` // unit-month records that show it
}

// CaseGrowth is why the bill differs from that of the reference month, summed over the window's months. Reference is 0
// where the unit has none, and then nothing is compared.
type CaseGrowth struct {
	Reference period.Period `json:"reference"`
	Headcount money.Fen     `json:"headcount"`
	Wage      money.Fen     `json:"wage"`
	Policy    money.Fen     `json:"policy"`
}

// Change is what the bill rose by.
func (g CaseGrowth) Change() money.Fen { return g.Headcount + g.Wage + g.Policy }

// CasePeers compares a unit with those of its county, industry section and size that have a cut due: which share of it
// arrived. Units is 0 where the unit has none due.
type CasePeers struct {
	Units  uint32      `json:"units"`  // the unit itself among them
	Median *money.Rate `json:"median"` // null where there are fewer than the rule below_peers asks for
	Own    money.Rate  `json:"own"`
	Below  bool        `json:"below"` // clearly below, by that rule
}

// CaseIssue is an issue about the unit of a case.
type CaseIssue struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	State        ledger.State `json:"state"`
	Open         bool         `json:"open"`
	RegisteredAt time.Time    `json:"registered_at"`
	Outstanding  money.Fen    `json:"outstanding"`
	county       string       // of an issue with money; "" for one about the unit wherever it stands
}

// Small tells whether the unit is a small or micro firm.
func (c *Case) Small() bool {
	return c.Size == contribution.Small.String() || c.Size == contribution.Micro.String()
}

// Stake is the amount that the severity counts: the shortfall or undercharge without its sign, or what was made up for
// after the cut, whichever is larger.
func (c *Case) Stake() money.Fen {
	stake := max(c.Shortfall(), -c.Shortfall())
	for _, r := range c.Risks {
		if r.ID == "back_payment_after_cut" {
			stake = max(stake, r.Amount)
		}
	}
	return stake
}

// CaseFilter is which cases are asked for; "" and false are any. Narrow.Insurance asks for a shortfall in the insurance.
type CaseFilter struct {
	Narrow
	All        bool     `json:"all,omitempty"` // units, too, that nothing was found for
	State      string   `json:"state,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Cause      string   `json:"cause,omitempty"`
	Risk       string   `json:"risk,omitempty"`
	Level      string   `json:"level,omitempty"`
	Channel    string   `json:"channel,omitempty"`
	Finding    string   `json:"finding,omitempty"` // id
	Repeated   bool     `json:"repeated,omitempty"`
	BelowPeers bool     `json:"below_peers,omitempty"`
	Unit       string   `json:"unit,omitempty"`   // as somebody types it, see ReadUnitSearch
	Issue      string   `json:"issue,omitempty"`  // one of CaseIssueStates
	Chosen     []string `json:"chosen,omitempty"` // the only cases, by CaseID.Key; empty for any
}

// CaseIssueStates say whether there is an issue about a case's unit: none, one that is open, or only such as are not.
var CaseIssueStates = []string{"none", "open", "closed"}

// CaseSort is an order of cases; equal ones are by unit. By score, equal ones are by their shortfall first.
type CaseSort struct {
	By         string // one of CaseSorts
	Descending bool
}

// CaseSorts are what cases can be sorted by.
var CaseSorts = []string{"score", "shortfall", "due", "real", "charged", "persons", "months", "repeated", "state", "unit_id"}

// CasePage is a part of a list.
type CasePage struct{ Skip, Most uint64 }

// caseParams are the parameters of every statement over cases.
func (f *Figures) caseParams(scope filter.Scope, c CaseFilter) (store.Params, error) {
	search, err := ReadUnitSearch(c.Unit)
	if err != nil {
		return nil, err
	}
	p := store.Params{
		"run":         f.Run.ID,
		"scope":       scope.Prefixes(),
		"all":         c.All,
		"state":       c.State,
		"level":       c.Level,
		"reason":      c.Reason,
		"cause":       c.Cause,
		"risk":        c.Risk,
		"channel":     c.Channel,
		"repeated":    c.Repeated,
		"below_peers": c.BelowPeers,
		"searched":    search.Code != "" || len(search.Words) > 0,
		"code":        search.Code,
		"words":       append([]string{}, search.Words...),
		"finding":     c.Finding,
		"issue":       c.Issue,
		"chosen":      append([]string{}, c.Chosen...),
	}
	bind(p, c.Narrow)
	return p, nil
}

//go:embed case/list.sql
var caseListText string

var caseListSQL = Whole(caseListText)

// Cases lists a page of cases, each with the issues about its unit that lie in the scope.
func (f *Figures) Cases(ctx context.Context, scope filter.Scope, c CaseFilter, sort CaseSort, page CasePage) ([]Case, error) {
	var list []Case
	err := f.EachCase(ctx, scope, c, sort, page, func(c *Case) error { list = append(list, *c); return nil })
	if err != nil || len(list) == 0 {
		return list, err
	}
	return list, f.addIssues(ctx, scope, list)
}

// EachCase calls each for the cases of a page, in order, without their issues.
func (f *Figures) EachCase(ctx context.Context, scope filter.Scope, c CaseFilter, sort CaseSort, page CasePage, each func(*Case) error) error {
	p, err := f.caseParams(scope, c)
	if err != nil {
		return err
	}
	p["by"], p["descending"], p["skip"], p["most"] = "unit_id", sort.Descending, page.Skip, page.Most
	if slices.Contains(CaseSorts, sort.By) {
		p["by"] = sort.By
	}
	for row, err := range store.Each[caseRow](ctx, f.q.db, caseListSQL, p) {
		if err != nil {
			return err
		}
		found := row.Whole(f.Pack.Detection.LeastPeers())
		if err := each(&found); err != nil {
			return err
		}
	}
	return nil
}

//go:embed case/of_unit.sql
var caseOfUnitSQL string

// CaseOf is the case of a unit: that of a county or, where region is "", that of the county in which it has the most months, of
// those in the scope. It is not found where nothing of the unit lies there, whether there is such a unit or not.
func (f *Figures) CaseOf(ctx context.Context, scope filter.Scope, unit, region string) (c Case, found bool, err error) {
	list, err := f.CasesOf(ctx, scope, unit)
	if err != nil {
		return Case{}, false, err
	}
	i := slices.IndexFunc(list, func(c Case) bool { return region == "" || c.RegionCode == region })
	if i < 0 {
		return Case{}, false, nil
	}
	return list[i], true, nil
}

// CasesOf are all cases of a unit in the scope, that of the county in which it has the most months first.
func (f *Figures) CasesOf(ctx context.Context, scope filter.Scope, unit string) ([]Case, error) {
	rows, err := store.Select[caseRow](ctx, f.q.db, caseOfUnitSQL, store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "unit": unit})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list := make([]Case, len(rows))
	for i := range rows {
		list[i] = rows[i].Whole(f.Pack.Detection.LeastPeers())
	}
	return list, f.addIssues(ctx, scope, list)
}

//go:embed case/issues.sql
var caseIssuesSQL string

// addIssues fills in the issues about the units of cases.
func (f *Figures) addIssues(ctx context.Context, scope filter.Scope, list []Case) error {
	units := make([]string, len(list))
	for i := range list {
		units[i] = list[i].UnitID
	}
	of, err := f.issuesOf(ctx, scope, units)
	for i := range list {
		list[i].Issues = issuesIn(of[list[i].UnitID], list[i].RegionCode)
	}
	return err
}

// issuesIn are those of a unit's issues that are about its case in a county: one with money is about that of its county alone.
func issuesIn(issues []CaseIssue, region string) (in []CaseIssue) {
	for _, i := range issues {
		if i.county == "" || i.county == region {
			in = append(in, i)
		}
	}
	return in
}

// issuesOf are the issues about some units, by unit.
func (f *Figures) issuesOf(ctx context.Context, scope filter.Scope, units []string) (map[string][]CaseIssue, error) {
	type row struct {
		Issue       string    `ch:"issue_of"`
		Number      string    `ch:"number"`
		Unit        string    `ch:"unit_id"`
		County      string    `ch:"county"`
		State       string    `ch:"state_of"`
		Registered  time.Time `ch:"registered_at"`
		Outstanding money.Fen `ch:"outstanding"`
	}
	of := map[string][]CaseIssue{}
	for r, err := range store.Each[row](ctx, f.q.db, caseIssuesSQL, store.Params{"scope": scope.Prefixes(), "units": units}) {
		if err != nil {
			return nil, err
		}
		state := ledger.State(r.State)
		of[r.Unit] = append(of[r.Unit], CaseIssue{r.Issue, r.Number, state, state.Open(), r.Registered, r.Outstanding, r.County})
	}
	return of, nil
}

// caseRow is a row of the table cases.
type caseRow struct {
	UnitID       string `ch:"unit"`
	Name         string `ch:"name"`
	RegionCode   string `ch:"region"`
	IndustryCode string `ch:"industry"`
	dimension.Words
	State            string     `ch:"state"`
	Old              money.Fen  `ch:"old"`
	New              money.Fen  `ch:"new"`
	Charged          money.Fen  `ch:"charged"`
	Persons          uint32     `ch:"persons"`
	Months           uint16     `ch:"months"`
	MonthsShort      uint16     `ch:"months_short"`
	InsuranceIDs     []string   `ch:"insurance_ids"`
	InsuranceAmounts []int64    `ch:"insurance_fen"`
	ReasonIDs        []string   `ch:"reason_ids"`
	ReasonAmounts    []int64    `ch:"reason_fen"`
	ReasonRecords    []uint64   `ch:"reason_records"`
	CauseIDs         []string   `ch:"cause_ids"`
	CauseAmounts     []int64    `ch:"cause_fen"`
	CauseRecords     []uint64   `ch:"cause_records"`
	RiskIDs          []string   `ch:"risk_ids"`
	RiskAmounts      []int64    `ch:"risk_fen"`
	RiskRecords      []uint64   `ch:"risk_records"`
	Reference        uint32     `ch:"reference"`
	HeadcountGrowth  money.Fen  `ch:"headcount_growth"`
	WageGrowth       money.Fen  `ch:"wage_growth"`
	PolicyGrowth     money.Fen  `ch:"policy_growth"`
	Channel          string     `ch:"channel"`
	Found            bool       `ch:"found"`
	Score            uint8      `ch:"score"`
	Level            string     `ch:"level"`
	Repeated         uint32     `ch:"repeated"`
	Peers            uint32     `ch:"peers"`
	PeerShare        money.Rate `ch:"peer_share"`
	OwnShare         money.Rate `ch:"own_share"`
	BelowPeers       bool       `ch:"below_peers"`
}

func (r *caseRow) Whole(leastPeers uint64) Case {
	peers := CasePeers{Units: r.Peers, Own: r.OwnShare, Below: r.BelowPeers}
	if uint64(r.Peers) >= leastPeers {
		peers.Median = &r.PeerShare
	}
	return Case{
		UnitID: r.UnitID, Name: r.Name, RegionCode: r.RegionCode, IndustryCode: r.IndustryCode, Words: r.Words,
		State: r.State, Burden: Burden{r.Old, r.New, r.Charged}, Persons: r.Persons, Months: r.Months, MonthsShort: r.MonthsShort,
		Insurances: caseAmounts(r.InsuranceIDs, r.InsuranceAmounts, nil),
		Reasons:    caseAmounts(r.ReasonIDs, r.ReasonAmounts, r.ReasonRecords),
		Causes:     caseAmounts(r.CauseIDs, r.CauseAmounts, r.CauseRecords),
		Risks:      caseAmounts(r.RiskIDs, r.RiskAmounts, r.RiskRecords),
		Growth:     CaseGrowth{period.Period(r.Reference), r.HeadcountGrowth, r.WageGrowth, r.PolicyGrowth},
		Channel:    r.Channel, Found: r.Found, Score: r.Score, Level: r.Level, Repeated: r.Repeated,
		Peers: peers,
	}
}

func caseAmounts(ids []string, amounts []int64, records []uint64) []CaseAmount {
	list := make([]CaseAmount, len(ids))
	for i, id := range ids {
		list[i] = CaseAmount{ID: id, Amount: money.Fen(amounts[i])}
		if records != nil {
			list[i].Records = records[i]
		}
	}
	return list
}
