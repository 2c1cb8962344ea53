package kit

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/auth"
	"jianfu/internal/problem"
)

// Remote is the address at the other end of the connection.
func Remote(c *fiber.Ctx) netip.Addr {
	address, _ := netip.ParseAddrPort(c.Context().RemoteAddr().String()) // none in tests without a connection
	return address.Addr().Unmap()
}

// believed tells whether an address is a proxy that may speak for others.
func (s *Kit) believed(address netip.Addr) bool {
	return slices.ContainsFunc(s.Config.Proxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// Client is who asks: the other end of the connection or, where that is a trusted proxy, the last address in
// X-Forwarded-For that is not one. What stands to the left of it anybody could have written.
func (s *Kit) Client(c *fiber.Ctx) auth.Client {
	address := Remote(c)
	if s.believed(address) {
		hops := strings.Split(strings.Join(headers(c, fiber.HeaderXForwardedFor), ","), ",")
		for _, hop := range slices.Backward(hops) {
			forwarded, err := netip.ParseAddr(strings.TrimSpace(hop))
			if err != nil {
				break
			}
			address = forwarded.Unmap()
			if !s.believed(address) {
				break
			}
		}
	}
	return auth.Client{Address: address, Agent: c.Get(fiber.HeaderUserAgent), Device: c.Cookies(s.CookieName(c, DeviceCookie))}
}

// headers are all values of a header that may come several times.
func headers(c *fiber.Ctx, name string) []string {
	var values []string
	for _, value := range c.Context().Request.Header.PeekAll(name) {
		values = append(values, string(value))
	}
	return values
}

// OverTLS tells whether the browser's own connection is secure.
func (s *Kit) OverTLS(c *fiber.Ctx) bool {
	return s.Config.TLS || s.believed(Remote(c)) && strings.EqualFold(c.Get(fiber.HeaderXForwardedProto), "https")
}

// secretly refuses whoever comes from another machine past the proxy that speaks TLS.
func (s *Kit) secretly(c *fiber.Ctx) error {
	if s.Config.ProxiedOnly {
		if from := Remote(c); !s.believed(from) && !from.IsLoopback() {
			return Status(fiber.StatusForbidden, problem.New("web_past_proxy"))
		}
	}
	return c.Next()
}

// Forwarded tells whether somebody in between passed the request on, believed or not.
func Forwarded(c *fiber.Ctx) bool {
	return slices.ContainsFunc([]string{fiber.HeaderXForwardedFor, fiber.HeaderForwarded, fiber.HeaderXForwardedHost, "X-Real-Ip", fiber.HeaderVia},
		func(name string) bool { return c.Get(name) != "" })
}
