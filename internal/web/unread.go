package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/queries"
)

// mostUnread is the highest number that the bar shows.
const mostUnread = 99

// bell is the way from every page to one's notices.
type bell struct {
	Address string
	Unread  string // "" for none, at most 99+
	Current bool
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
	count, err := s.unread.get(a.Account.Account, func() (uint64, error) {
		ctx, cancel := asking(c)
		defer cancel()
		counts, err := s.config.Queries.CountNotices(ctx, noticeReader(a.Principal, a.Principal.Scope(access.IssuesRead)))
		return counts.Unread, err
	})
	if err != nil {
		s.config.Log.Warn("unread notices were not counted", "error", err)
	}
	return count
}

// noticeReader is who reads notices: their own, with the rights that they have now.
func noticeReader(p access.Principal, scope filter.Scope) queries.NoticeReader {
	reader := queries.NoticeReader{Account: p.Account(), Scope: scope}
	for _, right := range p.Rights() {
		reader.Rights = append(reader.Rights, string(right))
	}
	return reader
}
