package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// halfJiangsu is the overview of a made-up half of Jiangsu, which the tests of dashboards share.
func halfJiangsu(t *testing.T) queries.Overview {
	t.Helper()
	contents, err := os.ReadFile("../../dashboards/testdata/overview.json")
	if err != nil {
		t.Fatal(err)
	}
	var o queries.Overview
	if err := json.Unmarshal(contents, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// serving is a server over it; change edits what the store answers.
func serving(t *testing.T, change func(o *queries.Overview)) *Server {
	t.Helper()
	o := halfJiangsu(t)
	if change != nil {
		change(&o)
	}
	return serverOf(t, func(filter.Scope, queries.View) (queries.Overview, error) { return o, nil }, o.Stamp, nil)
}

func serverOf(t *testing.T, answer func(filter.Scope, queries.View) (queries.Overview, error), stamp queries.Stamp, stampErr error) *Server {
	t.Helper()
	s, err := New(kit.Config{
		Overview: func(_ context.Context, scope filter.Scope, view queries.View) (queries.Overview, error) {
			return answer(scope, view)
		},
		Run:   func(context.Context) (uint32, error) { return stamp.Run, stampErr },
		Stamp: func(context.Context, filter.Scope) (queries.Stamp, error) { return stamp, stampErr },
		Ready: func(context.Context) error { return stampErr },
		Log:   slog.New(slog.DiscardHandler),
		Now:   func() time.Time { return time.Date(2020, 1, 16, 2, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Identify = func(*fiber.Ctx) (kit.Asker, error) { return everything(), nil }
	return complete(s)
}

// everything is somebody who may see all figures everywhere, for tests of what pages show. Who may see what is the matter
// of the tests on a real store.
func everything() kit.Asker {
	grant := access.Grant{Account: "dc01", Name: "陈明", Roles: []access.Role{access.Inspector}, Regions: []string{"000000"}}
	return kit.Asker{ID: "a session", Visit: auth.Visit{Principal: access.New(grant), Account: auth.Account{Account: grant.Account, Name: grant.Name, Roles: grant.Roles, Regions: grant.Regions}, Session: "0123456789abcdef"}}
}

// complete lets a clone in which assets.mjs has not run yet be served as one in which it has.
func complete(s *Server) *Server {
	for _, name := range []string{"vendor/echarts.min.js", "vendor/map/320000.json"} {
		if s.Assets.Address(name) == "" {
			s.Assets.Add(name, []byte("{}"))
		}
	}
	return s
}

// TestServeTheFixture serves the fixture for looking at: JIANFU_FIXTURE=127.0.0.1:8099 go test -run TestServeTheFixture
// -timeout 0 ./internal/web. JIANFU_FIXTURE_STATE=no_run serves a store in which nothing has been computed.
func TestServeTheFixture(t *testing.T) {
	address := os.Getenv("JIANFU_FIXTURE")
	if address == "" {
		t.Skip("JIANFU_FIXTURE names no address")
	}
	s := serving(t, nil)
	if os.Getenv("JIANFU_FIXTURE_STATE") == "no_run" {
		s = serverOf(t, nil, queries.Stamp{}, problem.New("no_run"))
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := s.Serve(ctx, listener); err != nil {
		t.Fatal(err)
	}
}
