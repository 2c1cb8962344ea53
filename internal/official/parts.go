package official

import (
	"strconv"
	"time"
)

// The parts of a DOCX beside its text.

func contentTypes() element {
	types := el("Types", "xmlns", packages+"content-types").of(
		el("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"),
		el("Default", "Extension", "xml", "ContentType", "application/xml"),
		el("Default", "Extension", "png", "ContentType", "image/png"),
		el("Default", "Extension", "svg", "ContentType", "image/svg+xml"),
		el("Override", "PartName", "/docProps/core.xml", "ContentType", typeProps),
	)
	for _, part := range []struct{ name, kind string }{
		{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}, {"footer1", "footer"}, {"footer2", "footer"},
	} {
		types = types.of(el("Override", "PartName", "/word/"+part.name+".xml", "ContentType", typeOf+part.kind+"+xml"))
	}
	return types
}

type relation struct{ id, kind, target string }

func relationships(list ...relation) element {
	all := el("Relationships", "xmlns", packages+"relationships")
	for _, r := range list {
		all = all.of(el("Relationship", "Id", r.id, "Type", r.kind, "Target", r.target))
	}
	return all
}

func (w *docxWriter) relations() []relation {
	list := []relation{
		{"rId1", relations + "/styles", "styles.xml"},
		{"rId2", relations + "/settings", "settings.xml"},
		{"rId3", relations + "/fontTable", "fontTable.xml"},
		{"rId4", relations + "/footer", "footer1.xml"},
		{"rId5", relations + "/footer", "footer2.xml"},
	}
	for i := range w.pictures {
		for _, kind := range []string{"png", "svg"} {
			list = append(list, relation{w.media(i+1, kind), relations + "/image", "media/image" + strconv.Itoa(i+1) + "." + kind})
		}
	}
	return list
}

func (d Document) properties() element {
	all := el("cp:coreProperties", "xmlns:cp", packages+"metadata/core-properties", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").of(
		el("dc:title").with(d.Title),
		el("dc:creator").with(d.Author),
	)
	if !d.Made.IsZero() {
		at := d.Made.UTC().Format(time.RFC3339)
		all = all.of(
			el("dcterms:created", "xsi:type", "dcterms:W3CDTF").with(at),
			el("dcterms:modified", "xsi:type", "dcterms:W3CDTF").with(at),
		)
	}
	return all
}

// settings make footers differ by odd and even pages, and set Chinese punctuation as Chinese documents do.
func settings() element {
	return el("w:settings", "xmlns:w", word).of(
		el("w:evenAndOddHeaders"),
		value("w:defaultTabStop", "420"),
		value("w:characterSpacingControl", "doNotCompress"),
		el("w:compat").of(el("w:compatSetting", "w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val", "15")),
		el("w:themeFontLang", "w:val", "en-US", "w:eastAsia", "zh-CN"),
	)
}

func fontTable() element {
	table := el("w:fonts", "xmlns:w", word)
	for _, f := range faces {
		table = table.of(el("w:font", "w:name", f.name).of(value("w:altName", f.alternative), value("w:charset", "86"), value("w:family", "auto"), value("w:pitch", "default")))
	}
	return table.of(el("w:font", "w:name", latin).of(value("w:charset", "00"), value("w:family", "roman"), value("w:pitch", "variable")))
}

// fonts are those of text in a face: its own for Chinese, one for letters and digits.
func fonts(f face) element {
	return el("w:rFonts", "w:ascii", latin, "w:hAnsi", latin, "w:eastAsia", f.name, "w:cs", latin)
}

// styles is the part of styles.
func (w *docxWriter) styles() element {
	language := el("w:lang", "w:val", "en-US", "w:eastAsia", "zh-CN")
	all := el("w:styles", "xmlns:w", word).of(
		el("w:docDefaults").of(
			el("w:rPrDefault").of(el("w:rPr").of(fonts(faceFang), value("w:sz", halves(w.base)), value("w:szCs", halves(w.base)), language)),
			el("w:pPrDefault"),
		),
		el("w:style", "w:type", "paragraph", "w:default", "1", "w:styleId", "Normal").of(value("w:name", "Normal"), el("w:qFormat"),
			el("w:pPr").of(value("w:widowControl", "0"))),
		el("w:style", "w:type", "table", "w:default", "1", "w:styleId", "TableNormal").of(value("w:name", "Normal Table")),
	)
	for _, s := range styles(w.base) {
		all = all.of(s.element())
	}
	return all
}

func (s style) element() element {
	p := el("w:pPr")
	if s.next {
		p = p.of(el("w:keepNext"))
	}
	p = p.of(value("w:widowControl", "0"))
	spacing := el("w:spacing", "w:before", points(s.before), "w:after", points(s.after))
	if s.line > 0 {
		spacing.pairs = append(spacing.pairs, "w:line", points(s.line), "w:lineRule", "exact")
	}
	p = p.of(value("w:overflowPunct", "0"), value("w:snapToGrid", "0"), spacing)
	if s.indent {
		p = p.of(el("w:ind", "w:firstLineChars", "200", "w:firstLine", points(2*s.size*narrow/100)))
	}
	p = p.of(value("w:jc", string(s.align)))
	if s.level > 0 {
		p = p.of(value("w:outlineLvl", strconv.Itoa(s.level-1)))
	}
	r := el("w:rPr").of(fonts(s.face))
	if s.bold {
		r = r.of(el("w:b"))
	}
	if s.close {
		r = r.of(value("w:w", strconv.Itoa(narrow)))
	}
	r = r.of(value("w:sz", halves(s.size)), value("w:szCs", halves(s.size)))
	return el("w:style", "w:type", "paragraph", "w:styleId", s.id).of(value("w:name", s.name), value("w:basedOn", "Normal"), el("w:qFormat"), p, r)
}

// footer is the page number at the outer edge, a letter away from it: — 1 —.
func (d Document) footer(a align) element {
	footer := el("w:ftr", "xmlns:w", word, "xmlns:r", relations)
	if d.OnePage {
		return footer.of(paragraph(stylePage, nil))
	}
	edge := el("w:ind", "w:"+string(a), "280")
	field := func(kind string) element { return el("w:r").of(el("w:fldChar", "w:fldCharType", kind)) }
	return footer.of(paragraph(stylePage, []element{edge, value("w:jc", string(a))},
		run("— "), field("begin"), el("w:r").of(el("w:instrText").with(" PAGE ")), field("separate"), run("1"), field("end"), run(" —")))
}
