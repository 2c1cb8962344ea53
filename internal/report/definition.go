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

	"jianfu/internal/fault"
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
	ID             string   `yaml:"id"`
	Number         string   `yaml:"number"` // 表号
	Title          string   `yaml:"title"`
	Rows           Rows     `yaml:"rows"`
	Columns        []Column `yaml:"columns"`
	Text           string   `yaml:"definition"`     // 统计口径
	ComparedWith   string   `yaml:"compared_with"`  // the table of the report before from which columns take what they compare
	Counterfactual string   `yaml:"counterfactual"` // what reductions are measured against
	Checks         []Check  `yaml:"checks"`
	Chart          *Chart   `yaml:"chart"`

	file string
}

// Rows are the members of a dimension: those that are listed stand first, with figures or without, the others follow by code.
type Rows struct {
	By      string   `yaml:"by"`
	Total   string   `yaml:"total"` // name of the row of all; "" for none
	Members []string `yaml:"members"`
	Groups  []Group  `yaml:"groups"`
	Within  *Within  `yaml:"within"`
}

// Group is a row of several members together; it stands before the first of them.
type Group struct {
	Title string   `yaml:"title"`
	Of    []string `yaml:"of"`
}

// Within divides one member further.
type Within struct {
	Member string `yaml:"member"`
	By     string `yaml:"by"`
}

// Column is a figure; the figure effects is one column a measure.
type Column struct {
	Figure   string `yaml:"figure"`
	Of       string `yaml:"of"` // previous: as the report before has it; change: what is more now; "" as it is now
	Title    string `yaml:"title"`
	Unit     string `yaml:"unit"`
	Decimals *int   `yaml:"decimals"`
}

// Check is a relation that must hold before a report is written; it has one of five forms.
type Check struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Sum      []string `yaml:"sum"`      // figures whose rows add up to the total, and whose parts add up to their member
	Relation string   `yaml:"relation"` // in each row: net = overcharged - undercharged
	SameAs   *Same    `yaml:"same_as"`  // the total is that of another table
	Overview []string `yaml:"overview"` // the total is what other statements say, which pages and exports show
	Previous []string `yaml:"previous"` // months that the report before has too show what they showed there
}

// What a column can show beside the figure of now.
const (
	ofPrevious = "previous"
	ofChange   = "change"
)

// Same names figures whose totals two tables share.
type Same struct {
	Table   string   `yaml:"table"`
	Figures []string `yaml:"figures"`
}

// Chart draws figures of the rows.
type Chart struct {
	Kind    string   `yaml:"kind"` // bar or column
	Title   string   `yaml:"title"`
	Figures []string `yaml:"figures"`
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
		return nil, fault.Wrap(f.Fault(), "report_definition", "file", f.File, "line", f.Line, "more", len(found)-1)
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
