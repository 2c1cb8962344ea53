package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/disclosure"
	"jianfu/internal/fault"
	"jianfu/internal/ledger"
	"jianfu/internal/manual"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Limits of a request and of what is done for it.
const (
	longestURL      = 2000 // characters; the address bars of old browsers and many proxies take no more
	queryTimeout    = 30 * time.Second
	shutdownTimeout = 10 * time.Second
	mostConnections = 4096 // each has buffers of some 20 KiB; a browser keeps six
)

// Server is the web server. New starts nothing.
type Server struct {
	config Config
	app    *fiber.App
	assets *assets
	manual *manual.Manual
	pages  pages

	offers topic // what all topics add
	kept   *answers
	run    knownRun

	unread              brief[uint64]                   // notices that accounts have not seen
	savedViews          brief[[]queries.SavedFilter]    // what accounts keep as views, by account and list
	addresses, accounts *meter                          // how much each may ask for
	forms, uploads      *room                           // for bodies of requests
	answered            []route                         // all addresses and methods that there are
	identify            func(*fiber.Ctx) (asker, error) // who asks; tests of pages put somebody there
}

// newServer builds a server that offers nothing yet.
func newServer(config Config) (*Server, error) {
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
	files, err := newAssets(config.Boundaries)
	if err != nil {
		return nil, err
	}
	documentation, err := newManual()
	if err != nil {
		return nil, err
	}
	s := &Server{config: config, manual: documentation, assets: files, kept: newAnswers(cachedAnswers),
		addresses: newMeter(addressBurst, addressRate), accounts: newMeter(accountBurst, accountRate),
		forms: newRoom(formsOfOne, formsOfAll), uploads: newRoom(uploadsOfOne, uploadsOfAll)}
	s.identify = s.identified
	return s, nil
}

// offer takes on all topics, lets them do what they can only do once all are known, and opens their routes.
func (s *Server) offer(topics ...topic) (err error) {
	if s.offers, err = together(topics...); err != nil {
		return err
	}
	if s.pages, err = newPages(s.assets, topics); err != nil {
		return err
	}
	for _, t := range topics {
		if t.ready == nil {
			continue
		}
		if err := t.ready(s.offers); err != nil {
			return err
		}
	}
	s.app = fiber.New(fiber.Config{
		AppName:               "jianfu",
		DisableStartupMessage: true,
		Prefork:               false, // several processes cannot share one engine
		Immutable:             true,
		StrictRouting:         true,
		CaseSensitive:         true,
		ReadBufferSize:        16 << 10, // the whole request head; a long address with cookies passes 4 KiB
		Concurrency:           mostConnections,
		BodyLimit:             largestForm,
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
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.app.Listener(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	err := s.app.ShutdownWithTimeout(shutdownTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		s.config.Log.Warn("requests were still running at shutdown and were cut off")
		return nil
	}
	return errors.Join(err, <-served)
}

// limitURL refuses addresses that some browser or proxy on the way would cut.
func limitURL(c *fiber.Ctx) error {
	if n := len(c.OriginalURL()); n > longestURL {
		return status(fiber.StatusBadRequest, fault.New("web_url_too_long", "length", n, "limit", longestURL))
	}
	return c.Next()
}

// asking is the context of the questions to the store that a request asks. The browser's leaving cannot be seen, so
// time bounds them.
func asking(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.UserContext(), queryTimeout)
}

func (s *Server) health(c *fiber.Ctx) error { return c.SendString("ok\n") }

func (s *Server) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 5*time.Second)
	defer cancel()
	if s.config.Ready != nil {
		if err := s.config.Ready(ctx); err != nil {
			s.config.Log.Error("not ready", "error", err)
			return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
		}
	}
	return c.SendString("ready\n")
}

// asset serves a static file, which browsers may keep for ever.
func (s *Server) asset(c *fiber.Ctx) error {
	file, ok := s.assets.byAddress[c.Params("*")]
	if !ok {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderContentType, file.kind)
	if c.Context().Request.Header.HasAcceptEncoding("gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(file.gzipped)
	}
	plain, err := file.plain()
	if err != nil {
		return err
	}
	return c.Send(plain)
}
