package dashboards

import (
	"strconv"

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
	KindPoints  Kind = "points" // percentage points: a number without a sign for its unit
)

// Tone says whether a figure is good or bad news; pages show it by colour and always by a word or an arrow as well.
type Tone string

// The tones: a reduction, a burden that rose or did not fall, and neither.
const (
	ToneReduction Tone = "reduction"
	ToneIncrease  Tone = "increase"
	ToneUnder     Tone = "under" // less than the policy asks for: no good news either
	ToneNone      Tone = ""
)

// Column is one column of a table. Downloads name it by Title too, with the exact unit for money.
type Column struct {
	Key   string
	Title string
	Kind  Kind
}

// Cell is one figure: Text as the page shows it, Raw as machines read it (yuan with two decimals, digits without
// commas), Hover the exact amount in words, Link what lies one step below it, "" for nothing.
type Cell struct {
	Text  string
	Raw   string
	Hover string
	Tone  Tone
	Link  string
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

// The outcomes of a check; none where there is nothing to compare. Hidden stands while a table with rows that are not
// shown is made, and becomes none.
const (
	CheckNone   Check = ""
	CheckEqual  Check = "equal"
	CheckWrong  Check = "wrong"
	CheckHidden Check = "hidden"
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

func (c Cell) to(address string) Cell {
	c.Link = address
	return c
}

func countCell(n uint64) Cell { return Cell{Text: count(n), Raw: strconv.FormatUint(n, 10)} }

func (u Unit) cell(f money.Fen) Cell {
	return Cell{Text: u.Text(f), Raw: f.String(), Hover: exact(f)}
}

// Titles are the names of the columns as downloads have them, with the exact unit of amounts; yuan is its name.
func (t Table) Titles(yuan string) []string {
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if titles[i] = c.Title; c.Kind == KindMoney {
			titles[i] += "(" + yuan + ")"
		}
	}
	return titles
}
