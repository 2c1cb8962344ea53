package whatif

import (
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// whatIfAPI is GET /api/v1/policy/what-if, with the parameters of the page. It computes what a program with a token asks for;
// the same question again is answered from what was computed.
func (s pages) whatIfAPI(c *fiber.Ctx) error {
	a, err := s.askWhatIf(c, byProgram(c))
	if err != nil {
		return err
	}
	if a.pending {
		return kit.Status(fiber.StatusConflict, problem.New("what_if_by_post"))
	}
	reply := whatIfJSON{Saved: []ScenarioHead{}}
	for _, one := range a.saved {
		reply.Saved = append(reply.Saved, scenarioHeadOf(one, a))
	}
	if a.shown == nil {
		return c.JSON(reply)
	}
	names := dashboards.NewNames(a.Printer)
	changed := func(dimension string, e queries.Effect, name string) changedJSON {
		row := changedJSON{Key: e.Key, Name: name, Suppressed: a.hidden.All() || a.hidden.Of(dimension, e.Key)}
		if !row.Suppressed {
			row.effectJSON = &effectJSON{e.Units, e.Less, e.More, e.Same, e.Headcount, e.Before, e.After, e.Change(), nil, nil}
			if a.hidden.Least == 0 {
				row.Falls, row.Rises = &e.Falls, &e.Rises
			}
			if cut, known, shown := a.received.Of(dimension, e.Key); known && shown {
				row.Received = &ReceivedJSON{cut.Real(), cut.Reach}
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
		ScenarioHead: scenarioHeadOf(*a.shown, a), Payer: payersWord(a.View.Payers), Region: a.View.Narrow.Region, Industry: a.View.Narrow.Industry, Size: a.View.Narrow.Size,
		Checked: a.shown.Checked, LeastPersons: a.hidden.Least, Total: changed("", a.effects.Total, ""),
		ByRegion: list("region", a.effects.ByRegion, names.Region), ByIndustry: list("section", a.effects.ByIndustry, names.Industry),
		BySize: list("size", a.effects.BySize, names.Word("size")),
	}
	return c.JSON(reply)
}

// The JSON of a what-if.
type whatIfJSON struct {
	Official bool           `json:"official"` // always false
	Result   *scenarioJSON  `json:"result"`   // null while nothing is asked
	Saved    []ScenarioHead `json:"saved"`
}

type ScenarioHead struct {
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
	ScenarioHead
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
	Received *ReceivedJSON `json:"received"` // of the cut in the same months, by the official figures; null where there is none or it is not shown
}

// ReceivedJSON is what was received of a cut, and what was charged wrongly.
type ReceivedJSON struct {
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

func scenarioHeadOf(one queries.Scenario, a whatIfAnswer) ScenarioHead {
	last := len(one.Moves) - 1
	m, also := one.Moves[last], []string{}
	for _, before := range one.Moves[:last] {
		also = append(also, before.String())
	}
	head := ScenarioHead{Number: one.Number(), Title: dashboards.MovesInWords(a.Printer, one.Moves), BaseRun: one.BaseRun, ComputedAt: one.ComputedAt,
		Month: one.Months.From, Through: one.Months.To, Also: also,
		Target: string(m.Target), Way: string(m.Way), Insurance: kit.Word(m.Insurance), MovedPayer: kit.Word(m.Payer), Area: m.Area, Starts: m.From}
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

// lastScenario bounds the numbers of scenarios.
const lastScenario = 1_000_000

// whatIfParameters are what operations of this topic take beside the common ones.
var whatIfParameters = map[string]kit.APIParameter{
	paramStarts:   {Month: true, Example: "2019-05"},
	paramTarget:   {Choices: targetWords(), Any: true},
	paramWay:      {Choices: wayWords(), Any: true},
	paramValue:    {Form: regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,6})?[%％]?$`), Example: "-1"},
	paramThrough:  {Month: true, Example: "2019-06"},
	paramAlso:     {Form: regexp.MustCompile(`^(rate|floor|cap):[a-z]{1,10}:[a-z_]{0,20}:[a-z]{0,10}:[0-9]{6}:[0-9]{4}-[0-9]{2}:-?[0-9.]{1,20}$`), Several: true, Example: "rate:set:unemployment:employer:320500:2019-05:0.4"},
	paramSure:     {Choices: []string{"1"}, Any: true},
	paramScenario: {Least: 1, Most: lastScenario},
}

// whatIfChoices are the lists of what a change aims at, and how.
var whatIfChoices = map[string][]string{
	"target": targetWords(),
	"way":    wayWords(),
}
