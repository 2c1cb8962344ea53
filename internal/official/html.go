package official

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// HTML writes a document as a page of its own that looks like its sheets and prints to them. It needs no other file and has no
// script.
func HTML(d Document) ([]byte, error) {
	var out bytes.Buffer
	err := page.Execute(&out, map[string]any{
		"Language": map[bool]string{true: "zh-CN", false: "en"}[d.Language == "zh"],
		"Title":    d.Title,
		"Style":    template.CSS(Style(d)), //nolint:gosec // made of our own lengths and names
		"Body":     template.HTML(Body(d)), //nolint:gosec // escaped as it is written
	})
	return out.Bytes(), err
}

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
<style>
{{.Style}}</style>
</head>
<body class="official-desk">
{{.Body}}</body>
</html>
`))

// Style is the style sheet of a document's body.
func Style(d Document) string {
	var b strings.Builder
	number := func(side string) string {
		if d.OnePage {
			return ""
		}
		return fmt.Sprintf(` @bottom-%s { content: "— " counter(page) " —"; font: 14pt %s; vertical-align: top; padding-top: 7mm; padding-%s: 1em; }`, side, faceSong.css, side)
	}
	fmt.Fprintf(&b, "@page { size: A4; margin: %dmm %dmm %dmm %dmm; }\n", marginTop, marginRight, marginBottom, marginBinding)
	fmt.Fprintf(&b, "@page :right {%s }\n@page :left {%s }\n", number("right"), number("left"))
	fmt.Fprintf(&b, "@page wide { size: A4 landscape; margin: %dmm %dmm %dmm %dmm; }\n", marginBinding, marginTop, marginRight, marginBottom)
	b.WriteString(sheets)
	for _, s := range styles(d.size()) {
		fmt.Fprintf(&b, ".o-%s { %s }\n", s.id, s.css())
	}
	sign, date := d.signIndents()
	fmt.Fprintf(&b, ".o-signs { padding-right: %gem; }\n.o-dated { padding-right: %gem; }\n", sign, date)
	return b.String()
}

// sheets are the rules that no kind of paragraph has.
var sheets = fmt.Sprintf(`.official-desk { margin: 0; padding: 12px 0; background: #d9dde1; }
.official { color: #000; text-spacing-trim: space-all; line-break: strict; overflow-wrap: anywhere; }
.official > section { box-sizing: border-box; width: %dmm; min-height: %dmm; margin: 0 auto 12px; padding: %dmm %dmm %dmm %dmm; background: #fff; box-shadow: 0 1px 6px rgba(0, 0, 0, .3); }
.official > section.o-wide { width: %dmm; min-height: %dmm; padding: %dmm %dmm %dmm %dmm; page: wide; }
.official p, .official h1, .official h2, .official h3, .official h4, .official h5 { margin: 0; }
.official table { width: 100%%; border-collapse: collapse; table-layout: fixed; border: 1pt solid #000; }
.official thead { display: table-header-group; }
.official tr { break-inside: avoid; }
.official th, .official td { border: .5pt solid #000; padding: 1.5pt 3pt; vertical-align: middle; font-weight: normal; }
.official th { text-align: center; }
.official th, .official tr.o-total td { font-family: "Times New Roman", %s; }
.official td.o-figure { text-align: right; font-variant-numeric: tabular-nums; }
.official .o-together { break-inside: avoid; }
.official .o-size-9 { font-size: 9pt; }
.official .o-size-7-5 { font-size: 7.5pt; }
.official .o-lead { font-family: "Times New Roman", %s; font-weight: bold; }
.official .o-line { display: flex; justify-content: space-between; }
.official .o-line > span { flex: 0 1 auto; }
.official .o-gap { height: 12pt; }
.official img { max-width: 100%%; height: auto; }
@media print {
  .official-desk { padding: 0; background: none; }
  .official > section, .official > section.o-wide { width: auto; min-height: 0; margin: 0; padding: 0; box-shadow: none; }
  .official > section + section { break-before: page; }
}
`, sheetWidth, sheetHeight, marginTop, marginRight, marginBottom, marginBinding,
	sheetHeight, sheetWidth, marginBinding, marginTop, marginRight, marginBottom, faceBlack.css, faceKai.css)

// css is the style as a rule's declarations. Latin letters and digits come from their own font, which has no Chinese ones.
func (s style) css() string {
	var b strings.Builder
	line := "1.3"
	if s.line > 0 {
		line = strconv.FormatFloat(s.line, 'f', 2, 64) + "pt"
	}
	weight := "normal"
	if s.bold {
		weight = "bold"
	}
	fmt.Fprintf(&b, `font: %s %gpt/%s "%s", %s; text-align: %s;`, weight, s.size, line, latin, s.face.css, map[align]string{alignBoth: "justify"}[s.align]+map[bool]string{true: "", false: string(s.align)}[s.align == alignBoth])
	if s.close {
		fmt.Fprintf(&b, " letter-spacing: %gpt;", -closer)
	}
	if s.indent {
		b.WriteString(" text-indent: 2em;")
	}
	if s.before+s.after > 0 {
		fmt.Fprintf(&b, " padding: %.2fpt 0 %.2fpt;", s.before, s.after)
	}
	if s.next {
		b.WriteString(" break-after: avoid;")
	}
	if s.id == styleBody {
		b.WriteString(" widows: 1; orphans: 1;")
	}
	return b.String()
}

// Body is the document as a fragment for a page that has its Style. It has no style attributes, which pages may forbid.
func Body(d Document) string {
	w := &htmlWriter{numbers: numbering{language: d.Language}}
	w.tag("<article class=\"official\">\n<section>\n")
	w.text("h1", styleTitle, d.Title)
	w.some("p", styleSubtitle, d.Subtitle)
	w.some("p", styleTo, d.To)
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			level := min(max(b.Level, 1), 4)
			w.text("h"+strconv.Itoa(level+1), headingStyles[level-1], w.numbers.heading(b))
		case Paragraph:
			w.paragraph(b)
		case Table:
			w.table(b)
		case Picture:
			w.picture(b)
		case Turn:
			w.tag("</section>\n<section" + map[bool]string{true: ` class="o-wide"`}[b.Landscape] + ">\n")
			w.landscape = b.Landscape
		}
	}
	for _, line := range d.attachments() {
		w.text("p", styleBody, line)
	}
	w.signature(d)
	w.tag("</section>\n</article>\n")
	return w.out.String()
}

type htmlWriter struct {
	out       strings.Builder
	numbers   numbering
	landscape bool
}

// tag writes our own markup.
func (w *htmlWriter) tag(markup string) { w.out.WriteString(markup) }

// text writes an element of a style.
func (w *htmlWriter) text(tag, style, text string) {
	w.tag("<" + tag + ` class="o-` + style + `">` + template.HTMLEscapeString(text) + "</" + tag + ">\n")
}

// some writes an element where there is text.
func (w *htmlWriter) some(tag, style, text string) {
	if text != "" {
		w.text(tag, style, text)
	}
}

func (w *htmlWriter) paragraph(p Paragraph) {
	lead := ""
	if p.Lead != "" {
		lead = `<span class="o-lead">` + template.HTMLEscapeString(p.Lead) + "</span>"
	}
	w.tag(`<p class="o-` + styleBody + `">` + lead + template.HTMLEscapeString(p.Text) + "</p>\n")
}

// signature stands a line below the text, as far from the edge as Style says.
func (w *htmlWriter) signature(d Document) {
	if d.Signature+d.Date == "" {
		return
	}
	w.text("p", styleBody, "\u00a0")
	w.some("p", styleSign+" o-signs", d.Signature)
	w.some("p", styleSign+" o-dated", d.Date)
}

func (w *htmlWriter) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	for _, line := range t.Form {
		w.text("p", styleForm, line)
	}
	w.some("p", styleCaption, w.numbers.table(t))
	if t.Left+t.Right != "" {
		w.line(styleAbove, t.Left, t.Right)
	}
	size := map[float64]string{9: " o-size-9", 7.5: " o-size-7-5"}[t.cellSize(w.landscape)]
	if t.together() {
		size += " o-together"
	}
	w.tag("<table" + anchor(t.ID) + ` class="o-` + styleCell + size + "\">\n<colgroup>")
	for _, width := range t.widths(1000) {
		w.tag(fmt.Sprintf(`<col width="%.1f%%">`, float64(width)/10))
	}
	w.tag("</colgroup>\n<thead>\n")
	for _, row := range t.header() {
		w.tag("<tr>")
		for _, head := range row {
			w.tag("<th" + span("colspan", head.columns()) + span("rowspan", head.rows()) + ">" + template.HTMLEscapeString(head.Text) + "</th>")
		}
		w.tag("</tr>\n")
	}
	w.tag("</thead>\n<tbody>\n")
	for _, row := range t.Rows {
		w.tag("<tr" + anchor(row.ID) + map[bool]string{true: ` class="o-total"`}[row.Total] + ">")
		for i, text := range row.Cells[:min(len(row.Cells), len(t.Columns))] {
			w.tag("<td" + map[bool]string{true: ` class="o-figure"`}[t.Columns[i].Figure] + ">" + template.HTMLEscapeString(text) + "</td>")
		}
		w.tag("</tr>\n")
	}
	w.tag("</tbody>\n</table>\n")
	if len(t.Foot) > 0 {
		w.line(styleNote, t.Foot...)
	}
	for _, note := range t.Notes {
		w.text("p", styleNote, note)
	}
	w.tag("<div class=\"o-gap\"></div>\n")
}

// line is texts spread over one line.
func (w *htmlWriter) line(style string, texts ...string) {
	w.tag(`<p class="o-` + style + ` o-line">`)
	for _, text := range texts {
		w.tag("<span>" + template.HTMLEscapeString(text) + "</span>")
	}
	w.tag("</p>\n")
}

// anchor is the id of an element, where it has one.
func anchor(id string) string {
	if id == "" {
		return ""
	}
	return ` id="` + template.HTMLEscapeString(id) + `"`
}

func span(name string, n int) string {
	if n <= 1 {
		return ""
	}
	return fmt.Sprintf(` %s="%d"`, name, n)
}

func (w *htmlWriter) picture(p Picture) {
	title := w.numbers.picture(p)
	if title != "" && p.Note != "" {
		title += "　" + p.Note
	}
	w.tag(fmt.Sprintf(`<p class="o-%s"><img alt="%s" width="%d" height="%d" src="data:image/svg+xml;base64,%s"></p>`+"\n",
		styleFigure, template.HTMLEscapeString(p.Alternative), p.Width, p.Height, base64.StdEncoding.EncodeToString(p.SVG)))
	w.some("p", styleCaption, title)
}
