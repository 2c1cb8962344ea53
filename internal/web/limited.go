package web

import (
	"jianfu/internal/fault"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
)

// addressOf is the address that requests of one client count under: of IPv6, where one customer has a whole network, that.
func (s *Server) addressOf(c *fiber.Ctx) string {
	address := s.client(c).Address
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			address = network.Addr()
		}
	}
	return address.String()
}

// limitAddress holds up an address that asks faster than any office does.
func (s *Server) limitAddress(c *fiber.Ctx) error { return s.limited(c, s.addresses, s.addressOf(c)) }

// limitAccount holds up an account that asks faster than any person does.
func (s *Server) limitAccount(c *fiber.Ctx) error {
	if account := askerOf(c).Account.Account; account != "" {
		return s.limited(c, s.accounts, account)
	}
	return c.Next()
}

func (s *Server) limited(c *fiber.Ctx, m *meter, key string) error {
	if wait := m.take(key, time.Now()); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
		return status(fiber.StatusTooManyRequests, fault.New("web_too_fast", "seconds", seconds))
	}
	return c.Next()
}
