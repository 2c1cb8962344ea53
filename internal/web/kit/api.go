package kit

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
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/openapi"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// APIRoot is where the JSON interface begins. The page /x/:y has its figures at /api/v1/x/:y, for the same rights and
// with the same parameters.
const APIRoot = "/api/v1"

// Operation is a route of the JSON interface. The document, the page that shows it, the check of parameters and the
// tests all come from it, so that there is nothing else to be kept in step.
//
// Its texts are in the catalogue: api.operation.<name>, where the name is the path without its root, its parts joined by
// "_" ("units_unit" for /api/v1/units/:unit), and api.field.<property> for each property of the reply, or
// api.field.<Component>.<property> where the same word means something else.
type Operation struct {
	Path       string
	Rights     []access.Right // as in a route; none lets everybody through who signed in
	Handler    fiber.Handler
	Reply      any      // a value of the type that it answers with
	Parameters []string // what it takes, beside the language and the parts of its path; each is declared by its topic or common
}

// Viewing are the parameters that say which figures are meant; every operation that answers with figures of a view
// takes them.
var Viewing = append([]string{ParamFrom, ParamTo, ParamComparison, ParamPayer}, dimension.IDs(dimension.All)...)

// And adds an operation's own parameters to a shared list.
func And(shared []string, own ...string) []string { return append(slices.Clone(shared), own...) }

// Operations are all routes of the JSON interface, topic by topic.
func (s *Kit) Operations() []Operation { return s.Offers.Operations }

// Submissions are all that programs send.
func (s *Kit) Submissions() []Submission { return s.Offers.Submissions }

// route is the operation as a route: who may pass, and then whether the question is one that it knows.
func (o Operation) route(known map[string]APIParameter) Route {
	need := Rightly
	if len(o.Rights) == 0 {
		need = Anybody
	}
	return Route{fiber.MethodGet, o.Path, need, o.Rights, func(c *fiber.Ctx) error {
		if err := o.checkParameters(c, known); err != nil {
			return Status(fiber.StatusBadRequest, err)
		}
		return o.Handler(c)
	}, false}
}

// Twin is the path of the operation that has the figures of a page.
func Twin(page string) string {
	if page == "/" {
		return APIRoot + "/overview"
	}
	return APIRoot + page
}

// twinOf is the address of the figures of a page in its present state, "" where the page has none for programs. What
// only the page knows, such as its colours, is left out.
func (s *Kit) twinOf(pattern, path string, st State) string {
	for _, o := range s.Operations() {
		if o.Path != Twin(pattern) {
			continue
		}
		st.Theme = ""
		if !slices.Contains(o.Parameters, ParamVersus) {
			st.Versus = Versus{}
		}
		st.Extra = maps.Clone(st.Extra)
		maps.DeleteFunc(st.Extra, func(name string, _ []string) bool { return !slices.Contains(o.Parameters, name) })
		return st.URL(Twin(path))
	}
	return ""
}

// Name is the operation's name in the catalogue and in the document.
func (o Operation) Name() string {
	return strings.NewReplacer("/:", "_", "/", "_", ".", "_", "-", "_").Replace(strings.TrimPrefix(o.Path, APIRoot+"/"))
}

// InPath are the names of the parameters that are parts of the path.
func (o Operation) InPath() []string {
	var names []string
	for part := range strings.SplitSeq(o.Path, "/") {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			names = append(names, name)
		}
	}
	return names
}

// InQuery are the names of the parameters that stand behind the question mark.
func (o Operation) InQuery() []string {
	return append(slices.Clone(o.Parameters), ParamLanguage, ParamTheme)
}

// checkParameters refuses a parameter that the operation does not take, so that a slip of the pen in a program does not
// quietly give other figures, and a value that the parameter cannot have.
func (o Operation) checkParameters(c *fiber.Ctx, declared map[string]APIParameter) error {
	known := o.InQuery()
	seen := map[string]int{}
	for key, value := range c.Context().QueryArgs().All() {
		name := string(key)
		if !slices.Contains(known, name) {
			return problem.New("web_unknown_parameter", "name", Shortened(name), "known", strings.Join(known, ", "))
		}
		p := declared[name]
		if seen[name]++; seen[name] > 1 && !p.Several {
			return problem.New("web_repeated_parameter", "name", name, "count", seen[name])
		}
		if err := p.Check(name, string(value)); err != nil {
			return err
		}
	}
	return nil
}

// APIParameter is what a parameter may say. Each has the text api.parameter.<name>.
type APIParameter struct {
	Month       bool     // 2019-05
	Choices     []string // one of these; the first is the default
	Any         bool     // left out, it means all of the choices
	Form        *regexp.Regexp
	Least, Most int  // a whole number, where most is not 0
	Several     bool // may stand several times, or hold several values parted by commas
	Example     string
}

// commonParameters are the parameters that several topics take; each topic has its own besides.
var commonParameters = ofDimensions(map[string]APIParameter{
	ParamFrom:       {Month: true, Example: "2019-05"},
	ParamTo:         {Month: true, Example: "2019-12"},
	ParamComparison: {Form: regexp.MustCompile(`^[a-z0-9-]{1,64}$`), Example: "vs-april"},
	ParamPayer:      {Choices: PayerChoices},
	ParamVersus:     {Form: versusForm, Example: "2019-04"},
	ParamSearch:     {Example: "江苏化工"},
	ParamState:      {Choices: Ids(burden.States), Any: true},
	ParamReason:     {Choices: Ids(burden.Reasons), Any: true},
	ParamSort:       {Form: regexp.MustCompile(`^-?[a-z_]{1,20}$`), Example: "-shortfall"},
	ParamColumns:    {Choices: dashboards.UnitColumns, Any: true, Several: true},
	ParamAt:         {Month: true, Example: "2019-05"},
	ParamArea:       memberOf(dimension.Regions),
	ParamUnit:       {Form: regexp.MustCompile(`^[0-9A-Z]{18}$`), Example: "91320000000000016A"},
	ParamLevel:      {Choices: Words(ledger.Severities), Any: true},
	ParamIssue:      {Choices: queries.CaseIssueStates, Any: true},
	ParamCause:      {Choices: Ids(burden.Reasons), Any: true},
	ParamSince:      {Form: dayForm, Example: "2020-01-15"},
	ParamUntil:      {Form: dayForm, Example: "2020-01-16"},
	ParamLanguage:   {Choices: i18n.Languages},
	ParamTheme:      {Choices: ThemeChoices},
	ParamPage:       {Least: 1, Most: LastPage},
	ParamPerPage:    {Least: 1, Most: MostPerPage},
}, dimension.All, memberOf)

// ofDimensions adds what is named by dimension to what is not.
func ofDimensions[T any](all map[string]T, of []*dimension.Dimension, each func(*dimension.Dimension) T) map[string]T {
	for _, d := range of {
		all[d.ID] = each(d)
	}
	return all
}

// memberOf is a parameter that names a member of a dimension.
func memberOf(d *dimension.Dimension) APIParameter {
	if d.Codes == nil {
		return APIParameter{Choices: d.Words, Any: true}
	}
	return APIParameter{Form: regexp.MustCompile(d.Codes.Form), Example: d.Codes.Example}
}

// The parameters of lists that come in pages, and their bounds.
const (
	ParamPage    = "page"     // from 1
	ParamPerPage = "per_page" // rows of a page
	LastPage     = 1_000_000
	MostPerPage  = 500
)

// Check is the problem of a value that the parameter cannot have; an empty one is the default.
func (p APIParameter) Check(name, value string) error {
	values := []string{value}
	if p.Several {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		if v == "" {
			continue
		}
		switch {
		case p.Month:
			if _, err := period.Parse(v); err != nil {
				return problem.New("web_bad_month", "name", name, "value", Shortened(v))
			}
		case p.Choices != nil:
			if !slices.Contains(p.Choices, v) {
				return BadChoice(name, v, p.Choices)
			}
		case p.Most != 0:
			if n, err := strconv.Atoi(v); err != nil || n < p.Least || n > p.Most {
				return problem.New("web_bad_integer", "name", name, "value", Shortened(v), "least", p.Least, "most", p.Most)
			}
		case p.Form != nil:
			if !p.Form.MatchString(v) {
				return problem.New("web_bad_form", "name", name, "value", Shortened(v), "example", p.Example)
			}
		}
	}
	return nil
}

// Schema is the parameter as the document has it.
func (p APIParameter) Schema() *openapi.Schema {
	s := &openapi.Schema{Type: "string"}
	switch {
	case p.Month:
		s.Pattern = openapi.MonthPattern
	case p.Choices != nil:
		for _, choice := range p.Choices {
			s.Enum = append(s.Enum, choice)
		}
		if !p.Any {
			s.Default = json.RawMessage(strconv.Quote(p.Choices[0]))
		}
	case p.Most != 0:
		least, most := float64(p.Least), float64(p.Most)
		s.Type, s.Minimum, s.Maximum = "integer", &least, &most
	case p.Form != nil:
		s.Pattern = p.Form.String()
	}
	if p.Example != "" {
		s.Examples = []any{p.Example}
	}
	if p.Several {
		return &openapi.Schema{Type: "array", Items: s}
	}
	return s
}

// Ids are the words of a code list.
func Ids[T interface{ String() string }](list []T) []string {
	all := make([]string, len(list))
	for i, item := range list {
		all[i] = item.String()
	}
	return all
}

// commonChoices are the lists that a property tagged choice:"…" is from; each topic has its own besides.
var commonChoices = ofDimensions(map[string][]string{
	"payer":      PayerChoices,
	"entry_type": Ids(contribution.EntryTypes),
	"channel":    Ids(contribution.Channels),
	"reason":     Ids(burden.Reasons),
	"band":       queries.Bands,
	"state":      Ids(burden.States),
	"one_payer":  Ids(contribution.Payers),
}, dimension.Lists(), func(d *dimension.Dimension) []string { return d.Words })

// APIWords are the types that write themselves as one word of a list.
var APIWords = map[reflect.Type][]string{
	reflect.TypeFor[contribution.Payer]():        Ids(contribution.Payers),
	reflect.TypeFor[contribution.Insurance]():    Ids(contribution.Insurances),
	reflect.TypeFor[contribution.Size]():         Ids(contribution.Sizes),
	reflect.TypeFor[contribution.UnitKind]():     Ids(contribution.UnitKinds),
	reflect.TypeFor[contribution.EconomicType](): Ids(contribution.EconomicTypes),
	reflect.TypeFor[contribution.EntryType]():    Ids(contribution.EntryTypes),
	reflect.TypeFor[contribution.Channel]():      Ids(contribution.Channels),
	reflect.TypeFor[burden.Reason]():             Ids(burden.Reasons),
	reflect.TypeFor[burden.State]():              Ids(burden.States),
}

// Words are the words of a list.
func Words[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// Word is a key of a row, null where it is any.
func Word[T interface{ String() string }](value T) *string {
	if text := value.String(); text != "" {
		return &text
	}
	return nil
}

// Tag is the group of an operation: the first part of its path.
func (o Operation) Tag() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(o.Path, APIRoot+"/"), "/")
	return strings.TrimSuffix(name, ".json")
}
