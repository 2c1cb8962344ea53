package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/queries"
)

// Config is what a server is built from.
type Config struct {
	Overview func(ctx context.Context, scope filter.Scope, view queries.View) (queries.Overview, error)
	Stamp    func(ctx context.Context) (queries.Stamp, error) // fault "no_run" while nothing has been computed
	Ready    func(ctx context.Context) error                  // whether the store answers
	Log      *slog.Logger

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
)

// Server is the web server. New starts nothing.
type Server struct {
	config Config
	app    *fiber.App
	assets *assets
	pages  pages
	kept   *overviewCache
}

// New builds a server.
func New(config Config) (*Server, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	files, err := newAssets(config.Boundaries)
	if err != nil {
		return nil, err
	}
	templates, err := newPages(files)
	if err != nil {
		return nil, err
	}
	s := &Server{config: config, assets: files, pages: templates, kept: newOverviewCache()}
	s.app = fiber.New(fiber.Config{
		AppName:               "jianfu",
		DisableStartupMessage: true,
		Prefork:               false, // several processes cannot share one engine
		Immutable:             true,
		StrictRouting:         true,
		CaseSensitive:         true,
		ReadBufferSize:        16 << 10, // the whole request head; a long address with cookies passes 4 KiB
		BodyLimit:             64 << 10, // nothing is uploaded to any page yet
		ReadTimeout:           15 * time.Second,
		WriteTimeout:          2 * time.Minute, // above the longest download
		IdleTimeout:           time.Minute,
		ErrorHandler:          func(c *fiber.Ctx, err error) error { secure(c); return s.fail(c, err) },
	})
	s.routes()
	return s, nil
}

// routes is the table of everything that can be asked for.
func (s *Server) routes() {
	s.app.Use(s.observe, s.recovered)
	s.app.Get("/healthz", s.health)
	s.app.Get("/readyz", s.ready)
	s.app.Get("/assets/*", s.asset)

	s.app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}), limitURL)
	s.app.Get("/", s.overview)
	s.app.Get("/download/overview/:table", s.overviewDownload)
	s.app.Get("/api/v1/overview", s.overviewAPI)
	s.app.Use(func(c *fiber.Ctx) error {
		if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
			return status(fiber.StatusMethodNotAllowed, fault.New("web_not_allowed", "method", shortened(c.Method())))
		}
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	})
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

// scopeOf is what the reader of a request may see. It is the one place that decides this.
func scopeOf(*fiber.Ctx) filter.Scope { return filter.Everything() }

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
