package chart

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Scale is how many pixels of a PNG one CSS pixel takes: 240 dots an inch on a chart that is as wide as the text of a sheet.
const Scale = 2.5

// letters measures and draws text in a font of several parts. It is safe for several callers.
type letters struct {
	mu     sync.Mutex
	parts  []*sfnt.Font
	buffer sfnt.Buffer
}

func newLetters(parts [][]byte) (*letters, error) {
	l := &letters{}
	for _, part := range parts {
		f, err := sfnt.Parse(part)
		if err != nil {
			return nil, err
		}
		l.parts = append(l.parts, f)
	}
	return l, nil
}

var fontSize = regexp.MustCompile(`([\d.]+)px`)

// width is how wide a text is in a CSS font such as "bold 12px sans-serif", in pixels.
func (l *letters) width(text, css string) float64 {
	size := 12.0
	if m := fontSize.FindStringSubmatch(css); m != nil {
		size, _ = strconv.ParseFloat(m[1], 64) // digits and a point
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.advance(text) * size
}

// advance is how wide a text is, in ems.
func (l *letters) advance(text string) float64 {
	sum := 0.0
	for _, r := range text {
		_, wide := l.glyph(r)
		sum += wide
	}
	return sum
}

// glyph is a letter in a part of the font.
type glyph struct {
	font  *sfnt.Font
	index sfnt.GlyphIndex
	em    fixed.Int26_6
}

// glyph finds a letter and its width in ems; what no part has is the empty box of the first.
func (l *letters) glyph(r rune) (glyph, float64) {
	found := glyph{font: l.parts[0]}
	for _, part := range l.parts {
		if index, err := part.GlyphIndex(&l.buffer, r); err == nil && index > 0 {
			found = glyph{font: part, index: index}
			break
		}
	}
	found.em = fixed.I(int(found.font.UnitsPerEm()))
	wide, err := found.font.GlyphAdvance(&l.buffer, found.index, found.em, font.HintingNone)
	if err != nil {
		return found, 1
	}
	return found, float64(wide) / float64(found.em)
}

// outline writes a text as the data of an SVG path whose first letter begins at x on the line y.
func (l *letters) outline(text string, x, y, size float64) string {
	var b strings.Builder
	for _, r := range text {
		g, wide := l.glyph(r)
		segments, err := g.font.LoadGlyph(&l.buffer, g.index, g.em, nil)
		if err == nil {
			for i, s := range segments {
				at := func(p fixed.Point26_6) {
					scale := size / float64(g.em)
					fmt.Fprintf(&b, "%.3f %.3f ", x+float64(p.X)*scale, y+float64(p.Y)*scale)
				}
				if s.Op == sfnt.SegmentOpMoveTo && i > 0 {
					b.WriteString("Z")
				}
				b.WriteString([]string{"M", "L", "Q", "C"}[s.Op])
				for _, p := range s.Args[:[]int{1, 1, 2, 3}[s.Op]] {
					at(p)
				}
			}
			if len(segments) > 0 {
				b.WriteString("Z")
			}
		}
		x += wide * size
	}
	return b.String()
}

// png draws an SVG of ECharts as pixels on white.
func (l *letters) png(svg []byte, width, height int) ([]byte, error) {
	shapes, err := l.shapes(svg)
	if err != nil {
		return nil, err
	}
	icon, err := oksvg.ReadIconStream(bytes.NewReader(shapes), oksvg.IgnoreErrorMode)
	if err != nil {
		return nil, err
	}
	w, h := int(float64(width)*Scale), int(float64(height)*Scale)
	icon.SetTarget(0, 0, float64(w), float64(h))
	sheet := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	icon.Draw(rasterx.NewDasher(w, h, &scanner{to: sheet}), 1)
	var out bytes.Buffer
	err = png.Encode(&out, sheet)
	return out.Bytes(), err
}

// shapes rewrites an SVG so that it has shapes only: text becomes its outlines, and what is filled with a pattern is left out,
// because it is a hatching over a shape that is drawn by itself.
func (l *letters) shapes(svg []byte) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out bytes.Buffer
	in, to := xml.NewDecoder(bytes.NewReader(svg)), xml.NewEncoder(&out)
	skipped := 0 // how deep within something that is left out
	for {
		token, err := in.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if skipped > 0 || t.Name.Local == "defs" || t.Name.Local == "text" || strings.HasPrefix(attribute(t, "fill"), "url(") {
				if t.Name.Local == "text" && skipped == 0 {
					if err := l.text(in, to, t); err != nil {
						return nil, err
					}
					continue
				}
				skipped++
				continue
			}
			err = to.EncodeToken(shape(t))
		case xml.EndElement:
			if skipped > 0 {
				skipped--
				continue
			}
			err = to.EncodeToken(t)
		}
		if err != nil {
			return nil, err
		}
	}
	err := to.Close()
	return out.Bytes(), err
}

// shape is an element without what the rasteriser does not know, its lines as thick as they are on the picture: it scales places
// but not lines.
func shape(e xml.StartElement) xml.StartElement {
	kept := xml.StartElement{Name: e.Name}
	set := func(name, value string) {
		kept.Attr = append(kept.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: value})
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Space != "" || slices.Contains([]string{"xmlns", "font-family", "style", "stroke-width", "clip-path", "paint-order"}, a.Name.Local):
		case a.Name.Local == "stroke-dasharray":
			lengths := strings.FieldsFunc(a.Value, func(r rune) bool { return r == ',' || r == ' ' })
			for i := range lengths {
				lengths[i] = scaled(lengths[i])
			}
			set(a.Name.Local, strings.Join(lengths, ","))
		default:
			set(a.Name.Local, a.Value)
		}
	}
	if attribute(e, "stroke") != "" {
		set("stroke-width", scaled(cmp.Or(attribute(e, "stroke-width"), "1")))
	}
	return kept
}

// scaled is a length of the SVG as pixels.
func scaled(length string) string {
	n, err := strconv.ParseFloat(length, 64)
	if err != nil {
		return length
	}
	return strconv.FormatFloat(n*Scale, 'f', -1, 64)
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// How far below the point of a text its line of letters lies, in ems, by what the point means.
var baselines = map[string]float64{"central": 0.38, "middle": 0.38, "hanging": 0.88, "text-before-edge": 0.88, "text-after-edge": -0.12}

// text writes a text element as a path, up to its end.
func (l *letters) text(in *xml.Decoder, to *xml.Encoder, e xml.StartElement) error {
	var words strings.Builder
	for {
		token, err := in.RawToken()
		if err != nil {
			return err
		}
		if t, ok := token.(xml.CharData); ok {
			words.Write(t)
		} else if _, ok := token.(xml.EndElement); ok {
			break
		}
	}
	style := attribute(e, "style")
	size := 12.0
	if m := fontSize.FindStringSubmatch(style); m != nil {
		size, _ = strconv.ParseFloat(m[1], 64) // digits and a point
	}
	number := func(name string) float64 {
		n, _ := strconv.ParseFloat(attribute(e, name), 64) // none is 0
		return n
	}
	x, y := number("x"), number("y")+baselines[attribute(e, "dominant-baseline")]*size
	switch attribute(e, "text-anchor") {
	case "middle":
		x -= l.advance(words.String()) * size / 2
	case "end":
		x -= l.advance(words.String()) * size
	}
	path := xml.StartElement{Name: xml.Name{Local: "path"}}
	set := func(name, value string) {
		if value != "" {
			path.Attr = append(path.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: value})
		}
	}
	set("d", l.outline(words.String(), x, y, size))
	set("transform", attribute(e, "transform"))
	set("fill", attribute(e, "fill"))
	set("fill-opacity", attribute(e, "fill-opacity"))
	if strings.Contains(style, "font-weight:bold") || strings.Contains(style, "font-weight:600") || strings.Contains(style, "font-weight:700") {
		set("stroke", attribute(e, "fill")) // one font is enough: bold letters are letters with an edge
		set("stroke-width", strconv.FormatFloat(size/24*Scale, 'f', 2, 64))
	}
	if err := to.EncodeToken(path); err != nil {
		return err
	}
	return to.EncodeToken(path.End())
}
