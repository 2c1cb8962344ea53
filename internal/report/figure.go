package report

import (
	"fmt"
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/classification"
	"jianfu/internal/dimension"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// kind is what a figure is a number of; a column's unit must be one of the kind's.
type kind int

const (
	amount kind = iota
	units
	persons
	personMonths
	cases
	share
)

// unitsOf are the units in which a kind may be printed.
var unitsOf = map[kind][]string{
	amount: {"元", "万元", "亿元"}, units: {"户"}, persons: {"人"}, personMonths: {"人月"}, cases: {"件"}, share: {"%"},
}

// places are by how many digits an amount in fen moves in a unit.
var places = map[string]int{"元": 2, "万元": 6, "亿元": 10}

// family is what rows are of; each has figures of its own.
type family int

const (
	members    family = iota
	insurances        // whose units are counted as exports count them
	months
	comparisons
	reasons
	bands
	issues
	typical // units that a rule chooses
)

// families are the dimensions that rows can be of.
var families = func() map[string]family {
	all := map[string]family{
		"division": members, "period": months, "comparison": comparisons, "reason": reasons, "band": bands, "unit": typical,
		"issue_source": issues, "issue_category": issues, "issue_bureau": issues,
	}
	for _, d := range dimension.All {
		all[d.Below] = members
		if d.Shared {
			all[d.Below] = insurances
		}
	}
	return all
}()

// facts are what is known of one row.
type facts struct {
	member  queries.MemberRow
	effects map[string]money.Fen // by measure
	reason  queries.ReasonRow
	bands   map[string]uint64 // units by size; "" for all
	hidden  map[string]bool   // sizes whose bands are hidden
	issue   queries.IssueCount
	total   bool   // the row of all
	whole   *facts // of that row
}

// value is an exact number in fen or a count, or a share of two.
type value struct {
	n, of  int64
	none   bool // not applicable
	hidden bool
	apart  bool // it follows from no sum of several reports
}

// figure is one thing that a column can show.
type figure struct {
	id      string
	kind    kind
	in      []family
	adds    bool   // rows add up to the total, whatever happens
	formula string // of other figures, so that a reader of the workbook can follow
	of      func(f *facts) value
}

var (
	sums     = []family{members, insurances, months, comparisons, typical}
	several  = []family{members, insurances, months, comparisons}
	counted  = []family{members, insurances, comparisons}
	judged   = []family{members, comparisons}
	none     = value{none: true}
	fen      = func(f money.Fen) value { return value{n: int64(f)} }
	count    = func(n uint64) value { return value{n: int64(n)} } //nolint:gosec // counts of units
	ratio    = func(n, of int64) value { return value{n: n, of: of, none: of == 0} }
	sizeBand = map[string]string{"": "band_units", "large": "band_units_large", "medium": "band_units_medium", "small": "band_units_small",
		"micro": "band_units_micro", "unknown": "band_units_unknown"}
)

// effects is the figure that is one column a measure.
const effects = "effects"

// figures are all that there are.
var figures = append([]figure{
	{"units", units, several, false, "", func(f *facts) value { return count(f.member.Units) }},
	{"units_reduced", units, counted, false, "", func(f *facts) value { return count(f.member.States.Full + f.member.States.Partial) }},
	{"units_full", units, judged, false, "", func(f *facts) value { return count(f.member.States.Full) }},
	{"units_partial", units, judged, false, "", func(f *facts) value { return count(f.member.States.Partial) }},
	{"units_none", units, counted, false, "", func(f *facts) value { return count(f.member.States.None) }},
	{"units_increased", units, counted, false, "", func(f *facts) value { return count(f.member.States.Increased) }},
	{"units_no_due", units, judged, false, "", func(f *facts) value { return count(f.member.States.NoDue) }},
	{"units_overcharged", units, several, false, "", func(f *facts) value { return count(f.member.UnitsOvercharged) }},
	{"person_months", personMonths, []family{members, insurances, comparisons, typical}, false, "", func(f *facts) value { return count(f.member.Headcount) }},
	{"persons", persons, []family{months}, false, "", func(f *facts) value {
		if f.total { // the same persons stand in several months
			return none
		}
		return count(f.member.Headcount)
	}},
	{"old", amount, sums, true, "", func(f *facts) value { return fen(f.member.Old) }},
	{"new", amount, sums, true, "", func(f *facts) value { return fen(f.member.New) }},
	{"charged", amount, sums, true, "", func(f *facts) value { return fen(f.member.Charged) }},
	{"due", amount, sums, true, "old - new", func(f *facts) value { return fen(f.member.Due()) }},
	{"real", amount, sums, true, "old - charged", func(f *facts) value { return fen(f.member.Real()) }},
	{"net", amount, sums, true, "overcharged - undercharged", func(f *facts) value { return fen(f.member.Shortfall()) }},
	{effects, amount, counted, true, "", nil},
	{"entitled", amount, sums, false, "", func(f *facts) value { return fen(f.member.Entitled) }},
	{"delivered", amount, sums, false, "", func(f *facts) value { return fen(f.member.Delivered) }},
	{"overcharged", amount, sums, false, "", func(f *facts) value { return fen(f.member.Overcharged) }},
	{"undercharged", amount, sums, false, "", func(f *facts) value { return fen(f.member.Undercharged) }},
	{"delivered_share", share, sums, false, "delivered / entitled", func(f *facts) value { return ratio(int64(f.member.Delivered), int64(f.member.Entitled)) }},
	{"due_share", share, []family{members, insurances, months}, false, "", func(f *facts) value { return ratio(int64(f.member.Due()), int64(f.whole.member.Due())) }},
	{"real_share", share, []family{members, insurances, months}, false, "", func(f *facts) value { return ratio(int64(f.member.Real()), int64(f.whole.member.Real())) }},

	{"reason_units", units, []family{reasons}, false, "", func(f *facts) value {
		if f.total || f.reason.Units == 0 { // units have several reasons
			return none
		}
		return count(f.reason.Units)
	}},
	{"reason_more", amount, []family{reasons}, true, "", func(f *facts) value { return fen(f.reason.More) }},
	{"reason_less", amount, []family{reasons}, true, "", func(f *facts) value { return fen(f.reason.Less) }},
	{"reason_net", amount, []family{reasons}, true, "reason_more - reason_less", func(f *facts) value { return fen(f.reason.Amount) }},
	{"band_share", share, []family{bands}, false, "", func(f *facts) value {
		part := f.band("")
		whole := f.whole.band("")
		return value{n: part.n, of: whole.n, none: whole.n == 0, hidden: part.hidden}
	}},

	{"issues", cases, []family{issues}, true, "", func(f *facts) value { return count(f.issue.Issues) }},
	{"issues_done", cases, []family{issues}, true, "issues - issues_open", func(f *facts) value { return count(f.issue.Issues - f.issue.Open) }},
	{"issues_open", cases, []family{issues}, true, "", func(f *facts) value { return count(f.issue.Open) }},
	{"issues_overdue", cases, []family{issues}, true, "", func(f *facts) value { return count(f.issue.Overdue) }},
	{"money_found", amount, []family{issues}, true, "", func(f *facts) value { return fen(f.issue.Found) }},
	{"money_corrected", amount, []family{issues}, true, "", func(f *facts) value { return fen(f.issue.Corrected) }},
	{"money_exempted", amount, []family{issues}, true, "", func(f *facts) value { return fen(f.issue.Exempted) }},
	{"money_outstanding", amount, []family{issues}, true, "", func(f *facts) value { return fen(f.issue.Outstanding) }},
	{"money_reassessed", amount, []family{issues}, true, "", func(f *facts) value { return fen(f.issue.Reassessed) }},
}, bandFigures()...)

// bandFigures count the units of a band, of each size.
func bandFigures() (all []figure) {
	for _, size := range []string{"", "large", "medium", "small", "micro", "unknown"} {
		all = append(all, figure{sizeBand[size], units, []family{bands}, true, "", func(f *facts) value { return f.band(size) }})
	}
	return all
}

// band is how many units of a size a row has.
func (f *facts) band(size string) value {
	v := count(f.bands[size])
	v.hidden = f.hidden[size]
	return v
}

// figureOf finds a figure by its id.
func figureOf(id string) (figure, bool) {
	i := slices.IndexFunc(figures, func(f figure) bool { return f.id == id })
	if i < 0 {
		return figure{}, false
	}
	return figures[i], true
}

// figureIDs are those of a family.
func figureIDs(of family) (ids []string) {
	for _, f := range figures {
		if slices.Contains(f.in, of) {
			ids = append(ids, f.id)
		}
	}
	return ids
}

// issueDimension is what the ledger calls a dimension of rows.
var issueDimension = map[string]string{"issue_source": "source", "issue_category": "category", "issue_bureau": "bureau"}

// known are the members that a dimension can list; nil for those that codes name.
func known(by string) []string {
	switch by {
	case "band":
		return queries.Bands
	case "issue_source":
		return words(ledger.Sources)
	case "issue_category":
		return words(ledger.Categories)
	case "reason":
		return append(texts(burden.Reasons), dashboards.MergedReasons)
	case "section":
		var codes []string
		for _, s := range classification.Sections() {
			codes = append(codes, s.Code)
		}
		return codes
	}
	if d, ok := dimension.Named(by); ok {
		return d.Words
	}
	return nil
}

func texts[T fmt.Stringer](list []T) []string {
	all := make([]string, len(list))
	for i, word := range list {
		all[i] = word.String()
	}
	return all
}

func words[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, word := range list {
		all[i] = string(word)
	}
	return all
}

// IsAmount tells whether figures in a unit are money.
func IsAmount(unit string) bool { return slices.Contains(unitsOf[amount], unit) }
