package kit

import (
	"regexp"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
)

// IdempotencyHeader bears a program's own name for what it sends, so that it can send it again.
const IdempotencyHeader = "Idempotency-Key"

// Submission is a route of the JSON interface that changes something: a POST by a token, under a key. Its texts are
// api.submission.<name> and those of the fields of what is sent and answered.
type Submission struct {
	Path        string
	Rights      []access.Right // as in a route
	Handler     fiber.Handler
	Body, Reply any // values of the types that are sent and answered

	// media are the types of a body that is no JSON object; body is nil then. Such a submission changes nothing, so that it needs no
	// key and may be sent again; it takes parameters.
	Media      []string
	Parameters []string
}

// Name is its name in the catalogue.
func (s Submission) Name() string { return Operation{Path: s.Path}.Name() }

// ID is its name in the document.
func (s Submission) ID() string { return "post_" + s.Name() }

// Tag is its group: the first part of its path.
func (s Submission) Tag() string { return Operation{Path: s.Path}.Tag() }

// AsOperation is the submission as what takes its parameters.
func (s Submission) AsOperation() Operation { return Operation{Path: s.Path, Parameters: s.Parameters} }

func (s Submission) route(known map[string]APIParameter) Route {
	return Route{fiber.MethodPost, s.Path, Rightly, s.Rights, func(c *fiber.Ctx) error {
		if s.Body == nil {
			if err := s.AsOperation().checkParameters(c, known); err != nil {
				return Status(fiber.StatusBadRequest, err)
			}
		}
		return s.Handler(c)
	}, false}
}

// IdempotencyKey is what a key may look like.
var IdempotencyKey = regexp.MustCompile(`^[A-Za-z0-9._:-]{8,128}$`)
