package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/internal/tabular"
)

// part is one file of a pack.
type part struct {
	Name    string
	Text    string // what it holds, a key of the catalogue
	Content []byte
}

// Sum is the SHA-256 of the file, in hexadecimal.
func (p part) Sum() string {
	sum := sha256.Sum256(p.Content)
	return hex.EncodeToString(sum[:])
}

// Size is how many bytes it has.
func (p part) Size() string { return dashboards.Count(uint64(len(p.Content))) }

// Write writes the pack as a ZIP. Its times are those of the run.
func (e *Evidence) Write(w io.Writer) error {
	parts, err := e.data()
	if err != nil {
		return err
	}
	covers, err := e.covers(parts)
	if err != nil {
		return err
	}
	parts = append(covers, parts...)
	var sums bytes.Buffer
	for _, p := range parts {
		fmt.Fprintf(&sums, "%s  %s\n", p.Sum(), p.Name)
	}
	parts = append(parts, part{Name: "SHA256SUMS", Content: sums.Bytes()})
	archive := zip.NewWriter(w)
	for _, p := range parts {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate, Modified: e.Figures.Run.FinishedAt.UTC()})
		if err != nil {
			return err
		}
		if _, err := file.Write(p.Content); err != nil {
			return err
		}
	}
	return archive.Close()
}

// data are all files but the covers, which list them.
func (e *Evidence) data() ([]part, error) {
	p := i18n.For(i18n.Chinese)
	page := dashboards.NewUnitPage(&e.Unit, nil, nowhere, p)
	var parts []part
	add := func(name, text string, content []byte, err error) error {
		parts = append(parts, part{name, text, content})
		return err
	}
	tables := []struct {
		name, text string
		table      dashboards.Table
	}{
		{"figures_by_month.csv", "evidence.file.months", page.Months.Table},
		{"figures_by_insurance.csv", "evidence.file.insurances", page.Insurances.Table},
		{"reasons.csv", "evidence.file.reasons", page.Reasons.Table},
		{"effects.csv", "evidence.file.effects", page.Measures.Table},
		{"growth.csv", "evidence.file.growth", page.Growth.Table},
		{"peers.csv", "evidence.file.peers", page.Peers.Table},
		{"registrations.csv", "evidence.file.registrations", page.Registrations},
		{"loads.csv", "evidence.file.loads", page.Loads},
		{"uncovered.csv", "evidence.file.uncovered", page.Uncovered},
		{"record_sums.csv", "evidence.file.sums", dashboards.RecordSumsTable(e.Checks, nil, p)},
		{"parameters_rates.csv", "evidence.file.rates", e.ratesTable()},
		{"parameters_bases.csv", "evidence.file.bases", e.basesTable()},
	}
	for _, t := range tables {
		if len(t.table.Rows) == 0 {
			continue
		}
		content, err := written(t.table, p)
		if err := add("data/"+t.name, t.text, content, err); err != nil {
			return nil, err
		}
	}
	if err := add("data/records.csv", "evidence.file.records", e.records.Bytes(), nil); err != nil {
		return nil, err
	}
	groups, err := e.groups()
	if err := add("data/figures.csv", "evidence.file.figures", groups, err); err != nil {
		return nil, err
	}
	trace, err := json.MarshalIndent(e.traces(), "", " ")
	if err := add("data/trace.json", "evidence.file.trace", trace, err); err != nil {
		return nil, err
	}
	summary, err := json.MarshalIndent(e.summary(), "", " ")
	if err := add("data/case.json", "evidence.file.case", summary, err); err != nil {
		return nil, err
	}
	told, err := e.told(p)
	if err := add("trace.html", "evidence.file.told", told, err); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(e.Figures.Pack.Files)) {
		parts = append(parts, part{"policy/" + name, "evidence.file.policy", e.Figures.Pack.Files[name]})
	}
	return append(parts, part{"style.css", "evidence.file.style", style}), nil
}

// nowhere is the linker of pages outside of the web.
func nowhere(...string) string { return "" }

// mark makes spreadsheets read UTF-8.
const mark = "\ufeff"

// written is a table as CSV.
func written(t dashboards.Table, p *i18n.Printer) ([]byte, error) {
	var buffer bytes.Buffer
	buffer.WriteString(mark)
	file, err := tabular.NewTable(&buffer, "csv", t.Titles(p.T("web.unit.yuan")))
	if err != nil {
		return nil, err
	}
	rows := t.Rows
	if len(t.Total) > 0 {
		rows = append(slices.Clone(rows), t.Total)
	}
	for _, row := range rows {
		if err := writeRow(file, row); err != nil {
			return nil, err
		}
	}
	err = file.Close()
	return buffer.Bytes(), err
}

func writeRow(file tabular.Table, row []dashboards.Cell) error {
	values := make([]any, len(row))
	for i, cell := range row {
		values[i] = cell.InFile()
	}
	return file.Row(values...)
}

// groups are the figures by month and insurance, every step of the calculation and every reason in a column of its own.
func (e *Evidence) groups() ([]byte, error) {
	columns := []string{"period", "insurance", "in_window", "records", "headcount", "estimates", "wage", "old", "new", "charged", "due", "real", "shortfall", "reasons"}
	measures := e.Unit.Effects()
	for _, m := range measures {
		columns = append(columns, "effect_"+m.Measure)
	}
	var buffer bytes.Buffer
	file, err := tabular.NewTable(&buffer, "csv", columns)
	if err != nil {
		return nil, err
	}
	for i := range e.Unit.Groups {
		g := &e.Unit.Groups[i]
		b := g.Burden()
		reasons := ""
		for _, r := range g.Reasons {
			if reasons != "" {
				reasons += ";"
			}
			reasons += r.Reason.String() + ":" + r.Amount.String()
		}
		if reasons == "" {
			reasons = dashboards.NotApplicable
		}
		row := []any{g.Period.String(), g.Insurance.String(), e.Unit.View.Window.Contains(g.Period), g.Records, g.Headcount, g.Estimates, g.Wage,
			b.Old, b.New, b.Charged, b.Due(), b.Real(), b.Shortfall(), reasons}
		for k := range measures {
			row = append(row, g.Steps[k]-g.Steps[k+1])
		}
		if err := file.Row(row...); err != nil {
			return nil, err
		}
	}
	err = file.Close()
	return buffer.Bytes(), err
}

// Bytes is the pack as a file.
func (e *Evidence) Bytes() ([]byte, error) {
	var buffer bytes.Buffer
	err := e.Write(&buffer)
	return buffer.Bytes(), err
}
