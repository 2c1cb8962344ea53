package queries

import (
	"cmp"
	"context"
	_ "embed"
	"slices"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// CaseSum is how many cases a member of a dimension has, and what they come to.
type CaseSum struct {
	Dimension string    `json:"-"`
	Key       string    `json:"key"`
	Cases     uint64    `json:"cases"`
	Amount    money.Fen `json:"amount"` // of the reason, cause, risk or insurance; of other dimensions the net shortfall
	Sums
	Persons uint64 `json:"persons"` // each unit's in its month with the most
}

// CaseTotals is what the cases of a filter come to.
type CaseTotals struct {
	Cases uint64 `json:"cases"`
	Sums
	Persons  uint64    `json:"persons"`
	ByState  []CaseSum `json:"by_state"`
	ByLevel  []CaseSum `json:"by_level"`
	ByReason []CaseSum `json:"by_reason"`
	ByCause  []CaseSum `json:"by_cause"`
	ByRisk   []CaseSum `json:"by_risk"`
}

//go:embed case/sums.sql
var caseSumsText string

var caseSumsSQL = Whole(caseSumsText)

//go:embed case/parts.sql
var casePartsText string

var casePartsSQL = Whole(casePartsText)

// caseParts are the dimensions of which a case may have several members.
var caseParts = []string{"reason", "cause", "risk", "insurance"}

// CasesBy adds up cases by city, county, section, a word of units, state, level, channel, reason, cause, risk or insurance, or
// several of them, in the order of dimension and key. A case may be under several of the last four.
func (f *Figures) CasesBy(ctx context.Context, scope filter.Scope, c CaseFilter, by ...string) ([]CaseSum, error) {
	var parts, whole []string
	for _, dimension := range by {
		if slices.Contains(caseParts, dimension) {
			parts = append(parts, dimension)
		} else {
			whole = append(whole, dimension)
		}
	}
	var sums []CaseSum
	for three := range slices.Chunk(whole, 3) {
		found, err := f.caseSums(ctx, scope, c, three)
		if err != nil {
			return nil, err
		}
		sums = append(sums, found...)
	}
	if len(parts) > 0 {
		found, err := f.caseParts(ctx, scope, c, parts)
		if err != nil {
			return nil, err
		}
		sums = append(sums, found...)
	}
	slices.SortFunc(sums, func(a, b CaseSum) int {
		return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Key, b.Key))
	})
	return sums, nil
}

// caseSumRow is what some cases come to.
type caseSumRow struct {
	Cases   uint64    `ch:"cases"`
	Old     money.Fen `ch:"old_sum"`
	New     money.Fen `ch:"new_sum"`
	Charged money.Fen `ch:"charged_sum"`
	Persons uint64    `ch:"persons_sum"`
	Reach
}

// caseSums adds up by dimensions of which each case has one member, three at most.
func (f *Figures) caseSums(ctx context.Context, scope filter.Scope, c CaseFilter, by []string) ([]CaseSum, error) {
	type row struct {
		First  string `ch:"first"`
		Second string `ch:"second"`
		Third  string `ch:"third"`
		caseSumRow
	}
	p, err := f.caseParams(scope, c)
	if err != nil {
		return nil, err
	}
	p["by"] = slices.Concat(by, []string{"", "", ""})[:3]
	at := map[[2]string]int{}
	var sums []CaseSum
	for r, err := range store.Each[row](ctx, f.q.db, caseSumsSQL, p) {
		if err != nil {
			return nil, err
		}
		keys := []string{r.First, r.Second, r.Third}
		for i, dimension := range by {
			name := [2]string{dimension, keys[i]}
			if _, there := at[name]; !there {
				at[name] = len(sums)
				sums = append(sums, CaseSum{Dimension: dimension, Key: keys[i]})
			}
			sum := &sums[at[name]]
			burden := Burden{r.Old, r.New, r.Charged}
			sum.Cases, sum.Persons, sum.Amount = sum.Cases+r.Cases, sum.Persons+r.Persons, sum.Amount+burden.Shortfall()
			sum.Burden, sum.Reach = sum.Add(burden), sum.Plus(r.Reach)
		}
	}
	return sums, nil
}

// caseParts adds up by reasons, causes, risks or insurances.
func (f *Figures) caseParts(ctx context.Context, scope filter.Scope, c CaseFilter, by []string) ([]CaseSum, error) {
	type row struct {
		Dimension string    `ch:"dimension"`
		Key       string    `ch:"key"`
		Amount    money.Fen `ch:"amount"`
		caseSumRow
	}
	p, err := f.caseParams(scope, c)
	if err != nil {
		return nil, err
	}
	p["by"] = by
	var sums []CaseSum
	for r, err := range store.Each[row](ctx, f.q.db, casePartsSQL, p) {
		if err != nil {
			return nil, err
		}
		sums = append(sums, CaseSum{r.Dimension, r.Key, r.Cases, r.Amount, Sums{Burden{r.Old, r.New, r.Charged}, r.Reach}, r.Persons})
	}
	return sums, nil
}

// CaseTotals adds up the cases of a filter.
func (f *Figures) CaseTotals(ctx context.Context, scope filter.Scope, c CaseFilter) (CaseTotals, error) {
	var whole, parts []CaseSum
	err := together(ctx,
		func(ctx context.Context) (err error) {
			whole, err = f.CasesBy(ctx, scope, c, "state", "level")
			return err
		},
		func(ctx context.Context) (err error) {
			parts, err = f.CasesBy(ctx, scope, c, "reason", "cause", "risk")
			return err
		})
	var t CaseTotals
	into := map[string]*[]CaseSum{"state": &t.ByState, "level": &t.ByLevel, "reason": &t.ByReason, "cause": &t.ByCause, "risk": &t.ByRisk}
	for _, s := range append(whole, parts...) {
		*into[s.Dimension] = append(*into[s.Dimension], s)
		if s.Dimension == "state" { // each case has one
			t.Cases, t.Persons, t.Burden, t.Reach = t.Cases+s.Cases, t.Persons+s.Persons, t.Add(s.Burden), t.Plus(s.Reach)
		}
	}
	return t, err
}

// CaseID names a case, with what samples are stratified by.
type CaseID struct {
	Unit   string `ch:"unit" json:"unit_id"`
	Region string `ch:"region" json:"region_code"`
	Size   string `ch:"size_of" json:"size"`
	State  string `ch:"state_of" json:"state"`
	Level  string `ch:"level_of" json:"level"`
}

// Key is the case among those that a filter chooses.
func (c CaseID) Key() string { return c.Unit + c.Region }

//go:embed case/ids.sql
var caseIDsText string

var caseIDsSQL = Whole(caseIDsText)

// MostCaseIDs bounds how many cases are acted on together.
const MostCaseIDs = 1_000_000

// CaseIDs names the cases that a filter finds, by unit and county; whole tells whether these are all.
func (f *Figures) CaseIDs(ctx context.Context, scope filter.Scope, c CaseFilter, most uint64) (ids []CaseID, whole bool, err error) {
	p, err := f.caseParams(scope, c)
	if err != nil {
		return nil, false, err
	}
	most = min(most, MostCaseIDs)
	p["most"] = most + 1
	ids, err = store.Select[CaseID](ctx, f.q.db, caseIDsSQL, p)
	if uint64(len(ids)) > most {
		return ids[:most], false, err
	}
	return ids, true, err
}
