// Package detection holds what jianfu looks for after each recompute, as data: for each reason, cause and risk from which
// amount on it makes a case, with its text, its legal basis and its remedy, how severe a case is, and when the same reason
// at many units is one systemic finding. The rules ship with the program (rules.csv); a bureau overrides them by a file of
// the same name in its policy pack, which travels with the run. The set-based detection in package queries takes its
// thresholds from here; Severity is the same arithmetic in Go, for explaining a score and for the tests.
package detection

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// Kind is what a rule is about.
type Kind string

// The kinds.
const (
	Reason   Kind = "reason"   // of a shortfall: from which amount on it makes a case
	Cause    Kind = "cause"    // of a small due reduction: from which amount on it is named
	Growth   Kind = "growth"   // why a bill rose
	Risk     Kind = "risk"     // from which amount, or number of records, on it makes a case
	Peer     Kind = "peers"    // how many peers it takes, and how far below them a unit lies
	Severity Kind = "severity" // steps of a part of the score, and its weight
	Level    Kind = "level"    // the scores from which a case is normal, high, urgent
	Finding  Kind = "finding"  // how many units, and which share of those concerned, make a finding
)

// Rule is one row of rules.csv.
type Rule struct {
	ID         string    `json:"id"`
	Kind       Kind      `json:"kind"`
	Thresholds []Decimal `json:"thresholds"`
	Weight     int       `json:"weight,omitempty"` // points of the score, of severity rules
	Text       Words     `json:"text"`
	Basis      Words     `json:"basis"`
	Remedy     Words     `json:"remedy"`
}

// Words are a text in both languages.
type Words struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In is the text in a language, zh or en.
func (w Words) In(language string) string {
	if language == "en" {
		return w.EN
	}
	return w.ZH
}

// Decimal is a threshold in hundredths: of a yuan, of a month, of a share.
type Decimal int64

func (d Decimal) String() string {
	text := money.Fen(d).String()
	return strings.TrimSuffix(text, ".00")
}

// MarshalText writes it as in the file.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Columns are those of rules.csv; only the first must be there.
var Columns = []string{"id", "kind", "thresholds", "weight", "text_zh", "text_en", "basis_zh", "basis_en", "remedy_zh", "remedy_en"}

//go:embed rules.csv
var shipped []byte

// Rules are all rules, each once, in the order of the shipped file. The zero value is not usable.
type Rules struct{ list []Rule }

// Shipped are the rules of the program.
var Shipped = mustRead(shipped)

// mustRead reads the file that ships in the program; a test holds it right.
func mustRead(data []byte) Rules {
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		panic(err)
	}
	var rules Rules
	for _, cells := range lines[1:] {
		rule := Rule{ID: cells[0], Kind: Kind(cells[1])}
		for i, column := range Columns[2:] {
			if err := rule.set(column, cells[i+2]); err != nil {
				panic(fmt.Errorf("rule %s: %w", rule.ID, err))
			}
		}
		rules.list = append(rules.list, rule)
	}
	return rules
}

// All lists the rules, of the named kinds or all.
func (r Rules) All(kinds ...Kind) []Rule {
	return slices.DeleteFunc(slices.Clone(r.list), func(rule Rule) bool { return len(kinds) > 0 && !slices.Contains(kinds, rule.Kind) })
}

// Rule is the rule with an id; ok is false where there is none.
func (r Rules) Rule(id string) (rule Rule, ok bool) {
	at := slices.IndexFunc(r.list, func(rule Rule) bool { return rule.ID == id })
	if at < 0 {
		return Rule{}, false
	}
	return r.list[at], true
}

// fewestPeers is how many units a median is of at least, whatever a pack says: of fewer it says nothing about a unit that is
// one of them.
const fewestPeers = 5

// LeastPeers is how many units it takes, the unit itself among them, before it is compared with their median.
func (r Rules) LeastPeers() uint64 {
	rule, ok := r.Rule("below_peers")
	if !ok {
		return fewestPeers
	}
	return max(fewestPeers, uint64(rule.Thresholds[0]/100)) //nolint:gosec // checked when it was read
}

// IDs lists the ids of a kind.
func (r Rules) IDs(kind Kind) []string {
	var ids []string
	for _, rule := range r.All(kind) {
		ids = append(ids, rule.ID)
	}
	return ids
}

// Cell is what is wrong with a cell of a file of rules; the problem says what.
type Cell struct {
	Column string
	Fault  *problem.Error
}

// With is the rules with one overridden by a row of a file: cells by column, of which empty ones leave the rule as it is.
func (r Rules) With(cells map[string]string) (Rules, *Cell) {
	at := slices.IndexFunc(r.list, func(rule Rule) bool { return rule.ID == cells["id"] })
	if at < 0 {
		var known []string
		for _, rule := range r.list {
			known = append(known, rule.ID)
		}
		return r, &Cell{"id", problem.New("detection_rule_unknown", "value", cells["id"], "known", strings.Join(known, ", "))}
	}
	changed := Rules{slices.Clone(r.list)}
	rule := &changed.list[at]
	if kind := cells["kind"]; kind != "" && Kind(kind) != rule.Kind {
		return r, &Cell{"kind", problem.New("detection_kind_differs", "value", kind, "kind", string(rule.Kind))}
	}
	for _, column := range Columns[2:] {
		if cells[column] == "" {
			continue
		}
		if err := rule.set(column, cells[column]); err != nil {
			return r, &Cell{column, err}
		}
	}
	return changed, nil
}

// Never is the threshold that switches a reason, a cause or a risk off.
const Never = "-"

// set fills one cell in.
func (r *Rule) set(column, text string) *problem.Error {
	switch column {
	case "thresholds":
		thresholds, err := r.thresholds(text)
		if err != nil {
			return err
		}
		r.Thresholds = thresholds
	case "weight":
		if text == "" {
			return nil
		}
		weight, err := strconv.Atoi(text)
		if err != nil || weight < 0 || weight > 100 || r.Kind != Severity {
			return problem.New("detection_weight", "value", text)
		}
		r.Weight = weight
	default:
		words := map[string]*string{
			"text_zh": &r.Text.ZH, "text_en": &r.Text.EN, "basis_zh": &r.Basis.ZH, "basis_en": &r.Basis.EN,
			"remedy_zh": &r.Remedy.ZH, "remedy_en": &r.Remedy.EN,
		}
		*words[column] = text
	}
	return nil
}

// lengths say how many thresholds a rule of a kind has; severity rules have from one on, steps that rise.
var lengths = map[Kind]int{Reason: 1, Cause: 1, Risk: 1, Growth: 0, Peer: 2, Level: 3, Finding: 2}

// Cells are the rule's columns after id and kind, as a file has them.
func (r Rule) Cells() [][2]string {
	parts := make([]string, len(r.Thresholds))
	for i, t := range r.Thresholds {
		parts[i] = t.String()
	}
	weight := ""
	if r.Kind == Severity {
		weight = strconv.Itoa(r.Weight)
	}
	return [][2]string{
		{"thresholds", strings.Join(parts, ";")}, {"weight", weight}, {"text_zh", r.Text.ZH}, {"text_en", r.Text.EN},
		{"basis_zh", r.Basis.ZH}, {"basis_en", r.Basis.EN}, {"remedy_zh", r.Remedy.ZH}, {"remedy_en", r.Remedy.EN},
	}
}

// thresholds reads numbers with at most two decimals, joined by ";". Reasons, causes and risks may have none.
func (r *Rule) thresholds(text string) ([]Decimal, *problem.Error) {
	single := r.Kind == Reason || r.Kind == Cause || r.Kind == Risk
	if single && (text == "" || text == Never) || r.Kind == Growth && text == "" {
		return []Decimal{}, nil
	}
	var list []Decimal
	for part := range strings.SplitSeq(text, ";") {
		number, err := money.Parse(strings.TrimSpace(part))
		if err != nil || number <= 0 {
			return nil, problem.New("detection_threshold", "value", text)
		}
		list = append(list, Decimal(number))
	}
	if length, fixed := lengths[r.Kind]; fixed && len(list) != length {
		return nil, problem.New("detection_threshold_count", "value", text, "count", length)
	}
	rising := slices.IsSortedFunc(list, func(a, b Decimal) int { return int(a - b) }) && len(slices.Compact(slices.Clone(list))) == len(list)
	switch r.Kind {
	case Severity, Level:
		if !rising {
			return nil, problem.New("detection_threshold_order", "value", text)
		}
	case Peer, Finding:
		if list[0]%100 != 0 || list[1] > 100 {
			return nil, problem.New("detection_threshold_share", "value", text)
		}
	}
	return list, nil
}
