package web

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// own keeps from what is somebody's own whoever looks through their eyes, and programs.
func (s *Server) own(handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if a := askerOf(c); a.Token != "" || a.Principal.ViewingAs() {
			return s.denied(c, a, "own")
		}
		return handler(c)
	}
}

// local is an address of ours in the reader's language and colours.
func (s *Server) local(c *fiber.Ctx, address string) string {
	path, parameters, _ := strings.Cut(address, "?")
	return joined(s.here(c).url(path), parameters)
}

// newID is 32 hexadecimal digits that nobody else has.
func newID() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}
