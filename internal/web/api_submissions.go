package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
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
}

// submissions are all of them.
func (s *Server) submissions() []submission {
	return []submission{{apiRoot + "/issues", openIssues, s.registerIssue, newIssueJSON{}, registeredIssueJSON{}}}
}

func (s submission) name() string { return operation{path: s.path}.name() }

func (s submission) id() string { return "post_" + s.name() }

func (s submission) tag() string { return operation{path: s.path}.tag() }

func (s submission) describe(p *i18n.Printer, schemas *openapi.Schemas) (*openapi.Operation, error) {
	body, err := schemas.Of(s.body)
	if err != nil {
		return nil, err
	}
	reply, err := schemas.Of(s.reply)
	if err != nil {
		return nil, err
	}
	return &openapi.Operation{
		ID: s.id(), Tags: []string{s.tag()}, Summary: p.T("api.submission." + s.name()), Description: rightsInWords(p, s.rights),
		Parameters: []openapi.Parameter{{Name: idempotencyHeader, In: "header", Required: true, Description: p.T("api.idempotency_key"),
			Schema: &openapi.Schema{Type: "string", Pattern: idempotencyKey.String()}}},
		RequestBody: &openapi.Body{Required: true, Content: map[string]openapi.Content{fiber.MIMEApplicationJSON: {Schema: body}}},
		Responses:   map[string]openapi.Response{"200": answered(p, "api.answer.again", reply), "201": answered(p, "api.answer.created", reply)},
	}, nil
}

// inWords is the submission as people read it. The page sends none: what it would change is real.
func (s submission) inWords(p *i18n.Printer, document openapi.Document) apiOperation {
	path := documentPath(s.path)
	described := document.Paths[path].Post
	body := openapi.Component(described.RequestBody.Content[fiber.MIMEApplicationJSON].Schema)
	reply := described.Responses["201"].Content[fiber.MIMEApplicationJSON].Schema
	shown := apiOperation{ID: s.id(), Method: fiber.MethodPost, Path: path, Summary: described.Summary, Rights: described.Description,
		Body: propertiesInWords(p, document.Components.Schemas[body]), Name: openapi.Component(reply), Example: document.Components.Example(reply)}
	shown.Reply = propertiesInWords(p, document.Components.Schemas[shown.Name])
	for _, header := range described.Parameters {
		shown.Parameters = append(shown.Parameters, apiField{Name: header.Name, Text: header.Description, Type: typeInWords(p, header.Schema)})
	}
	return shown
}

func (s submission) route() route {
	return route{fiber.MethodPost, s.path, rightly, s.rights, s.handler, false}
}
