package dashboards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Axes are what figures can be narrowed to, the dimensions and queries.AxisReason, in the order in which two stand together.
var Axes = append(dimension.IDs(dimension.All), queries.AxisReason)

// axes are how codes divide them; "" is everything, undivided.
var axes = func() map[string]disclosure.Axis {
	all := map[string]disclosure.Axis{"": disclosure.NewAxis(), queries.AxisReason: disclosure.NewLooseAxis()}
	for _, d := range dimension.All {
		all[d.ID] = axisOf(d)
	}
	return all
}()

func axisOf(d *dimension.Dimension) disclosure.Axis {
	if d.Shared {
		return disclosure.NewSharedAxis()
	}
	var cuts []int
	for _, l := range d.Levels {
		if l.Digits > 0 {
			cuts = append(cuts, int(l.Digits))
		}
	}
	axis := disclosure.NewAxis(cuts...)
	if d.Coarse > 0 {
		return axis.Coarse(d.Coarse)
	}
	return axis
}

// axisLevel is a level of an axis.
type axisLevel struct {
	axis  string
	level int
}

// steps are the levels that pages divide by, as levels of the axes.
var steps = func() map[string]axisLevel {
	all := map[string]axisLevel{queries.AxisReason: {queries.AxisReason, 1}}
	for _, d := range dimension.All {
		for i, l := range d.Levels {
			if l.ID != "" {
				all[l.ID] = axisLevel{d.ID, i + 1}
			}
		}
	}
	return all
}()

// Decisions are what is decided for all that one account may ask of a run: on everything as a whole, on the members of
// axes, and on those of two at once. What is not among them is not shown.
type Decisions struct {
	Least  int64
	Whole  *disclosure.Line
	Lines  map[string]*disclosure.Line
	Tables map[[2]string]*disclosure.Table
	Fates  *Decisions // on figures that say what became of units; nil where none of them is shown
}

// NewRunDecisions decides on all that a run can be asked for. What became of units, such as how many fell by how much, is
// nothing that adds up over months, and is decided on by how many units there are.
func NewRunDecisions(least int64, behind queries.Behind) *Decisions {
	d := NewDecisions(least, behind.Counts)
	d.Fates = NewDecisions(least, behind.Units)
	return d
}

// NewDecisions decides, by the persons behind everything, each axis, and two of them at once.
func NewDecisions(least int64, behind map[[2]string][]disclosure.Count) *Decisions {
	d, _ := decide(least, behind)
	return d
}

// decide also tells whether more of the axes is hidden so that two of them can be crossed.
func decide(least int64, behind map[[2]string][]disclosure.Count) (d *Decisions, costly bool) {
	counts, divided := map[[2]string][]disclosure.Count{}, map[string]disclosure.Axis{}
	lone := loneTimes(least, behind[[2]string{"region", ""}])
	for pair, list := range behind {
		list = without(list, lone)
		if pair[0] == "" {
			continue
		}
		counts[pair] = list
		if pair[1] == "" {
			divided[pair[0]] = axes[pair[0]]
		}
	}
	plan := disclosure.NewPlan(least, divided, counts)
	return &Decisions{Least: least, Whole: disclosure.NewLine(axes[""], least, behind[[2]string{"", ""}]), Lines: plan.Lines, Tables: plan.Tables}, plan.Costly
}

// loneTimes are those at which so few persons in all were charged too much or too little that their sum, which stands in the
// total, is theirs anyway.
func loneTimes(least int64, counts []disclosure.Count) map[disclosure.Time]bool {
	persons, lone := map[disclosure.Time]uint64{}, map[disclosure.Time]bool{}
	for _, c := range counts {
		for i, at := range c.At {
			persons[at] += c.Persons[i]
		}
	}
	for at, n := range persons {
		if queries.Astray(at) && n < uint64(least) { //nolint:gosec // a few
			lone[at] = true
		}
	}
	return lone
}

// without takes times out of counts.
func without(counts []disclosure.Count, times map[disclosure.Time]bool) (left []disclosure.Count) {
	if len(times) == 0 {
		return counts
	}
	for _, c := range counts {
		one := disclosure.Count{X: c.X, Y: c.Y, Weight: c.Weight}
		for _, among := range c.Among {
			if !times[among.At] {
				one.Among = append(one.Among, among)
			}
		}
		for i, at := range c.At {
			if !times[at] {
				one.At, one.Persons = append(one.At, at), append(one.Persons, c.Persons[i])
				if c.Largest != nil {
					one.Largest = append(one.Largest, c.Largest[i])
				}
			}
		}
		if len(one.At) > 0 {
			left = append(left, one)
		}
	}
	return left
}

// Hidden is what the reader of a page must not see: by decisions that hold for all pages, or cell by cell on a page of
// figures of its own kind. The zero Hidden hides nothing.
type Hidden struct {
	cells     map[string]disclosure.Cause // by dimension and key
	Least     int64
	Deep      bool // the view is narrowed by more at once than is shown to this reader, however many persons it is about
	decisions *Decisions
	at        map[string][]disclosure.Member // what the view is narrowed to
	below     map[string]string              // what its regions and industries are divided by
	any       bool
}

// NewHidden looks at decisions from a view. The scope is the reader's own; an account's token may have less of it, and
// then each of its regions must be shown for their sum to be. A region that holds all of it narrows nothing.
func NewHidden(d *Decisions, scope filter.Scope, narrow queries.Narrow, whole bool) Hidden {
	h := Hidden{Least: d.Least, decisions: d, at: map[string][]disclosure.Member{}, below: map[string]string{}}
	for _, d := range dimension.All {
		h.below[d.Below] = queries.LevelBelow(d, scope, narrow).ID
		switch asked := narrow.Value(d); {
		case d.Absent && asked == dimension.Nothing:
			h.at[d.ID] = []disclosure.Member{{Level: 1}}
		case d.ID != dimension.Region || asked != "" && !scope.Within(asked):
			h.narrow(d.ID, d.Bound(asked))
		case !whole:
			h.at[d.ID] = []disclosure.Member{}
			for _, prefix := range scope.Prefixes() {
				h.at[d.ID] = append(h.at[d.ID], axes[d.ID].Named(prefix))
			}
		}
	}
	h.Deep = len(h.at) > mostAxes
	return h
}

// mostAxes is how many axes at once somebody is shown who is kept from any figure.
const mostAxes = 2

func (h Hidden) narrow(axis, code string) {
	if code != "" {
		h.at[axis] = []disclosure.Member{axes[axis].Named(code)}
	}
}

// with are the axes that the view is narrowed to and others, in their order.
func (h Hidden) with(more []string) (all []string) {
	for _, axis := range Axes {
		if _, ok := h.at[axis]; ok || slices.Contains(more, axis) {
			all = append(all, axis)
		}
	}
	return all
}

// Of tells whether the figures of a member, or of what several members have in common, are hidden. They are named by pairs
// of a dimension and a key, as the marks of a Linker; "region" and "section" are the level right below the view.
func (h Hidden) Of(marks ...string) bool {
	if h.decisions == nil {
		_, hidden := h.cells[strings.Join(marks, "|")]
		return hidden
	}
	at := map[string][]disclosure.Member{}
	for axis, members := range h.at {
		at[axis] = members
	}
	for i := 0; i+1 < len(marks); i += 2 {
		if step, ok := steps[h.level(marks[i])]; ok {
			at[step.axis] = []disclosure.Member{axes[step.axis].At(step.level, marks[i+1])}
		}
	}
	return h.decisions.hide(at)
}

// level is the dimension that a page means by a name.
func (h Hidden) level(dimension string) string { return cmp.Or(h.below[dimension], dimension) }

// Fates tells whether it is hidden what became of the units of the view, or of a member of it.
func (h Hidden) Fates(marks ...string) bool {
	if h.decisions != nil {
		h.decisions = h.decisions.Fates
		return h.Deep || h.decisions == nil || h.Of(marks...)
	}
	return h.All()
}

// hide tells whether what is in one member of each of some axes is hidden; of several members, one is enough.
func (d *Decisions) hide(at map[string][]disclosure.Member) bool {
	if d.Whole == nil || d.Whole.Hidden(disclosure.Member{}) {
		return true
	}
	names := Hidden{at: at}.with(nil)
	switch len(names) {
	case 0:
		return false
	case 1:
		line := d.Lines[names[0]]
		return line == nil || slices.ContainsFunc(at[names[0]], line.Hidden)
	case mostAxes:
		table := d.Tables[[2]string(names)]
		return table == nil || slices.ContainsFunc(at[names[0]], func(x disclosure.Member) bool {
			return slices.ContainsFunc(at[names[1]], func(y disclosure.Member) bool { return table.Hidden(x, y) })
		})
	}
	return true
}

// Closed tells whether the view is not divided by some dimensions at all, because that would narrow it by too much at once.
func (h Hidden) Closed(dimensions ...string) bool {
	var more []string
	for _, dimension := range dimensions {
		if step, ok := steps[h.level(dimension)]; ok {
			more = append(more, step.axis)
		}
	}
	return h.decisions != nil && len(h.with(more)) > mostAxes
}

// Month tells whether a month's figures are hidden. A decision for all pages is one for all months.
func (h Hidden) Month(m period.Period) bool {
	return h.All() || h.Of("month", strconv.FormatUint(uint64(m), 10))
}

// All tells whether nothing can be shown at all.
func (h Hidden) All() bool { return h.Deep || h.Of("total", "") }

// Any tells whether something is hidden, so that a page explains its mark.
func (h Hidden) Any() bool { return h.any || len(h.cells) > 0 }

// Conceal takes the figures out of an overview that its reader must not see. What it returns holds none of them any more,
// so that no chart, table or download can show one by mistake, and does not tell either behind which of the hidden members
// there is anybody; the overview that it was given stays whole.
func Conceal(o queries.Overview, hidden Hidden) (queries.Overview, Hidden) {
	if hidden.decisions == nil {
		return o, hidden
	}
	if hidden.All() {
		hidden.any = true
		return queries.Overview{View: o.View, Region: o.Region, Stamp: o.Stamp}, hidden
	}
	for _, d := range memberDimensions(&o) {
		rows := []queries.MemberRow{}
		for _, r := range *d.rows {
			if !hidden.Of(d.name, r.Key) {
				rows = append(rows, r)
			}
		}
		for _, key := range hidden.keys(d.name) {
			rows = append(rows, queries.MemberRow{Key: key})
			hidden.any = true
		}
		*d.rows = rows
	}
	mergeReasons(&o, &hidden)
	concealPlaces(&o, hidden)
	concealBands(&o, &hidden)
	return o, hidden
}

// MergedReasons is the row of what is hidden of the reasons of a shortfall, all together.
const MergedReasons = "merged"

// mergeReasons puts together what is hidden of the reasons: their sum is the shortfall without those that are shown, so
// that it tells nothing that everybody cannot work out.
func mergeReasons(o *queries.Overview, hidden *Hidden) {
	if hidden.Closed(queries.AxisReason) {
		o.ByReason = []queries.ReasonRow{}
		return
	}
	rows, merged := []queries.ReasonRow{}, queries.ReasonRow{}
	for _, r := range o.ByReason {
		if !hidden.Of(queries.AxisReason, r.Reason) {
			rows = append(rows, r)
			continue
		}
		merged = queries.ReasonRow{Reason: MergedReasons, Amount: merged.Amount + r.Amount, More: merged.More + r.More, Less: merged.Less + r.Less}
	}
	if merged.Reason != "" {
		rows = append(rows, merged)
		hidden.any = true
	}
	o.ByReason = rows
}

// keys are the hidden members of a dimension that a table lists, with figures behind them or without.
func (h Hidden) keys(by string) (keys []string) {
	if h.Closed(by) {
		return nil
	}
	step := steps[h.level(by)]
	line := h.decisions.Lines[step.axis]
	if line == nil {
		return nil
	}
	within, ok := h.at[step.axis]
	if !ok {
		within = []disclosure.Member{{}}
	}
	for _, m := range within {
		for _, below := range line.Below(m, step.level) {
			key := below.Key
			if step.axis == dimension.Region {
				key = (key + "000000")[:6]
			}
			if h.Of(by, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// memberDimension is a dimension of an overview by the name that hidden members go by.
type memberDimension struct {
	name string
	rows *[]queries.MemberRow
}

func memberDimensions(o *queries.Overview) []memberDimension {
	all := make([]memberDimension, len(dimension.All))
	for i, d := range dimension.All {
		all[i] = memberDimension{d.Below, o.Of(d)}
	}
	return all
}

func monthKey(r queries.PeriodRow) string { return strconv.FormatUint(uint64(r.Period), 10) }
