package web

import (
	"regexp"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
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
