package official

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// The namespaces and types of the parts.
const (
	word      = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages  = "http://schemas.openxmlformats.org/package/2006/"
	drawing   = "http://schemas.openxmlformats.org/drawingml/2006/"
	vector    = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
	typeOf    = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	typeProps = "application/vnd.openxmlformats-package.core-properties+xml"
)

// MediaType is that of the file that DOCX writes.
const MediaType = typeOf + "document"

// DOCX writes a document for word processors. The same document is the same bytes.
func DOCX(d Document) ([]byte, error) {
	w := &docxWriter{doc: d, base: d.size(), numbers: numbering{language: d.Language}}
	body := w.body()
	parts := []struct {
		name     string
		contents []byte
	}{
		{"[Content_Types].xml", contentTypes().part()},
		{"_rels/.rels", relationships(
			relation{"rId1", relations + "/officeDocument", "word/document.xml"},
			relation{"rId2", packages + "relationships/metadata/core-properties", "docProps/core.xml"}).part()},
		{"docProps/core.xml", d.properties().part()},
		{"word/document.xml", body.part()},
		{"word/_rels/document.xml.rels", relationships(w.relations()...).part()},
		{"word/styles.xml", w.styles().part()},
		{"word/settings.xml", settings().part()},
		{"word/fontTable.xml", fontTable().part()},
		{"word/footer1.xml", d.footer(alignRight).part()},
		{"word/footer2.xml", d.footer(alignLeft).part()},
	}
	for i, p := range w.pictures {
		name := "word/media/image" + strconv.Itoa(i+1)
		parts = append(parts, struct {
			name     string
			contents []byte
		}{name + ".png", p.PNG}, struct {
			name     string
			contents []byte
		}{name + ".svg", p.SVG})
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = f.Write(p.contents)
		}
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", p.name, err)
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// docxWriter writes the text, and collects its pictures.
type docxWriter struct {
	doc       Document
	base      float64
	numbers   numbering
	pictures  []Picture
	landscape bool
}

// points, and millimetres, are lengths in twips, twentieths of a point.
func points(n float64) string { return strconv.Itoa(int(math.Round(n * 20))) }

func millimetres(n float64) string { return points(n / 25.4 * 72) }

// halves is a size in half points.
func halves(size float64) string { return strconv.Itoa(int(math.Round(size * 2))) }

func value(name, v string) element { return el(name, "w:val", v) }

// paragraph is text in a style; what of its properties differs from the style comes before the text.
func paragraph(style string, properties []element, runs ...element) element {
	return el("w:p").of(el("w:pPr").of(value("w:pStyle", style)).of(properties...)).of(runs...)
}

func run(text string, properties ...element) element {
	r := el("w:r")
	if len(properties) > 0 {
		r = r.of(el("w:rPr").of(properties...))
	}
	return r.of(el("w:t").with(text))
}

func tab() element { return el("w:r").of(el("w:tab")) }

func (w *docxWriter) body() element {
	d := w.doc
	body := el("w:body").of(paragraph(styleTitle, nil, run(d.Title)))
	if d.Subtitle != "" {
		body = body.of(paragraph(styleSubtitle, nil, run(d.Subtitle)))
	}
	if d.To != "" {
		body = body.of(paragraph(styleTo, nil, run(d.To)))
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			body = body.of(paragraph(headingStyles[min(max(b.Level, 1), 4)-1], nil, run(w.numbers.heading(b))))
		case Paragraph:
			body = body.of(w.paragraph(b))
		case Table:
			body = body.of(w.table(b)...)
		case Picture:
			body = body.of(w.picture(b)...)
		case Turn:
			// A section ends with the paragraph that tells of it, which is so low that it finds room on a full page.
			body = body.of(paragraph(styleNote, []element{el("w:spacing", "w:line", "20", "w:lineRule", "exact"), w.section()}))
			w.landscape = b.Landscape
		}
	}
	for _, line := range d.attachments() {
		body = body.of(paragraph(styleBody, nil, run(line)))
	}
	body = body.of(w.signature()...).of(w.section())
	return el("w:document", "xmlns:w", word, "xmlns:r", relations, "xmlns:wp", drawing+"wordprocessingDrawing", "xmlns:a", drawing+"main",
		"xmlns:pic", drawing+"picture", "xmlns:asvg", vector).of(body)
}

func (w *docxWriter) paragraph(p Paragraph) element {
	if p.Lead == "" {
		return paragraph(styleBody, nil, run(p.Text))
	}
	return paragraph(styleBody, nil, run(p.Lead, fonts(faceKai), el("w:b")), run(p.Text))
}

// signature stands a line below the text.
func (w *docxWriter) signature() (lines []element) {
	sign, date := w.doc.signIndents()
	line := func(text string, ems float64) element {
		return paragraph(styleSign, []element{el("w:ind", "w:right", points(ems*w.base))}, run(text))
	}
	if w.doc.Signature+w.doc.Date != "" {
		lines = append(lines, paragraph(styleBody, nil))
	}
	if w.doc.Signature != "" {
		lines = append(lines, line(w.doc.Signature, sign))
	}
	if w.doc.Date != "" {
		lines = append(lines, line(w.doc.Date, date))
	}
	return lines
}

// textRoom is how wide the text is now, in millimetres.
func (w *docxWriter) textRoom() float64 {
	if w.landscape {
		return textHeight
	}
	return textWidth
}

// section is the sheet of what stands before it.
func (w *docxWriter) section() element {
	size := el("w:pgSz", "w:w", millimetres(sheetWidth), "w:h", millimetres(sheetHeight))
	margins := [4]float64{marginTop, marginRight, marginBottom, marginBinding}
	if w.landscape { // the sheet is turned, and bound at its top
		size = el("w:pgSz", "w:w", millimetres(sheetHeight), "w:h", millimetres(sheetWidth), "w:orient", "landscape")
		margins = [4]float64{marginBinding, marginTop, marginRight, marginBottom}
	}
	return el("w:sectPr").of(
		el("w:footerReference", "w:type", "default", "r:id", "rId4"),
		el("w:footerReference", "w:type", "even", "r:id", "rId5"),
		size,
		el("w:pgMar", "w:top", millimetres(margins[0]), "w:right", millimetres(margins[1]), "w:bottom", millimetres(margins[2]), "w:left", millimetres(margins[3]),
			"w:header", millimetres(15), "w:footer", millimetres(min(footerEdge, margins[2]-8)), "w:gutter", "0"),
	)
}

func (w *docxWriter) table(t Table) (all []element) {
	if len(t.Columns) == 0 {
		return nil
	}
	room := int(math.Round(w.textRoom() / 25.4 * 1440))
	for _, line := range t.Form {
		all = append(all, paragraph(styleForm, nil, run(line)))
	}
	if title := w.numbers.table(t); title != "" {
		all = append(all, paragraph(styleCaption, nil, run(title)))
	}
	right := el("w:tabs").of(el("w:tab", "w:val", "right", "w:pos", strconv.Itoa(room)))
	if t.Left+t.Right != "" {
		all = append(all, paragraph(styleAbove, []element{right}, run(t.Left), tab(), run(t.Right)))
	}
	all = append(all, w.grid(t, room))
	if len(t.Foot) > 0 {
		tabs, runs := el("w:tabs"), []element{}
		for i, text := range t.Foot {
			if i > 0 {
				tabs = tabs.of(el("w:tab", "w:val", "left", "w:pos", strconv.Itoa(room*i/len(t.Foot))))
				runs = append(runs, tab())
			}
			runs = append(runs, run(text))
		}
		all = append(all, paragraph(styleNote, []element{tabs}, runs...))
	}
	for _, note := range t.Notes {
		all = append(all, paragraph(styleNote, nil, run(note)))
	}
	return append(all, paragraph(styleNote, nil)) // two tables without anything between them are one
}

// grid is the table itself.
func (w *docxWriter) grid(t Table, room int) element {
	widths := t.widths(room)
	border := func(name, size string) element {
		return el(name, "w:val", "single", "w:sz", size, "w:space", "0", "w:color", "auto")
	}
	margin := func(name, wide string) element { return el(name, "w:w", wide, "w:type", "dxa") }
	table := el("w:tbl").of(el("w:tblPr").of(
		el("w:tblW", "w:w", strconv.Itoa(room), "w:type", "dxa"),
		el("w:tblBorders").of(border("w:top", "8"), border("w:left", "4"), border("w:bottom", "8"), border("w:right", "4"), border("w:insideH", "4"), border("w:insideV", "4")),
		el("w:tblLayout", "w:type", "fixed"),
		el("w:tblCellMar").of(margin("w:top", "30"), margin("w:left", "60"), margin("w:bottom", "30"), margin("w:right", "60")),
	))
	columns := el("w:tblGrid")
	for _, width := range widths {
		columns = columns.of(el("w:gridCol", "w:w", strconv.Itoa(width)))
	}
	table = table.of(columns)
	cells := cellWriter{widths: widths, size: t.cellSize(w.landscape), next: len(t.Rows) > 0}
	for _, row := range cells.header(t.header()) {
		table = table.of(row)
	}
	for i, row := range t.Rows {
		cells.next = (t.together() || i < 2) && i < len(t.Rows)-1 // a header does not stand alone at the end of a page
		line := el("w:tr").of(el("w:trPr").of(el("w:cantSplit")))
		for i, text := range row.Cells[:min(len(row.Cells), len(widths))] {
			a := alignLeft
			if t.Columns[i].Figure {
				a = alignRight
			}
			line = line.of(cells.cell(i, 1, "", a, row.Total, text))
		}
		table = table.of(line)
	}
	return table
}

// cellWriter writes the cells of one table.
type cellWriter struct {
	widths []int
	size   float64
	next   bool // the row stays with the next one
}

// cell is a cell that begins in a column and takes some; merge is "restart", "continue" or "".
func (c cellWriter) cell(column, columns int, merge string, a align, strong bool, text string) element {
	width := 0
	for _, w := range c.widths[column:min(column+columns, len(c.widths))] {
		width += w
	}
	properties := el("w:tcPr").of(el("w:tcW", "w:w", strconv.Itoa(width), "w:type", "dxa"))
	if columns > 1 {
		properties = properties.of(value("w:gridSpan", strconv.Itoa(columns)))
	}
	if merge != "" {
		properties = properties.of(value("w:vMerge", merge))
	}
	properties = properties.of(value("w:vAlign", "center"))
	size := []element{value("w:sz", halves(c.size)), value("w:szCs", halves(c.size))}
	if strong {
		size = append([]element{fonts(faceBlack)}, size...)
	}
	words := []element{}
	if text != "" {
		words = append(words, run(text, size...))
	}
	layout := []element{value("w:jc", string(a))}
	if c.next {
		layout = append([]element{el("w:keepNext")}, layout...)
	}
	return el("w:tc").of(properties, paragraph(styleCell, layout, words...))
}

// header writes the rows of a header; cells that one above or to the left takes are filled in.
func (c cellWriter) header(rows [][]Head) (lines []element) {
	open := make([]struct{ columns, rows int }, len(c.widths)) // by its first column, what a cell above still takes
	for _, row := range rows {
		line := el("w:tr").of(el("w:trPr").of(el("w:cantSplit"), el("w:tblHeader")))
		for column := 0; column < len(c.widths); {
			if above := &open[column]; above.rows > 0 {
				line = line.of(c.cell(column, above.columns, "continue", alignCentre, true, ""))
				above.rows--
				column += above.columns
				continue
			}
			head := Head{}
			if len(row) > 0 {
				head, row = row[0], row[1:]
			}
			merge := ""
			if head.rows() > 1 {
				merge = "restart"
				open[column].columns, open[column].rows = head.columns(), head.rows()-1
			}
			line = line.of(c.cell(column, head.columns(), merge, alignCentre, true, head.Text))
			column += head.columns()
		}
		lines = append(lines, line)
	}
	return lines
}

// picture is a drawing in the line, with its title below it.
func (w *docxWriter) picture(p Picture) []element {
	w.pictures = append(w.pictures, p)
	n := len(w.pictures)
	const perPixel = 9525 // English Metric Units
	wide, high := p.Width*perPixel, p.Height*perPixel
	if room := int(w.textRoom() * 36000); wide > room {
		wide, high = room, int(int64(high)*int64(room)/int64(wide))
	}
	size := []string{"cx", strconv.Itoa(wide), "cy", strconv.Itoa(high)}
	name := []string{"id", strconv.Itoa(n), "name", "image" + strconv.Itoa(n), "descr", p.Alternative}
	drawn := el("w:r").of(el("w:drawing").of(el("wp:inline", "distT", "0", "distB", "0", "distL", "0", "distR", "0").of(
		el("wp:extent", size...),
		el("wp:docPr", name...),
		el("a:graphic").of(el("a:graphicData", "uri", drawing+"picture").of(el("pic:pic").of(
			el("pic:nvPicPr").of(el("pic:cNvPr", name...), el("pic:cNvPicPr")),
			el("pic:blipFill").of(
				el("a:blip", "r:embed", w.media(n, "png")).of(el("a:extLst").of(
					el("a:ext", "uri", "{96DAC541-7B7A-43D3-8B79-37D633B846F1}").of(el("asvg:svgBlip", "r:embed", w.media(n, "svg"))))),
				el("a:stretch").of(el("a:fillRect")),
			),
			el("pic:spPr").of(
				el("a:xfrm").of(el("a:off", "x", "0", "y", "0"), el("a:ext", size...)),
				el("a:prstGeom", "prst", "rect").of(el("a:avLst")),
			),
		))),
	)))
	all := []element{paragraph(styleFigure, nil, drawn)}
	if title := w.numbers.picture(p); title != "" {
		if p.Note != "" {
			title += "　" + p.Note
		}
		all = append(all, paragraph(styleCaption, []element{el("w:keepNext", "w:val", "0")}, run(title)))
	}
	return all
}

// media is the relation of a picture.
func (w *docxWriter) media(n int, kind string) string { return kind + strconv.Itoa(n) }
