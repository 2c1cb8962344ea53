// Package report makes the report to the State Taxation Administration: the tables that its definitions describe, filled
// with the figures of one run, checked within and against each other, and written as workbook, CSV and JSON. Definitions are
// data, a folder of YAML files that a bureau can change. It holds no sum of its own: figures come from queries, and what a
// reader must not see is concealed as on pages. The command line calls it.
package report

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/problem"
)

// Set is a report: its tables in the order of their files' names.
type Set struct {
	ID       string // in file names
	Title    string
	Language string // of what is printed: zh or en
	Tables   []*Definition
}

// Definition is one table of a report, as its file has it.
type Definition struct {
	ID             string   `yaml:"id" json:"id"`
	Number         string   `yaml:"number" json:"number"` // 表号
	Title          string   `yaml:"title" json:"title,omitempty"`
	Rows           Rows     `yaml:"rows" json:"rows"`
	Columns        []Column `yaml:"columns" json:"columns"`
	Text           string   `yaml:"definition" json:"definition"`                 // 统计口径
	ComparedWith   string   `yaml:"compared_with" json:"compared_with,omitempty"` // the table of the report before from which columns take what they compare
	Counterfactual string   `yaml:"counterfactual" json:"counterfactual"`         // what reductions are measured against
	Checks         []Check  `yaml:"checks" json:"checks"`
	Chart          *Chart   `yaml:"chart" json:"chart,omitempty"`

	file string
}

// Rows are the members of a dimension: those that are listed stand first, with figures or without, the others follow by code.
type Rows struct {
	By      string   `yaml:"by" json:"by"`
	Total   string   `yaml:"total" json:"total,omitempty"` // name of the row of all; "" for none
	Members []string `yaml:"members" json:"members,omitempty"`
	Groups  []Group  `yaml:"groups" json:"groups,omitempty"`
	Within  *Within  `yaml:"within" json:"within,omitempty"`
	Choose  []Choice `yaml:"choose" json:"choose,omitempty"` // of units: by which rules
}

// Choice is a rule that chooses units: those of some sort that come first in an order.
type Choice struct {
	Title               string `yaml:"title" json:"title,omitempty"`
	Sort                string `yaml:"sort" json:"sort,omitempty"`   // by what, the largest first
	Most                int    `yaml:"most" json:"most,omitempty"`   // how many
	State               string `yaml:"state" json:"state,omitempty"` // only units in it; "" for any, as the following
	Section             string `yaml:"section" json:"section,omitempty"`
	dimension.SomeWords `yaml:",inline"`
}

// Group is a row of several members together; it stands before the first of them.
type Group struct {
	Title string   `yaml:"title" json:"title,omitempty"`
	Of    []string `yaml:"of" json:"of"`
}

// Within divides one member further.
type Within struct {
	Member string `yaml:"member" json:"member"`
	By     string `yaml:"by" json:"by"`
}

// Column is a figure; the figure effects is one column a measure.
type Column struct {
	Figure   string `yaml:"figure" json:"figure"`
	Of       string `yaml:"of" json:"of,omitempty"` // previous: as the report before has it; change: what is more now; "" as it is now
	Title    string `yaml:"title" json:"title,omitempty"`
	Unit     string `yaml:"unit" json:"unit"`
	Decimals *int   `yaml:"decimals" json:"decimals,omitempty"`
}

// Check is a relation that must hold before a report is written; it has one of five forms.
type Check struct {
	ID       string   `yaml:"id" json:"id"`
	Title    string   `yaml:"title" json:"title,omitempty"`
	Sum      []string `yaml:"sum" json:"sum,omitempty"`           // figures whose rows add up to the total, and whose parts add up to their member
	Relation string   `yaml:"relation" json:"relation,omitempty"` // in each row: net = overcharged - undercharged
	SameAs   *Same    `yaml:"same_as" json:"same_as,omitempty"`   // the total is that of another table
	Overview []string `yaml:"overview" json:"overview,omitempty"` // the total is what other statements say, which pages and exports show
	Previous []string `yaml:"previous" json:"previous,omitempty"` // months that the report before has too show what they showed there
}

// What a column can show beside the figure of now.
const (
	ofPrevious = "previous"
	ofChange   = "change"
)

// Same names figures whose totals two tables share.
type Same struct {
	Table   string   `yaml:"table" json:"table"`
	Figures []string `yaml:"figures" json:"figures"`
}

// Chart draws figures of the rows.
type Chart struct {
	Kind    string   `yaml:"kind" json:"kind"` // bar or column
	Title   string   `yaml:"title" json:"title,omitempty"`
	Figures []string `yaml:"figures" json:"figures"`
}

// manifest is report.yaml.
type manifest struct {
	ID       string `yaml:"id"`
	Title    string `yaml:"title"`
	Language string `yaml:"language"`
}

// ManifestFile names the report itself; every other YAML file of its folder is a table.
const ManifestFile = "report.yaml"

//go:embed definitions/*.yaml
var shipped embed.FS

// Shipped is the folder of definitions in the program.
func Shipped() fs.FS {
	folder, err := fs.Sub(shipped, "definitions")
	if err != nil {
		panic(err) // a folder that is embedded right above
	}
	return folder
}

// Load reads definitions; what is wrong with them is said by the first finding, the rest by Examine.
func Load(folder fs.FS) (*Set, error) {
	set, found := Examine(folder)
	if len(found) > 0 {
		f := found[0]
		return nil, problem.Wrap(f.Fault(), "report_definition", "file", f.File, "line", f.Line, "more", len(found)-1)
	}
	return set, nil
}

// files are the names of the tables' files in order.
func files(folder fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(folder, ".")
	var names []string
	for _, e := range entries {
		if ext := path.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") && e.Name() != ManifestFile && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}
