package view

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// How a page compares where its reader chooses nothing.
const (
	lastMonth = "last_month" // the last month with the one before
	Nothing   = "nothing"
)

// Other is the window that a page is compared with, without its figures; nil where the reader chose none. From now on the
// page offers the choice.
func (a *Asked) Other(unchosen string) *dashboards.Versus {
	a.unchosen = unchosen
	if a.St.Versus.Way == "" {
		return nil
	}
	return dashboards.NewVersus(a.St.Versus.Way, a.View.Window, a.St.Versus.Window(a.View.Window), a.Stamp)
}

// Compare asks for the figures of the window that a page is compared with: those of a page asked with that window as its
// own, with the same hidden from its reader.
func (s *Kit) Compare(ctx context.Context, c *fiber.Ctx, a *Asked) error {
	a.Versus = a.Other(lastMonth)
	if a.Versus == nil || !a.Versus.Covered() {
		return nil
	}
	then := *a
	then.View.Window = a.Versus.Window
	o, hidden, err := s.OverviewOf(ctx, c, then)
	if err == nil && o.Stamp.Run != a.Stamp.Run { // another run was published in between
		err = kit.Status(fiber.StatusServiceUnavailable, problem.New("web_run_changed"))
	}
	a.Versus.Figures, a.Versus.Hidden = o, hidden
	return err
}

// versusField is how a form lets its reader choose what the page is compared with.
type versusField struct {
	Ways     []kit.Option
	Free     bool // the window is chosen by its months
	From, To []kit.Option
}

func versusFieldOf(a Asked) *versusField {
	p, st := a.Printer, a.St.Versus
	f := &versusField{Free: st.Way == dashboards.VersusFree}
	for _, way := range []string{"", dashboards.VersusBefore, dashboards.VersusYear, dashboards.VersusFree} {
		f.Ways = append(f.Ways, kit.Option{Value: way, Text: p.T("web.versus.choice." + cmp.Or(way, a.unchosen)), Selected: way == st.Way})
	}
	var chosen period.Range
	if a.Versus != nil {
		chosen = a.Versus.Window
	}
	months := (period.Range{From: a.Stamp.DataFrom, To: a.Stamp.DataTo}).Months()
	if st.Way == dashboards.VersusFree { // of an address, with months that there are no data of
		months = slices.Compact(slices.Sorted(slices.Values(append(months, chosen.From, chosen.To))))
	}
	for _, m := range months {
		text := dashboards.Month(p, m)
		f.From = append(f.From, kit.Option{Value: m.String(), Text: text, Selected: m == chosen.From})
		f.To = append(f.To, kit.Option{Value: m.String(), Text: text, Selected: m == chosen.To})
	}
	return f
}
