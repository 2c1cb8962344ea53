package reader

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"jianfu/internal/problem"
)

// OpenJSONLines is OpenContent of JSON lines: one object a line, its names those of the columns in English, its values texts
// or numbers. Numbers are taken as they are written, so that none passes through a float. Rejects name the lines as they came.
func OpenJSONLines(name string, content []byte, o Options) (*File, error) {
	table, err := tableOf(name, content)
	if err != nil {
		return nil, err
	}
	o.Encoding = EncodingUTF8
	f, err := OpenContent(name, table, o)
	if err == nil {
		f.firstLine-- // of a table it is the one behind the header
	}
	return f, err
}

// tableOf writes JSON lines as the table that they are, line by line below a header of all names.
func tableOf(name string, content []byte) ([]byte, error) {
	content = bytes.TrimPrefix(content, byteOrderMark)
	var rows []map[string]string
	var header []string
	number := 0
	for text := range bytes.Lines(content) {
		number++
		row, err := objectOf(text)
		if err != nil {
			return nil, problem.Wrap(err, "reader_json_line", "file", name, "line", number)
		}
		for column := range row {
			if !slices.Contains(header, column) {
				header = append(header, column)
			}
		}
		rows = append(rows, row)
	}
	if len(header) == 0 {
		return nil, problem.New("reader_empty", "file", name)
	}
	slices.Sort(header)
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	cells := make([]string, len(header))
	_ = w.Write(header) // a buffer takes everything
	for _, row := range rows {
		if row == nil { // so that lines keep their numbers
			w.Flush()
			table.WriteByte('\n')
			continue
		}
		for i, column := range header {
			cells[i] = row[column]
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return table.Bytes(), w.Error()
}

// objectOf reads one line; nil where it is empty.
func objectOf(line []byte) (map[string]string, error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || object == nil {
		return nil, errors.New("a line holds one object")
	}
	row := make(map[string]string, len(object))
	for column, value := range object {
		switch v := value.(type) {
		case string:
			row[column] = v
		case json.Number:
			row[column] = v.String()
		case nil:
		default:
			return nil, errors.New("a value is a text or a number")
		}
		if strings.ContainsAny(column+row[column], "\r\n") {
			return nil, errors.New("a text holds no line end")
		}
	}
	return row, nil
}
