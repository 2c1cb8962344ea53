package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/access"
	"jianfu/internal/attachment"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/config"
	"jianfu/internal/disclosure"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/store"
	"jianfu/internal/subscription"
	"jianfu/internal/web"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// serveRequest is what the flags of `serve` ask for.
type serveRequest struct {
	address      string
	boundaries   string
	approval     string
	cert, key    string
	proxies      []string
	oidc         string
	leastPersons int64
	trace        string
	reminders    string
	plain        bool
	attachments  size
	settings     string
	definitions  []string
}

// newServeCommand is the web server.
func newServeCommand(a *app) *cobra.Command {
	r := &serveRequest{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: a.T("web.serve.short"),
		Long:  a.T("web.serve.long"),
		Example: "  jianfu serve\n  jianfu serve --addr 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem\n" +
			"  jianfu serve --addr 127.0.0.1:8080 --trusted-proxy 127.0.0.1/32\n  jianfu serve --boundaries maps --map-approval 'GS(2026)0001'",
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), r) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&r.address, "addr", "127.0.0.1:8080", a.T("web.flag.addr"))
	flags.StringVar(&r.cert, "tls-cert", "", a.T("web.flag.tls_cert"))
	flags.StringVar(&r.key, "tls-key", "", a.T("web.flag.tls_key"))
	flags.BoolVar(&r.plain, "plain-http", false, a.T("web.flag.plain_http"))
	flags.StringSliceVar(&r.proxies, "trusted-proxy", nil, a.T("web.flag.trusted_proxy"))
	flags.StringVar(&r.oidc, "oidc", "", a.T("web.flag.oidc"))
	flags.Int64Var(&r.leastPersons, "least-persons", disclosure.Least, a.T("web.flag.least_persons"))
	flags.Var(&r.attachments, "attachments-most", a.T("web.flag.attachments_most"))
	flags.StringVar(&r.boundaries, "boundaries", "", a.T("web.flag.boundaries"))
	flags.StringVar(&r.approval, "map-approval", "", a.T("web.flag.map_approval"))
	flags.StringVar(&r.settings, "settings", "", a.T("web.flag.settings"))
	flags.StringVar(&r.reminders, "reminders", "", a.T("remind.flag.reminders"))
	flags.StringSliceVar(&r.definitions, "definitions", nil, a.T("web.flag.definitions"))
	flags.StringVar(&r.trace, "trace", "", a.T("web.flag.trace"))
	return cmd
}

// served is what the flags of `serve` name, read before anything is started, so that a slip is said at once.
type served struct {
	proxies     []netip.Prefix
	certificate *tls.Config // nil without TLS
	reminders   notice.Options
	calendar    *workday.Calendar
	limits      ledger.Limits
	settings    config.Settings
	sets        []*report.Set // of the reports that pages prepare, the usual one first
}

func (a *app) read(r *serveRequest) (v served, err error) {
	if v.proxies, err = networks(r.proxies); err != nil {
		return v, err
	}
	if v.certificate, err = r.certificate(); err != nil {
		return v, err
	}
	if r.settings != "" {
		if v.settings, err = config.ReadSettings(r.settings); err != nil {
			return v, err
		}
	}
	if v.reminders, err = remindersIn(r.reminders); err != nil {
		return v, err
	}
	if v.sets, err = reportSets(r.definitions); err != nil {
		return v, err
	}
	v.calendar, v.limits, err = a.deadlines()
	return v, err
}

// serve answers until it is told to stop: first what the flags name is read and the listener opened, so that a slip or an
// address that is taken is said at once; then the store, which the server keeps; then requests.
func (a *app) serve(ctx context.Context, r *serveRequest) error {
	named, err := a.read(r)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.address)
	if err != nil {
		return problem.Wrap(err, "web_listen", "address", r.address)
	}
	defer func() { _ = listener.Close() }() // the server has closed it already, unless it was never started
	if err := r.secret(named, listener.Addr()); err != nil {
		return err
	}
	if r.trace != "" {
		file, err := os.OpenFile(r.trace, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // each line was written at once
		a.trace = file
	}
	db, q, err := a.openToChange(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // everything has been answered
	log := slog.New(a.logHandler())
	issues := handling.New(q, named.calendar, named.limits, time.Now)
	notices, err := notice.New(q, named.calendar, named.limits, time.Now, log, named.reminders)
	if err != nil {
		return err
	}
	config := r.config(named, db, q, log)
	asked := make(chan struct{}, 1)
	config.Asked = func() {
		select {
		case asked <- struct{}{}:
		default: // somebody has asked already
		}
	}
	config.Issues, config.Checks = issues, a.checks(q)
	if config.Intake, err = a.intaking(ctx, db, q, issues, log); err != nil {
		return err
	}
	defer config.Intake.Close()
	config.Reports = preparing(db, q, issues, named, r.leastPersons, log)
	if config.OIDC, err = r.signOn(config.Accounts); err != nil {
		return err
	}
	server, err := web.New(config)
	if err != nil {
		return err
	}
	subscriptions, err := subscriptionsOf(server, config)
	if err != nil {
		return err
	}
	if err := a.announce(ctx, listener.Addr(), config.TLS, len(named.proxies) > 0, config.Accounts); err != nil {
		return err
	}
	log.Info("listening", "address", listener.Addr().String(), "tls", config.TLS)
	if config.TLS {
		listener = tls.NewListener(listener, named.certificate)
	}
	working, stop := context.WithCancel(ctx)
	measured, kept, scheduled := catchUp(working, issues, q, log), keeping(working, notices.Keep), keeping(working, config.Reports.Keep)
	sent := sending(working, subscriptions, asked)
	err = server.Serve(ctx, listener)
	stop()
	config.Reports.Close()
	<-measured
	<-kept
	<-sent
	<-scheduled
	if err != nil {
		return problem.Wrap(err, "web_listen", "address", r.address)
	}
	return a.stopped(config.Accounts, log)
}

// config is what the server is built from, without the bureau's own sign-on and the issues.
func (r *serveRequest) config(named served, db *store.DB, q *queries.Queries, log *slog.Logger) web.Config {
	auditLog := audit.New(q, time.Now)
	q.ConcealBelow(r.leastPersons)
	return web.Config{
		Overview:     q.Overview,
		Persons:      q.PersonsBehind,
		Cross:        q.Cross,
		Run:          q.CurrentNumber,
		Stamp:        q.Stamp,
		Figures:      q.Figures,
		WhatIfs:      whatIfs(db, q),
		HeldRuns:     heldRuns(db, q, handling.New(q, named.calendar, named.limits, time.Now)),
		Withdraw:     withdrawing(db, q),
		Queries:      q,
		Attachments:  attachment.New(q, time.Now).AtMost(uint64(r.attachments)),
		Calendar:     named.calendar,
		Limits:       named.limits,
		Reminders:    named.reminders,
		Bureau:       named.settings.Bureau,
		Ready:        func(ctx context.Context) error { _, _, err := q.CurrentRun(ctx); return err },
		Accounts:     auth.New(q, auditLog, time.Now, auth.Options{Log: log}),
		Audit:        auditLog,
		Log:          log,
		Version:      version,
		TLS:          named.certificate != nil,
		Proxies:      named.proxies,
		ProxiedOnly:  named.certificate == nil && len(named.proxies) > 0 && !r.plain,
		LeastPersons: r.leastPersons,
		Boundaries:   r.boundaries,
		Approval:     r.approval,
	}
}

// secret refuses to take passwords over a network as plain text, unless it is told to: somebody who listens where other
// machines reach it, without TLS, wants a certificate or a proxy before it.
func (r *serveRequest) secret(named served, address net.Addr) error {
	at, err := netip.ParseAddrPort(address.String())
	if err != nil {
		return err
	}
	if named.certificate == nil && len(named.proxies) == 0 && !r.plain && !at.Addr().Unmap().IsLoopback() {
		return problem.New("web_plain", "address", address)
	}
	return nil
}

// roundEach is how often a server looks for what people are to be told, and for reports that are due.
const roundEach = time.Minute

// keeping makes rounds of something until ctx ends; the channel is closed after the last.
func keeping(ctx context.Context, keep func(ctx context.Context, every time.Duration)) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		keep(ctx, roundEach)
	}()
	return done
}

// subscriptionsOf sends the pages of a server to who subscribes to them.
func subscriptionsOf(server *web.Server, c web.Config) (*subscription.Keeper, error) {
	var post subscription.Post
	if c.Reminders.Mail != nil {
		var err error
		if post, err = c.Reminders.Post(); err != nil {
			return nil, err
		}
	}
	return subscription.New(c.Queries, c.Audit, c.Calendar, server.Subscribed(), post, c.Reminders.Address, time.Now, c.Log), nil
}

// sending makes rounds of subscriptions until ctx ends; the channel is closed after the last.
func sending(ctx context.Context, subscriptions *subscription.Keeper, asked <-chan struct{}) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		subscriptions.Keep(ctx, roundEach, asked)
	}()
	return done
}

// stopped stores what is only in memory once everything has been answered.
func (a *app) stopped(accounts *auth.Service, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := accounts.Close(ctx); err != nil {
		log.Warn("when sessions and tokens were last used was not stored", "error", err)
	}
	log.Info("stopped")
	return nil
}

// networks reads the networks of trusted proxies; a single address is one.
func networks(words []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range words {
		network, err := netip.ParsePrefix(word)
		if err != nil {
			address, addressErr := netip.ParseAddr(word)
			if addressErr != nil {
				return nil, problem.New("web_proxy", "value", word)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// certificate is what the listener speaks TLS with, and nil where it does not.
func (r *serveRequest) certificate() (*tls.Config, error) {
	if r.cert == "" && r.key == "" {
		return nil, nil
	}
	if r.cert == "" || r.key == "" {
		return nil, problem.New("web_tls_pair")
	}
	pair, err := tls.LoadX509KeyPair(r.cert, r.key)
	if err != nil {
		return nil, problem.Wrap(err, "web_tls_files", "cert", r.cert, "key", r.key)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}

// signOn is the bureau's own sign-on, and nil where none is set.
func (r *serveRequest) signOn(accounts *auth.Service) (*auth.OIDC, error) {
	if r.oidc == "" {
		return nil, nil
	}
	o, err := config.ReadOIDC(r.oidc)
	if err != nil {
		return nil, err
	}
	roles := map[string]access.Role{}
	for value, role := range o.Roles {
		roles[value] = access.Role(role)
	}
	return auth.NewOIDC(accounts, auth.OIDCConfig{Issuer: o.Issuer, ClientID: o.ClientID, SecretFile: o.SecretFile, RedirectURL: o.RedirectURL,
		Scopes: o.Scopes, AccountClaim: o.Claims.Account, NameClaim: o.Claims.Name, RolesClaim: o.Claims.Roles, Roles: roles,
		RegionsClaim: o.Claims.Regions, Regions: o.Regions})
}

// announce says where the server is, what is unsafe about it, and how the first account is made. The one-time link goes
// to the terminal alone, never to the log.
func (a *app) announce(ctx context.Context, address net.Addr, secure, proxied bool, accounts *auth.Service) error {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	if !a.json {
		fmt.Fprintln(a.out, a.T("web.serve.listening", "address", scheme+"://"+address.String()+"/"))
	}
	at, err := netip.ParseAddrPort(address.String())
	if err != nil {
		return err
	}
	local := at.Addr().Unmap().IsLoopback() || at.Addr().IsUnspecified()
	if !secure && !proxied && !at.Addr().Unmap().IsLoopback() {
		fmt.Fprintln(a.errOut, a.T("web.serve.plain"))
	}
	token, err := accounts.OfferSetup(ctx)
	if err != nil || token == "" {
		return err
	}
	host := at.Addr().Unmap().String()
	if at.Addr().IsUnspecified() {
		host = "127.0.0.1"
	}
	link := scheme + "://" + net.JoinHostPort(host, fmt.Sprint(at.Port())) + "/setup?token=" + url.QueryEscape(token)
	if a.printer.Language() != "zh" {
		link += "&lang=" + a.printer.Language()
	}
	switch {
	case !local:
		fmt.Fprintln(a.errOut, a.T("web.serve.setup_command"))
	case a.json:
		return printJSON(a.out, map[string]string{"setup": link})
	default:
		fmt.Fprintln(a.out, strings.TrimSpace(a.T("web.serve.setup", "link", link)))
	}
	return nil
}

// printJSON prints one line of JSON.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// logHandler writes the server's log to the error stream: lines for people, or JSON with --json.
func (a *app) logHandler() slog.Handler {
	if a.json {
		return slog.NewJSONHandler(a.errOut, nil)
	}
	return slog.NewTextHandler(a.errOut, nil)
}
