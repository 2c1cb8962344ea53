package kit

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"jianfu/internal/auth"
)

// The server asks itself for pages that somebody has sent to them while they are not there. Such a request goes the whole way, past
// the guard, the handler and what is concealed; what it does not need is a cookie, the proof of a form, and room among the requests of
// people. Who asks is said in a value of the request that no connection can carry.

// insideKey is where a request of the server's own has its asker, and failureKey what went wrong with whatever request.
type (
	insideKey  struct{}
	failureKey struct{}
)

// inside is who the server asks for.
type inside struct {
	ctx   context.Context
	asker Asker
}

// insideOf is who a request of the server's own is for.
func insideOf(c *fiber.Ctx) (inside, bool) {
	i, ok := c.Context().UserValue(insideKey{}).(inside)
	return i, ok
}

// Answered is what the server answered itself.
type Answered struct {
	Status int
	Body   []byte
	Type   string
	Name   string // of a file
	Cause  error  // where it went wrong
}

// AskInside asks the server for an address in the name of an account. A form is sent by POST, nothing by GET.
func (s *Kit) AskInside(ctx context.Context, as auth.Visit, address string, form url.Values) Answered {
	var request fasthttp.Request
	request.SetRequestURI(address)
	request.Header.SetMethod(fiber.MethodGet)
	request.Header.Set(fiber.HeaderAccept, fiber.MIMETextHTML)
	if form != nil {
		request.Header.SetMethod(fiber.MethodPost)
		request.Header.SetContentType(fiber.MIMEApplicationForm)
		request.SetBodyString(form.Encode())
	}
	var c fasthttp.RequestCtx
	c.Init(&request, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
	c.SetUserValue(insideKey{}, inside{ctx, Asker{Visit: as}})
	s.App.Handler()(&c)
	answered := Answered{Status: c.Response.StatusCode(), Body: append([]byte{}, c.Response.Body()...), Type: string(c.Response.Header.ContentType()),
		Name: fileName(string(c.Response.Header.Peek(fiber.HeaderContentDisposition)))}
	answered.Cause, _ = c.UserValue(failureKey{}).(error)
	if answered.Cause == nil && answered.Status >= fiber.StatusMultipleChoices {
		answered.Cause = errors.New("the page answered with status " + fasthttp.StatusMessage(answered.Status))
	}
	return answered
}

// fileName is the full name of a download.
func fileName(disposition string) string {
	_, name, _ := strings.Cut(disposition, "filename*=UTF-8''")
	name, err := url.PathUnescape(name)
	if err != nil {
		return ""
	}
	return name
}

// RouteOf is the route that an address is answered by.
func (s *Kit) RouteOf(address string) (Route, bool) {
	path, _, _ := strings.Cut(address, "?")
	for _, r := range s.Table() {
		if r.Method == fiber.MethodGet && fiber.RoutePatternMatch(path, r.Path, fiber.Config{StrictRouting: true, CaseSensitive: true}) {
			return r, true
		}
	}
	return Route{}, false
}
