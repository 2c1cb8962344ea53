package dashboards

import (
	"strconv"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// EventLine is a month in which something of the policy began: a line in the months' chart, and its number in the list
// below it.
type EventLine struct {
	Number string // as the chart writes it
	Period period.Period
	Month  string
	Texts  []string // each event of the month
	Link   string   // the policy page of the month
}

// eventLines puts the events into words, one line a month. The policy's first month is one even where the pack tells of no
// change then.
func (b builder) eventLines() []EventLine {
	var lines []EventLine
	for _, e := range b.o.Events {
		if len(lines) == 0 || lines[len(lines)-1].Period != e.Period {
			lines = append(lines, EventLine{Number: numbered(len(lines) + 1), Period: e.Period, Month: Month(b.p, e.Period),
				Link: b.link.to("policy", e.Period.String())})
		}
		at := &lines[len(lines)-1]
		at.Texts = append(at.Texts, b.eventText(e))
	}
	return lines
}

// numbered is a number in a circle, as far as there are some.
func numbered(n int) string {
	if n <= 20 {
		return string(rune('①' + n - 1))
	}
	return "(" + strconv.Itoa(n) + ")"
}

// Text is the line in words.
func (l EventLine) Text(separator string) string { return strings.Join(l.Texts, separator) }

// eventText puts one event into words: what changed, from what to what, for whom where it is not for all, and whether it
// differs among units or places.
func (b builder) eventText(e policy.Event) string { return b.whom(e) + b.change(e) }

// whom names those of whom the first change of an event is, where these are not all that the page is about: a city's factor is
// not the province's.
func (b builder) whom(e policy.Event) string {
	p, c := b.p, e.Changes[0]
	var parts []string
	if area := filter.AreaPrefix(c.Area); c.Area != "" && len(area) > len(filter.AreaPrefix(b.o.Region)) {
		parts = append(parts, b.names.Region((area + "000000")[:6]))
	}
	if c.UnitKind != "" {
		parts = append(parts, b.names.Word("unit_kind")(c.UnitKind))
	}
	if c.Size != "" {
		parts = append(parts, b.names.Word("size")(c.Size))
	}
	switch {
	case c.RiskClass != 0:
		parts = append(parts, p.T("web.event.risk_class", "class", strconv.Itoa(int(c.RiskClass))))
	case e.Insurance == contribution.WorkInjury.String() && !e.Limits():
		parts = append(parts, p.T("web.event.risk_class_example"))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, p.T("web.list_separator")) + p.T("web.colon")
}

func (b builder) change(e policy.Event) string {
	p, c := b.p, e.Changes[0]
	more := ""
	if len(e.Changes) > 1 {
		more = p.T("web.event.more", "count", len(e.Changes)-1)
	}
	insurance := b.names.Word("insurance")(e.Insurance)
	if e.Limits() {
		var parts []string
		add := func(key string, old, now *money.Fen) {
			if (old == nil) != (now == nil) || old != nil && *old != *now {
				parts = append(parts, p.T(key, "old", limit(old), "new", limit(now)))
			}
		}
		add("web.event.floor", c.OldFloor, c.NewFloor)
		add("web.event.cap", c.OldCap, c.NewCap)
		if e.Insurance == "" {
			return p.T("web.event.limits_of_all", "limits", strings.Join(parts, p.T("web.list_separator"))) + more
		}
		return p.T("web.event.limits", "insurance", insurance, "limits", strings.Join(parts, p.T("web.list_separator"))) + more
	}
	return p.T("web.event.rate", "insurance", insurance, "payer", p.T("web.event.payer."+e.Payer), "old", rateText(c.OldRate), "new", rateText(c.NewRate)) + more
}

func rateText(r *money.Rate) string {
	if r == nil {
		return NotApplicable
	}
	return r.Percent()
}

func limit(f *money.Fen) string {
	if f == nil {
		return NotApplicable
	}
	return strings.TrimSuffix(exact(*f), ".00")
}
