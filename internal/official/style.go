package official

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// The sheet, in millimetres.
const (
	sheetWidth, sheetHeight  = 210, 297
	marginTop, marginBinding = 37, 28
	textWidth, textHeight    = 156, 225
	marginRight              = sheetWidth - marginBinding - textWidth
	marginBottom             = sheetHeight - marginTop - textHeight
	footerEdge               = 23 // from the edge of the sheet to the page number, which stands 7 mm below the text
)

// The text, in points: 22 lines of 28 letters of size 3, which are 448 points wide where there is room for 442. In DOCX the letters
// are two hundredths narrower: LibreOffice loses full stops at the end of lines whose letters stand closer, and reads the grid of
// Word otherwise. In HTML, which knows no narrower letters, they stand a quarter of a point closer.
const (
	letter  = 16.0
	pitch   = 28.95
	narrow  = 98 // percent
	closer  = 0.25
	perLine = 28
	lines   = 22
)

// face is a font by its names.
type face struct {
	name        string // as official documents name it
	alternative string // that Windows or an office suite has
	css         string
}

var (
	faceTitle = face{"方正小标宋简体", "华文中宋", `"方正小标宋简体", FZXiaoBiaoSong-B05S, "方正小标宋_GBK", 华文中宋, STZhongsong, "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif`}
	faceBlack = face{"黑体", "SimHei", `黑体, SimHei, STHeiti, "Noto Sans CJK SC", "Source Han Sans SC", sans-serif`}
	faceKai   = face{"楷体_GB2312", "楷体", `"楷体_GB2312", 楷体, KaiTi, STKaiti, "AR PL UKai CN", "Noto Serif CJK SC", serif`}
	faceFang  = face{"仿宋_GB2312", "仿宋", `"仿宋_GB2312", 仿宋, FangSong, STFangsong, "Noto Serif CJK SC", serif`}
	faceSong  = face{"宋体", "SimSun", `宋体, SimSun, "Songti SC", "Noto Serif CJK SC", serif`}
)

var faces = []face{faceTitle, faceBlack, faceKai, faceFang, faceSong}

// latin is what letters and digits of the text are set in.
const latin = "Times New Roman"

type align string

const (
	alignLeft   align = "left"
	alignRight  align = "right"
	alignCentre align = "center"
	alignBoth   align = "both"
)

// style is how a kind of paragraph looks. Lengths are in points.
type style struct {
	id, name string
	face     face
	size     float64
	line     float64 // the pitch of its lines; 0 for as high as what stands in them
	align    align
	indent   bool // of the first line, by two letters
	before   float64
	after    float64
	bold     bool
	close    bool // 28 letters fit a line
	next     bool // stays with what follows
	level    int  // in the outline
}

// The styles by what they are for.
const (
	styleTitle    = "Title"
	styleSubtitle = "Subtitle"
	styleTo       = "Addressee"
	styleBody     = "Text"
	styleCaption  = "TableTitle"
	styleAbove    = "TableLine"
	styleForm     = "TableForm"
	styleCell     = "TableCell"
	styleNote     = "TableNote"
	styleFigure   = "Figure"
	styleSign     = "Signature"
	stylePage     = "PageNumber"
)

var headingStyles = []string{"Heading1", "Heading2", "Heading3", "Heading4"}

// styles are all of a document whose text has a size.
func styles(base float64) []style {
	line := pitch * base / letter
	table := min(base, 14.0)
	return []style{
		{id: styleTitle, name: "Title", face: faceTitle, size: 22 * max(base, 14) / letter, line: 35 * base / letter, align: alignCentre, after: line / 2, next: true},
		{id: styleSubtitle, name: "Subtitle", face: faceKai, size: base, line: line, align: alignCentre, after: line / 2, next: true},
		{id: styleTo, name: "Addressee", face: faceFang, size: base, line: line, align: alignBoth, close: true},
		{id: headingStyles[0], name: "heading 1", face: faceBlack, size: base, line: line, align: alignBoth, indent: true, next: true, level: 1, close: true},
		{id: headingStyles[1], name: "heading 2", face: faceKai, size: base, line: line, align: alignBoth, indent: true, next: true, level: 2, close: true},
		{id: headingStyles[2], name: "heading 3", face: faceFang, size: base, line: line, align: alignBoth, indent: true, next: true, level: 3, close: true, bold: true},
		{id: headingStyles[3], name: "heading 4", face: faceFang, size: base, line: line, align: alignBoth, indent: true, next: true, level: 4, close: true},
		{id: styleBody, name: "Official Text", face: faceFang, size: base, line: line, align: alignBoth, indent: true, close: true},
		{id: styleCaption, name: "Table Title", face: faceBlack, size: table, line: table * 1.6, align: alignCentre, before: line / 3, next: true},
		{id: styleForm, name: "Table Form", face: faceFang, size: 10.5, line: 15, align: alignRight, next: true},
		{id: styleAbove, name: "Table Line", face: faceFang, size: 10.5, line: 17, align: alignLeft, next: true},
		{id: styleCell, name: "Table Cell", face: faceSong, size: 10.5, align: alignLeft},
		{id: styleNote, name: "Table Note", face: faceFang, size: 9, line: 14, align: alignBoth},
		{id: styleFigure, name: "Figure", face: faceFang, size: 10.5, align: alignCentre, before: line / 3, next: true},
		{id: styleSign, name: "Signature", face: faceFang, size: base, line: line, align: alignRight, next: true, close: true},
		{id: stylePage, name: "Page Number Line", face: faceSong, size: 14, line: 20, align: alignLeft},
	}
}

// cellSize is the size of a table's letters by how many columns it has: what is too wide for a line is read less easily than what
// is small.
func (t Table) cellSize(landscape bool) float64 {
	n := len(t.Columns)
	if landscape {
		n = n * 2 / 3
	}
	switch {
	case n <= 6:
		return 10.5
	case n <= 9:
		return 9
	}
	return 7.5
}

// sizes are those that the text of one page may take: 3, 4, small 4, 5 and small 5.
var sizes = []float64{16, 14, 12, 10.5, 9}

// wordWrap is how much more room words take than their letters: they are not divided at the end of a line, and the letters of
// fonts that stand in for others are wider.
const wordWrap = 1.2

// size is that of the text: 3, or for one page the largest that is reckoned to fit it.
func (d Document) size() float64 {
	if !d.OnePage {
		return letter
	}
	for _, size := range sizes {
		if d.height(size) <= textHeight/25.4*72 {
			return size
		}
	}
	return sizes[len(sizes)-1]
}

// height reckons how high the text is in points. Tables and pictures are counted as their rows and heights.
func (d Document) height(size float64) float64 {
	line := pitch * size / letter
	room := perLine * letter / size
	if d.Language != "zh" {
		room /= wordWrap
	}
	rows := func(text string, indent float64) float64 {
		return math.Max(1, math.Ceil((ems(text)+indent)/room)) * line
	}
	sum := math.Ceil(ems(d.Title)*22/letter/room)*35*size/letter + line/2
	if d.Subtitle != "" {
		sum += 1.5 * line
	}
	if d.To != "" {
		sum += rows(d.To, 0)
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			sum += rows(b.Text, 5)
		case Paragraph:
			sum += rows(b.Lead+b.Text, 2)
		case Table:
			sum += float64(len(b.header())+len(b.Rows))*18 + float64(len(b.Notes))*14 + 2*line
		case Picture:
			sum += float64(b.Height)*min(1, textWidth/25.4*96/float64(max(b.Width, 1)))*0.75 + 2*line
		}
	}
	sum += float64(len(d.Attachments)) * line
	if d.Signature+d.Date != "" {
		sum += 3 * line
	}
	return sum
}

// ems is how wide a text is: Chinese letters 1, others a half.
func ems(text string) float64 {
	sum := 0.0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
			sum++
		default:
			sum += 0.5
		}
	}
	return sum
}

// Set takes out of a Chinese text the spaces that screens put between Chinese letters and figures; official documents have none.
func Set(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for i, r := range runes {
		if r == ' ' && i > 0 && i+1 < len(runes) && (chinese(runes[i-1]) || chinese(runes[i+1])) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// chinese tells letters and signs of Chinese.
func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r == '“' || r == '”'
}

// signIndents are how far the signature and the date stand from the right edge, in ems: the date by four letters, and the one that
// is shorter in the middle of the other.
func (d Document) signIndents() (signature, date float64) {
	wide, day := ems(d.Signature), ems(d.Date)
	if wide <= day {
		return 4 + (day-wide)/2, 4
	}
	return 2, 2 + (wide-day)/2
}
