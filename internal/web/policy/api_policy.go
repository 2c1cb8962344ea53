package policy

import (
	"regexp"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/web/kit"
)

// The JSON of the policy page: the pack of the current run as far as it was asked for.
type policyJSON struct {
	Run         uint32                 `json:"run"`
	Pack        string                 `json:"pack"`
	PackTitle   string                 `json:"pack_title"`
	PackHash    string                 `json:"pack_hash"`
	Area        string                 `json:"area" example:"320000"`
	Month       period.Period          `json:"month"`
	Measures    []policy.Measure       `json:"measures"`
	Comparisons []policyComparisonJSON `json:"comparisons"`
	Rates       []rateJSON             `json:"rates"`
	Limits      []limitJSON            `json:"limits"`
	Doubts      []doubtJSON            `json:"doubts"`
	Applies     []appliesJSON          `json:"applies"`
}

type policyComparisonJSON struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Default bool     `json:"default"`
	Old     []string `json:"old"`
	Added   []string `json:"added"`
}

type rowJSON struct {
	Area       string         `json:"area"`
	Insurance  *string        `json:"insurance" choice:"insurance"`
	UnitKind   *string        `json:"unit_kind" choice:"unit_kind"`
	From       period.Period  `json:"from"`
	To         *period.Period `json:"to"`
	Measure    string         `json:"measure"`
	Elective   bool           `json:"elective"`
	DocumentNo string         `json:"document_no"`
	CheckedOn  string         `json:"checked_on"`
	Line       int            `json:"line"`
}

type rateJSON struct {
	rowJSON
	Payer     *string     `json:"payer" choice:"one_payer"`
	Size      *string     `json:"size" choice:"size"`
	RiskClass *uint8      `json:"risk_class"`
	Rate      *money.Rate `json:"rate"`
	Factor    *money.Rate `json:"factor"`
}

type limitJSON struct {
	rowJSON
	Floor       *money.Fen `json:"floor"`
	Cap         *money.Fen `json:"cap"`
	Rounding    string     `json:"rounding"`
	AverageWage string     `json:"average_wage"`
}

type doubtJSON struct {
	Severity string         `json:"severity"`
	Code     string         `json:"code"`
	File     string         `json:"file"`
	Line     int            `json:"line"`
	Area     string         `json:"area"`
	From     period.Period  `json:"from"`
	To       *period.Period `json:"to"`
	Message  string         `json:"message"`
}

// appliesJSON is what holds for an insurance and payer under one step of the comparison.
type appliesJSON struct {
	Added     string      `json:"added"`
	Insurance string      `json:"insurance" choice:"insurance"`
	Payer     string      `json:"payer" choice:"one_payer"`
	Covered   bool        `json:"covered"`
	Rate      *money.Rate `json:"rate"`
	Rates     []rateJSON  `json:"rates"`
	Limit     *limitJSON  `json:"limit"`
}

func (s pages) policyOperations() []kit.Operation {
	class := []string{kit.ParamAt, dimension.UnitKind, kit.ParamSize, paramRisk, paramFloat, paramElections}
	return []kit.Operation{
		{Path: kit.APIRoot + "/policy", Rights: policyRights, Handler: s.policyAPI, Reply: policyJSON{}, Parameters: kit.And([]string{kit.ParamRegion, kit.ParamInsurance, kit.ParamPayer, kit.ParamComparison}, class...)},
	}
}

// optional is a number of a row, null where it is any or open.
func optional[T ~uint8 | ~uint32](value T) *T {
	if value == 0 {
		return nil
	}
	return &value
}

func rowOf(r policy.Row) rowJSON {
	return rowJSON{r.Area, kit.Word(r.Insurance), kit.Word(r.Kind), r.From, optional(r.To), r.Measure, r.Elective, r.DocumentNo, r.CheckedOn, r.Line}
}

func rateOf(r *policy.RateRow) rateJSON {
	row := rateJSON{rowJSON: rowOf(r.Row), Payer: kit.Word(r.Payer), Size: kit.Word(r.Size), RiskClass: optional(r.RiskClass)}
	if r.IsFactor {
		row.Factor = &r.Factor
	} else {
		row.Rate = &r.Rate
	}
	return row
}

func limitOf(r *policy.BaseRow) limitJSON {
	row := limitJSON{rowJSON: rowOf(r.Row), Rounding: r.Rounding.String(), AverageWage: r.AverageWage}
	if r.HasFloor {
		row.Floor = &r.Floor
	}
	if r.HasCap {
		row.Cap = &r.Cap
	}
	return row
}

// policyAPI is GET /api/v1/policy, with the parameters of the page.
func (s pages) policyAPI(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return err
	}
	reply := policyJSON{Run: a.Stamp.Run, Pack: a.pack.ID, PackTitle: a.pack.Title, PackHash: a.pack.Hash, Area: a.question.Area, Month: a.question.Month,
		Measures: append([]policy.Measure{}, a.pack.Measures...), Comparisons: []policyComparisonJSON{}, Rates: []rateJSON{}, Limits: []limitJSON{},
		Doubts: []doubtJSON{}}
	for _, one := range a.pack.Comparisons {
		reply.Comparisons = append(reply.Comparisons, policyComparisonJSON{one.ID, one.Title, one.ID == a.pack.DefaultComparison().ID,
			append([]string{}, one.Old...), append([]string{}, one.Added()...)})
	}
	for _, track := range a.pack.RateTracks(a.question.Asked) {
		for _, r := range track.Rates {
			reply.Rates = append(reply.Rates, rateOf(r))
		}
	}
	for _, track := range a.pack.BaseTracks(a.question.Asked) {
		for _, r := range track.Bases {
			reply.Limits = append(reply.Limits, limitOf(r))
		}
	}
	for _, d := range a.pack.Doubts(a.question.Asked) {
		reply.Doubts = append(reply.Doubts, doubtJSON{string(d.Severity), d.Code, d.File, d.Line, d.Area, d.Months.From, optional(d.Months.To), a.Printer.Error(d.Fault())})
	}
	reply.Applies, err = a.applies()
	if err != nil {
		return err
	}
	return c.JSON(reply)
}

// applies is what holds, from the same resolution as the page's.
func (a policyAnswer) applies() ([]appliesJSON, error) {
	insurances := contribution.Insurances
	if a.question.Insurance != 0 {
		insurances = []contribution.Insurance{a.question.Insurance}
	}
	held, err := a.pack.Show(a.question.Class, a.question.Month, insurances)
	list := []appliesJSON{}
	for _, h := range held {
		if h.Comparison.ID != a.question.Comparison.ID {
			continue
		}
		for _, step := range h.Steps {
			for _, term := range step.Terms {
				for _, payer := range a.question.Payers {
					list = append(list, appliesOf(step.Added, term, payer))
				}
			}
		}
	}
	return list, err
}

func appliesOf(added string, held policy.HeldTerm, payer contribution.Payer) appliesJSON {
	row := appliesJSON{Added: added, Insurance: held.Insurance.String(), Payer: payer.String(), Covered: held.Terms.Covered, Rates: []rateJSON{}}
	if share := held.Terms.Share(payer); share.HasRate {
		row.Rate = &share.Rate
		for _, r := range share.Rows {
			row.Rates = append(row.Rates, rateOf(r))
		}
	}
	if deciding := held.Terms.Limit.Row; deciding != nil {
		limit := limitOf(deciding)
		row.Limit = &limit
	}
	return row
}

// policyParameters are what operations of this topic take beside the common ones.
var policyParameters = map[string]kit.APIParameter{
	paramRisk:      {Least: 1, Most: 8},
	paramFloat:     {Form: regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]{1,6})?$`), Example: "1.2"},
	paramElections: {Form: regexp.MustCompile(`^[\p{L}\p{N}._-]{1,60}$`), Several: true, Example: "rate"},
}
