package web

import (
	"cmp"
	"context"
	"jianfu/dashboards"
	"jianfu/internal/fault"
	"jianfu/internal/period"
	"slices"

	"github.com/gofiber/fiber/v2"
)

// How a page compares where its reader chooses nothing.
const (
	lastMonth = "last_month" // the last month with the one before
	nothing   = "nothing"
)

// other is the window that a page is compared with, without its figures; nil where the reader chose none. From now on the
// page offers the choice.
func (a *asked) other(unchosen string) *dashboards.Versus {
	a.unchosen = unchosen
	if a.st.versus.way == "" {
		return nil
	}
	return dashboards.NewVersus(a.st.versus.way, a.view.Window, a.st.versus.window(a.view.Window), a.stamp)
}

// compare asks for the figures of the window that a page is compared with: those of a page asked with that window as its
// own, with the same hidden from its reader.
func (s *Server) compare(ctx context.Context, c *fiber.Ctx, a *asked) error {
	a.versus = a.other(lastMonth)
	if a.versus == nil || !a.versus.Covered() {
		return nil
	}
	then := *a
	then.view.Window = a.versus.Window
	o, hidden, err := s.overviewOf(ctx, c, then)
	if err == nil && o.Stamp.Run != a.stamp.Run { // another run was published in between
		err = status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	a.versus.Figures, a.versus.Hidden = o, hidden
	return err
}

// versusField is how a form lets its reader choose what the page is compared with.
type versusField struct {
	Ways     []option
	Free     bool // the window is chosen by its months
	From, To []option
}

func versusFieldOf(a asked) *versusField {
	p, st := a.printer, a.st.versus
	f := &versusField{Free: st.way == dashboards.VersusFree}
	for _, way := range []string{"", dashboards.VersusBefore, dashboards.VersusYear, dashboards.VersusFree} {
		f.Ways = append(f.Ways, option{Value: way, Text: p.T("web.versus.choice." + cmp.Or(way, a.unchosen)), Selected: way == st.way})
	}
	var chosen period.Range
	if a.versus != nil {
		chosen = a.versus.Window
	}
	months := (period.Range{From: a.stamp.DataFrom, To: a.stamp.DataTo}).Months()
	if st.way == dashboards.VersusFree { // of an address, with months that there are no data of
		months = slices.Compact(slices.Sorted(slices.Values(append(months, chosen.From, chosen.To))))
	}
	for _, m := range months {
		text := dashboards.Month(p, m)
		f.From = append(f.From, option{Value: m.String(), Text: text, Selected: m == chosen.From})
		f.To = append(f.To, option{Value: m.String(), Text: text, Selected: m == chosen.To})
	}
	return f
}
