// Package exchange carries reports up: a bureau writes a signed report as a data package by an open standard (Frictionless Data
// Package with Table Schema, which any tool can read and check) and signs it with its key (Ed25519); the bureau above takes in such
// packages, refuses what was changed, is of another definition or of a bureau that is not its own, and adds the reports up. It is apart
// from internal/report, which knows nothing of bureaus and keys. The command line and internal/web call it.
package exchange

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/problem"
	"jianfu/internal/report"
)

// format is the version of what is in a package beside the standard.
const format = 1

// What the standard calls things: version 2, and for tools of version 1 the profiles of that.
const (
	packageProfile = "https://datapackage.org/profiles/2.0/datapackage.json"
	tableProfile   = "tabular-data-resource"
	hashAlgorithm  = "sha256:"
)

type (
	// descriptor is datapackage.json.
	descriptor struct {
		Schema       string        `json:"$schema"`
		Name         string        `json:"name"`
		ID           string        `json:"id"`
		Title        string        `json:"title"`
		Created      string        `json:"created"`
		Contributors []contributor `json:"contributors"`
		Resources    []resource    `json:"resources"`
		About        about         `json:"jianfu"`
	}
	contributor struct {
		Title string `json:"title"`
	}
	resource struct {
		Name        string             `json:"name"`
		Type        string             `json:"type"`
		Profile     string             `json:"profile"`
		Path        string             `json:"path"`
		Title       string             `json:"title"`
		Description string             `json:"description"`
		Format      string             `json:"format"`
		MediaType   string             `json:"mediatype"`
		Encoding    string             `json:"encoding"`
		Bytes       int                `json:"bytes"`
		Hash        string             `json:"hash"`
		Dialect     dialect            `json:"dialect"`
		Schema      schema             `json:"schema"`
		Form        *report.Definition `json:"jianfu:form"`
	}
	dialect struct {
		Header         bool   `json:"header"`
		Delimiter      string `json:"delimiter"`
		LineTerminator string `json:"lineTerminator"`
	}
	schema struct {
		Fields        []field  `json:"fields"`
		MissingValues []string `json:"missingValues"`
		PrimaryKey    []string `json:"primaryKey"`
	}
	field struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Title       string `json:"title"`
		Description string `json:"description,omitempty"`
		Unit        string `json:"unit,omitempty"`
	}
	// about is what a package says besides the standard.
	about struct {
		Format     int            `json:"format"`
		ReportID   string         `json:"report_id"`
		ReportHash string         `json:"report_hash"` // over the names and hashes of all files of the report
		Files      []report.File  `json:"files"`       // of the report, as the bureau keeps them
		Region     string         `json:"region"`
		PackHash   string         `json:"pack_hash"`
		Few        bool           `json:"few"` // it shows figures about few persons
		SignedBy   string         `json:"signed_by"`
		SignedAt   time.Time      `json:"signed_at"`
		Key        string         `json:"key"` // the fingerprint of the key that signs the package
		Report     report.Written `json:"report"`
	}
)

// The columns in front of the figures.
const (
	rowColumn   = "row"
	sortColumn  = "sort"
	keyColumn   = "key"
	titleColumn = "title"
)

// The signs in place of a figure; to other tools both are missing values.
const (
	notApplicable = ""
	concealed     = dashboards.Concealed
)

var (
	tableDialect = dialect{Header: true, Delimiter: ",", LineTerminator: "\r\n"}
	missing      = []string{notApplicable, concealed}
	front        = []field{
		{Name: rowColumn, Type: "integer", Title: "行号", Description: "1, 2, 3 …"},
		{Name: sortColumn, Type: "string", Title: "行类", Description: "total, member, group, part"},
		{Name: keyColumn, Type: "string", Title: "代码"},
		{Name: titleColumn, Type: "string", Title: "项目"},
	}
)

// fieldsOf is the schema of a table.
func fieldsOf(columns []report.WrittenColumn) []field {
	fields := slices.Clone(front)
	for _, c := range columns {
		kind := "integer"
		if c.Unit == "%" || report.IsAmount(c.Unit) {
			kind = "number"
		}
		fields = append(fields, field{Name: c.Key, Type: kind, Title: c.Title, Unit: c.Unit})
	}
	return fields
}

// tableCSV is a table as its resource has it.
func tableCSV(t report.WrittenTable) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	head := []string{rowColumn, sortColumn, keyColumn, titleColumn}
	for _, c := range t.Columns {
		head = append(head, c.Key)
	}
	if err := w.Write(head); err != nil {
		return nil, err
	}
	for i, row := range t.Rows {
		cells := []string{strconv.Itoa(i + 1), row.Sort, row.Key, row.Title}
		for _, c := range t.Columns {
			text := row.Figures[c.Key]
			switch {
			case slices.Contains(row.Suppressed, c.Key):
				cells = append(cells, concealed)
			case text == nil:
				cells = append(cells, notApplicable)
			default:
				cells = append(cells, *text)
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// readTable reads the table of a resource: to the byte what tableCSV would write.
func readTable(r resource, content []byte) (report.WrittenTable, error) {
	t := report.WrittenTable{Form: r.Form}
	if r.Form == nil || r.Schema.PrimaryKey == nil || len(r.Schema.Fields) < len(front) {
		return t, problem.New("exchange_schema", "file", r.Path)
	}
	t.ID, t.Number, t.Title, t.Definition, t.Counterfactual, t.By = r.Form.ID, r.Form.Number, r.Form.Title, r.Form.Text, r.Form.Counterfactual, r.Form.Rows.By
	for _, f := range r.Schema.Fields[len(front):] {
		t.Columns = append(t.Columns, report.WrittenColumn{Key: f.Name, Title: f.Title, Unit: f.Unit})
	}
	if !reflect.DeepEqual(r.Schema.Fields, fieldsOf(t.Columns)) || !slices.Equal(r.Schema.MissingValues, missing) || r.Dialect != tableDialect {
		return t, problem.New("exchange_schema", "file", r.Path)
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord = len(r.Schema.Fields)
	lines, err := reader.ReadAll()
	if err != nil || len(lines) == 0 {
		return t, problem.Wrap(err, "exchange_schema", "file", r.Path)
	}
	for _, line := range lines[1:] {
		row := report.WrittenRow{Sort: line[1], Key: line[2], Title: line[3], Figures: map[string]*string{}}
		for i, c := range t.Columns {
			switch text := line[len(front)+i]; text {
			case concealed:
				row.Suppressed = append(row.Suppressed, c.Key)
			case notApplicable:
				row.Figures[c.Key] = nil
			default:
				row.Figures[c.Key] = &text
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if again, err := tableCSV(t); err != nil || !bytes.Equal(again, content) {
		return t, problem.Wrap(err, "exchange_schema", "file", r.Path)
	}
	return t, nil
}

// build writes a package and signs it.
func build(a about, tables []report.WrittenTable, key ed25519.PrivateKey) ([]byte, error) {
	d := descriptor{
		Schema: packageProfile, Name: fmt.Sprintf("%s-%s-%s-%s-%s", a.Report.ID, a.Region, a.Report.From, a.Report.To, a.ReportID[:8]), ID: a.ReportID,
		Title: a.Report.Title, Created: a.SignedAt.UTC().Format(time.RFC3339), Contributors: []contributor{{a.Report.Organisation}}, About: a,
	}
	var parts []file
	for i, t := range tables {
		content, err := tableCSV(t)
		if err != nil {
			return nil, err
		}
		name := tablePath(i, t.ID)
		parts = append(parts, file{name, content})
		d.Resources = append(d.Resources, resource{
			Name: t.ID, Type: "table", Profile: tableProfile, Path: name, Title: t.Number + " " + t.Title, Description: t.Definition + "\n" + t.Counterfactual,
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Bytes: len(content), Hash: hashOf(content),
			Dialect: tableDialect, Schema: schema{fieldsOf(t.Columns), missing, []string{rowColumn}}, Form: t.Form,
		})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return nil, err
	}
	files := append([]file{{descriptorName, text.Bytes()}, {signatureName, ed25519.Sign(key, text.Bytes())}}, parts...)
	return zipped(files)
}

// tablePath is the file of a table.
func tablePath(at int, id string) string { return fmt.Sprintf("tables/%02d_%s.csv", at+1, id) }

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hashAlgorithm + hex.EncodeToString(sum[:])
}

// opened is a package whose files are what it says of them.
type opened struct {
	about
	tables []report.WrittenTable
}

// verifier asks whether a signature of a descriptor is that of the key that it names.
type verifier func(key string, text, signature []byte) error

// open reads a package. Before anything but the name of the key is made of it, its signature is verified.
func open(content []byte, verify verifier) (opened, error) {
	files, err := unzipped(content)
	if err != nil {
		return opened{}, err
	}
	if len(files) < 2 || files[0].name != descriptorName || files[1].name != signatureName {
		return opened{}, problem.New("exchange_no_package")
	}
	d, err := readDescriptor(files[0].content, files[1].content, verify)
	if err != nil {
		return opened{}, err
	}
	o := opened{about: d.About}
	files = files[2:]
	if len(d.Resources) != len(files) {
		return o, problem.New("exchange_files", "files", len(files), "named", len(d.Resources))
	}
	for i, r := range d.Resources {
		f := files[i]
		if r.Path != f.name || r.Bytes != len(f.content) || r.Hash != hashOf(f.content) {
			return o, problem.New("exchange_hash", "file", f.name)
		}
		t, err := readTable(r, f.content)
		if err != nil {
			return o, err
		}
		o.tables = append(o.tables, t)
	}
	return o, nil
}

// readDescriptor reads datapackage.json; what this program does not know is refused, lest something be left out of account.
func readDescriptor(text, signature []byte, verify verifier) (d descriptor, err error) {
	var first struct {
		About struct {
			Format int    `json:"format"`
			Key    string `json:"key"`
		} `json:"jianfu"`
	}
	if err := json.Unmarshal(text, &first); err != nil || first.About.Format < 1 {
		return d, problem.Wrap(err, "exchange_no_package")
	}
	if err := verify(first.About.Key, text, signature); err != nil {
		return d, err
	}
	if first.About.Format > format {
		return d, problem.New("exchange_newer")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return d, problem.Wrap(err, "exchange_no_package")
	}
	if _, err := decoder.Token(); err != io.EOF || d.About.Key != first.About.Key {
		return d, problem.Wrap(err, "exchange_no_package")
	}
	return d, nil
}
