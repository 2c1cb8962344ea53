package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"jianfu/internal/dimension"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Finding is one thing that is wrong with a definition. Its words are "problem.<code>" in the catalogue, with the values; they
// say what to do.
type Finding struct {
	Code   string
	File   string
	Line   int    // 0 where it is about the file
	Key    string // path in the file: columns[2].figure
	Values []any
}

// Fault is the finding as an error; its text says what is wrong, not where.
func (f Finding) Fault() *problem.Error { return &problem.Error{Code: f.Code, Values: f.Values} }

// Limits of a definition: what a sheet, a page across and a file's name have room for.
const (
	mostTables   = 40
	mostColumns  = 20
	mostDecimals = 6
	longestTitle = 60 // characters
)

// sheetable is a number that can name a sheet of a workbook.
var sheetable = regexp.MustCompile(`^[^\[\]:*?/\\'\x00-\x1f]{0,31}$`)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// examining is a file while it is looked at.
type examining struct {
	file  string
	text  []byte
	found *[]Finding
}

func (e examining) fail(key, code string, values ...any) {
	*e.found = append(*e.found, Finding{Code: code, File: e.file, Line: e.line(key), Key: key, Values: values})
}

// line is where a key stands, or else the nearest key above it.
func (e examining) line(key string) int {
	for key != "" {
		if path, err := yaml.PathString("$." + key); err == nil {
			if node, err := path.ReadNode(bytes.NewReader(e.text)); err == nil && node != nil && node.GetToken() != nil && node.GetToken().Position != nil {
				return node.GetToken().Position.Line
			}
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return 0
}

var (
	placed     = regexp.MustCompile(`^\[\d+:\d+\] `)
	unknownKey = regexp.MustCompile(`unknown field "(.+)"`)
)

// decode reads a file strictly; false where it is not YAML or has what it must not have.
func (e examining) decode(into any) bool {
	err := yaml.NewDecoder(bytes.NewReader(e.text), yaml.Strict()).Decode(into)
	if err == nil {
		return true
	}
	// What it says begins with the place, and the lines around it follow.
	cause, _, _ := strings.Cut(err.Error(), "\n")
	f := Finding{Code: "report_yaml", File: e.file, Values: []any{"cause", placed.ReplaceAllString(cause, "")}}
	if key := unknownKey.FindStringSubmatch(cause); key != nil {
		f.Code, f.Values = "report_unknown_key", []any{"key", key[1]}
	}
	var detailed yaml.Error
	if errors.As(err, &detailed) {
		if token := detailed.GetToken(); token != nil && token.Position != nil {
			f.Line = token.Position.Line
		}
	}
	*e.found = append(*e.found, f)
	return false
}

// Examine reads a folder of definitions and lists what is wrong with them, in the order of files and lines.
func Examine(folder fs.FS) (*Set, []Finding) {
	var found []Finding
	set := &Set{}
	names, err := files(folder)
	if err != nil {
		return set, []Finding{{Code: "report_no_folder", Values: []any{"cause", err.Error()}}}
	}
	set.examineManifest(folder, &found)
	if len(names) == 0 {
		found = append(found, Finding{Code: "report_no_tables", File: ManifestFile})
	}
	if len(names) > mostTables {
		found = append(found, Finding{Code: "report_many_tables", File: names[mostTables], Values: []any{"most", mostTables}})
	}
	whole := len(found) == 0
	var read []examining
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			found = append(found, Finding{Code: "report_yaml", File: name, Values: []any{"cause", err.Error()}})
			continue
		}
		e := examining{name, text, &found}
		d := &Definition{file: name}
		if e.decode(d) {
			set.Tables, read = append(set.Tables, d), append(read, e)
		} else {
			whole = false
		}
	}
	for i, d := range set.Tables {
		read[i].table(d, set, i)
	}
	for i, d := range set.Tables {
		read[i].comparedWith(d, set, whole)
		read[i].checks(d, set, whole)
	}
	slices.SortStableFunc(found, func(x, y Finding) int {
		if c := strings.Compare(x.File, y.File); c != 0 {
			return c
		}
		return x.Line - y.Line
	})
	return set, found
}

func (s *Set) examineManifest(folder fs.FS, found *[]Finding) {
	text, err := fs.ReadFile(folder, ManifestFile)
	if err != nil {
		*found = append(*found, Finding{Code: "report_no_manifest", File: ManifestFile})
		return
	}
	e, m := examining{ManifestFile, text, found}, manifest{}
	if !e.decode(&m) {
		return
	}
	e.id("id", m.ID)
	e.required("title", m.Title)
	if m.Language != "zh" && m.Language != "en" {
		e.fail("language", "report_choice", "value", m.Language, "known", "zh, en")
	}
	s.ID, s.Title, s.Language = m.ID, m.Title, m.Language
}

func (e examining) id(key, value string) {
	if !identifier.MatchString(value) {
		e.fail(key, "report_id", "value", value)
	}
}

func (e examining) required(key, value string) {
	switch {
	case strings.TrimSpace(value) == "":
		e.fail(key, "report_missing", "key", key)
	case !strings.HasSuffix(key, "definition") && !strings.HasSuffix(key, "counterfactual") && len([]rune(value)) > longestTitle:
		e.fail(key, "report_long", "most", longestTitle)
	}
}

// table looks at everything but the checks.
func (e examining) table(d *Definition, set *Set, at int) {
	e.id("id", d.ID)
	if i := slices.IndexFunc(set.Tables, func(o *Definition) bool { return o.ID == d.ID }); i < at {
		e.fail("id", "report_twice", "value", d.ID, "other", set.Tables[i].file)
	}
	e.required("number", d.Number)
	if i := slices.IndexFunc(set.Tables, func(o *Definition) bool { return o.Number == d.Number }); i < at {
		e.fail("number", "report_twice", "value", d.Number, "other", set.Tables[i].file)
	}
	if !sheetable.MatchString(d.Number) {
		e.fail("number", "report_number", "value", d.Number)
	}
	e.required("title", d.Title)
	e.required("definition", d.Text)
	e.required("counterfactual", d.Counterfactual)
	of, ok := families[d.Rows.By]
	if !ok || d.Rows.By == "division" {
		e.fail("rows.by", "report_choice", "value", d.Rows.By, "known", strings.Join(dimensions(), ", "))
		return
	}
	e.rows(d, of)
	if len(d.Columns) == 0 {
		e.fail("columns", "report_missing", "key", "columns")
	}
	if len(d.Columns) > mostColumns {
		e.fail("columns", "report_many_columns", "most", mostColumns)
	}
	for i, c := range d.Columns {
		e.column(d, of, i, c)
	}
	if d.Chart != nil {
		e.chart(d)
	}
}

// dimensions are what rows can be of.
func dimensions() (all []string) {
	for by := range families {
		if by != "division" {
			all = append(all, by)
		}
	}
	slices.Sort(all)
	return all
}

func (e examining) rows(d *Definition, of family) {
	lone := of == comparisons || of == typical
	if lone && d.Rows.Total != "" {
		e.fail("rows.total", "report_no_total", "by", d.Rows.By)
	}
	if !lone {
		e.required("rows.total", d.Rows.Total)
	}
	e.choices(d, of)
	can := known(d.Rows.By)
	member := func(key, code string) {
		if can != nil && !slices.Contains(can, code) {
			e.fail(key, "report_choice", "value", code, "known", strings.Join(can, ", "))
		}
	}
	for i, code := range d.Rows.Members {
		key := fmt.Sprintf("rows.members[%d]", i)
		member(key, code)
		if slices.Index(d.Rows.Members, code) < i {
			e.fail(key, "report_member_twice", "value", code)
		}
	}
	for i, g := range d.Rows.Groups {
		key := fmt.Sprintf("rows.groups[%d]", i)
		e.required(key+".title", g.Title)
		if of != members && of != insurances && of != issues {
			e.fail(key, "report_no_groups", "by", d.Rows.By)
		}
		if len(g.Of) < 2 {
			e.fail(key+".of", "report_group_small")
		}
		for n, code := range g.Of {
			member(fmt.Sprintf("%s.of[%d]", key, n), code)
		}
	}
	if w := d.Rows.Within; w != nil {
		if d.Rows.By != "section" || w.By != "division" {
			e.fail("rows.within", "report_within", "by", d.Rows.By, "value", w.By)
		}
		member("rows.within.member", w.Member)
	}
}

// choices looks at the rules that choose units.
func (e examining) choices(d *Definition, of family) {
	if of != typical {
		if len(d.Rows.Choose) > 0 {
			e.fail("rows.choose", "report_no_choose", "by", d.Rows.By)
		}
		return
	}
	if len(d.Rows.Choose) == 0 {
		e.fail("rows", "report_missing", "key", "rows.choose")
	}
	if len(d.Rows.Members) > 0 {
		e.fail("rows.members", "report_no_members", "by", d.Rows.By)
	}
	for i, c := range d.Rows.Choose {
		key := fmt.Sprintf("rows.choose[%d]", i)
		e.required(key+".title", c.Title)
		if c.Most < 1 || c.Most > queries.MostChosen {
			e.fail(key+".most", "report_choose_most", "most", queries.MostChosen)
		}
		choices := []choice{{"sort", c.Sort, queries.ChoiceSorts}, {"state", c.State, states}, {"section", c.Section, known("section")}}
		for _, d := range dimension.OfUnits() {
			choices = append(choices, choice{d.ID, dimension.Words(c.SomeWords).Of(d), d.Words})
		}
		for _, one := range choices {
			if (one.value != "" || one.key == "sort") && !slices.Contains(one.known, one.value) {
				e.fail(key+"."+one.key, "report_choice", "value", one.value, "known", strings.Join(one.known, ", "))
			}
		}
	}
}

// choice is a word that a rule chooses units by.
type choice struct {
	key, value string
	known      []string
}

func (e examining) column(d *Definition, of family, i int, c Column) {
	key := fmt.Sprintf("columns[%d]", i)
	f, ok := figureOf(c.Figure)
	switch {
	case !ok:
		e.fail(key+".figure", "report_choice", "value", c.Figure, "known", strings.Join(figureIDs(of), ", "))
		return
	case !slices.Contains(f.in, of):
		e.fail(key+".figure", "report_not_of_rows", "value", c.Figure, "by", d.Rows.By, "known", strings.Join(figureIDs(of), ", "))
	case slices.IndexFunc(d.Columns, func(o Column) bool { return o.Figure == c.Figure && o.Of == c.Of }) < i:
		e.fail(key+".figure", "report_member_twice", "value", c.Figure)
	}
	if c.Figure != effects {
		e.required(key+".title", c.Title)
	}
	if c.Of != "" {
		e.compared(d, key, c)
	}
	if slices.IndexFunc(d.Columns, func(o Column) bool { return c.Title != "" && o.Title == c.Title }) < i && c.Title != "" {
		e.fail(key+".title", "report_same_title", "title", c.Title)
	}
	if !slices.Contains(unitsOf[f.kind], c.Unit) {
		e.fail(key+".unit", "report_choice", "value", c.Unit, "known", strings.Join(unitsOf[f.kind], ", "))
	}
	if c.Decimals != nil && (*c.Decimals < 0 || *c.Decimals > mostDecimals) {
		e.fail(key+".decimals", "report_decimals", "value", *c.Decimals, "most", mostDecimals)
	}
}

// compared looks at a column that compares with the report before.
func (e examining) compared(d *Definition, key string, c Column) {
	switch {
	case c.Of != ofPrevious && c.Of != ofChange:
		e.fail(key+".of", "report_choice", "value", c.Of, "known", ofPrevious+", "+ofChange)
	case c.Figure == effects:
		e.fail(key+".of", "report_compared_effects")
	case d.ComparedWith == "":
		e.fail(key+".of", "report_missing", "key", "compared_with")
	}
}

func (e examining) chart(d *Definition) {
	if d.Chart.Kind != "bar" && d.Chart.Kind != "column" {
		e.fail("chart.kind", "report_choice", "value", d.Chart.Kind, "known", "bar, column")
	}
	e.required("chart.title", d.Chart.Title)
	if len(d.Chart.Figures) == 0 {
		e.fail("chart.figures", "report_missing", "key", "chart.figures")
	}
	unit := ""
	for i, id := range d.Chart.Figures {
		key := fmt.Sprintf("chart.figures[%d]", i)
		e.shown(d, key, id)
		if at := d.column(id); at >= 0 && unit != "" && d.Columns[at].Unit != unit {
			e.fail(key, "report_chart_units", "value", id)
		} else if at >= 0 {
			unit = d.Columns[at].Unit
		}
	}
}

// column is the place of a figure; -1 where a table has none.
func (d *Definition) column(figure string) int {
	return slices.IndexFunc(d.Columns, func(c Column) bool { return c.Figure == figure && c.Of == "" })
}

// shown wants a figure to be a column of the table.
func (e examining) shown(d *Definition, key, figure string) bool {
	if d.column(figure) >= 0 {
		return true
	}
	var have []string
	for _, c := range d.Columns {
		have = append(have, c.Figure)
	}
	e.fail(key, "report_no_column", "value", figure, "known", strings.Join(have, ", "))
	return false
}

// comparedWith wants the table with which columns are compared to have the same rows, and the figures with a unit of the same sort.
func (e examining) comparedWith(d *Definition, set *Set, whole bool) {
	if d.ComparedWith == "" {
		return
	}
	i := slices.IndexFunc(set.Tables, func(o *Definition) bool { return o.ID == d.ComparedWith })
	switch {
	case i < 0 && whole:
		e.fail("compared_with", "report_no_table", "value", d.ComparedWith)
		return
	case i < 0:
		return
	case set.Tables[i].Rows.By != d.Rows.By:
		e.fail("compared_with", "report_compared_rows", "by", d.Rows.By, "other", set.Tables[i].Rows.By)
	}
	for n, c := range d.Columns {
		if c.Of != "" && set.Tables[i].column(c.Figure) < 0 {
			e.fail(fmt.Sprintf("columns[%d].figure", n), "report_same_column", "value", c.Figure, "table", d.ComparedWith)
		}
	}
}

// checks looks at the checks; those that name other tables only where all tables could be read.
func (e examining) checks(d *Definition, set *Set, whole bool) {
	if len(d.Checks) == 0 {
		e.fail("checks", "report_no_checks")
	}
	for i, c := range d.Checks {
		key := fmt.Sprintf("checks[%d]", i)
		e.id(key+".id", c.ID)
		if slices.IndexFunc(d.Checks, func(o Check) bool { return o.ID == c.ID }) < i {
			e.fail(key+".id", "report_member_twice", "value", c.ID)
		}
		e.required(key+".title", c.Title)
		forms := 0
		for _, has := range []bool{len(c.Sum) > 0, c.Relation != "", c.SameAs != nil, len(c.Overview) > 0, len(c.Previous) > 0} {
			if has {
				forms++
			}
		}
		if forms != 1 {
			e.fail(key, "report_check_form")
			continue
		}
		e.check(d, key, c, set, whole)
	}
}

func (e examining) check(d *Definition, key string, c Check, set *Set, whole bool) {
	total := func(under string) {
		if d.Rows.Total == "" {
			e.fail(key+under, "report_check_total")
		}
	}
	switch {
	case c.Relation != "":
		r, err := parseRelation(c.Relation)
		if err != nil {
			e.fail(key+".relation", problem.Code(err), "value", c.Relation)
			return
		}
		for _, id := range r.figures() {
			if f, _ := figureOf(id); e.shown(d, key+".relation", id) && f.kind == share {
				e.fail(key+".relation", "report_check_share", "value", id)
			}
		}
	case len(c.Sum) > 0:
		total(".sum")
		for i, id := range c.Sum {
			at := fmt.Sprintf("%s.sum[%d]", key, i)
			if f, ok := figureOf(id); ok && !f.adds {
				e.fail(at, "report_check_adds", "value", id)
			}
			e.shown(d, at, id)
		}
	case len(c.Overview) > 0:
		total(".overview")
		for i, id := range c.Overview {
			at := fmt.Sprintf("%s.overview[%d]", key, i)
			if !slices.Contains(overviewFigures, id) {
				e.fail(at, "report_choice", "value", id, "known", strings.Join(overviewFigures, ", "))
				continue
			}
			e.shown(d, at, id)
		}
	case len(c.Previous) > 0:
		if families[d.Rows.By] != months {
			e.fail(key+".previous", "report_previous_rows", "by", d.Rows.By)
		}
		for i, id := range c.Previous {
			e.shown(d, fmt.Sprintf("%s.previous[%d]", key, i), id)
		}
	case c.SameAs != nil:
		total(".same_as")
		i := slices.IndexFunc(set.Tables, func(o *Definition) bool { return o.ID == c.SameAs.Table })
		if i < 0 || set.Tables[i] == d {
			if whole || i >= 0 {
				e.fail(key+".same_as.table", "report_no_table", "value", c.SameAs.Table)
			}
			return
		}
		if len(c.SameAs.Figures) == 0 {
			e.fail(key+".same_as.figures", "report_missing", "key", key+".same_as.figures")
		}
		for n, id := range c.SameAs.Figures {
			at := fmt.Sprintf("%s.same_as.figures[%d]", key, n)
			e.shown(d, at, id)
			if set.Tables[i].Rows.Total == "" || set.Tables[i].column(id) < 0 {
				e.fail(at, "report_same_column", "value", id, "table", c.SameAs.Table)
			}
		}
	}
}
