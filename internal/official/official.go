// Package official writes documents in the layout of Chinese official documents (GB/T 9704—2012: A4, type area 156 × 225 mm, 22
// lines of 28 characters, 小标宋, 黑体, 楷体 and 仿宋, page numbers at the outer edge), as DOCX to be edited and as HTML that prints to
// the same sheets. One model and one list of styles stand behind both.
//
// The DOCX is written part by part with archive/zip. The free libraries for it were looked at: gomutex/godocx is no longer kept,
// knows no footers by odd and even pages and no SVG, and writes its parts in the order of a map, so no two files are equal;
// fumiama/go-docx is under the AGPL; others read templates only. What is needed here is nine small parts.
//
// The fonts of official documents are commercial: they are named, with alternatives that machines have, and none is shipped. The
// package knows nothing of jianfu's figures; texts come to it as they are to stand.
package official

import (
	"strconv"
	"strings"
	"time"
)

// Document is what is to be written.
type Document struct {
	Language string // of the text: "zh" or "en"
	Title    string
	Subtitle string // below the title, such as the period; may be empty
	To       string // who it is addressed to, such as "国家税务总局："; may be empty
	Blocks   []Block

	Attachments []string // named after the text
	Signature   string   // the bureau that signs, may be empty
	Date        string   // below the signature, as it is to stand: "2020年1月16日"

	Author  string    // a property of the file
	Made    time.Time // a property of the file; of the figures, not of the writing, so that the same document is the same bytes
	OnePage bool      // letters become smaller where it takes that to stay on one sheet; it bears no page number
}

// Block is a part of the text: a Heading, Paragraph, Table, Picture or Turn.
type Block interface{ block() }

// Heading is a heading of a level from 1 to 4; its number 一、（一）1.（1） is put before it.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is text with its first line indented. Lead, where there is one, stands before it as a heading in the line.
type Paragraph struct {
	Lead, Text string
}

// Table is a table over the whole width. Columns says how many there are; every row has as many cells.
type Table struct {
	ID          string   // an anchor in HTML; may be empty
	Title       string   // gets a number before it, unless Form has the table's own
	Form        []string // lines at the top right: 表号, 制定机关 and so on
	Left, Right string   // the line above it: 填报单位 and 计量单位
	Columns     []Column
	Header      [][]Head // rows; where it is empty, the columns' titles
	Rows        []Row
	Notes       []string
	Foot        []string // one line below it: 单位负责人, 填表人, 报出日期
}

// Column is a column of a table. Weight is its share of the width, 1 where it is nought.
type Column struct {
	Title  string
	Weight int
	Figure bool // aligned to the right
}

// Head is a cell of a header. Columns and Rows are how many it spans, 1 where they are nought; a cell that is spanned from above
// or from the left is not written down.
type Head struct {
	Text          string
	Columns, Rows int
}

// Row is a row of a table.
type Row struct {
	ID    string // an anchor in HTML; may be empty
	Cells []string
	Total bool // stands out
}

// Picture is a drawing as SVG, and as PNG for programs that read no SVG. Width and Height are in CSS pixels; one that is wider
// than the text is made as wide as that.
type Picture struct {
	Title         string // gets a number before it
	Alternative   string // what it shows, in words
	Note          string // below the title, such as the unit
	SVG, PNG      []byte
	Width, Height int
}

// Turn begins a new page, upright or on its side.
type Turn struct{ Landscape bool }

func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}
func (Picture) block()   {}
func (Turn) block()      {}

// header is the rows of the header as they are to be written.
func (t Table) header() [][]Head {
	if len(t.Header) > 0 {
		return t.Header
	}
	row := make([]Head, len(t.Columns))
	for i, c := range t.Columns {
		row[i].Text = c.Title
	}
	return [][]Head{row}
}

// mostTogether is how many rows a table may have that stays on one page.
const mostTogether = 10

// together tells whether the table stays on one page.
func (t Table) together() bool { return len(t.Rows) <= mostTogether }

func (c Column) weight() int { return max(1, c.Weight) }
func (h Head) columns() int  { return max(1, h.Columns) }
func (h Head) rows() int     { return max(1, h.Rows) }

// widths divides a width among the columns, without a rest.
func (t Table) widths(whole int) []int {
	sum := 0
	for _, c := range t.Columns {
		sum += c.weight()
	}
	widths, used, weights := make([]int, len(t.Columns)), 0, 0
	for i, c := range t.Columns {
		weights += c.weight()
		widths[i] = whole*weights/sum - used
		used += widths[i]
	}
	return widths
}

// numbering gives headings, tables and pictures their numbers, in the order of the text.
type numbering struct {
	language         string
	levels           [5]int
	tables, pictures int
}

// heading is a heading with its number.
func (n *numbering) heading(h Heading) string {
	level := min(max(h.Level, 1), 4)
	n.levels[level]++
	for i := level + 1; i < len(n.levels); i++ {
		n.levels[i] = 0
	}
	count := n.levels[level]
	if n.language != "zh" {
		var parts []string
		for _, part := range n.levels[1 : level+1] {
			parts = append(parts, strconv.Itoa(part))
		}
		return strings.Join(parts, ".") + "  " + h.Text
	}
	switch level {
	case 1:
		return Numeral(count) + "、" + h.Text
	case 2:
		return "（" + Numeral(count) + "）" + h.Text
	case 3:
		return strconv.Itoa(count) + "." + h.Text
	}
	return "（" + strconv.Itoa(count) + "）" + h.Text
}

func (n *numbering) table(t Table) string {
	if t.Title == "" || len(t.Form) > 0 {
		return t.Title
	}
	n.tables++
	return n.caption("表", "Table", n.tables, t.Title)
}

func (n *numbering) picture(p Picture) string {
	if p.Title == "" {
		return ""
	}
	n.pictures++
	return n.caption("图", "Figure", n.pictures, p.Title)
}

func (n *numbering) caption(chinese, english string, count int, title string) string {
	if n.language == "zh" {
		return chinese + strconv.Itoa(count) + "　" + title
	}
	return english + " " + strconv.Itoa(count) + ".  " + title
}

// attachments are the lines of the note of attachments.
func (d Document) attachments() []string {
	var lines []string
	for i, name := range d.Attachments {
		lead := "附件："
		if d.Language != "zh" {
			lead = "Attachments: "
		}
		if i > 0 {
			lead = strings.Repeat("　", 3)
		}
		if len(d.Attachments) > 1 {
			lead += strconv.Itoa(i+1) + "."
		}
		lines = append(lines, lead+name)
	}
	return lines
}

// Numeral writes a number from 1 to 99 in Chinese: 一, 十, 十二, 二十一.
func Numeral(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	if n < 1 || n > 99 {
		return strconv.Itoa(n)
	}
	tens := ""
	switch {
	case n >= 20:
		tens = digits[n/10] + "十"
	case n >= 10:
		tens = "十"
	}
	return tens + digits[n%10]
}
