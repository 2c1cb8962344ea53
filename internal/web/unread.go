package web

import (
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
)

// unreadFor is how long the number of unread notices is shown before it is asked for again.
const unreadFor = 15 * time.Second

// mostUnread is the highest number that the bar shows.
const mostUnread = 99

// unreadCounts keep how many notices accounts have not seen, which every page shows.
type unreadCounts struct {
	mu sync.Mutex
	of map[string]unreadCount
}

type unreadCount struct {
	count uint64
	until time.Time
}

// bell is the way from every page to one's notices.
type bell struct {
	Address string
	Unread  string // "" for none, at most 99+
	Current bool
}

// forget lets the number of an account be asked for anew.
func (u *unreadCounts) forget(account string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.of, account)
}

// bellOf is the bell of whoever reads; nil for who has no issues, and for who looks through another's eyes.
func (s *Server) bellOf(c *fiber.Ctx, f frame, name string) *bell {
	a := askerOf(c)
	if s.config.Queries == nil || !a.signedIn() || a.MustChange || a.Principal.ViewingAs() || !a.Principal.Can(access.IssuesRead) {
		return nil
	}
	b := &bell{Address: f.At("/notices"), Current: name == "notices"}
	switch count := s.unreadOf(c, a); {
	case count > mostUnread:
		b.Unread = strconv.Itoa(mostUnread) + "+"
	case count > 0:
		b.Unread = strconv.FormatUint(count, 10)
	}
	return b
}

// unreadOf counts, or remembers. A page is shown without the number rather than not at all.
func (s *Server) unreadOf(c *fiber.Ctx, a asker) uint64 {
	account, now := a.Account.Account, time.Now()
	s.unread.mu.Lock()
	kept, ok := s.unread.of[account]
	s.unread.mu.Unlock()
	if ok && now.Before(kept.until) {
		return kept.count
	}
	ctx, cancel := asking(c)
	defer cancel()
	counts, err := s.config.Queries.CountNotices(ctx, a.Principal.Scope(access.IssuesRead), account)
	if err != nil {
		s.config.Log.Warn("unread notices were not counted", "error", err)
		return 0
	}
	s.unread.mu.Lock()
	defer s.unread.mu.Unlock()
	if s.unread.of == nil || len(s.unread.of) > 10_000 {
		s.unread.of = map[string]unreadCount{}
	}
	s.unread.of[account] = unreadCount{counts.Unread, now.Add(unreadFor)}
	return counts.Unread
}
