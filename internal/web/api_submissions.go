package web

import (
	"regexp"

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

	// media are the types of a body that is no JSON object; body is nil then. Such a submission changes nothing, so that it needs no
	// key and may be sent again; it takes parameters.
	media      []string
	parameters []string
}

func (s submission) name() string { return operation{path: s.path}.name() }

func (s submission) id() string { return "post_" + s.name() }

func (s submission) tag() string { return operation{path: s.path}.tag() }

// asOperation is the submission as what takes its parameters.
func (s submission) asOperation() operation { return operation{path: s.path, parameters: s.parameters} }

func (s submission) describe(p *i18n.Printer, schemas *openapi.Schemas, known declared) (*openapi.Operation, error) {
	reply, err := schemas.Of(s.reply)
	if err != nil {
		return nil, err
	}
	described := &openapi.Operation{ID: s.id(), Tags: []string{s.tag()}, Summary: p.T("api.submission." + s.name()), Description: rightsInWords(p, s.rights)}
	if s.body == nil {
		if described.Parameters, err = s.asOperation().describeParameters(p, known); err != nil {
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

func (s submission) route(known map[string]apiParameter) route {
	return route{fiber.MethodPost, s.path, rightly, s.rights, func(c *fiber.Ctx) error {
		if s.body == nil {
			if err := s.asOperation().checkParameters(c, known); err != nil {
				return status(fiber.StatusBadRequest, err)
			}
		}
		return s.handler(c)
	}, false}
}

// idempotencyKey is what a key may look like.
var idempotencyKey = regexp.MustCompile(`^[A-Za-z0-9._:-]{8,128}$`)
