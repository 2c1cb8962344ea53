package kit

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/disclosure"
	"jianfu/internal/ledger"
	"jianfu/internal/manual"
	"jianfu/internal/problem"
	"jianfu/internal/web/assets"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/limits"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Limits of a request and of what is done for it.
const (
	LongestURL      = 2000 // characters; the address bars of old browsers and many proxies take no more
	queryTimeout    = 30 * time.Second
	ShutdownTimeout = 10 * time.Second
	mostConnections = 4096 // each has buffers of some 20 KiB; a browser keeps six
)

// Kit is the server as topics know it. New starts nothing.
type Kit struct {
	Config Config
	App    *fiber.App
	Assets *assets.Assets
	Manual *manual.Manual
	Pages  pages

	Offers Topic // what all topics add
	Kept   *cache.Answers
	run    knownRun

	Unread              *cache.Brief[uint64]                // notices that accounts have not seen
	SavedViews          *cache.Brief[[]queries.SavedFilter] // what accounts keep as views, by account and list
	Addresses, Accounts *limits.Meter                       // how much each may ask for
	forms, Uploads      *limits.Room                        // for bodies of requests
	answered            []Route                             // all addresses and methods that there are
	Identify            func(*fiber.Ctx) (Asker, error)     // who asks; tests of pages put somebody there
}

// New builds a kit that offers nothing yet.
func New(config Config) (*Kit, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.LeastPersons == 0 {
		config.LeastPersons = disclosure.Least
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Calendar == nil {
		config.Calendar, config.Limits = workday.Shipped(), ledger.ShippedLimits()
	}
	files, err := assets.NewAssets(config.Boundaries)
	if err != nil {
		return nil, err
	}
	documentation, err := newManual()
	if err != nil {
		return nil, err
	}
	s := &Kit{Config: config, Manual: documentation, Assets: files, Kept: cache.NewAnswers(cache.CachedAnswers),
		Unread: cache.NewBrief[uint64](), SavedViews: cache.NewBrief[[]queries.SavedFilter](),
		Addresses: limits.NewMeter(limits.AddressBurst, limits.AddressRate), Accounts: limits.NewMeter(limits.AccountBurst, limits.AccountRate),
		forms: limits.NewRoom(formsOfOne, formsOfAll), Uploads: limits.NewRoom(uploadsOfOne, uploadsOfAll)}
	s.Identify = s.Identified
	return s, nil
}

// Offer takes on all topics, lets them do what they can only do once all are known, and opens their routes.
func (s *Kit) Offer(topics ...Topic) (err error) {
	if s.Offers, err = together(topics...); err != nil {
		return err
	}
	if s.Pages, err = newPages(s.Assets, topics); err != nil {
		return err
	}
	for _, t := range topics {
		if t.Ready == nil {
			continue
		}
		if err := t.Ready(s.Offers); err != nil {
			return err
		}
	}
	s.App = fiber.New(fiber.Config{
		AppName:               "jianfu",
		DisableStartupMessage: true,
		Prefork:               false, // several processes cannot share one engine
		Immutable:             true,
		StrictRouting:         true,
		CaseSensitive:         true,
		ReadBufferSize:        16 << 10, // the whole request head; a long address with cookies passes 4 KiB
		Concurrency:           mostConnections,
		BodyLimit:             LargestForm,
		StreamRequestBody:     true, // so that nothing of a body is read before it is known who sends it

		DisablePreParseMultipartForm: true,

		ReadTimeout:  15 * time.Second,
		WriteTimeout: 2 * time.Minute, // above the longest download
		IdleTimeout:  time.Minute,
		ErrorHandler: func(c *fiber.Ctx, err error) error { s.secure(c); return s.fail(c, err) },
	})
	s.routes()
	return nil
}

// Serve answers on the listener until ctx ends, then lets running requests finish.
func (s *Kit) Serve(ctx context.Context, listener net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.App.Listener(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	err := s.App.ShutdownWithTimeout(ShutdownTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		s.Config.Log.Warn("requests were still running at shutdown and were cut off")
		return nil
	}
	return errors.Join(err, <-served)
}

// limitURL refuses addresses that some browser or proxy on the way would cut.
func limitURL(c *fiber.Ctx) error {
	if n := len(c.OriginalURL()); n > LongestURL {
		return Status(fiber.StatusBadRequest, problem.New("web_url_too_long", "length", n, "limit", LongestURL))
	}
	return c.Next()
}

// Asking is the context of the questions to the store that a request asks. The browser's leaving cannot be seen, so
// time bounds them.
func Asking(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.UserContext(), queryTimeout)
}

func (s *Kit) health(c *fiber.Ctx) error { return c.SendString("ok\n") }

func (s *Kit) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 5*time.Second)
	defer cancel()
	if s.Config.Ready != nil {
		if err := s.Config.Ready(ctx); err != nil {
			s.Config.Log.Error("not ready", "error", err)
			return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
		}
	}
	return c.SendString("ready\n")
}

// asset serves a static file, which browsers may keep for ever.
func (s *Kit) asset(c *fiber.Ctx) error {
	file, ok := s.Assets.ByAddress[c.Params("*")]
	if !ok {
		return Status(fiber.StatusNotFound, problem.New("web_not_found", "path", Shortened(c.Path())))
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderContentType, file.Kind)
	if c.Context().Request.Header.HasAcceptEncoding("gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(file.Gzipped)
	}
	plain, err := file.Plain()
	if err != nil {
		return err
	}
	return c.Send(plain)
}
