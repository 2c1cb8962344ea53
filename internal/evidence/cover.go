package evidence

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

//go:embed style.css
var style []byte

//go:embed pack.html
var pagesText string

// pages are the templates of the covers and of the calculations in words, by language.
var pages = map[string]*template.Template{}

func init() {
	for _, lang := range i18n.Languages {
		p := i18n.For(lang)
		functions := template.FuncMap{"T": p.T, "strong": strong, "column": func(t dashboards.Table, i int) dashboards.Column { return t.Columns[i] }}
		pages[lang] = template.Must(template.New("").Funcs(functions).Parse(pagesText))
	}
}

// strong prints a sentence with its figures bold; everything in it is escaped.
func strong(sentence string) template.HTML {
	escaped := template.HTMLEscapeString(sentence)
	escaped = strings.ReplaceAll(escaped, dashboards.StrongStart, "<strong>")
	return template.HTML(strings.ReplaceAll(escaped, dashboards.StrongEnd, "</strong>")) //nolint:gosec // escaped above
}

// cover is the contents of a cover: the page of the unit in words and tables, and the list of the files.
type cover struct {
	Lang       string
	Page       *dashboards.UnitPage
	Case       *dashboards.CaseSection // nil where the unit is no case
	Window     string
	Comparison string
	Stamp      []dashboards.StampItem
	PackHash   string
	Program    string
	Documents  []string
	Files      []part
	Held, Left string
	Differ     string
	Sums       dashboards.Check
	Measures   []measure
	Other      string // name of the cover in the other language
}

type measure struct{ Title, Document string }

// htmlLanguages are the languages as browsers know them; the Chinese cover is the one that opens first.
var htmlLanguages = map[string]string{i18n.Chinese: "zh-CN", i18n.English: "en"}

var coverNames = map[string]string{i18n.Chinese: "index.html", i18n.English: "index.en.html"}

// covers are the covers in all languages.
func (e *Evidence) covers(files []part) ([]part, error) {
	var parts []part
	for _, lang := range i18n.Languages {
		p := i18n.For(lang)
		c := cover{
			Lang: htmlLanguages[lang], Page: dashboards.NewUnitPage(&e.Unit, nil, nowhere, p), Window: dashboards.Window(p, e.Unit.View.Window),
			Stamp: dashboards.Stamp(p, e.Unit.Stamp), PackHash: e.Figures.Run.PackHash, Program: e.Figures.Run.Program, Documents: e.documents(), Files: files,
			Held: dashboards.Count(e.Held), Differ: dashboards.Count(e.differ), Sums: dashboards.RecordSumsTable(e.Checks, nil, p).Sums,
		}
		if e.Case != nil {
			c.Case = dashboards.NewCaseSection(e.Case, e.Figures.Pack.Detection, nowhere, p)
		}
		if e.Left > 0 {
			c.Left = dashboards.Count(e.Left)
		}
		for _, comparison := range e.Unit.Stamp.Comparisons {
			if comparison.ID == e.Unit.View.Comparison {
				c.Comparison = comparison.Title
			}
		}
		for _, m := range e.Figures.Pack.Measures {
			c.Measures = append(c.Measures, measure{m.Title, m.DocumentNo})
		}
		for _, other := range i18n.Languages {
			if other != lang {
				c.Other = coverNames[other]
			}
		}
		var buffer bytes.Buffer
		if err := pages[lang].ExecuteTemplate(&buffer, "cover", c); err != nil {
			return nil, err
		}
		parts = append(parts, part{coverNames[lang], "evidence.file.cover", buffer.Bytes()})
	}
	return parts, nil
}

// told is the calculation of the worst records in words, step by step.
func (e *Evidence) told(p *i18n.Printer) ([]byte, error) {
	contents := struct {
		Lang, Name, Differ, Shown string
		Records                   []*dashboards.Explanation
	}{Lang: htmlLanguages[p.Language()], Name: e.Unit.Registered().Name, Differ: dashboards.Count(e.differ)}
	for i := range e.worst[:min(len(e.worst), mostTold)] {
		one := &e.worst[i]
		explained := queries.Explained{Record: one.record, Trace: one.trace}
		for _, m := range e.Unit.Months {
			if m.Period == one.record.Period {
				explained.Month = m
			}
		}
		contents.Records = append(contents.Records, dashboards.NewExplanation(&explained, e.Figures.Pack, p))
	}
	contents.Shown = dashboards.Count(uint64(len(contents.Records)))
	var buffer bytes.Buffer
	err := pages[p.Language()].ExecuteTemplate(&buffer, "told", contents)
	return buffer.Bytes(), err
}
