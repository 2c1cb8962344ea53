package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"jianfu/internal/fault"
	"jianfu/internal/web"
)

// serveRequest is what the flags of `serve` ask for.
type serveRequest struct {
	address    string
	boundaries string
	approval   string
}

// newServeCommand is the web server.
func newServeCommand(a *app) *cobra.Command {
	r := &serveRequest{}
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   a.T("web.serve.short"),
		Long:    a.T("web.serve.long"),
		Example: "  jianfu serve\n  jianfu serve --addr 0.0.0.0:8080 --boundaries maps --map-approval 'GS(2026)0001'",
		Args:    arguments(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), r) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&r.address, "addr", "127.0.0.1:8080", a.T("web.flag.addr"))
	flags.StringVar(&r.boundaries, "boundaries", "", a.T("web.flag.boundaries"))
	flags.StringVar(&r.approval, "map-approval", "", a.T("web.flag.map_approval"))
	return cmd
}

// serve answers until it is told to stop: first the listener, so that an address that is taken is said at once; then
// the store, which the server keeps; then requests.
func (a *app) serve(ctx context.Context, r *serveRequest) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.address)
	if err != nil {
		return fault.Wrap(err, "web_listen", "address", r.address)
	}
	defer func() { _ = listener.Close() }() // the server has closed it already, unless it was never started
	db, q, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // everything has been answered
	log := slog.New(a.logHandler())
	server, err := web.New(web.Config{
		Overview:   q.Overview,
		Stamp:      q.Stamp,
		Ready:      func(ctx context.Context) error { _, _, err := q.CurrentRun(ctx); return err },
		Log:        log,
		Boundaries: r.boundaries,
		Approval:   r.approval,
	})
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintln(a.out, a.T("web.serve.listening", "address", "http://"+listener.Addr().String()+"/"))
	}
	log.Info("listening", "address", listener.Addr().String())
	if err := server.Serve(ctx, listener); err != nil {
		return fault.Wrap(err, "web_listen", "address", r.address)
	}
	log.Info("stopped")
	return nil
}

// logHandler writes the server's log to the error stream: lines for people, or JSON with --json.
func (a *app) logHandler() slog.Handler {
	if a.json {
		return slog.NewJSONHandler(a.errOut, nil)
	}
	return slog.NewTextHandler(a.errOut, nil)
}
