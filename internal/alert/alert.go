// Package alert watches figures for people (预警): somebody sets a threshold on a figure of the overview, regions, industries or sizes,
// such as "落实率 of any city below 95 %", and is told once when a published run goes beyond it, with the page that shows it; again only
// after it was within it in between. What is checked is what the account sees at the moment of the check, with its rights and regions by
// then: a member whose figures are concealed from it is as good as not there, so that neither an alert nor its absence tells anything of
// it. internal/notice asks in its rounds and tells people; internal/web shows the alerts and takes new ones.
package alert

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"jianfu/internal/access"
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Levels are of what members the figure is watched: of everything as one, or of each member of a dimension.
var Levels = append([]string{"total"}, dimension.CommonLevels()...)

// The comparisons. Their texts are "alert.compare.<id>.<unit>".
const (
	Below = "below" // the number
	Above = "above"
	Falls = "falls" // by the number, or more, against the month before: per cent, of shares percentage points
	Rises = "rises"
)

// Compares lists the comparisons in the order of forms.
var Compares = []string{Below, Above, Falls, Rises}

// The months of which figures are watched.
const (
	ToDate = "to_date" // as pages show them by themselves: from the policy's first month to the last with data
	Latest = "latest"  // the last month with data
)

// MonthChoices lists them in the order of forms.
var MonthChoices = []string{ToDate, Latest}

// The states of an alert.
const (
	Active  = "active"
	Paused  = "paused"
	Dropped = "dropped"
)

// Payers are whose part is watched.
var Payers = []string{"employer", "employee", "both"}

// Most is how many alerts an account may have.
const Most = 50

// needed is the right that alerts need.
const needed = access.FiguresAggregate

// number is what a threshold looks like: up to twelve digits, at most two decimals.
var number = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,2})?$`)

// region is what a region code looks like.
var region = regexp.MustCompile(`^[0-9]{6}$`)

// Read checks an alert as it was typed by somebody, and returns it as it is kept. Of a comparison with the month before, the month is
// the latest.
func Read(p access.Principal, a queries.Alert) (queries.Alert, error) {
	if err := p.Require(needed); err != nil {
		return a, err
	}
	a.Number = strings.NewReplacer(",", "", "，", "", "%", "", "％", "", " ", "").Replace(a.Number)
	a.Industry = strings.ToUpper(strings.TrimSpace(a.Industry))
	if a.Compare == Falls || a.Compare == Rises {
		a.Months = Latest
	}
	figure, known := FigureOf(a.Figure)
	for _, word := range []struct {
		name, value string
		choices     []string
	}{
		{"level", a.Level, Levels}, {"compare", a.Compare, Compares}, {"months", a.Months, MonthChoices}, {"payer", a.Payer, Payers},
		{"size", a.Size, append([]string{""}, ids(contribution.Sizes)...)},
	} {
		if !slices.Contains(word.choices, word.value) {
			return a, problem.New("alert_bad_word", "name", word.name, "value", word.value)
		}
	}
	switch {
	case !known:
		return a, problem.New("alert_bad_word", "name", "figure", "value", a.Figure)
	case !number.MatchString(a.Number):
		return a, problem.New("alert_bad_number", "value", a.Number)
	case (a.Compare == Falls || a.Compare == Rises) && threshold(a).Sign() <= 0:
		return a, problem.New("alert_no_change", "value", a.Number)
	case figure.states && a.Level == "insurance":
		return a, problem.New("alert_not_by_insurance")
	case a.Region != "" && !(region.MatchString(a.Region) && p.Scope(needed).Allows(a.Region)):
		return a, problem.New("alert_foreign_region")
	case a.Industry != "":
		if a.Industry, known = classification.NormaliseIndustry(a.Industry); !known {
			return a, problem.New("alert_bad_word", "name", "industry", "value", a.Industry)
		}
	}
	return a, nil
}

func ids[T interface{ String() string }](list []T) []string {
	words := make([]string, len(list))
	for i, item := range list {
		words[i] = item.String()
	}
	return words
}

// threshold is the number of an alert that Read has let through.
func threshold(a queries.Alert) *big.Rat {
	n, ok := new(big.Rat).SetString(a.Number)
	if !ok {
		return new(big.Rat)
	}
	return n
}

// payers are whose part an alert watches.
func payers(word string) []contribution.Payer {
	switch word {
	case "employee":
		return []contribution.Payer{contribution.Employee}
	case "both":
		return []contribution.Payer{contribution.Employer, contribution.Employee}
	}
	return []contribution.Payer{contribution.Employer}
}

// finding is the value of a figure that is compared with a threshold; nil where it moved up from nought, which no per cent tells.
type finding struct{ value *big.Rat }

// crosses tells whether a finding is beyond the threshold.
func (f finding) crosses(a queries.Alert) bool {
	limit := threshold(a)
	switch {
	case f.value == nil:
		return a.Compare == Rises
	case a.Compare == Below:
		return f.value.Cmp(limit) < 0
	case a.Compare == Above:
		return f.value.Cmp(limit) > 0
	case a.Compare == Falls:
		return f.value.Cmp(limit.Neg(limit)) <= 0
	}
	return f.value.Cmp(limit) >= 0
}

// moved is how far a figure moved: of a share in percentage points, else in per cent of what it was.
func moved(f Figure, before, now *big.Rat) finding {
	difference := new(big.Rat).Sub(now, before)
	switch {
	case f.Unit == Percent || difference.Sign() == 0:
		return finding{difference}
	case before.Sign() == 0 && difference.Sign() > 0:
		return finding{}
	case before.Sign() == 0:
		return finding{big.NewRat(-100, 1)}
	}
	difference.Quo(difference, new(big.Rat).Abs(before))
	return finding{difference.Mul(difference, big.NewRat(100, 1))}
}
