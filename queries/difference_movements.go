package queries

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"time"

	"jianfu/internal/period"
	"jianfu/internal/store"
)

// movementsOf is what movements are worked out of.
type movementsOf struct{ comparison, insurance string }

// working are movements that are being worked out, for all who ask meanwhile.
type working struct {
	done chan struct{} // closed at the end
	made uint64
	err  error
}

//go:embed difference/made.sql
var movementsMadeSQL string

//go:embed difference/movements.sql
var movementsText string

var movementsSQL = Whole(movementsText)

//go:embed difference/publish.sql
var publishMovementsSQL string

// longestWork bounds how long the engine works on the movements of two runs.
const longestWork = 10 * time.Minute

// movements is the number of the movements of a view's comparison and insurance. If they are not there, they are worked
// out first, and that goes on if who asked for it gives up, so that it is there for the next. Of several servers that do
// it at once, all read those that were finished first.
func (d *Difference) movements(ctx context.Context, v View) (uint64, error) {
	asked := movementsOf{v.Comparison, v.Narrow.Insurance}
	d.lock.Lock()
	w := d.working[asked]
	if w == nil {
		w = &working{done: make(chan struct{})}
		if d.working == nil {
			d.working = map[movementsOf]*working{}
		}
		d.working[asked] = w
		go func() {
			defer close(w.done)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestWork)
			defer cancel()
			if w.made, w.err = d.made(ctx, asked); w.err != nil { // the next one tries again
				d.lock.Lock()
				delete(d.working, asked)
				d.lock.Unlock()
			}
		}()
	}
	d.lock.Unlock()
	select {
	case <-w.done:
		return w.made, w.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// made finds the movements, or works them out.
func (d *Difference) made(ctx context.Context, asked movementsOf) (uint64, error) {
	type row struct {
		Made uint64 `ch:"made"`
	}
	p := store.Params{"run": d.After.Run.ID, "against": d.Before.Run.ID, "comparison": asked.comparison, "insurance": asked.insurance}
	found, err := store.Select[row](ctx, d.q.db, movementsMadeSQL, p)
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		return found[0].Made, nil
	}
	if err := d.workOut(ctx, asked.comparison, p); err != nil {
		return 0, fmt.Errorf("work out what runs %d and %d give differently: %w", d.Before.Run.ID, d.After.Run.ID, err)
	}
	one, err := store.One[row](ctx, d.q.db, movementsMadeSQL, p)
	return one.Made, err
}

// workOut writes the movements, month by month, so that its memory is that of one, and makes them visible.
func (d *Difference) workOut(ctx context.Context, comparison string, p store.Params) error {
	now, err := d.After.steps(comparison)
	if err != nil {
		return err
	}
	then, err := d.Before.steps(comparison)
	if err != nil {
		return err
	}
	months, err := d.MovedMonths(ctx, period.Range{})
	if err != nil {
		return err
	}
	p["made"], p["packs_differ"] = rand.Uint64(), d.Before.Run.PackHash != d.After.Run.PackHash
	p["old_now"], p["new_now"], p["old_then"], p["new_then"] = now[0], now[len(now)-1], then[0], then[len(then)-1]
	for _, m := range months {
		p["period"], p["before"], p["now"] = uint32(m.Period), m.Before, m.After
		if err := d.q.db.Exec(ctx, movementsSQL, p); err != nil {
			return err
		}
	}
	return d.q.db.Exec(ctx, publishMovementsSQL, p)
}
