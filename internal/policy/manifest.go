package policy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
)

// manifest is pack.yaml as it is written.
type manifest struct {
	ID          string               `yaml:"id"`
	Title       string               `yaml:"title"`
	Measures    []manifestMeasure    `yaml:"measures"`
	Comparisons []manifestComparison `yaml:"comparisons"`
	Rounding    struct {
		Default manifestRounding       `yaml:"default"`
		Areas   []manifestAreaRounding `yaml:"areas"`
	} `yaml:"rounding"`
}

type manifestMeasure struct {
	ID         string `yaml:"id"`
	Title      string `yaml:"title"`
	DocumentNo string `yaml:"document_no"`
}

type manifestComparison struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Old     []string `yaml:"old"`
	New     []string `yaml:"new"`
	Default bool     `yaml:"default"`
}

type manifestRounding struct {
	Level  string `yaml:"level"`
	Amount string `yaml:"amount"`
}

type manifestAreaRounding struct {
	Area   string `yaml:"area"`
	Level  string `yaml:"level"`
	Amount string `yaml:"amount"`
}

// parseManifest reads pack.yaml into the pack: everything but the rows. False means that it is no YAML, so that the
// rows cannot be held against it.
func parseManifest(pack *Pack, data []byte, found *findings) bool {
	pack.measureIndex = map[string]int{}
	data = decodeText(data)
	var m manifest
	if err := yaml.Unmarshal(data, &m); err != nil {
		found.fail(PackFile, yamlErrorLine(err), "", "policy_yaml", "cause", yamlErrorText(err))
		return false
	}
	var strict manifest
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&strict); err != nil {
		found.warn(PackFile, yamlErrorLine(err), "", "policy_yaml_unknown_key", "cause", yamlErrorText(err))
	}
	pack.ID, pack.Title = m.ID, m.Title
	at := func(format string, args ...any) int { return yamlLine(data, fmt.Sprintf(format, args...)) }
	if !idOK(m.ID) {
		found.fail(PackFile, at("$.id"), "id", "policy_bad_id", "value", m.ID)
	}
	for i, measure := range m.Measures {
		switch _, twice := pack.measureIndex[measure.ID]; {
		case !idOK(measure.ID):
			found.fail(PackFile, at("$.measures[%d]", i), "id", "policy_bad_id", "value", measure.ID)
		case twice:
			found.fail(PackFile, at("$.measures[%d]", i), "id", "policy_id_twice", "value", measure.ID)
		case len(pack.Measures) == maxMeasures:
			found.fail(PackFile, at("$.measures[%d]", i), "", "policy_too_many_measures", "most", maxMeasures)
			return true
		default:
			pack.Measures = append(pack.Measures, Measure(measure))
			pack.measureIndex[measure.ID] = len(pack.Measures)
		}
	}
	parseComparisons(pack, &m, at, found)
	parseRounding(pack, &m, at, found)
	return true
}

func parseComparisons(pack *Pack, m *manifest, at func(string, ...any) int, found *findings) {
	if len(m.Comparisons) == 0 {
		found.fail(PackFile, 0, "comparisons", "policy_no_comparison")
	}
	seen, defaults := map[string]bool{}, 0
	for i, c := range m.Comparisons {
		line := at("$.comparisons[%d]", i)
		if !idOK(c.ID) {
			found.fail(PackFile, line, "id", "policy_bad_id", "value", c.ID)
		} else if seen[c.ID] {
			found.fail(PackFile, line, "id", "policy_id_twice", "value", c.ID)
		}
		seen[c.ID] = true
		if c.Default {
			if defaults++; defaults > 1 {
				found.fail(PackFile, line, "default", "policy_two_defaults", "value", c.ID)
			}
		}
		for _, list := range [][]string{c.Old, c.New} {
			for j, id := range list {
				if _, known := pack.measureIndex[id]; !known {
					found.fail(PackFile, line, "measure", "policy_row_unknown_measure", "value", id)
				}
				if slices.Contains(list[:j], id) {
					found.fail(PackFile, line, "measure", "policy_id_twice", "value", id)
				}
			}
		}
		if !startsWith(c.New, c.Old) {
			found.fail(PackFile, line, "new", "policy_new_without_old", "value", c.ID,
				"old", strings.Join(c.Old, ", "), "new", strings.Join(c.New, ", "))
		}
		pack.Comparisons = append(pack.Comparisons, Comparison{
			ID: c.ID, Title: c.Title, Old: slices.Clone(c.Old), New: slices.Clone(c.New), Default: c.Default,
		})
	}
}

// startsWith tells whether the first measures of the new list are those of the old one, in any order: a scenario
// stacks in pack order, so the order within old changes nothing.
func startsWith(list, old []string) bool {
	if len(list) < len(old) {
		return false
	}
	for _, id := range old {
		if !slices.Contains(list[:len(old)], id) {
			return false
		}
	}
	return true
}

func parseRounding(pack *Pack, m *manifest, at func(string, ...any) int, found *findings) {
	pick := func(path string, base Rounding, level, amount string) Rounding {
		if level != "" {
			if i := slices.Index(levelIDs, level); i > 0 {
				base.Level = Level(i) //nolint:gosec // two of them
			} else {
				found.fail(PackFile, at("%s", path), "level", "policy_bad_word", "value", level, "known", "person, unit")
			}
		}
		if amount != "" {
			if i := slices.Index(amountIDs, amount); i > 0 {
				base.Amount = AmountRounding(i) //nolint:gosec // a few of them
			} else {
				found.fail(PackFile, at("%s", path), "amount", "policy_bad_word", "value", amount, "known", strings.Join(amountIDs[1:], ", "))
			}
		}
		return base
	}
	house := Rounding{Level: LevelPerson, Amount: AmountFen}
	d := m.Rounding.Default
	pack.defaultRounding = pick("$.rounding.default", house, d.Level, d.Amount)
	seen := map[string]bool{}
	for i, a := range m.Rounding.Areas {
		path := fmt.Sprintf("$.rounding.areas[%d]", i)
		prefix := areaPrefix(a.Area)
		switch {
		case a.Area == "" || !areaOK(a.Area):
			found.fail(PackFile, at("%s", path), "area", "policy_bad_area", "value", a.Area)
		case seen[prefix]:
			found.fail(PackFile, at("%s", path), "area", "policy_id_twice", "value", a.Area)
		}
		seen[prefix] = true
		pack.areaRoundings = append(pack.areaRoundings, areaRounding{
			area: a.Area, prefix: prefix, Rounding: pick(path, pack.defaultRounding, a.Level, a.Amount),
		})
	}
	slices.SortStableFunc(pack.areaRoundings, func(a, b areaRounding) int {
		return cmp.Compare(len(b.prefix), len(a.prefix))
	})
}

// idOK refuses ids that could not stand in a list, a column name or a file name.
func idOK(id string) bool {
	if id == "" || len(id) > 60 {
		return false
	}
	for _, c := range id {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// yamlLine is the line on which a node stands; 0 where it cannot be told.
func yamlLine(data []byte, path string) int {
	p, err := yaml.PathString(path)
	if err != nil {
		return 0
	}
	node, err := p.ReadNode(bytes.NewReader(data))
	if err != nil || node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return 0
	}
	return node.GetToken().Position.Line
}

func yamlErrorLine(err error) int {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil && e.GetToken().Position != nil {
		return e.GetToken().Position.Line
	}
	return 0
}

func yamlErrorText(err error) string {
	var e yaml.Error
	if errors.As(err, &e) {
		return e.GetMessage()
	}
	return err.Error()
}
