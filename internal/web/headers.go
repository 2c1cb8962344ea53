package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// contentSecurityPolicy lets a page load only what this server serves, and nothing inline.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secure sets the headers that every answer bears, errors included.
func secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, contentSecurityPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderXFrameOptions, "DENY") // for browsers that do not know frame-ancestors
	if c.GetRespHeader(fiber.HeaderCacheControl) == "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
}

// requestKey is where a request's number lies among its locals.
const requestKey = "request"

// requestID is the number of a request, which error pages show and the log bears.
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

// observe numbers a request, sets the headers, answers errors, and writes the access log.
func (s *Server) observe(c *fiber.Ctx) error {
	started := time.Now()
	id := requestID(c)
	secure(c)
	c.Set(fiber.HeaderXRequestID, id)
	if err := c.Next(); err != nil {
		if err := s.fail(c, err); err != nil {
			return err
		}
	}
	s.config.Log.Info("request",
		"id", id, "method", c.Method(), "url", c.OriginalURL(), "status", c.Response().StatusCode(),
		"ms", time.Since(started).Milliseconds(), "bytes", len(c.Response().Body()), "from", c.Context().RemoteAddr().String())
	return nil
}

// recovered turns a panic into an error, so that one request cannot end the server.
func (s *Server) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.config.Log.Error("panic", "id", requestID(c), "value", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return c.Next()
}
