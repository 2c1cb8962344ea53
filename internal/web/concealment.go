package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/disclosure"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/queries"
)

// hiddenFrom is what the reader must not see of a view and of what it is divided by: nothing, where he may see records.
// Dimensions that the page crosses are named. What is decided is decided for the whole of what an account may see, also
// where a token of it sees less, and is kept: it holds for every page that the account asks for.
func (s *Server) hiddenFrom(ctx context.Context, c *fiber.Ctx, a asked, crossed ...string) (dashboards.Hidden, error) {
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		return dashboards.Hidden{}, nil
	}
	return s.hiddenFromReaders(ctx, c, a, crossed...)
}

// hiddenFromReaders is hiddenFrom for somebody who may not see records, whoever asks.
func (s *Server) hiddenFromReaders(ctx context.Context, c *fiber.Ctx, a asked, crossed ...string) (dashboards.Hidden, error) {
	return s.hiddenOf(ctx, c, a, s.config.Persons, crossed...)
}

// countBehind counts the persons behind the members of one or two axes of a run.
type countBehind func(ctx context.Context, scope filter.Scope, x, y string) (queries.Behind, error)

// hiddenOf is hiddenFromReaders of a run whose persons are counted so.
func (s *Server) hiddenOf(ctx context.Context, c *fiber.Ctx, a asked, persons countBehind, crossed ...string) (dashboards.Hidden, error) {
	asker := askerOf(c)
	d := deciding{Server: s, run: a.stamp.Run, scope: a.scope, persons: persons}
	if asker.Token != "" {
		d.scope = access.New(asker.Account.Grant()).Scope(access.FiguresAggregate)
	}
	whole := slices.Equal(d.scope.Prefixes(), a.scope.Prefixes())
	decisions := &dashboards.Decisions{Least: s.config.LeastPersons}
	hidden := dashboards.NewHidden(decisions, a.scope, a.view.Narrow, whole)
	lines, tables := hidden.Needs(crossed...)
	decided, err := together(ctx, append(lines, ""), d.line)
	if err != nil {
		return dashboards.Hidden{}, err
	}
	decisions.Whole, decisions.Lines = decided[""], decided
	decisions.Tables, err = together(ctx, tables, func(ctx context.Context, axes [2]string) (*disclosure.Table, error) {
		return d.table(ctx, axes, decided[axes[0]], decided[axes[1]])
	})
	return hidden, err
}

// deciding is what decisions are made of: a run and all that an account may see of it.
type deciding struct {
	*Server
	run     uint32
	scope   filter.Scope
	persons countBehind
}

// line is the decision on the members of an axis, or, without one, on everything as a whole.
func (d deciding) line(ctx context.Context, axis string) (*disclosure.Line, error) {
	return kept(ctx, d.kept, question{Kind: "line", Run: d.run, Scope: d.scope, More: []string{axis}}, func(ctx context.Context) (*disclosure.Line, uint32, error) {
		x, y := axis, ""
		if axis == queries.AxisReason {
			x, y = "", axis
		}
		behind, err := d.behind(ctx, x, y)
		if y != "" {
			for i, count := range behind.Counts {
				behind.Counts[i].X = count.Y
			}
		}
		return dashboards.NewLine(axis, d.config.LeastPersons, behind.Counts), behind.Run, err
	})
}

// table is the decision on the members of two axes at once.
func (d deciding) table(ctx context.Context, axes [2]string, x, y *disclosure.Line) (*disclosure.Table, error) {
	return kept(ctx, d.kept, question{Kind: "table", Run: d.run, Scope: d.scope, More: axes[:]}, func(ctx context.Context) (*disclosure.Table, uint32, error) {
		behind, err := d.behind(ctx, axes[0], axes[1])
		return disclosure.NewTable(x, y, d.config.LeastPersons, behind.Counts), behind.Run, err
	})
}

// behind counts the persons; of another run, which was published in between, nothing can be decided.
func (d deciding) behind(ctx context.Context, x, y string) (queries.Behind, error) {
	behind, err := d.persons(ctx, d.scope, x, y)
	if err == nil && behind.Run != d.run {
		err = status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	return behind, err
}

// atOnce is how many decisions of a page are made side by side.
const atOnce = 4

// together asks for several things at once, by their names.
func together[K comparable, V any](ctx context.Context, names []K, ask func(context.Context, K) (V, error)) (map[K]V, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	answers := make([]V, len(names))
	for i, name := range names {
		group.Go(func() (err error) {
			answers[i], err = ask(ctx, name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := map[K]V{}
	for i, name := range names {
		all[name] = answers[i]
	}
	return all, nil
}
