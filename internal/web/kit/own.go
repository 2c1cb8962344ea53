package kit

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Own keeps from what is somebody's own whoever looks through their eyes, and programs.
func (s *Kit) Own(handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if a := AskerOf(c); a.Token != "" || a.Principal.ViewingAs() {
			return s.Denied(c, a, "own")
		}
		return handler(c)
	}
}

// Local is an address of ours in the reader's language and colours.
func (s *Kit) Local(c *fiber.Ctx, address string) string {
	path, parameters, _ := strings.Cut(address, "?")
	return Joined(s.Here(c).URL(path), parameters)
}

// NewID is 32 hexadecimal digits that nobody else has.
func NewID() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}
