package web

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// hiddenFrom is what the reader must not see of a view and of what it is divided by: nothing, where he may see records.
// What is decided is decided for the whole of what an account may see, also where a token of it sees less, and is kept: it
// holds for every page that the account asks for.
func (s *Server) hiddenFrom(ctx context.Context, c *fiber.Ctx, a asked) (dashboards.Hidden, error) {
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		return dashboards.Hidden{}, nil
	}
	return s.hiddenFromReaders(ctx, c, a)
}

// hiddenFromReaders is hiddenFrom for somebody who may not see records, whoever asks.
func (s *Server) hiddenFromReaders(ctx context.Context, c *fiber.Ctx, a asked) (dashboards.Hidden, error) {
	return s.hiddenOf(ctx, c, a, s.config.Persons)
}

// countBehind counts the persons behind everything that a run can be asked for.
type countBehind func(ctx context.Context, scope filter.Scope) (queries.Behind, error)

// hiddenOf is hiddenFromReaders of a run whose persons are counted so.
func (s *Server) hiddenOf(ctx context.Context, c *fiber.Ctx, a asked, persons countBehind) (dashboards.Hidden, error) {
	d := deciding{Server: s, run: a.stamp.Run, scope: a.accountScope(c), persons: persons}
	decisions, err := d.decide(ctx)
	if err != nil {
		return dashboards.Hidden{}, err
	}
	return a.hiddenBy(c, decisions, a.view.Narrow), nil
}

// accountScope is what the account of the reader may see, of which a token may see less.
func (a asked) accountScope(c *fiber.Ctx) filter.Scope {
	if asker := askerOf(c); asker.Token != "" {
		return access.New(asker.Account.Grant()).Scope(access.FiguresAggregate)
	}
	return a.scope
}

// hiddenBy is what decisions on all that the account may see hide of a view.
func (a asked) hiddenBy(c *fiber.Ctx, decisions *dashboards.Decisions, narrow queries.Narrow) dashboards.Hidden {
	whole := slices.Equal(a.accountScope(c).Prefixes(), a.scope.Prefixes())
	return dashboards.NewHidden(decisions, a.scope, narrow, whole)
}

// mayTry refuses changes so near to others, to who may not see records, that the difference tells what one person earns.
func mayTry(c *fiber.Ctx, moves []policy.Move) error {
	if askerOf(c).Principal.Can(access.FiguresRecord) || !slices.ContainsFunc(moves, func(m policy.Move) bool { return !m.Coarse() }) {
		return nil
	}
	return status(fiber.StatusBadRequest, fault.New("what_if_too_fine"))
}

// deciding is what decisions are made of: a run and all that an account may see of it.
type deciding struct {
	*Server
	run     uint32
	scope   filter.Scope
	persons countBehind
}

// decideTimeout bounds how long decisions take. They are finished for the next page even where this one is given up.
const decideTimeout = 100 * time.Second

// decide makes the decisions of an account, all of them at once: what one page shows bears on what another may.
func (d deciding) decide(ctx context.Context) (*dashboards.Decisions, error) {
	return kept(ctx, d.kept, question{Kind: "decisions", Run: d.run, Scope: d.scope}, func(ctx context.Context) (*dashboards.Decisions, uint32, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), decideTimeout)
		defer cancel()
		behind, err := d.persons(ctx, d.scope)
		if err != nil {
			return nil, 0, err
		}
		if behind.Run != d.run { // another run was published in between, of which nothing can be decided here
			return nil, 0, status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
		}
		return dashboards.NewRunDecisions(d.config.LeastPersons, behind), d.run, nil
	})
}
