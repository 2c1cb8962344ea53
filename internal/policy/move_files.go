package policy

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"jianfu/internal/period"
)

// The words of a what-if in its pack. They stand in the pack's language, as all titles of packs do.
const (
	whatIfTitle    = "假设调整"
	whatIfDocument = "推演，无文号"
)

// tableRows are rows to be added to a pack.
type tableRows struct {
	rates []RateRow
	bases []BaseRow
}

// with makes a pack from this one's files, the rows behind those that are there, and a measure and the comparison of a
// what-if, whose old policy is given. It goes through the files, so that the new pack is one that a run can keep and anybody can read.
func (p *Pack) with(rows tableRows, measure string, start []string) (*Pack, error) {
	var m manifest
	if err := yaml.Unmarshal(decodeText(p.Files[PackFile]), &m); err != nil {
		return nil, err
	}
	now := p.DefaultComparison()
	m.Measures = append(m.Measures, manifestMeasure{measure, whatIfTitle, whatIfDocument})
	m.Comparisons = []manifestComparison{{
		ID: WhatIfComparison, Title: whatIfTitle, Old: start, New: append(slices.Clone(now.New), measure), Default: true,
	}}
	text, err := yaml.Marshal(m)
	if err != nil {
		return nil, err
	}
	var rates, bases []map[string]string
	for i := range rows.rates {
		rates = append(rates, rows.rates[i].cells())
	}
	for i := range rows.bases {
		bases = append(bases, rows.bases[i].cells())
	}
	files := map[string][]byte{PackFile: text}
	if files[RatesFile], err = appended(p.Files[RatesFile], rateColumns, rates); err != nil {
		return nil, err
	}
	if files[BasesFile], err = appended(p.Files[BasesFile], baseColumns, bases); err != nil {
		return nil, err
	}
	return Parse(files)
}

// appended is a table with rows added, and with the columns that it left out.
func appended(table []byte, columns []string, rows []map[string]string) ([]byte, error) {
	reader := csv.NewReader(bytes.NewReader(decodeText(table)))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
	}
	for _, name := range columns {
		if !slices.Contains(header, name) {
			header = append(header, name)
		}
	}
	var text bytes.Buffer
	writer := csv.NewWriter(&text)
	if err := writer.Write(header); err != nil {
		return nil, err
	}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = writer.Write(cells)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, row := range rows {
		cells := make([]string, len(header))
		for i, name := range header {
			cells[i] = row[name]
		}
		if err := writer.Write(cells); err != nil {
			return nil, err
		}
	}
	writer.Flush()
	return text.Bytes(), writer.Error()
}

// cells writes what the rows of both tables have in common, by column.
func (r *Row) cells() map[string]string {
	cells := map[string]string{"area": r.Area, "from": r.From.String(), "to": optionalMonth(r.To), "measure": r.Measure,
		"document_no": r.DocumentNo, "checked_on": r.CheckedOn}
	if r.Insurance != 0 {
		cells["insurance"] = r.Insurance.String()
	}
	if r.Kind != 0 {
		cells["unit_kind"] = r.Kind.String()
	}
	if r.Elective {
		cells["elective"] = "yes"
	}
	return cells
}

func optionalMonth(m period.Period) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

func (r *RateRow) cells() map[string]string {
	cells := r.Row.cells()
	if r.Payer != 0 {
		cells["payer"] = r.Payer.String()
	}
	if r.Size != 0 {
		cells["size"] = r.Size.String()
	}
	if r.RiskClass != 0 {
		cells["risk_class"] = strconv.Itoa(int(r.RiskClass))
	}
	if r.IsFactor {
		cells["factor"] = r.Factor.String()
	} else {
		cells["rate"] = r.Rate.String()
	}
	return cells
}

func (r *BaseRow) cells() map[string]string {
	cells := r.Row.cells()
	if r.HasFloor {
		cells["floor"] = r.Floor.String()
	}
	if r.HasCap {
		cells["cap"] = r.Cap.String()
	}
	cells["rounding"] = r.Rounding.String()
	cells["average_wage"] = r.AverageWage
	return cells
}
