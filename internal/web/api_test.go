package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"jianfu/internal/access"
	"jianfu/internal/fixture"
	"jianfu/internal/i18n"
	"jianfu/internal/openapi"
	"jianfu/internal/web/help"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
)

// withoutTwin are the pages that show rights.csv's figures, policy or loads and have no JSON of their own, each with why.
var withoutTwin = map[string]string{
	"/screen": "it shows figures of the overview, whose JSON is /api/v1/overview",
}

// apiSamples are values of parameters for which there is something in the small world: for every part of a path, and for
// what the parameter's own example does not fit. They go by the parameter's name or, where a name means several things,
// by the operation's name, a dot and the parameter's.
var apiSamples = map[string][]string{
	kit.ParamFrom:                          {"2019-04", "2019-05"},
	kit.ParamTo:                            {"2019-05"},
	kit.ParamComparison:                    {"all", "rate-only"},
	kit.ParamRegion:                        {"320500"},
	"code":                                 {"320500", "320506"},
	"industries_industry.industry":         {"H", "C", "-"},
	"sizes_size.cross":                     {"region-industry"},
	"month":                                {"2019-05"},
	kit.ParamVersus:                        {"before", "year", "2019-04", "2019-04..2019-05"},
	kit.ParamAt:                            {"2019-05"},
	kit.ParamArea:                          {"320500", "320505"},
	"scenario":                             {"1"},
	"run":                                  {"2"},
	"against":                              {"1"},
	"loads_load.load":                      {"4"},
	"runs_run_difference_units_unit.unit":  {fixture.D},
	"runs_run_difference_units_unit.payer": {"employer", "both"}, // of the unit's employees nothing moved
}

// samples are the values that an operation's parameter is tried with, out of a world's own.
func samples(values map[string][]string, o kit.Operation, name string) []string {
	if own := values[o.Name()+"."+name]; own != nil {
		return own
	}
	if shared := values[name]; shared != nil {
		return shared
	}
	p := apiParameters()[name]
	if p.Most != 0 {
		return []string{fmt.Sprint(p.Least), fmt.Sprint(min(p.Most, p.Least+2))}
	}
	if p.Choices != nil {
		return p.Choices
	}
	return []string{p.Example}
}

// readDocument is the document as a program gets it.
func readDocument(t *testing.T, s *Server, language string) (document openapi.Document, text string) {
	t.Helper()
	response, text := get(t, s, kit.APIRoot+"/openapi.json?lang="+language)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, %s", response.StatusCode, response.Header.Get("Content-Type"))
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document, text
}

// documentAddress is where the tests' schema compiler has the document.
const documentAddress = "https://jianfu.test/openapi.json"

// compiler is a schema compiler that has the document, which allows no property that it does not name.
func compiler(t *testing.T, text string) *jsonschema.Compiler {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(documentAddress, document); err != nil {
		t.Fatal(err)
	}
	return c
}

// pointer is a part of a document's address; its parts may hold slashes.
func pointer(parts ...string) string {
	for i, part := range parts {
		parts[i] = url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	return documentAddress + "#/" + strings.Join(parts, "/")
}

func TestTheDocumentIsOpenAPI(t *testing.T) {
	s := serving(t, nil)
	official, err := os.ReadFile("../openapi/testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range i18n.Languages {
		document, text := readDocument(t, s, language)
		c := compiler(t, text)
		schema, err := jsonschema.UnmarshalJSON(strings.NewReader(string(official)))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("openapi-3.1.json", schema); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.MustCompile("openapi-3.1.json").Validate(value); err != nil {
			t.Errorf("%s: %v", language, err)
		}
		for name := range document.Components.Schemas {
			if _, err := c.Compile(pointer("components", "schemas", name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(document.Components.Schemas) < 5 || len(document.Paths) != len(s.Operations())+1 { // the check of declarations is only sent
			t.Errorf("%d schemas, %d paths", len(document.Components.Schemas), len(document.Paths))
		}
	}
}

// TestEverythingInTheDocumentIsExplained finds texts that the catalogue lacks, and those that nothing asks for any more.
func TestEverythingInTheDocumentIsExplained(t *testing.T) {
	s := serving(t, nil)
	document, text := readDocument(t, s, i18n.Chinese)
	used := map[string]bool{}
	p := i18n.For(i18n.Chinese)
	field := func(component, property string) {
		own, shared := "api.field."+component+"."+property, "api.field."+property
		switch {
		case p.Has(own):
			used[own] = true
		case p.Has(shared):
			used[shared] = true
		default:
			t.Errorf("property %s of %s has no text %s in the catalogue (web_api.yaml or the page's own file, zh and en)", property, component, shared)
		}
	}
	for component, schema := range document.Components.Schemas {
		for property := range schema.Properties {
			field(component, property)
		}
	}
	for _, o := range s.Operations() {
		for _, key := range []string{"api.operation." + o.Name(), "api.tag." + o.Tag()} {
			used[key] = true
			if !p.Has(key) {
				t.Errorf("%s has no text %s in the catalogue", o.Path, key)
			}
		}
		for _, name := range append(o.InPath(), o.InQuery()...) {
			key := "api.parameter." + name
			used[key] = true
			if !p.Has(key) {
				t.Errorf("%s: parameter %s has no text %s in the catalogue", o.Path, name, key)
			}
		}
	}
	for _, sent := range s.Submissions() {
		used["api.submission."+sent.Name()], used["api.tag."+sent.Tag()] = true, true
	}
	for _, group := range []string{"api.field.", "api.operation.", "api.submission.", "api.tag."} {
		for _, rest := range i18n.Keys(group) {
			if !used[group+rest] {
				t.Errorf("nothing asks for %s%s", group, rest)
			}
		}
	}
	for _, key := range []string{`"api.`, `"right.`} {
		if strings.Contains(text, key) {
			t.Errorf("a key stands in the document where its text belongs: %s", text[strings.Index(text, key):][:60])
		}
	}
}

func TestEveryRouteOfTheInterfaceIsAnOperation(t *testing.T) {
	s := serving(t, nil)
	described := map[string]bool{}
	for _, o := range s.Operations() {
		if !strings.HasPrefix(o.Path, kit.APIRoot+"/") || described[o.Path] {
			t.Errorf("%s stands twice or elsewhere than below %s", o.Path, kit.APIRoot)
		}
		described[o.Path] = true
	}
	for _, r := range s.Table() {
		if strings.HasPrefix(r.Path, "/api/") {
			t.Errorf("%s %s is in the table of pages; declare it among the operations or submissions", r.Method, r.Path)
		}
	}
	submitted := map[string]bool{}
	for _, sent := range s.Submissions() {
		submitted[sent.Path] = true
		for _, file := range []string{"../../docs/zh/api.md", "../../docs/en/api.md"} { // with an example, for people
			if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "\nPOST "+sent.Path+"\n") {
				t.Errorf("%s does not describe POST %s, %v", file, sent.Path, err)
			}
		}
	}
	for _, name := range routesOf(s) {
		if path, ok := strings.CutPrefix(name, "GET "); ok && strings.HasPrefix(path, "/api/") && !described[path] {
			t.Errorf("%s is served and not described", name)
		}
		if path, ok := strings.CutPrefix(name, "POST "); ok && strings.HasPrefix(path, "/api/") && !submitted[path] {
			t.Errorf("%s is served and not described", name)
		}
	}
}

// TestEveryPageWithFiguresHasItsTwin: whatever a page shows, a program can have, for the same rights.
func TestEveryPageWithFiguresHasItsTwin(t *testing.T) {
	s := serving(t, nil)
	operations := map[string]kit.Operation{}
	for _, o := range s.Operations() {
		operations[o.Path] = o
	}
	showing := []access.Right{access.FiguresAggregate, access.FiguresUnit, access.FiguresRecord, access.PolicyRead, access.LoadsRead}
	for _, r := range s.Table() {
		if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/download/") || !slices.ContainsFunc(r.Rights, func(right access.Right) bool { return slices.Contains(showing, right) }) {
			continue
		}
		path := kit.Twin(r.Path)
		o, ok := operations[path]
		switch {
		case withoutTwin[r.Path] != "" && ok:
			t.Errorf("%s is said to have no JSON and has", r.Path)
		case withoutTwin[r.Path] != "":
		case !ok:
			t.Errorf("page %s has no operation %s", r.Path, path)
		case !slices.Equal(o.Rights, r.Rights):
			t.Errorf("page %s needs %v, its JSON %v", r.Path, r.Rights, o.Rights)
		}
	}
}

// paths are the paths of an operation, its parts filled in with a world's samples.
func paths(t *testing.T, o kit.Operation, values map[string][]string) []string {
	t.Helper()
	all := []string{o.Path}
	for _, name := range o.InPath() {
		tried := samples(values, o, name)
		if tried[0] == "" {
			t.Fatalf("%s: there is no sample for %s", o.Path, name)
		}
		var filled []string
		for _, path := range all {
			for _, value := range tried {
				filled = append(filled, strings.Replace(path, ":"+name, url.PathEscape(value), 1))
			}
		}
		all = filled
	}
	return all
}

// apiCompanions are parameters without which another has no answer: what is moved needs a value.
var apiCompanions = map[string]string{"target=rate": "&value=15", "target=floor": "&value=3500&sure=1", "target=cap": "&value=20000&sure=1"}

// questions are addresses of an operation: as it is, with every parameter at every value of interest, and with values that
// none may have.
func questions(t *testing.T, o kit.Operation, values map[string][]string) (right, wrong []string) {
	t.Helper()
	right = paths(t, o, values)
	path := right[0]
	for _, name := range o.InQuery() {
		p := apiParameters()[name]
		tried := samples(values, o, name)
		for _, value := range tried {
			right = append(right, path+"?"+name+"="+url.QueryEscape(value)+apiCompanions[name+"="+value])
		}
		if p.Month || p.Choices != nil || p.Most != 0 || p.Form != nil {
			wrong = append(wrong, path+"?"+name+"="+url.QueryEscape("!"))
		}
		if p.Most != 0 {
			wrong = append(wrong, path+"?"+name+"="+fmt.Sprint(p.Most+1), path+"?"+name+"="+fmt.Sprint(p.Least-1))
		}
		if !p.Several {
			wrong = append(wrong, path+"?"+name+"="+url.QueryEscape(tried[0])+"&"+name+"="+url.QueryEscape(tried[0]))
		}
	}
	return right, append(wrong, path+"?made_up=1", path+"?From=2019-05")
}

// firsts are the addresses that are the first to have their parameter.
func firsts(addresses []string) (first []string) {
	seen := map[string]bool{}
	for _, address := range addresses {
		_, query, _ := strings.Cut(address, "?")
		if name, _, _ := strings.Cut(query, "="); !seen[name] {
			seen[name] = true
			first = append(first, address)
		}
	}
	return first
}

// reader holds answers against the document.
type reader struct {
	t        *testing.T
	compiler *jsonschema.Compiler
	refusal  *jsonschema.Schema
}

func newReader(t *testing.T) reader {
	t.Helper()
	_, text := readDocument(t, serving(t, nil), i18n.Chinese)
	r := reader{t: t, compiler: compiler(t, text)}
	var err error
	if r.refusal, err = r.compiler.Compile(pointer("components", "schemas", "Refusal")); err != nil {
		t.Fatal(err)
	}
	return r
}

// schema is what the document says of an operation's answer.
func (r reader) schema(o kit.Operation) *jsonschema.Schema {
	r.t.Helper()
	schema, err := r.compiler.Compile(pointer("paths", help.DocumentPath(o.Path), "get", "responses", "200", "content", "application/json", "schema"))
	if err != nil {
		r.t.Fatal(err)
	}
	return schema
}

// ask asks for an address, holds the answer against the document, and returns it; "" where it was refused.
func (r reader) ask(b *browser, name, address string, schema *jsonschema.Schema) string {
	r.t.Helper()
	response, body := b.get(address)
	switch response.StatusCode {
	case http.StatusOK:
		valid(r.t, schema, name+" "+address, body)
		return body
	case http.StatusNotFound, http.StatusForbidden, http.StatusBadRequest:
		valid(r.t, r.refusal, name+" "+address, body)
	default:
		r.t.Errorf("%s %s: status %d: %s", name, address, response.StatusCode, body)
	}
	return ""
}

// TestAnswersAreAsTheDocumentSays asks every operation, with every parameter, on a real store, as each role that may,
// and holds every answer against the document, and against the page that it is of: every exact amount in the rows of the page's
// tables is in its JSON under the same parameters.
func TestAnswersAreAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	o := walked(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	whatIfs := o.signedIn("sz-inspector") // a session computes by form alone, and asks for what was computed
	for target, companions := range apiCompanions {
		fields, err := url.ParseQuery(target + companions)
		if err != nil {
			t.Fatal(err)
		}
		var form []string
		for name := range fields {
			form = append(form, name, fields.Get(name))
		}
		whatIfs.get("/policy/what-if")
		if response, body := whatIfs.post("/policy/what-if", form...); response.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", target, response.StatusCode, parsed(t, body).Find("main").Text())
		}
	}
	r, compared := newReader(t), 0
	for _, operation := range o.server.Operations() {
		schema, shown := r.schema(operation), o.shown(operation)
		right, wrong := questions(t, operation, apiSamples)
		answered := map[string]bool{}
		for _, role := range []access.Role{access.Inspector, access.Leadership, access.DataAdmin, access.Reporter, access.SysAdmin, access.Auditor} {
			if !expects("GET "+operation.Path, role) {
				continue
			}
			b := o.signedIn("sz-" + string(role))
			tried, refused := right, wrong
			if len(answered) > 0 { // parameters are the same for all; what is hidden is not
				refused, tried = nil, right[:1]
				if role == access.Leadership {
					tried = firsts(right)
				}
			}
			for _, address := range tried {
				body := r.ask(b, string(role), address, schema)
				if body == "" {
					continue
				}
				answered[address] = true
				if _, query, _ := strings.Cut(address, "?"); shown && !strings.HasPrefix(query, "lang=") && !strings.HasPrefix(query, "theme=") {
					compared += o.compare(b, address, body)
				}
			}
			for _, address := range refused {
				response, body := b.get(address)
				if response.StatusCode != http.StatusBadRequest {
					t.Errorf("%s %s: status %d, want 400", role, address, response.StatusCode)
				}
				valid(t, r.refusal, string(role)+" "+address, body)
			}
		}
		for _, address := range right {
			if !answered[address] {
				t.Errorf("%s was never answered", address)
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d amounts were compared", compared)
	}
}

// valid holds an answer against a schema.
func valid(t *testing.T, schema *jsonschema.Schema, name, body string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestAnAnswerThatSaysMoreIsFound shows that the check above can fail: with a property that the document does not name,
// and with one that is missing.
func TestAnAnswerThatSaysMoreIsFound(t *testing.T) {
	s := serving(t, nil)
	_, text := readDocument(t, s, i18n.Chinese)
	schema, err := compiler(t, text).Compile(pointer("components", "schemas", "Overview"))
	if err != nil {
		t.Fatal(err)
	}
	_, body := get(t, s, kit.APIRoot+"/overview")
	valid(t, schema, "the overview", body)
	for name, change := range map[string]func(map[string]any){
		"one more property":    func(v map[string]any) { v["total"].(map[string]any)["secret"] = "1" },
		"one property less":    func(v map[string]any) { delete(v, "stamp") },
		"an amount as a float": func(v map[string]any) { v["total"].(map[string]any)["old"] = 1.5 },
		"a month that is none": func(v map[string]any) { v["view"].(map[string]any)["from"] = "2019-13" },
		"a list that is null":  func(v map[string]any) { v["by_region"] = nil },
		"a word of no list":    func(v map[string]any) { v["view"].(map[string]any)["payer"] = "nobody" },
	} {
		var value map[string]any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		change(value)
		if schema.Validate(value) == nil {
			t.Errorf("%s is not found", name)
		}
	}
}
