package kit

import (
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/problem"
	"jianfu/internal/web/limits"
)

// addressOf is the address that requests of one client count under: of IPv6, where one customer has a whole network, that.
func (s *Kit) addressOf(c *fiber.Ctx) string {
	address := s.Client(c).Address
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			address = network.Addr()
		}
	}
	return address.String()
}

// limitAddress holds up an address that asks faster than any office does.
func (s *Kit) limitAddress(c *fiber.Ctx) error { return s.limited(c, s.Addresses, s.addressOf(c)) }

// limitAccount holds up an account that asks faster than any person does.
func (s *Kit) limitAccount(c *fiber.Ctx) error {
	if account := AskerOf(c).Account.Account; account != "" {
		return s.limited(c, s.Accounts, account)
	}
	return c.Next()
}

func (s *Kit) limited(c *fiber.Ctx, m *limits.Meter, key string) error {
	if _, own := insideOf(c); own {
		return c.Next()
	}
	if wait := m.Take(key, time.Now()); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
		return Status(fiber.StatusTooManyRequests, problem.New("web_too_fast", "seconds", seconds))
	}
	return c.Next()
}
