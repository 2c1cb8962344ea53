package dashboards

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"jianfu/internal/money"
)

// Kind is what a column holds; it decides alignment on the page and how a download writes the cell.
type Kind string

// The kinds of columns. A code is text that looks like a number, and only downloads show it.
const (
	KindText    Kind = "text"
	KindCode    Kind = "code"
	KindCount   Kind = "count"
	KindMoney   Kind = "money"
	KindPercent Kind = "percent"
)

// Tone says whether a figure is good or bad news; pages show it by colour and always by a word or an arrow as well.
type Tone string

// The tones: a reduction, a burden that rose or did not fall, and neither.
const (
	ToneReduction Tone = "reduction"
	ToneIncrease  Tone = "increase"
	ToneNone      Tone = ""
)

// Column is one column of a table. Downloads name it by Title too, with the exact unit for money.
type Column struct {
	Key   string
	Title string
	Kind  Kind
}

// Cell is one figure: Text as the page shows it, Raw as machines read it (yuan with two decimals, digits without
// commas), Hover the exact amount in words.
type Cell struct {
	Text  string
	Raw   string
	Hover string
	Tone  Tone
}

// Table is a chart's table, or a table of its own. Its unit holds for all money columns.
type Table struct {
	ID      string // the last part of its download's address
	Title   string
	Unit    Unit
	Columns []Column
	Rows    [][]Cell
	Total   []Cell // empty where rows do not add up to anything
	Sums    Check  // whether the rows add up to the total, to the fen
}

// Check is the outcome of adding up a table's rows.
type Check string

// The outcomes of a check; none where there is nothing to compare.
const (
	CheckNone  Check = ""
	CheckEqual Check = "equal"
	CheckWrong Check = "wrong"
)

// Visible lists the columns that a page shows; codes are for downloads.
func (t Table) Visible() []int {
	var visible []int
	for i, c := range t.Columns {
		if c.Kind != KindCode {
			visible = append(visible, i)
		}
	}
	return visible
}

func textCell(text string) Cell { return Cell{Text: text, Raw: text} }

func countCell(n uint64) Cell { return Cell{Text: count(n), Raw: strconv.FormatUint(n, 10)} }

func (u Unit) cell(f money.Fen) Cell {
	return Cell{Text: u.Text(f), Raw: f.String(), Hover: exact(f)}
}

// HeaderLine is one line above a downloaded table: what it is and what it says.
type HeaderLine struct{ Name, Value string }

// WriteCSV writes the table as a spreadsheet program wants it: a byte order mark so that Chinese is read as UTF-8, a
// block that says what the figures are, then the table with exact amounts in yuan. yuan is the name of that unit.
func (t Table) WriteCSV(w io.Writer, header []HeaderLine, yuan string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, line := range header {
		if err := out.Write([]string{harmless(line.Name), harmless(line.Value)}); err != nil {
			return err
		}
	}
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = harmless(c.Title)
		if c.Kind == KindMoney {
			titles[i] += "(" + yuan + ")"
		}
	}
	if err := out.WriteAll([][]string{{""}, titles}); err != nil {
		return err
	}
	rows := t.Rows
	if len(t.Total) > 0 {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = c.Raw
			if kind := t.Columns[i].Kind; kind == KindText || kind == KindCode {
				cells[i] = harmless(c.Raw)
			}
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet program from reading text as a formula, and a code of many digits as a number that it
// would round: a leading apostrophe or tab makes text of it.
func harmless(text string) string {
	if text == "" {
		return text
	}
	if strings.ContainsRune("=+-@\t\r\n|", rune(text[0])) || strings.HasPrefix(text, "＝") || strings.HasPrefix(text, "＋") || strings.HasPrefix(text, "－") || strings.HasPrefix(text, "＠") {
		return "'" + text
	}
	if len(text) > 11 || text[0] == '0' && len(text) > 1 {
		if _, err := strconv.ParseUint(text, 10, 64); err == nil {
			return "\t" + text
		}
	}
	return text
}
