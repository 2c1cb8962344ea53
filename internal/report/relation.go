package report

import (
	"regexp"
	"strings"

	"jianfu/internal/problem"
)

// relation is what must hold between figures of a row: sums and differences of figures on both sides.
type relation struct {
	left, right []term
	sign        string // = or <=
}

type term struct {
	figure string
	minus  bool
}

var (
	sided    = regexp.MustCompile(`^(.+?)(<=|>=|=)(.+)$`)
	summands = regexp.MustCompile(`^\s*[a-z_]+(\s*[-+]\s*[a-z_]+)*\s*$`)
	summand  = regexp.MustCompile(`[-+]|[a-z_]+`)
)

// parseRelation reads a relation such as "net = overcharged - undercharged".
func parseRelation(text string) (relation, error) {
	parts := sided.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil || !summands.MatchString(parts[1]) || !summands.MatchString(parts[3]) {
		return relation{}, problem.New("report_relation", "value", text)
	}
	r := relation{left: termsOf(parts[1]), right: termsOf(parts[3]), sign: parts[2]}
	if r.empty() {
		return relation{}, problem.New("report_relation_empty", "value", text)
	}
	if r.sign == ">=" {
		r.left, r.right, r.sign = r.right, r.left, "<="
	}
	return r, nil
}

func termsOf(text string) (terms []term) {
	minus := false
	for _, word := range summand.FindAllString(text, -1) {
		switch word {
		case "+":
			minus = false
		case "-":
			minus = true
		default:
			terms = append(terms, term{word, minus})
		}
	}
	return terms
}

// empty tells whether the same stands on both sides, so that the relation holds whatever the figures are.
func (r relation) empty() bool {
	count := map[string]int{}
	for side, terms := range [][]term{r.left, r.right} {
		for _, t := range terms {
			if t.minus == (side == 0) {
				count[t.figure]--
			} else {
				count[t.figure]++
			}
		}
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// figures are those that a relation names.
func (r relation) figures() (ids []string) {
	for _, t := range append(append([]term{}, r.left...), r.right...) {
		ids = append(ids, t.figure)
	}
	return ids
}

// holds tells whether two sides are as the relation says.
func (r relation) holds(left, right int64) bool {
	if r.sign == "<=" {
		return left <= right
	}
	return left == right
}
