package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
)

// File is a file of the report.
type File struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`

	content []byte
}

// Content are the bytes of the file.
func (f File) Content() []byte { return f.content }

func newFile(name string, content []byte) File {
	sum := sha256.Sum256(content)
	return File{name, len(content), hex.EncodeToString(sum[:]), content}
}

// FilesOf are the files of a folder of definitions.
func FilesOf(folder fs.FS) (all []File, err error) {
	names, err := files(folder)
	for _, name := range append(names, ManifestFile) {
		content, readErr := fs.ReadFile(folder, name)
		if err = errors.Join(err, readErr); err != nil {
			return nil, err
		}
		all = append(all, newFile(name, content))
	}
	return all, nil
}

// Files writes all files of the report into memory. With a failed check that nobody waived it is refused.
func (r *Report) Files() ([]File, error) {
	if failed := r.Failed(); len(failed) > 0 {
		return nil, problem.New("report_checks_failed", "failed", len(failed))
	}
	var files []File
	add := func(name string, write func(w io.Writer) error) error {
		var content bytes.Buffer
		if err := write(&content); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		files = append(files, newFile(name, content.Bytes()))
		return nil
	}
	if err := add(r.name()+".xlsx", r.WriteXLSX); err != nil {
		return nil, err
	}
	if err := add(r.name()+".json", r.WriteJSON); err != nil {
		return nil, err
	}
	for i, t := range r.Tables {
		if err := add(fmt.Sprintf("csv/%02d_%s.csv", i+1, t.ID), func(w io.Writer) error { return r.WriteCSV(w, t) }); err != nil {
			return nil, err
		}
	}
	if r.Changes != nil {
		if err := add(changesFile, r.Changes.write); err != nil {
			return nil, err
		}
		if err := add("csv/changes.csv", r.writeChanges); err != nil {
			return nil, err
		}
	}
	return append(files, r.attached...), nil
}

// name is that of the files: whose, what, of when, of which run.
func (r *Report) name() string {
	made := r.p.T("report.run", "run", r.Head.Run)
	if r.Head.Summed > 0 {
		made = r.p.N("report.summed", r.Head.Summed)
	}
	parts := []string{r.Head.Organisation, r.Head.Title, r.Head.Period, made}
	if r.Head.Version > 1 {
		parts = append(parts, r.p.T("report.version", "version", r.Head.Version))
	}
	return cleaned(strings.Join(parts, "_"))
}

// cleaned is a text as a file's name may have it on every system.
func cleaned(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
			return '-'
		}
		return c
	}, text)
}

// Write puts files into a folder, all of them or none: they are written into a folder beside it, which then takes its place.
// A folder in which something lies is left alone.
func Write(files []File, folder string) (err error) {
	folder = filepath.Clean(folder)
	entries, err := os.ReadDir(folder)
	switch {
	case err == nil && len(entries) > 0:
		return problem.New("report_folder_full", "folder", folder)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return problem.Wrap(err, "export_not_writable", "file", folder)
	}
	beside, err := os.MkdirTemp(filepath.Dir(folder), ".report-")
	if err != nil {
		return problem.Wrap(err, "export_not_writable", "file", folder)
	}
	defer os.RemoveAll(beside) //nolint:errcheck // gone once it was renamed
	for _, f := range files {
		name := filepath.Join(beside, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil { //nolint:gosec // less the user's mask
			return problem.Wrap(err, "export_not_writable", "file", folder)
		}
		if err := tabular.File(name, func(w io.Writer) error { _, err := w.Write(f.content); return err }); err != nil {
			return err
		}
	}
	if err := os.Chmod(beside, 0o755); err != nil { //nolint:gosec // as other files that commands write
		return problem.Wrap(err, "export_not_writable", "file", folder)
	}
	if err := os.Rename(beside, folder); err != nil {
		return problem.Wrap(err, "export_not_writable", "file", folder)
	}
	return nil
}

// WriteCSV writes one table: UTF-8 with a byte order mark, the head line by line, then the columns. Figures are exact.
func (r *Report) WriteCSV(w io.Writer, t *Table) error {
	p, h := r.p, r.Head
	mark := []tabular.Line{
		{Name: p.T("report.about.title"), Value: t.Title}, {Name: p.T("report.number_of"), Value: t.Number}, {Name: p.T("report.about.organisation"), Value: h.Organisation},
		{Name: p.T("report.about.period"), Value: h.Period}, {Name: p.T("report.about.unit"), Value: t.units()}, {Name: p.T("report.definition_of"), Value: t.Text},
		{Name: p.T("report.counterfactual_of"), Value: t.Counterfactual}, {Name: p.T("report.about.comparison"), Value: r.against()},
		{Name: p.T("report.about.run"), Value: r.stamp()},
		{Name: p.T("report.about.by"), Value: h.PreparedBy}, {Name: p.T("report.about.at"), Value: dashboards.Moment(h.At)},
	}
	for _, n := range r.notes(t) {
		mark = append(mark, tabular.Line{Name: p.T("report.about.note"), Value: n.text})
	}
	columns := []string{p.T("report.code"), p.T("report.row")}
	for _, c := range t.Shown {
		columns = append(columns, p.T("report.column", "title", c.Title, "unit", c.Unit))
	}
	table, err := tabular.NewMarkedTable(w, "csv", tabular.Book{Mark: mark}, columns)
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		values := []any{row.Code, row.Title}
		for i, v := range row.Cells {
			text, ok := t.Shown[i].exact(v)
			if !ok {
				text = r.sign(v)
			}
			values = append(values, tabular.Number(text))
		}
		if err := table.Row(values...); err != nil {
			return err
		}
	}
	return table.Close()
}

// The report as JSON: amounts are texts, exact, in the unit of their column; null is not applicable, what is concealed is named in
// "suppressed", and what cannot be added up over several reports in "not_summed". "form" is the definition that a table was made by.
type (
	Written struct {
		ID           string         `json:"id"`
		Title        string         `json:"title"`
		Language     string         `json:"language"`
		Organisation string         `json:"organisation"`
		From         string         `json:"from"`
		To           string         `json:"to"`
		Comparison   string         `json:"comparison"`
		Against      string         `json:"against"`
		Run          uint32         `json:"run"`
		Pack         string         `json:"pack"`
		ComputedAt   string         `json:"computed_at"`
		PreparedBy   string         `json:"prepared_by,omitempty"`
		PreparedAt   string         `json:"prepared_at"`
		Version      uint16         `json:"version"`
		Revises      string         `json:"revises,omitempty"`
		Rejected     uint64         `json:"rejected"`
		Uncovered    uint64         `json:"uncovered"`
		LeftOut      uint64         `json:"units_uncovered"`
		Estimates    uint64         `json:"estimates"`
		Least        int64          `json:"least,omitempty"` // persons below which a figure is concealed
		Tables       []WrittenTable `json:"tables,omitempty"`
		Checks       []Outcome      `json:"checks"`
	}
	WrittenTable struct {
		ID             string          `json:"id"`
		Number         string          `json:"number"`
		Title          string          `json:"title"`
		Definition     string          `json:"definition"`
		Counterfactual string          `json:"counterfactual"`
		By             string          `json:"rows_by"`
		Columns        []WrittenColumn `json:"columns"`
		Rows           []WrittenRow    `json:"rows"`
		Form           *Definition     `json:"form"`
	}
	WrittenColumn struct {
		Key   string `json:"key"`
		Title string `json:"title"`
		Unit  string `json:"unit"`
	}
	WrittenRow struct {
		Sort       string             `json:"sort"`
		Key        string             `json:"key,omitempty"`
		Title      string             `json:"title"`
		Figures    map[string]*string `json:"figures"`
		Suppressed []string           `json:"suppressed,omitempty"`
		NotSummed  []string           `json:"not_summed,omitempty"`
	}
)

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	h := r.Head
	all := Written{
		ID: r.Set.ID, Title: h.Title, Language: r.Set.Language, Organisation: h.Organisation, From: h.Window.From.String(), To: h.Window.To.String(), Comparison: h.Comparison.ID,
		Against: r.against(), Run: h.Run, Pack: h.Pack, ComputedAt: stampOf(h.ComputedAt), PreparedBy: h.PreparedBy, PreparedAt: stampOf(h.At),
		Rejected: h.Rejected, Uncovered: h.Uncovered, LeftOut: h.LeftOut, Estimates: h.Estimates, Least: r.Least, Checks: r.Checks, Version: h.Version,
	}
	if h.Revises != nil {
		all.Revises = h.Revises.ID
	}
	for _, t := range r.Tables {
		table := WrittenTable{ID: t.ID, Number: t.Number, Title: t.Title, Definition: t.Text, Counterfactual: t.Counterfactual, By: t.Definition.Rows.By, Rows: []WrittenRow{}, Form: t.Definition}
		for _, c := range t.Shown {
			table.Columns = append(table.Columns, WrittenColumn{c.Key, c.Title, c.Unit})
		}
		for _, row := range t.Rows {
			table.Rows = append(table.Rows, t.object(row))
		}
		all.Tables = append(all.Tables, table)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(all)
}

func (t *Table) object(row Row) WrittenRow {
	o := WrittenRow{Sort: row.Sort, Key: row.Key, Title: row.Title, Figures: map[string]*string{}}
	for i, c := range t.Shown {
		switch text, ok := c.exact(row.Cells[i]); {
		case ok:
			o.Figures[c.Key] = &text
		case row.Cells[i].hidden:
			o.Suppressed = append(o.Suppressed, c.Key)
		case row.Cells[i].apart:
			o.NotSummed = append(o.NotSummed, c.Key)
		default:
			o.Figures[c.Key] = nil
		}
	}
	return o
}
