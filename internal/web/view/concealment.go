package view

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// HiddenFrom is what the reader must not see of a view and of what it is divided by: nothing, where he may see records.
// What is decided is decided for the whole of what an account may see, also where a token of it sees less, and is kept: it
// holds for every page that the account asks for.
func (s *Kit) HiddenFrom(ctx context.Context, c *fiber.Ctx, a Asked) (dashboards.Hidden, error) {
	if kit.AskerOf(c).Principal.Can(access.FiguresRecord) {
		return dashboards.Hidden{}, nil
	}
	return s.HiddenFromReaders(ctx, c, a)
}

// HiddenFromReaders is hiddenFrom for somebody who may not see records, whoever asks.
func (s *Kit) HiddenFromReaders(ctx context.Context, c *fiber.Ctx, a Asked) (dashboards.Hidden, error) {
	return s.HiddenOf(ctx, c, a, s.Config.Persons)
}

// countBehind counts the persons behind everything that a run can be asked for.
type countBehind func(ctx context.Context, scope filter.Scope) (queries.Behind, error)

// HiddenOf is hiddenFromReaders of a run whose persons are counted so.
func (s *Kit) HiddenOf(ctx context.Context, c *fiber.Ctx, a Asked, persons countBehind) (dashboards.Hidden, error) {
	d := deciding{Kit: s, run: a.Stamp.Run, scope: a.AccountScope(c), persons: persons}
	decisions, err := d.decide(ctx)
	if err != nil {
		return dashboards.Hidden{}, err
	}
	return a.HiddenBy(c, decisions, a.View.Narrow), nil
}

// AccountScope is what the account of the reader may see, of which a token may see less.
func (a Asked) AccountScope(c *fiber.Ctx) filter.Scope {
	if asker := kit.AskerOf(c); asker.Token != "" {
		return access.New(asker.Account.Grant()).Scope(access.FiguresAggregate)
	}
	return a.Scope
}

// HiddenBy is what decisions on all that the account may see hide of a view.
func (a Asked) HiddenBy(c *fiber.Ctx, decisions *dashboards.Decisions, narrow queries.Narrow) dashboards.Hidden {
	whole := slices.Equal(a.AccountScope(c).Prefixes(), a.Scope.Prefixes())
	return dashboards.NewHidden(decisions, a.Scope, narrow, whole)
}

// MayTry refuses changes so near to others, to who may not see records, that the difference tells what one person earns.
func MayTry(c *fiber.Ctx, moves []policy.Move) error {
	if kit.AskerOf(c).Principal.Can(access.FiguresRecord) || !slices.ContainsFunc(moves, func(m policy.Move) bool { return !m.Coarse() }) {
		return nil
	}
	return kit.Status(fiber.StatusBadRequest, problem.New("what_if_too_fine"))
}

// deciding is what decisions are made of: a run and all that an account may see of it.
type deciding struct {
	*Kit
	run     uint32
	scope   filter.Scope
	persons countBehind
}

// decideTimeout bounds how long decisions take. They are finished for the next page even where this one is given up.
const decideTimeout = 100 * time.Second

// decide makes the decisions of an account, all of them at once: what one page shows bears on what another may.
func (d deciding) decide(ctx context.Context) (*dashboards.Decisions, error) {
	return cache.Kept(ctx, d.Kept, cache.Question{Kind: "decisions", Run: d.run, Scope: d.scope}, func(ctx context.Context) (*dashboards.Decisions, uint32, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), decideTimeout)
		defer cancel()
		behind, err := d.persons(ctx, d.scope)
		if err != nil {
			return nil, 0, err
		}
		if behind.Run != d.run { // another run was published in between, of which nothing can be decided here
			return nil, 0, kit.Status(fiber.StatusServiceUnavailable, problem.New("web_run_changed"))
		}
		return dashboards.NewRunDecisions(d.Config.LeastPersons, behind), d.run, nil
	})
}
