package kit

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
func (s *Kit) bellOf(c *fiber.Ctx, f Frame, name string) *bell {
	a := AskerOf(c)
	if s.Config.Queries == nil || !a.SignedIn() || a.MustChange || a.Principal.ViewingAs() || !a.Principal.Can(access.IssuesRead) {
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
func (s *Kit) unreadOf(c *fiber.Ctx, a Asker) uint64 {
	count, err := s.Unread.Get(a.Account.Account, func() (uint64, error) {
		ctx, cancel := Asking(c)
		defer cancel()
		counts, err := s.Config.Queries.CountNotices(ctx, NoticeReader(a.Principal, a.Principal.Scope(access.IssuesRead)))
		return counts.Unread, err
	})
	if err != nil {
		s.Config.Log.Warn("unread notices were not counted", "error", err)
	}
	return count
}

// NoticeReader is who reads notices: their own, with the rights that they have now.
func NoticeReader(p access.Principal, scope filter.Scope) queries.NoticeReader {
	reader := queries.NoticeReader{Account: p.Account(), Scope: scope}
	for _, right := range p.Rights() {
		reader.Rights = append(reader.Rights, string(right))
	}
	return reader
}
