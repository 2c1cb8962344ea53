package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
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

func (s *Server) policyOperations() []operation {
	class := []string{paramAt, paramUnitKind, paramSize, paramRisk, paramFloat, paramElections}
	return []operation{
		{apiRoot + "/policy", policyRights, s.policyAPI, policyJSON{}, and([]string{paramRegion, paramInsurance, paramPayer, paramComparison}, class...)},
		{apiRoot + "/policy/what-if", tryOutRights, s.whatIfAPI, whatIfJSON{}, []string{paramTarget, paramWay, paramValue, paramInsurance, paramPayer, paramArea,
			paramStarts, paramAt, paramThrough, paramAlso, paramSure, paramScenario, paramRegion, paramIndustry, paramSize}},
	}
}

// lastScenario bounds the numbers of scenarios.
const lastScenario = 1_000_000

// optional is a number of a row, null where it is any or open.
func optional[T ~uint8 | ~uint32](value T) *T {
	if value == 0 {
		return nil
	}
	return &value
}

// word is a key of a row, null where it is any.
func word[T interface{ String() string }](value T) *string {
	if text := value.String(); text != "" {
		return &text
	}
	return nil
}

func rowOf(r policy.Row) rowJSON {
	return rowJSON{r.Area, word(r.Insurance), word(r.Kind), r.From, optional(r.To), r.Measure, r.Elective, r.DocumentNo, r.CheckedOn, r.Line}
}

func rateOf(r *policy.RateRow) rateJSON {
	row := rateJSON{rowJSON: rowOf(r.Row), Payer: word(r.Payer), Size: word(r.Size), RiskClass: optional(r.RiskClass)}
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
func (s *Server) policyAPI(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return err
	}
	reply := policyJSON{Run: a.stamp.Run, Pack: a.pack.ID, PackTitle: a.pack.Title, PackHash: a.pack.Hash, Area: a.question.Area, Month: a.question.Month,
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
		reply.Doubts = append(reply.Doubts, doubtJSON{string(d.Severity), d.Code, d.File, d.Line, d.Area, d.Months.From, optional(d.Months.To), a.printer.Error(d.Fault())})
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

// The JSON of a what-if.
type whatIfJSON struct {
	Official bool           `json:"official"` // always false
	Result   *scenarioJSON  `json:"result"`   // null while nothing is asked
	Saved    []scenarioHead `json:"saved"`
}

type scenarioHead struct {
	Number     uint32        `json:"number"`
	Name       string        `json:"name,omitempty"`
	Note       string        `json:"note,omitempty"`
	Author     string        `json:"author,omitempty"`
	Title      string        `json:"title"`
	BaseRun    uint32        `json:"base_run"`
	ComputedAt time.Time     `json:"computed_at"`
	Month      period.Period `json:"month"`
	Through    period.Period `json:"through"`
	Also       []string      `json:"also"` // the changes before, as the parameter has them
	Target     string        `json:"target" choice:"target"`
	Way        string        `json:"way" choice:"way"`
	Insurance  *string       `json:"insurance" choice:"insurance"`
	MovedPayer *string       `json:"moved_payer" choice:"one_payer"`
	Area       string        `json:"area"`
	Starts     period.Period `json:"starts"`
	Rate       *money.Rate   `json:"rate"`
	Amount     *money.Fen    `json:"amount"`
}

type scenarioJSON struct {
	scenarioHead
	Payer        string        `json:"payer" choice:"payer"`
	Region       string        `json:"region"`
	Industry     string        `json:"industry,omitempty"`
	Size         string        `json:"size,omitempty"`
	Checked      uint64        `json:"sample"`
	LeastPersons int64         `json:"least_persons,omitempty"`
	Total        changedJSON   `json:"total"`
	ByRegion     []changedJSON `json:"by_region"`
	ByIndustry   []changedJSON `json:"by_industry"`
	BySize       []changedJSON `json:"by_size"`
}

type changedJSON struct {
	Key        string `json:"key"`
	Name       string `json:"name,omitempty"`
	Suppressed bool   `json:"suppressed,omitempty"`
	*effectJSON
	Received *receivedJSON `json:"received"` // of the cut in the same months, by the official figures; null where there is none or it is not shown
}

// receivedJSON is what was received of a cut, and what was charged wrongly.
type receivedJSON struct {
	Real money.Fen `json:"real"`
	queries.Reach
}

type effectJSON struct {
	Units     uint64     `json:"units"`
	Less      uint64     `json:"less"`
	More      uint64     `json:"more"`
	Same      uint64     `json:"same"`
	Headcount uint64     `json:"headcount"`
	Before    money.Fen  `json:"before"`
	After     money.Fen  `json:"after"`
	Change    money.Fen  `json:"change"`
	Falls     *money.Fen `json:"falls"` // null to who may not see units
	Rises     *money.Fen `json:"rises"`
}

func scenarioHeadOf(one queries.Scenario, a whatIfAnswer) scenarioHead {
	last := len(one.Moves) - 1
	m, also := one.Moves[last], []string{}
	for _, before := range one.Moves[:last] {
		also = append(also, before.String())
	}
	head := scenarioHead{Number: one.Number(), Title: dashboards.MovesInWords(a.printer, one.Moves), BaseRun: one.BaseRun, ComputedAt: one.ComputedAt,
		Month: one.Months.From, Through: one.Months.To, Also: also,
		Target: string(m.Target), Way: string(m.Way), Insurance: word(m.Insurance), MovedPayer: word(m.Payer), Area: m.Area, Starts: m.From}
	if m.Way == policy.SetTo && m.Target != policy.MoveRate {
		head.Amount = &m.Amount
	} else {
		head.Rate = &m.Rate
	}
	if one.Saved != nil {
		head.Name, head.Note, head.Author = one.Saved.Name, one.Saved.Note, one.Saved.Author
	}
	return head
}

// whatIfAPI is GET /api/v1/policy/what-if, with the parameters of the page. It computes what a program with a token asks for;
// the same question again is answered from what was computed.
func (s *Server) whatIfAPI(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, byProgram(c))
	if err != nil {
		return err
	}
	if a.pending {
		return status(fiber.StatusConflict, fault.New("what_if_by_post"))
	}
	reply := whatIfJSON{Saved: []scenarioHead{}}
	for _, one := range a.saved {
		reply.Saved = append(reply.Saved, scenarioHeadOf(one, a))
	}
	if a.shown == nil {
		return c.JSON(reply)
	}
	names := dashboards.NewNames(a.printer)
	changed := func(dimension string, e queries.Effect, name string) changedJSON {
		row := changedJSON{Key: e.Key, Name: name, Suppressed: a.hidden.All() || a.hidden.Of(dimension, e.Key)}
		if !row.Suppressed {
			row.effectJSON = &effectJSON{e.Units, e.Less, e.More, e.Same, e.Headcount, e.Before, e.After, e.Change(), nil, nil}
			if a.hidden.Least == 0 {
				row.Falls, row.Rises = &e.Falls, &e.Rises
			}
			if cut, known, shown := a.received.Of(dimension, e.Key); known && shown {
				row.Received = &receivedJSON{cut.Real(), cut.Reach}
			}
		}
		return row
	}
	list := func(dimension string, rows []queries.Effect, name func(string) string) []changedJSON {
		all := []changedJSON{}
		for _, e := range rows {
			all = append(all, changed(dimension, e, name(e.Key)))
		}
		return all
	}
	reply.Result = &scenarioJSON{
		scenarioHead: scenarioHeadOf(*a.shown, a), Payer: payersWord(a.view.Payers), Region: a.view.Narrow.Region, Industry: a.view.Narrow.Industry, Size: a.view.Narrow.Size,
		Checked: a.shown.Checked, LeastPersons: a.hidden.Least, Total: changed("", a.effects.Total, ""),
		ByRegion: list("region", a.effects.ByRegion, names.Region), ByIndustry: list("section", a.effects.ByIndustry, names.Industry),
		BySize: list("size", a.effects.BySize, names.Word("size")),
	}
	return c.JSON(reply)
}
