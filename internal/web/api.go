package web

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/openapi"
	"jianfu/internal/period"
	"jianfu/queries"
)

// apiRoot is where the JSON interface begins. The page /x/:y has its figures at /api/v1/x/:y, for the same rights and
// with the same parameters.
const apiRoot = "/api/v1"

// operation is a route of the JSON interface. The document, the page that shows it, the check of parameters and the
// tests all come from it, so that there is nothing else to be kept in step.
//
// Its texts are in the catalogue: api.operation.<name>, where the name is the path without its root, its parts joined by
// "_" ("units_unit" for /api/v1/units/:unit), and api.field.<property> for each property of the reply, or
// api.field.<Component>.<property> where the same word means something else.
type operation struct {
	path       string
	rights     []access.Right // as in a route; none lets everybody through who signed in
	handler    fiber.Handler
	reply      any      // a value of the type that it answers with
	parameters []string // what it takes, beside the language and the parts of its path; each is declared by its topic or common
}

// viewing are the parameters that say which figures are meant; every operation that answers with figures of a view
// takes them.
var viewing = []string{paramFrom, paramTo, paramComparison, paramPayer, paramRegion, paramIndustry, paramSize, paramEconomy, paramUnitKind, paramInsurance}

// and adds an operation's own parameters to a shared list.
func and(shared []string, own ...string) []string { return append(slices.Clone(shared), own...) }

// operations are all routes of the JSON interface, topic by topic.
func (s *Server) operations() []operation { return s.offers.operations }

// submissions are all that programs send.
func (s *Server) submissions() []submission { return s.offers.submissions }

// route is the operation as a route: who may pass, and then whether the question is one that it knows.
func (o operation) route(known map[string]apiParameter) route {
	need := rightly
	if len(o.rights) == 0 {
		need = anybody
	}
	return route{fiber.MethodGet, o.path, need, o.rights, func(c *fiber.Ctx) error {
		if err := o.checkParameters(c, known); err != nil {
			return status(fiber.StatusBadRequest, err)
		}
		return o.handler(c)
	}, false}
}

// twin is the path of the operation that has the figures of a page.
func twin(page string) string {
	if page == "/" {
		return apiRoot + "/overview"
	}
	return apiRoot + page
}

// twinOf is the address of the figures of a page in its present state, "" where the page has none for programs. What
// only the page knows, such as its colours, is left out.
func (s *Server) twinOf(pattern, path string, st state) string {
	for _, o := range s.operations() {
		if o.path != twin(pattern) {
			continue
		}
		st.theme = ""
		if !slices.Contains(o.parameters, paramVersus) {
			st.versus = versus{}
		}
		st.extra = maps.Clone(st.extra)
		maps.DeleteFunc(st.extra, func(name string, _ []string) bool { return !slices.Contains(o.parameters, name) })
		return st.url(twin(path))
	}
	return ""
}

// name is the operation's name in the catalogue and in the document.
func (o operation) name() string {
	return strings.NewReplacer("/:", "_", "/", "_", ".", "_", "-", "_").Replace(strings.TrimPrefix(o.path, apiRoot+"/"))
}

// inPath are the names of the parameters that are parts of the path.
func (o operation) inPath() []string {
	var names []string
	for part := range strings.SplitSeq(o.path, "/") {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			names = append(names, name)
		}
	}
	return names
}

// inQuery are the names of the parameters that stand behind the question mark.
func (o operation) inQuery() []string {
	return append(slices.Clone(o.parameters), paramLanguage, paramTheme)
}

// checkParameters refuses a parameter that the operation does not take, so that a slip of the pen in a program does not
// quietly give other figures, and a value that the parameter cannot have.
func (o operation) checkParameters(c *fiber.Ctx, declared map[string]apiParameter) error {
	known := o.inQuery()
	seen := map[string]int{}
	for key, value := range c.Context().QueryArgs().All() {
		name := string(key)
		if !slices.Contains(known, name) {
			return fault.New("web_unknown_parameter", "name", shortened(name), "known", strings.Join(known, ", "))
		}
		p := declared[name]
		if seen[name]++; seen[name] > 1 && !p.several {
			return fault.New("web_repeated_parameter", "name", name, "count", seen[name])
		}
		if err := p.check(name, string(value)); err != nil {
			return err
		}
	}
	return nil
}

// apiParameter is what a parameter may say. Each has the text api.parameter.<name>.
type apiParameter struct {
	month       bool     // 2019-05
	choices     []string // one of these; the first is the default
	any         bool     // left out, it means all of the choices
	form        *regexp.Regexp
	least, most int  // a whole number, where most is not 0
	several     bool // may stand several times, or hold several values parted by commas
	example     string
}

// commonParameters are the parameters that several topics take; each topic has its own besides.
var commonParameters = map[string]apiParameter{
	paramFrom:       {month: true, example: "2019-05"},
	paramTo:         {month: true, example: "2019-12"},
	paramComparison: {form: regexp.MustCompile(`^[a-z0-9-]{1,64}$`), example: "vs-april"},
	paramPayer:      {choices: payerChoices},
	paramVersus:     {form: versusForm, example: "2019-04"},
	paramRegion:     {form: regexp.MustCompile(`^[0-9]{6}$`), example: "320100"},
	paramIndustry:   {form: regexp.MustCompile(`^(-|[A-Ta-t]?([0-9]{2,4})?)$`), example: "C"},
	paramSize:       {choices: ids(contribution.Sizes), any: true},
	paramEconomy:    {choices: ids(contribution.EconomicTypes), any: true},
	paramUnitKind:   {choices: ids(contribution.UnitKinds), any: true},
	paramInsurance:  {choices: ids(contribution.Insurances), any: true},
	paramSearch:     {example: "江苏化工"},
	paramState:      {choices: ids(burden.States), any: true},
	paramReason:     {choices: ids(burden.Reasons), any: true},
	paramSort:       {form: regexp.MustCompile(`^-?[a-z_]{1,20}$`), example: "-shortfall"},
	paramColumns:    {choices: dashboards.UnitColumns, any: true, several: true},
	paramAt:         {month: true, example: "2019-05"},
	paramArea:       {form: regexp.MustCompile(`^[0-9]{6}$`), example: "320100"},
	paramUnit:       {form: regexp.MustCompile(`^[0-9A-Z]{18}$`), example: "91320000000000016A"},
	paramLevel:      {choices: words(ledger.Severities), any: true},
	paramIssue:      {choices: queries.CaseIssueStates, any: true},
	paramCause:      {choices: ids(burden.Reasons), any: true},
	paramSince:      {form: dayForm, example: "2020-01-15"},
	paramUntil:      {form: dayForm, example: "2020-01-16"},
	paramLanguage:   {choices: i18n.Languages},
	paramTheme:      {choices: themeChoices},
	paramPage:       {least: 1, most: lastPage},
	paramPerPage:    {least: 1, most: mostPerPage},
}

// The parameters of lists that come in pages, and their bounds.
const (
	paramPage    = "page"     // from 1
	paramPerPage = "per_page" // rows of a page
	lastPage     = 1_000_000
	mostPerPage  = 500
)

// check is the fault of a value that the parameter cannot have; an empty one is the default.
func (p apiParameter) check(name, value string) error {
	values := []string{value}
	if p.several {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		if v == "" {
			continue
		}
		switch {
		case p.month:
			if _, err := period.Parse(v); err != nil {
				return fault.New("web_bad_month", "name", name, "value", shortened(v))
			}
		case p.choices != nil:
			if !slices.Contains(p.choices, v) {
				return badChoice(name, v, p.choices)
			}
		case p.most != 0:
			if n, err := strconv.Atoi(v); err != nil || n < p.least || n > p.most {
				return fault.New("web_bad_integer", "name", name, "value", shortened(v), "least", p.least, "most", p.most)
			}
		case p.form != nil:
			if !p.form.MatchString(v) {
				return fault.New("web_bad_form", "name", name, "value", shortened(v), "example", p.example)
			}
		}
	}
	return nil
}

// schema is the parameter as the document has it.
func (p apiParameter) schema() *openapi.Schema {
	s := &openapi.Schema{Type: "string"}
	switch {
	case p.month:
		s.Pattern = openapi.MonthPattern
	case p.choices != nil:
		for _, choice := range p.choices {
			s.Enum = append(s.Enum, choice)
		}
		if !p.any {
			s.Default = json.RawMessage(strconv.Quote(p.choices[0]))
		}
	case p.most != 0:
		least, most := float64(p.least), float64(p.most)
		s.Type, s.Minimum, s.Maximum = "integer", &least, &most
	case p.form != nil:
		s.Pattern = p.form.String()
	}
	if p.example != "" {
		s.Examples = []any{p.example}
	}
	if p.several {
		return &openapi.Schema{Type: "array", Items: s}
	}
	return s
}

// ids are the words of a code list.
func ids[T interface{ String() string }](list []T) []string {
	all := make([]string, len(list))
	for i, item := range list {
		all[i] = item.String()
	}
	return all
}

// commonChoices are the lists that a property tagged choice:"…" is from; each topic has its own besides.
var commonChoices = map[string][]string{
	"payer":         payerChoices,
	"insurance":     ids(contribution.Insurances),
	"size":          ids(contribution.Sizes),
	"unit_kind":     ids(contribution.UnitKinds),
	"economic_type": ids(contribution.EconomicTypes),
	"entry_type":    ids(contribution.EntryTypes),
	"channel":       ids(contribution.Channels),
	"reason":        ids(burden.Reasons),
	"band":          queries.Bands,
	"state":         ids(burden.States),
	"one_payer":     ids(contribution.Payers),
}

// apiWords are the types that write themselves as one word of a list.
var apiWords = map[reflect.Type][]string{
	reflect.TypeFor[contribution.Payer]():        ids(contribution.Payers),
	reflect.TypeFor[contribution.Insurance]():    ids(contribution.Insurances),
	reflect.TypeFor[contribution.Size]():         ids(contribution.Sizes),
	reflect.TypeFor[contribution.UnitKind]():     ids(contribution.UnitKinds),
	reflect.TypeFor[contribution.EconomicType](): ids(contribution.EconomicTypes),
	reflect.TypeFor[contribution.EntryType]():    ids(contribution.EntryTypes),
	reflect.TypeFor[contribution.Channel]():      ids(contribution.Channels),
	reflect.TypeFor[burden.Reason]():             ids(burden.Reasons),
	reflect.TypeFor[burden.State]():              ids(burden.States),
}

func words[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// word is a key of a row, null where it is any.
func word[T interface{ String() string }](value T) *string {
	if text := value.String(); text != "" {
		return &text
	}
	return nil
}

// tag is the group of an operation: the first part of its path.
func (o operation) tag() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(o.path, apiRoot+"/"), "/")
	return strings.TrimSuffix(name, ".json")
}
