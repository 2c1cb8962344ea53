package report

import (
	"context"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// Sheet is a table as it is printed: texts alone, figures rounded as their columns say.
type Sheet struct {
	ID             string // of its table
	Title          string
	Form           []string // its number and period, one below the other at the top
	Left, Right    string   // the line above it: who reports, and in which units
	Definition     string
	Counterfactual string
	Against        string
	Columns        []string // the code, the name, then the figures
	Rows           []SheetRow
	Notes          []string
	Signatures     string
}

// SheetRow is one line of a sheet. Line is where it stands in the workbook, as cells that checks name have it.
type SheetRow struct {
	Line  int
	Cells []string
	Total bool // the total or a group
}

// Sheets are the tables of the report on paper. They show what the workbook shows.
func (r *Report) Sheets() (all []Sheet) {
	p, h := r.p, r.Head
	for _, t := range r.Tables {
		s := Sheet{
			ID: t.ID, Title: t.Title, Form: []string{p.T("report.number", "value", t.Number), p.T("report.period", "value", h.Period)},
			Left: p.T("report.organisation", "value", h.Organisation), Right: p.T("report.unit", "value", t.units()),
			Definition: p.T("report.definition", "value", t.Text), Counterfactual: p.T("report.counterfactual", "value", t.Counterfactual),
			Against: p.T("report.comparison", "value", r.against()), Signatures: r.signatures(),
			Columns: []string{p.T("report.code"), p.T("report.row")},
		}
		for _, c := range t.Shown {
			s.Columns = append(s.Columns, p.T("report.column", "title", c.Title, "unit", c.Unit))
		}
		for i, row := range t.Rows {
			s.Rows = append(s.Rows, t.printed(i, row))
		}
		for _, n := range r.notes(t) {
			s.Notes = append(s.Notes, p.T("report.note", "text", n.text))
		}
		all = append(all, s)
	}
	return all
}

// printed is a row as it is printed.
func (t *Table) printed(i int, row Row) SheetRow {
	s := SheetRow{Line: firstLine + i, Cells: []string{row.Code, row.Title}, Total: row.Sort == totalRow || row.Sort == groupRow}
	for c, v := range row.Cells {
		s.Cells = append(s.Cells, t.Shown[c].rounded(v))
	}
	return s
}

// CheckLine is a check as it is printed.
type CheckLine struct {
	Title, Remark string
	Passed        bool
}

// CheckLines are all checks, with what is printed of those that failed.
func (r *Report) CheckLines() (all []CheckLine) {
	for _, o := range r.Checks {
		all = append(all, CheckLine{r.title(o), r.remark(o), o.Passed})
	}
	return all
}

// Anchor names the place of a table, or of a line of it, on the sheets; line is that of a cell such as D7, "" for the table.
func Anchor(table, cell string) string {
	if line := strings.TrimLeft(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"); line != "" {
		return table + "-" + line
	}
	return table
}

// About says what the report is of: names and values in turn.
func (r *Report) About() [][2]string { return r.about() }

// Printer puts texts into the language of the report.
func (r *Report) Printer() *i18n.Printer { return r.p }

// Reading is the overview that the tables were filled from, without what its readers must not see.
func (r *Report) Reading() dashboards.Reading { return r.reading }

// Attach adds a file to those that Files writes; its name is that of the report with its own behind it.
func (r *Report) Attach(part, ending string, content []byte) {
	r.attached = append(r.attached, newFile(r.name()+"_"+cleaned(part)+"."+ending, content))
}

// Part is which file of a kept report this is: "workbook", "json", "csv", "changes", or the paper that its name ends in, "forms",
// "narrative" and "brief"; "" for others.
func (k Kept) Part(i int) (part, ending string) {
	name := k.FileNames[i]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return "", ""
	}
	ending = name[dot+1:]
	switch {
	case name == changesFile:
		return "changes", ending
	case strings.HasPrefix(name, "csv/"):
		return "csv", ending
	case ending == "xlsx":
		return "workbook", ending
	case ending == "json":
		return "json", ending
	}
	for _, paper := range Papers {
		for _, language := range i18n.Languages {
			if strings.HasSuffix(name[:dot], "_"+cleaned(i18n.For(language).T("report.paper."+paper))) {
				return paper, ending
			}
		}
	}
	return "", ending
}

// Paper is the place of a paper among the files of a kept report, and whether it has it in this format.
func (k Kept) Paper(paper, ending string) (int, bool) {
	for i := range k.FileNames {
		if part, has := k.Part(i); part == paper && has == ending {
			return i, true
		}
	}
	return 0, false
}

// File reads one file of a report as it was prepared.
func (a *Archive) File(ctx context.Context, k Kept, i int) (File, error) {
	one := k
	one.FileNames, one.FileSizes, one.FileHashes = k.FileNames[i:i+1], k.FileSizes[i:i+1], k.FileHashes[i:i+1]
	files, err := a.Files(ctx, one)
	if err != nil {
		return File{}, err
	}
	return files[0], nil
}

// MediaType is what a file is, by its name.
func MediaType(name string) string { return mediaType(name) }

// Papers are what a report has on paper: its forms, the report in words, and the brief.
var Papers = []string{"forms", "narrative", "brief"}
