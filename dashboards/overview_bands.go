package dashboards

import (
	"errors"
	"maps"
	"slices"

	"jianfu/internal/contribution"
	"jianfu/internal/disclosure"
	"jianfu/internal/money"
	"jianfu/queries"
)

// Bands is the distribution of units by how far their burden changed: small multiples, one a size, that are a table at
// the same time.
type Bands struct {
	Block
	Columns []string
	Rows    []BandLine
}

// BandLine is a band, with its units in all sizes and in each.
type BandLine struct {
	ID    string
	Name  string
	Tone  Tone
	Cells []BandCell
}

// BandCell counts units; Share is the width of its bar, in percent of the units of its column.
type BandCell struct {
	Count  string
	Shares string // in words
	Share  float32
	Hover  string
	Link   string
}

// band is the row of a size, "" for all, and a band.
func (b builder) band(size, band string) (queries.BandRow, bool) {
	at := slices.IndexFunc(b.o.ByBand, func(r queries.BandRow) bool { return r.Size == size && r.Band == band })
	if at < 0 {
		return queries.BandRow{Size: size, Band: band}, false
	}
	return b.o.ByBand[at], !b.hidden.Band(size, band)
}

// bandKey is how hidden bands are named.
func bandKey(size, band string) string { return size + "/" + band }

// bandTone is the news of a band.
func bandTone(band string) Tone {
	switch slices.Index(queries.Bands, band) {
	case 0, 1, 2:
		return ToneReduction
	case 3:
		return ToneNone
	}
	return ToneIncrease
}

func (b builder) bands() Bands {
	p := b.p
	block := Bands{Block: Block{ID: "bands", Title: p.T("web.block.bands"), Note: p.T("web.note.bands")}}
	if len(b.o.ByBand) == 0 {
		return block
	}
	sizes := []string{""}
	block.Columns = []string{p.T("web.all_sizes")}
	for _, size := range words(contribution.Sizes) {
		if slices.ContainsFunc(b.o.ByBand, func(r queries.BandRow) bool { return r.Size == size }) {
			sizes = append(sizes, size)
			block.Columns = append(block.Columns, b.names.Word("size")(size))
		}
	}
	units := map[string]uint64{}
	for _, r := range b.o.ByBand {
		units[r.Size] += r.Units
	}
	for _, band := range queries.Bands {
		line := BandLine{ID: band, Name: p.T("web.band." + band), Tone: bandTone(band)}
		for _, size := range sizes {
			line.Cells = append(line.Cells, b.bandCell(size, band, units[size]))
		}
		block.Rows = append(block.Rows, line)
	}
	if most, ok := b.band("", queries.Bands[0]); ok && units[""] > 0 {
		block.Lead = p.T("web.lead.bands", "units", count(most.Units), "share", percent(p, money.Fen(most.Units), money.Fen(units[""]))) //nolint:gosec // counts
	}
	block.Table = b.bandTable(sizes)
	return block
}

func (b builder) bandCell(size, band string, all uint64) BandCell {
	if b.hidden.Band(size, band) {
		return BandCell{Count: Concealed}
	}
	r, _ := b.band(size, band)
	if r.Units == 0 || all == 0 {
		return BandCell{Count: "0"}
	}
	cell := BandCell{Count: count(r.Units), Share: float32(r.Units) * 100 / float32(all),
		Shares: percent(b.p, money.Fen(r.Units), money.Fen(all)), Hover: b.p.T("web.band.persons", "persons", count(r.Persons))} //nolint:gosec // counts
	cell.Link = b.link.to(append(sizeMark(size), "band", band)...)
	return cell
}

// sizeMark names a size to a Linker, and nothing where it is all.
func sizeMark(size string) []string {
	if size == "" {
		return nil
	}
	return []string{"size", size}
}

// bandTable counts units and persons by band and size.
func (b builder) bandTable(sizes []string) Table {
	p := b.p
	t := Table{ID: "bands", Title: p.T("web.block.bands")}
	t.Columns = []Column{{"key", p.T("web.column.code"), KindCode}, {"band", p.T("web.column.band"), KindText}}
	for _, size := range sizes {
		name := p.T("web.all_sizes")
		if size != "" {
			name = b.names.Word("size")(size)
		}
		t.Columns = append(t.Columns, Column{"units_" + size, p.T("web.column.band_units", "size", name), KindCount},
			Column{"persons_" + size, p.T("web.column.band_persons", "size", name), KindCount})
	}
	total := make([]queries.BandRow, len(sizes))
	for _, band := range queries.Bands {
		row := []Cell{textCell(band), textCell(p.T("web.band." + band))}
		for i, size := range sizes {
			r, _ := b.band(size, band)
			total[i].Units, total[i].Persons = total[i].Units+r.Units, total[i].Persons+r.Persons
			if b.hidden.Band(size, band) {
				t.Sums = CheckHidden
				row = append(row, concealed([]Cell{{}, {}}, 0)...)
				continue
			}
			units := countCell(r.Units)
			if r.Units > 0 {
				units = units.to(b.link.to(append(sizeMark(size), "band", band)...))
			}
			row = append(row, units, countCell(r.Persons))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Total = []Cell{textCell(""), textCell(p.T("web.total"))}
	for i, size := range sizes {
		if t.Sums == CheckHidden {
			t.Total = append(t.Total, concealed([]Cell{{}, {}}, 0)...)
			continue
		}
		t.Total = append(t.Total, countCell(total[i].Units).to(b.link.to(append(sizeMark(size), "total", "")...)), countCell(total[i].Persons))
	}
	t.check(total[0].Units == b.o.Total.Units)
	return t
}

// Band tells whether the units of a size, "" for all, in a band are hidden.
func (h Hidden) Band(size, band string) bool {
	_, hidden := h.cells["band|"+bandKey(size, band)]
	return h.All() || hidden
}

// concealBands takes out of an overview the bands of sizes of which it is hidden what became of units: all of them, so that
// nobody knows either which have no unit. Of the others it decides on this page which are about too few persons, or would give
// one away that is.
func concealBands(o *queries.Overview, hidden *Hidden) {
	hidden.cells = maps.Clone(hidden.cells)
	if hidden.cells == nil {
		hidden.cells = map[string]disclosure.Cause{}
	}
	kept := []queries.BandRow{}
	sizes := []string{""}
	for _, r := range o.ByBand {
		there := func(m queries.MemberRow) bool { return m.Key == r.Size }
		if !slices.Contains(sizes, r.Size) && slices.ContainsFunc(o.BySize, there) {
			sizes = append(sizes, r.Size)
		}
	}
	for _, r := range o.BySize { // also those that are hidden and have nobody
		if !slices.Contains(sizes, r.Key) {
			sizes = append(sizes, r.Key)
		}
	}
	var shown []queries.BandRow
	whole := true
	for _, size := range sizes {
		if hidden.Fates(sizeMark(size)...) {
			whole = false
			for _, band := range queries.Bands {
				hidden.cells["band|"+bandKey(size, band)] = disclosure.Few
				kept = append(kept, queries.BandRow{Size: size, Band: band})
			}
			continue
		}
		shown = append(shown, slices.DeleteFunc(slices.Clone(o.ByBand), func(r queries.BandRow) bool { return r.Size != size })...)
	}
	for key, cause := range fewInBands(shown, whole, hidden.Least) {
		hidden.cells["band|"+key] = cause
	}
	for _, r := range shown {
		if hidden.Band(r.Size, r.Band) {
			r = queries.BandRow{Size: r.Size, Band: r.Band}
		}
		kept = append(kept, r)
	}
	o.ByBand = kept
}

// fewInBands are the bands that are about too few persons, or would give one away that is. How many units a size has is shown
// beside the states; where all sizes are there, bands of all sizes are the sums of theirs.
func fewInBands(rows []queries.BandRow, whole bool, least int64) map[string]disclosure.Cause {
	var cells disclosure.Cells
	bySize, byBand := map[string][]string{}, map[string][]string{}
	for _, r := range rows {
		key := bandKey(r.Size, r.Band)
		cells.Cell(key, int64(r.Fewest), r.Units == 0) //nolint:gosec // a count of persons
		bySize[r.Size] = append(bySize[r.Size], key)
		if r.Size != "" && whole {
			byBand[r.Band] = append(byBand[r.Band], key)
		}
	}
	var wrong error
	for _, size := range slices.Sorted(maps.Keys(bySize)) {
		cells.Cell(bandKey(size, "all"), manyPersons, false)
		wrong = errors.Join(wrong, cells.Sum(bandKey(size, "all"), bySize[size]...))
	}
	for _, band := range slices.Sorted(maps.Keys(byBand)) {
		wrong = errors.Join(wrong, cells.Sum(bandKey("", band), byBand[band]...))
	}
	few := cells.Hidden(least)
	if wrong != nil { // a sum that does not stand: better nothing than too much
		for _, r := range rows {
			few[bandKey(r.Size, r.Band)] = disclosure.Few
		}
	}
	return few
}

// manyPersons stands behind what is shown elsewhere anyway.
const manyPersons = 1 << 40

// concealPlaces takes out of an overview where reasons lie and where burdens rose, as far as the reader must not see it.
func concealPlaces(o *queries.Overview, hidden Hidden) {
	o.ByReason = slices.Clone(o.ByReason)
	for i, r := range o.ByReason {
		if slices.ContainsFunc(r.ByRegion, func(place queries.ReasonPlace) bool {
			return hidden.Of(queries.AxisReason, r.Reason, "region", place.Region)
		}) {
			o.ByReason[i].ByRegion = nil // the largest of those that are left need not be the largest
		}
	}
	o.Increased = slices.DeleteFunc(slices.Clone(o.Increased), func(r queries.IncreasedRow) bool {
		return int64(r.Fewest) < hidden.Least || hidden.level("section") != "section" || hidden.Of("county", r.Region, "section", r.Section) //nolint:gosec // persons
	})
	if u := o.Uncovered; u != nil && int64(u.Units) < hidden.Least { //nolint:gosec // a count of units
		o.Uncovered = nil
	}
}
