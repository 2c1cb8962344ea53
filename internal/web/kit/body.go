package kit

import (
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/attachment"
	"jianfu/internal/problem"
)

// How large the body of a request may be: a form without files, a form with the longest words, each character of which a
// browser sends as nine, and a form with a file and its words.
const (
	LargestForm   = 64 << 10
	LargestWords  = 256 << 10
	LargestUpload = attachment.Largest + LargestWords
	uploadTime    = 2 * time.Minute
)

// How much of bodies may be in memory at once: of forms by one asker and by all, and of forms with files by one account and
// by all. A form is some hundred bytes, so an office behind one address fills a mebibyte with thousands of them. A file is
// in memory four times on its way into the store.
const (
	formsOfOne, formsOfAll     = 1 << 20, 32 << 20
	uploadsOfOne, uploadsOfAll = 2 * LargestUpload, 5 * LargestUpload
)

// plain refuses a body that would have to be unpacked: whoever sends a few bytes that unpack to gigabytes does so before
// anybody knows who it is, and no browser packs what it sends. Bodies come as streams, of which nothing has been read yet.
func (s *Kit) plain(c *fiber.Ctx) error {
	for _, value := range headers(c, fiber.HeaderContentEncoding) {
		if value = strings.TrimSpace(value); value != "" && !strings.EqualFold(value, "identity") {
			c.Request().ResetBody()
			c.Set(fiber.HeaderAcceptEncoding, "identity")
			return Status(fiber.StatusUnsupportedMediaType, problem.New("web_packed_body", "encoding", Shortened(value)))
		}
	}
	if c.Method() != fiber.MethodPost { // nothing else takes a body
		c.Request().ResetBody()
	}
	return c.Next()
}

// bodyLimit is how much of a body is taken: of a form, and more where a topic says so.
func (s *Kit) bodyLimit(c *fiber.Ctx) int {
	limit := LargestForm
	for _, more := range s.Offers.BodyLimits {
		limit = max(limit, more(c))
	}
	return limit
}

// taken reads the body of a request now that it is known who sends it, as far as there is room for it.
func (s *Kit) taken(c *fiber.Ctx) error {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Next()
	}
	limit, size := s.bodyLimit(c), c.Request().Header.ContentLength() // size is -1 where it is not said
	if size > limit {
		c.Request().ResetBody()
		return fiber.ErrRequestEntityTooLarge
	}
	if size < 0 {
		size = limit
	}
	held, who := s.forms, AskerOf(c).Account.Account
	if who == "" {
		who = s.addressOf(c)
	}
	if size > LargestWords {
		held = s.Uploads
		if err := c.Context().SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
			return err
		}
	}
	if !held.Take(who, size) {
		c.Request().ResetBody()
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(roomAgain))
		return Status(fiber.StatusTooManyRequests, problem.New("web_busy", "seconds", roomAgain))
	}
	defer held.Give(who, size)
	body, err := io.ReadAll(io.LimitReader(stream, int64(limit)+1))
	switch {
	case len(body) > limit:
		c.Request().ResetBody()
		return fiber.ErrRequestEntityTooLarge
	case err != nil:
		c.Request().ResetBody()
		c.Context().SetConnectionClose()
		return Status(cutShort(err), problem.New("web_body_cut"))
	}
	if declared := c.Request().Header.ContentLength(); declared > len(body) {
		return Status(fiber.StatusBadRequest, problem.New("web_body_cut"))
	}
	c.Request().SetBodyRaw(body)
	defer c.Request().RemoveMultipartFormFiles()
	return c.Next()
}

// cutShort is the status of a body that did not come whole.
func cutShort(err error) int {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fiber.StatusRequestTimeout
	}
	return fiber.StatusBadRequest
}

// roomAgain is after how many seconds to ask again where there is no room.
const roomAgain = 5
