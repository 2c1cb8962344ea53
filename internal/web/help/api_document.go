package help

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/openapi"
	"jianfu/internal/web/kit"
)

// apiDescription is the description of the JSON interface in one language, for programs and for people.
type apiDescription struct {
	document []byte
	page     apiPage
}

// declared is what is known of parameters, and what the words of a list mean, when operations are described.
type declared struct {
	parameters map[string]kit.APIParameter
	meanings   func(list string) string
}

// newAPIDescriptions describes the operations, once at start.
func newAPIDescriptions(offers kit.Topic, version string) (map[string]apiDescription, error) {
	all := map[string]apiDescription{}
	for _, language := range i18n.Languages {
		p := i18n.For(language)
		document, err := describe(offers, p, version)
		if err != nil {
			return nil, fmt.Errorf("the description of the JSON interface: %w", err)
		}
		text, err := json.Marshal(document)
		if err != nil {
			return nil, err
		}
		all[language] = apiDescription{text, newAPIPage(offers, document, p)}
	}
	return all, nil
}

// apiDocument is GET /api/v1/openapi.json.
func (h *helpPages) apiDocument(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(h.described[i18n.Match(c.Query(kit.ParamLanguage))].document)
}

// apiRefusals are the statuses that any operation may answer with instead of its figures, in order. Each has the text
// api.refusal.<status>.
var apiRefusals = []int{fiber.StatusBadRequest, fiber.StatusUnauthorized, fiber.StatusForbidden, fiber.StatusNotFound,
	fiber.StatusTooManyRequests, fiber.StatusInternalServerError, fiber.StatusServiceUnavailable}

// submissionRefusals are those of what is sent, besides.
var submissionRefusals = []int{fiber.StatusConflict, fiber.StatusRequestEntityTooLarge, fiber.StatusUnsupportedMediaType, fiber.StatusUnprocessableEntity}

// describe makes the document of what is offered in one language.
func describe(offers kit.Topic, p *i18n.Printer, version string) (openapi.Document, error) {
	d := openapi.Document{
		OpenAPI: openapi.Version,
		Info: openapi.Info{Title: p.T("api.title"), Description: p.T("api.description"), Version: version,
			License: openapi.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}},
		Servers:  []openapi.Address{{URL: "/"}},
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
		Tags:     []openapi.Tag{},
		Paths:    map[string]openapi.Path{},
	}
	known := declared{offers.Parameters, meanings(p, offers.Choices)}
	schemas := openapi.Schemas{Choices: offers.Choices, Words: kit.APIWords, Meanings: known.meanings, Describe: func(component, property string) string {
		if own := "api.field." + component + "." + property; p.Has(own) {
			return p.T(own)
		}
		return p.T("api.field." + property)
	}}
	refusal, err := schemas.Of(kit.RefusalJSON{})
	if err != nil {
		return d, err
	}
	refusals := map[string]openapi.Response{}
	for _, status := range slices.Concat(apiRefusals, submissionRefusals) {
		number := strconv.Itoa(status)
		refusals[number] = openapi.Response{Description: p.T("api.refusal." + number), Headers: refusalHeaders(p, status),
			Content: map[string]openapi.Content{fiber.MIMEApplicationJSON: {Schema: refusal}}}
	}
	for _, o := range offers.Operations {
		described, err := describeOperation(o, p, &schemas, known)
		if err != nil {
			return d, fmt.Errorf("%s: %w", o.Path, err)
		}
		refuse(described, apiRefusals)
		group(&d, p, described)
		d.Paths[DocumentPath(o.Path)] = openapi.Path{Get: described}
	}
	for _, sent := range offers.Submissions {
		described, err := describeSubmission(sent, p, &schemas, known)
		if err != nil {
			return d, fmt.Errorf("%s: %w", sent.Path, err)
		}
		refuse(described, slices.Concat(apiRefusals, submissionRefusals))
		group(&d, p, described)
		path := d.Paths[DocumentPath(sent.Path)]
		path.Post = described
		d.Paths[DocumentPath(sent.Path)] = path
	}
	d.Components = openapi.Components{Schemas: schemas.Components, Responses: refusals, SecuritySchemes: map[string]openapi.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: p.T("api.security.token")},
		"session": {Type: "apiKey", In: "cookie", Name: kit.SessionCookie, Description: p.T("api.security.session")},
	}}
	return d, nil
}

// group puts the groups of an operation into the document, each once.
func group(d *openapi.Document, p *i18n.Printer, described *openapi.Operation) {
	for _, tag := range described.Tags {
		if !slices.ContainsFunc(d.Tags, func(t openapi.Tag) bool { return t.Name == tag }) {
			d.Tags = append(d.Tags, openapi.Tag{Name: tag, Description: p.T("api.tag." + tag)})
		}
	}
}

// refuse says with which statuses an operation may refuse.
func refuse(described *openapi.Operation, statuses []int) {
	for _, status := range statuses {
		number := strconv.Itoa(status)
		described.Responses[number] = openapi.Response{Ref: "#/components/responses/" + number}
	}
}

// meanings puts the words of a code list beside their ids, behind the description of what takes them; a list without words
// of its own, such as that of languages, says nothing.
func meanings(p *i18n.Printer, choices map[string][]string) func(list string) string {
	return func(list string) string {
		var pairs []string
		for _, id := range choices[list] {
			if word := dashboards.NewNames(p).Word(list)(id); word != id {
				pairs = append(pairs, id+" "+word)
			}
		}
		if len(pairs) == 0 {
			return ""
		}
		return p.T("api.meanings", "list", strings.Join(pairs, p.T("web.list_separator")))
	}
}

// refusalHeaders are the headers that an answer of this status bears beside those that every answer has.
func refusalHeaders(p *i18n.Printer, status int) map[string]openapi.Header {
	switch status {
	case fiber.StatusTooManyRequests:
		return map[string]openapi.Header{fiber.HeaderRetryAfter: {Description: p.T("api.header.retry_after"), Schema: &openapi.Schema{Type: "integer"}}}
	case fiber.StatusUnauthorized:
		return map[string]openapi.Header{fiber.HeaderWWWAuthenticate: {Description: p.T("api.header.www_authenticate"), Schema: &openapi.Schema{Type: "string"}}}
	}
	return nil
}

// DocumentPath writes the path of a route as OpenAPI does.
func DocumentPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func describeOperation(o kit.Operation, p *i18n.Printer, schemas *openapi.Schemas, known declared) (*openapi.Operation, error) {
	described := &openapi.Operation{ID: o.Name(), Tags: []string{o.Tag()}, Summary: p.T("api.operation." + o.Name()), Description: rightsInWords(p, o.Rights)}
	var err error
	if described.Parameters, err = describeParameters(o, p, known); err != nil {
		return nil, err
	}
	schema := &openapi.Schema{Type: "object", Description: p.T("api.document")}
	if o.Reply != nil {
		if schema, err = schemas.Of(o.Reply); err != nil {
			return nil, err
		}
	}
	described.Responses = map[string]openapi.Response{"200": answered(p, "api.answer", schema)}
	return described, nil
}

// describeParameters describes what an operation takes in its path and behind the question mark.
func describeParameters(o kit.Operation, p *i18n.Printer, known declared) ([]openapi.Parameter, error) {
	var all []openapi.Parameter
	add := func(name, in string) error {
		parameter, ok := known.parameters[name]
		if !ok {
			return fmt.Errorf("parameter %s is not declared", name)
		}
		shown := openapi.Parameter{Name: name, In: in, Required: in == "path", Description: p.T("api.parameter."+name) + known.meanings(name), Schema: parameter.Schema()}
		if parameter.Several {
			shown.Explode = new(bool)
		}
		all = append(all, shown)
		return nil
	}
	for _, name := range o.InPath() {
		if err := add(name, "path"); err != nil {
			return nil, err
		}
	}
	for _, name := range o.InQuery() {
		if err := add(name, "query"); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// answered is an answer that is no refusal.
func answered(p *i18n.Printer, text string, schema *openapi.Schema) openapi.Response {
	return openapi.Response{Description: p.T(text),
		Headers: map[string]openapi.Header{fiber.HeaderXRequestID: {Description: p.T("api.header.request_id"), Schema: &openapi.Schema{Type: "string"}}},
		Content: map[string]openapi.Content{fiber.MIMEApplicationJSON: {Schema: schema}}}
}

// rightsInWords says which rights are needed.
func rightsInWords(p *i18n.Printer, rights []access.Right) string {
	if len(rights) == 0 {
		return p.T("api.rights.none")
	}
	var names []string
	for _, right := range rights {
		names = append(names, p.T("right."+string(right)))
	}
	return p.T("api.rights", "rights", strings.Join(names, p.T("web.list_separator")))
}

// describeSubmission describes what is sent.
func describeSubmission(s kit.Submission, p *i18n.Printer, schemas *openapi.Schemas, known declared) (*openapi.Operation, error) {
	reply, err := schemas.Of(s.Reply)
	if err != nil {
		return nil, err
	}
	described := &openapi.Operation{ID: s.ID(), Tags: []string{s.Tag()}, Summary: p.T("api.submission." + s.Name()), Description: rightsInWords(p, s.Rights)}
	if s.Body == nil {
		if described.Parameters, err = describeParameters(s.AsOperation(), p, known); err != nil {
			return nil, err
		}
		described.RequestBody = &openapi.Body{Required: true, Content: map[string]openapi.Content{}}
		for _, media := range s.Media {
			described.RequestBody.Content[media] = openapi.Content{Schema: &openapi.Schema{Type: "string", Description: p.T("api.media." + media)}}
		}
		described.Responses = map[string]openapi.Response{"200": answered(p, "api.answer.checked", reply)}
		return described, nil
	}
	body, err := schemas.Of(s.Body)
	if err != nil {
		return nil, err
	}
	described.Parameters = []openapi.Parameter{{Name: kit.IdempotencyHeader, In: "header", Required: true, Description: p.T("api.idempotency_key"),
		Schema: &openapi.Schema{Type: "string", Pattern: kit.IdempotencyKey.String()}}}
	described.RequestBody = &openapi.Body{Required: true, Content: map[string]openapi.Content{fiber.MIMEApplicationJSON: {Schema: body}}}
	described.Responses = map[string]openapi.Response{"200": answered(p, "api.answer.again", reply), "201": answered(p, "api.answer.created", reply)}
	return described, nil
}
