package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// FormDifference is something in which the definition of a table is another than ours.
type FormDifference struct {
	Table  string `json:"table"` // its number, and its title
	What   string `json:"what"`  // a word of the catalogue: report.differs.<what>
	Key    string `json:"key,omitempty"`
	Theirs string `json:"theirs,omitempty"`
	Ours   string `json:"ours,omitempty"`
}

// Words is a difference in a reader's own language.
func (d FormDifference) Words(t func(key string, namesAndValues ...any) string) string {
	return t("report.differs."+d.What, "table", d.Table, "key", d.Key, "theirs", shortened(d.Theirs), "ours", shortened(d.Ours))
}

// mostQuoted is how many characters of a text a difference quotes.
const mostQuoted = 60

func shortened(text string) string {
	if runes := []rune(text); len(runes) > mostQuoted {
		return string(runes[:mostQuoted]) + "…"
	}
	return text
}

// Differs lists in what definitions from elsewhere are others than these, table by table. How a chart is drawn makes no other
// definition.
func (s *Set) Differs(id, language string, forms []*Definition) (found []FormDifference) {
	if id != s.ID || language != s.Language {
		found = append(found, FormDifference{What: "set", Theirs: id + " " + language, Ours: s.ID + " " + s.Language})
	}
	for i, d := range s.Tables {
		at := slices.IndexFunc(forms, func(f *Definition) bool { return f != nil && f.ID == d.ID })
		switch {
		case at < 0:
			found = append(found, FormDifference{Table: d.name(), What: "missing"})
		case at != i:
			found = append(found, FormDifference{Table: d.name(), What: "order", Theirs: fmt.Sprint(at + 1), Ours: fmt.Sprint(i + 1)})
			fallthrough
		default:
			found = append(found, d.differs(forms[at])...)
		}
	}
	for _, f := range forms {
		if f != nil && !slices.ContainsFunc(s.Tables, func(d *Definition) bool { return d.ID == f.ID }) {
			found = append(found, FormDifference{Table: f.name(), What: "extra"})
		}
	}
	return found
}

func (d *Definition) name() string { return d.Number + " " + d.Title }

// differs compares the definition of a table with another of the same id.
func (d *Definition) differs(other *Definition) (found []FormDifference) {
	add := func(what, key string, theirs, ours any) {
		if a, b := inWords(theirs), inWords(ours); a != b {
			found = append(found, FormDifference{d.name(), what, key, unquoted.Replace(a), unquoted.Replace(b)})
		}
	}
	add("title", "", other.name(), d.name())
	add("rows", "", other.Rows, d.Rows)
	for i := range max(len(other.Columns), len(d.Columns)) {
		var theirs, ours any
		if i < len(other.Columns) {
			theirs = other.Columns[i]
		}
		if i < len(d.Columns) {
			ours = d.Columns[i]
		}
		add("column", fmt.Sprint(i+1), theirs, ours)
	}
	add("text", "", other.Text, d.Text)
	add("compared", "", other.ComparedWith, d.ComparedWith)
	add("counterfactual", "", other.Counterfactual, d.Counterfactual)
	add("checks", "", other.Checks, d.Checks)
	return found
}

// inWords is a part of a definition as one line.
func inWords(part any) string {
	if text, ok := part.(string); ok || part == nil {
		return text
	}
	line, err := json.Marshal(part)
	if err != nil {
		panic(err) // texts, lists and numbers
	}
	return string(line)
}

// unquoted leaves out what makes a line of a program's words.
var unquoted = strings.NewReplacer(`"`, "")
