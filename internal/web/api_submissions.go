package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/declaration"
	"jianfu/internal/i18n"
	"jianfu/internal/openapi"
)

// idempotencyHeader bears a program's own name for what it sends, so that it can send it again.
const idempotencyHeader = "Idempotency-Key"

// submission is a route of the JSON interface that changes something: a POST by a token, under a key. Its texts are
// api.submission.<name> and those of the fields of what is sent and answered.
type submission struct {
	path        string
	rights      []access.Right // as in a route
	handler     fiber.Handler
	body, reply any // values of the types that are sent and answered

	// media are the types of a body that is no JSON object; body is nil then. Such a submission changes nothing, so that it needs no
	// key and may be sent again; it takes parameters.
	media      []string
	parameters []string
}

// submissions are all of them.
func (s *Server) submissions() []submission {
	return []submission{
		{path: apiRoot + "/issues", rights: openIssues, handler: s.registerIssue, body: newIssueJSON{}, reply: registeredIssueJSON{}},
		{path: apiRoot + declarationPath, rights: checkDeclarations, handler: s.checkAPI, reply: declaration.Result{},
			media: []string{mediaCSV, mediaJSONLines, fiber.MIMEOctetStream}, parameters: []string{paramComparison}},
	}
}

func (s submission) name() string { return operation{path: s.path}.name() }

func (s submission) id() string { return "post_" + s.name() }

func (s submission) tag() string { return operation{path: s.path}.tag() }

// asOperation is the submission as what takes its parameters.
func (s submission) asOperation() operation { return operation{path: s.path, parameters: s.parameters} }

func (s submission) describe(p *i18n.Printer, schemas *openapi.Schemas) (*openapi.Operation, error) {
	reply, err := schemas.Of(s.reply)
	if err != nil {
		return nil, err
	}
	described := &openapi.Operation{ID: s.id(), Tags: []string{s.tag()}, Summary: p.T("api.submission." + s.name()), Description: rightsInWords(p, s.rights)}
	if s.body == nil {
		if described.Parameters, err = s.asOperation().describeParameters(p); err != nil {
			return nil, err
		}
		described.RequestBody = &openapi.Body{Required: true, Content: map[string]openapi.Content{}}
		for _, media := range s.media {
			described.RequestBody.Content[media] = openapi.Content{Schema: &openapi.Schema{Type: "string", Description: p.T("api.media." + media)}}
		}
		described.Responses = map[string]openapi.Response{"200": answered(p, "api.answer.checked", reply)}
		return described, nil
	}
	body, err := schemas.Of(s.body)
	if err != nil {
		return nil, err
	}
	described.Parameters = []openapi.Parameter{{Name: idempotencyHeader, In: "header", Required: true, Description: p.T("api.idempotency_key"),
		Schema: &openapi.Schema{Type: "string", Pattern: idempotencyKey.String()}}}
	described.RequestBody = &openapi.Body{Required: true, Content: map[string]openapi.Content{fiber.MIMEApplicationJSON: {Schema: body}}}
	described.Responses = map[string]openapi.Response{"200": answered(p, "api.answer.again", reply), "201": answered(p, "api.answer.created", reply)}
	return described, nil
}

// inWords is the submission as people read it. The page sends none: what it would change is real.
func (s submission) inWords(p *i18n.Printer, document openapi.Document) apiOperation {
	path := documentPath(s.path)
	described := document.Paths[path].Post
	reply := described.Responses["200"].Content[fiber.MIMEApplicationJSON].Schema
	shown := apiOperation{ID: s.id(), Method: fiber.MethodPost, Path: path, Summary: described.Summary, Rights: described.Description,
		Name: openapi.Component(reply), Example: document.Components.Example(reply)}
	for _, media := range s.media {
		shown.Body = append(shown.Body, apiProperty{Name: media, Text: described.RequestBody.Content[media].Schema.Description, Type: p.T("api.type.string")})
	}
	if s.body != nil {
		shown.Body = propertiesInWords(p, document.Components.Schemas[openapi.Component(described.RequestBody.Content[fiber.MIMEApplicationJSON].Schema)])
	}
	shown.Reply = propertiesInWords(p, document.Components.Schemas[shown.Name])
	for _, parameter := range described.Parameters {
		shown.Parameters = append(shown.Parameters, apiField{Name: parameter.Name, Text: parameter.Description, Type: typeInWords(p, parameter.Schema)})
	}
	return shown
}

func (s submission) route() route {
	return route{fiber.MethodPost, s.path, rightly, s.rights, func(c *fiber.Ctx) error {
		if s.body == nil {
			if err := s.asOperation().checkParameters(c); err != nil {
				return status(fiber.StatusBadRequest, err)
			}
		}
		return s.handler(c)
	}, false}
}
