package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/attachment"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/config"
	"jianfu/internal/desk"
	"jianfu/internal/disclosure"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/manual"
	"jianfu/internal/notice"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Config is what a server is built from.
type Config struct {
	Overview func(ctx context.Context, scope filter.Scope, view queries.View) (queries.Overview, error)
	Persons  func(ctx context.Context, scope filter.Scope) (queries.Behind, error) // behind all that can be asked for
	Cross    func(ctx context.Context, scope filter.Scope, view queries.View, rows, columns string) (queries.Cross, error)
	Run      func(ctx context.Context) (uint32, error)                            // the current run's number; fault "no_run" while nothing has been computed
	Stamp    func(ctx context.Context, scope filter.Scope) (queries.Stamp, error) // which figures that run gives
	Figures  func(ctx context.Context) (*queries.Figures, error)                  // what that run computed, for pages about units
	WhatIfs  *WhatIfs                                                             // nil where none can be computed
	Checks   Checks                                                               // checks declarations; nil where none can be checked
	HeldRuns *HeldRuns                                                            // nil where none can be confirmed
	Withdraw Withdraw                                                             // takes loads back; nil where none can be
	Ready    func(ctx context.Context) error                                      // whether the store answers
	Queries  *queries.Queries                                                     // of the pages of runs and loads, which ask about more than the current run
	Accounts *auth.Service
	OIDC     *auth.OIDC // the bureau's own sign-on; nil without one
	Audit    *audit.Log
	Log      *slog.Logger
	Version  string // of the program, which the description of the JSON interface bears

	// Desk is where issues are dealt with, and Attachments are the files that go with them.
	Desk        *desk.Desk
	Attachments *attachment.Attachments

	// Calendar and Limits are what clocks of issues are read by; without them those that come with the program. Reminders say
	// how notices leave the house.
	Calendar  *workday.Calendar
	Limits    ledger.Limits
	Reminders notice.Options

	Bureau config.Bureau // whom the product works for, as pages and letters name it; empty where nobody has said

	// LeastPersons is how many persons a figure must be about to be shown to who may not see records; 0 is the usual.
	LeastPersons int64

	// TLS says that the listener speaks it. Proxies are the networks of those that may say for whom they ask and
	// whether that was over TLS; nobody else is believed.
	TLS     bool
	Proxies []netip.Prefix

	// ProxiedOnly says that requests from other machines are answered only where a trusted proxy passes them on: without TLS
	// of its own, the server would take passwords as plain text from all others.
	ProxiedOnly bool

	// Boundaries is a folder of approved boundaries, GeoJSON files named by region code; "" uses the demonstration
	// ones. Approval is their approval number (审图号), shown below every map.
	Boundaries string
	Approval   string

	Now func() time.Time // the clock, for the time that downloads bear; nil is the system's
}

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
	if s.pages, err = newPages(s.assets); err != nil {
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
