package kit

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
)

// ContentSecurityPolicy lets a page load only what this server serves, and nothing inline.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// transportSecurity tells browsers that came over TLS to come that way for a year.
const transportSecurity = "max-age=31536000"

// secure sets the headers that every answer bears, errors included.
func (s *Kit) secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, ContentSecurityPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderXFrameOptions, "DENY") // for browsers that do not know frame-ancestors
	if s.OverTLS(c) {
		c.Set(fiber.HeaderStrictTransportSecurity, transportSecurity)
	}
	if c.GetRespHeader(fiber.HeaderCacheControl) == "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
}

// requestKey is where a request's number lies among its locals.
const requestKey = "request"

// requestID is the number of a request, which error pages show and the log bears. It is never one that the request came with, as
// fiber's requestid takes it: whoever asks could write what he likes into the log, or give two requests one number.
func requestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(requestKey).(string); ok {
		return id
	}
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails since Go 1.24
	id := hex.EncodeToString(random[:])
	c.Locals(requestKey, id)
	return id
}

// recovering turns a panic into an error, so that one request cannot end the server. It stands twice: before everything, and behind
// what answers errors and writes the access log.
func (s *Kit) recovering() fiber.Handler {
	return recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: func(c *fiber.Ctx, value any) {
		s.Config.Log.Error("panic", "id", requestID(c), "value", fmt.Sprint(value), "stack", string(debug.Stack()))
	}})
}

// numbered gives the request its number and the headers of every answer.
func (s *Kit) numbered(c *fiber.Ctx) error {
	c.Set(fiber.HeaderXRequestID, requestID(c))
	s.secure(c)
	return c.Next()
}

// observed answers errors and writes the access log, in which no secret and nobody's words stand.
func (s *Kit) observed(c *fiber.Ctx) error {
	started := time.Now()
	if err := c.Next(); err != nil {
		if err := s.fail(c, err); err != nil {
			return err
		}
	}
	who := AskerOf(c)
	s.Config.Log.Info("request",
		"id", requestID(c), "method", c.Method(), "url", loggedURL(c), "status", c.Response().StatusCode(),
		"ms", time.Since(started).Milliseconds(), "bytes", len(c.Response().Body()), "from", s.Client(c).Address.String(),
		"account", who.Account.Account, "session", who.Session, "token", who.Token)
	return nil
}

// loggedParameters are those whose values the log may hold: what a view shows. Of every other parameter the log holds the
// name alone; one-time links, codes of a sign-on and what people type are among them.
var loggedParameters = []string{ParamFrom, ParamTo, ParamComparison, ParamPayer, ParamLanguage, ParamTheme, ParamRegion}

// loggedURL is the address of a request as logs hold it.
func loggedURL(c *fiber.Ctx) string {
	var b strings.Builder
	b.WriteString(Shortened(c.Path()))
	mark := byte('?')
	for key, value := range c.Context().QueryArgs().All() {
		b.WriteByte(mark)
		mark = '&'
		name := Shortened(string(key))
		b.WriteString(url.QueryEscape(name))
		if slices.Contains(loggedParameters, name) {
			b.WriteString("=" + url.QueryEscape(Shortened(string(value))))
		}
		if b.Len() > LongestURL {
			break
		}
	}
	return b.String()
}
