package policy

import (
	"bytes"
	"encoding/csv"
	"slices"
)

// Lines are rows of a table of the pack as they stand in its file, by their numbers, and the head of the table.
func (p *Pack) Lines(file string, numbers []int) (head []string, rows [][]string) {
	reader := csv.NewReader(bytes.NewReader(decodeText(p.Files[file])))
	reader.FieldsPerRecord = -1
	for {
		cells, err := reader.Read()
		if err != nil { // the end: a pack that was read before has no other
			return head, rows
		}
		line, _ := reader.FieldPos(0)
		switch {
		case head == nil:
			head = cells
		case slices.Contains(numbers, line):
			rows = append(rows, cells)
		}
	}
}
