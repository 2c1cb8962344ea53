// Package dimension is the list of what figures are divided by and narrowed to: regions, industries, sizes and so on. What pages,
// files, the JSON interface, alerts and reports need to know of a dimension stands in All, and they go through it instead of
// naming each. A new dimension is an entry there with a field in Narrow and in By (and in Words, where it is a word of a unit), a
// column of its name in the store and in the statements, and its words in internal/i18n.
package dimension

import (
	"slices"
	"strings"

	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/region"
)

// The dimensions by their IDs.
const (
	Region       = "region"
	Industry     = "industry"
	Size         = "size"
	EconomicType = "economic_type"
	UnitKind     = "unit_kind"
	Insurance    = "insurance"
)

// Nothing is the key in addresses of the units that have no member of a dimension which not all units have.
const Nothing = "-"

// Dimension is one way of dividing figures.
type Dimension struct {
	ID     string   // the parameter in addresses and of statements, the property in JSON; names are "web.filter.<id>" and such
	Plural string   // what blocks, tables and their files are called
	Column string   // of units and burdens in the store
	Below  string   // what marks, files and statements call the members one level below a view
	Words  []string // the members of a code list, in its order, which "web.<id>.<word>" names; nil where members are codes
	Levels []Level  // the widest first; a code list has one
	Shared bool     // a unit may be in several members at once, so that neither units nor states add up
	Absent bool     // units may have no member
	Paged  bool     // its members have pages, below "/<plural>/"
	Told   bool     // the report in words has a part on it
	Coarse int      // the level that is fine enough beside another dimension where few are to be concealed; 0 for the first
	Codes  *Codes   // how its codes are read; nil for a code list
	Field  func(*Narrow) *string
	Listed func(*Words) *string           // of the code lists that a unit has a word of
	unit   func(contribution.Unit) string // a unit's code or word in a month; nil where it may have several
}

// Level is a grain of a dimension. Of codes, so many characters name a member.
type Level struct {
	ID     string // "" where nothing is divided by it
	Digits uint8
	Steps  bool // pages go down to it
	Common bool // forms offer it
}

// Codes is how the codes of a dimension are read.
type Codes struct {
	Read    func(text string) (code string, known bool)
	Unknown string // the fault of a text that is no code
	Form    string // what codes look like, as a regular expression
	Example string
	Bound   func(code string) string // as statements take it
}

// Regions are those of GB/T 2260.
var Regions = &Dimension{
	ID: Region, Plural: "regions", Column: "region_code", Below: Region, Coarse: 2, Paged: true, Told: true,
	Levels: []Level{{ID: "province", Digits: 2}, {ID: "city", Digits: 4, Steps: true, Common: true}, {ID: "county", Digits: 6, Steps: true, Common: true}},
	Codes: &Codes{
		Read:    func(code string) (string, bool) { return code, region.Known(code) },
		Unknown: "web_unknown_region", Form: `^[0-9]{6}$`, Example: "320100", Bound: filter.AreaPrefix,
	},
	Field: func(n *Narrow) *string { return &n.Region }, unit: func(u contribution.Unit) string { return u.RegionCode },
}

// Industries are those of GB/T 4754.
var Industries = &Dimension{
	ID: Industry, Plural: "industries", Column: "industry_code", Below: "section", Absent: true, Paged: true, Told: true,
	Levels: []Level{{ID: "section", Digits: 1, Steps: true, Common: true}, {ID: "division", Digits: 3, Steps: true, Common: true}, {Digits: 4}, {ID: Industry, Digits: 5, Steps: true}},
	Codes: &Codes{
		Read:    classification.NormaliseIndustry,
		Unknown: "web_unknown_industry", Form: `^(-|[A-Ta-t]?([0-9]{2,4})?)$`, Example: "C", Bound: func(code string) string { return code },
	},
	Field: func(n *Narrow) *string { return &n.Industry }, unit: func(u contribution.Unit) string { return u.IndustryCode },
}

// Sizes are those of the national standard for small and medium enterprises.
var Sizes = ofUnits(paged(told(list(Size, contribution.Sizes, func(n *Narrow) *string { return &n.Size }))),
	func(w *Words) *string { return &w.Size }, func(u contribution.Unit) string { return u.Size.String() })

// Insurances are the only dimension of which a unit has several members.
var Insurances = shared(told(list(Insurance, contribution.Insurances, func(n *Narrow) *string { return &n.Insurance })))

// All are the dimensions in the order of addresses, conditions and columns.
var All = []*Dimension{
	Regions,
	Industries,
	Sizes,
	ofUnits(told(list(EconomicType, contribution.EconomicTypes, func(n *Narrow) *string { return &n.EconomicType })),
		func(w *Words) *string { return &w.EconomicType }, func(u contribution.Unit) string { return u.EconomicType.String() }),
	ofUnits(list(UnitKind, contribution.UnitKinds, func(n *Narrow) *string { return &n.UnitKind }),
		func(w *Words) *string { return &w.UnitKind }, func(u contribution.Unit) string { return u.Kind.String() }),
	Insurances,
}

// list is a dimension whose members are a code list.
func list[T interface{ String() string }](id string, members []T, field func(*Narrow) *string) *Dimension {
	d := &Dimension{ID: id, Plural: id + "s", Column: id, Below: id, Levels: []Level{{ID: id, Steps: true, Common: true}}, Field: field}
	for _, m := range members {
		d.Words = append(d.Words, m.String())
	}
	return d
}

// told is a list that the report in words has a part on.
func told(d *Dimension) *Dimension {
	d.Told = true
	return d
}

// paged is a list whose members have pages.
func paged(d *Dimension) *Dimension {
	d.Paged = true
	return d
}

// ofUnits is a list of which a unit has one word in a month.
func ofUnits(d *Dimension, listed func(*Words) *string, unit func(contribution.Unit) string) *Dimension {
	d.Listed, d.unit = listed, unit
	return d
}

// shared is a list of which a unit may have several words.
func shared(d *Dimension) *Dimension {
	d.Shared = true
	return d
}

// Narrow is the part of the units or insurances that a view is about, a member of each dimension; "" is all of it.
type Narrow struct {
	Region       string `json:"region,omitempty"`   // region code; trailing pairs of zeros match anything
	Industry     string `json:"industry,omitempty"` // section letter, or it and the first digits of a code: "C", "C26"; Nothing
	Size         string `json:"size,omitempty" choice:"size"`
	EconomicType string `json:"economic_type,omitempty" choice:"economic_type"`
	UnitKind     string `json:"unit_kind,omitempty" choice:"unit_kind"`
	Insurance    string `json:"insurance,omitempty" choice:"insurance"`
}

// By is something of each dimension.
type By[T any] struct {
	ByRegion       T `json:"by_region"`   // one level below the region: the cities of a province
	ByIndustry     T `json:"by_industry"` // one level below the industry: sections, the divisions of a section
	BySize         T `json:"by_size"`
	ByEconomicType T `json:"by_economic_type"`
	ByUnitKind     T `json:"by_unit_kind"`
	ByInsurance    T `json:"by_insurance"`
}

// all is in the order of All.
func (b *By[T]) all() []*T {
	return []*T{&b.ByRegion, &b.ByIndustry, &b.BySize, &b.ByEconomicType, &b.ByUnitKind, &b.ByInsurance}
}

// Of is what there is of a dimension.
func (b *By[T]) Of(d *Dimension) *T { return b.all()[slices.Index(All, d)] }

// Words are the words of a unit in a month.
type Words struct {
	Size         string `json:"size" ch:"size" choice:"size"`
	EconomicType string `json:"economic_type" ch:"economic_type" choice:"economic_type"`
	UnitKind     string `json:"unit_kind" ch:"unit_kind" choice:"unit_kind"`
}

// WordsOf are those of a unit.
func WordsOf(u contribution.Unit) (w Words) {
	for _, d := range OfUnits() {
		*d.Listed(&w) = d.unit(u)
	}
	return w
}

// Of is the word of a dimension that OfUnits lists.
func (w Words) Of(d *Dimension) string { return *d.Listed(&w) }

// SomeWords are Words of which any may be left open.
type SomeWords struct {
	Size         string `json:"size,omitempty" yaml:"size"`
	EconomicType string `json:"economic_type,omitempty" yaml:"economic_type"`
	UnitKind     string `json:"unit_kind,omitempty" yaml:"unit_kind"`
}

// Value is what a view is narrowed to; "" for all.
func (n Narrow) Value(d *Dimension) string { return *d.Field(&n) }

// Values are those of all dimensions.
func (n Narrow) Values() []string {
	values := make([]string, len(All))
	for i, d := range All {
		values[i] = n.Value(d)
	}
	return values
}

// Named finds a dimension by its ID, by one of its levels, or by what it calls the level below a view.
func Named(name string) (*Dimension, bool) {
	i := slices.IndexFunc(All, func(d *Dimension) bool { return d.ID == name || d.Below == name })
	if i < 0 {
		d, _, ok := At(name)
		return d, ok
	}
	return All[i], true
}

// OfColumn finds a dimension by its column.
func OfColumn(column string) (*Dimension, bool) {
	i := slices.IndexFunc(All, func(d *Dimension) bool { return d.Column == column })
	if i < 0 {
		return nil, false
	}
	return All[i], true
}

// At finds a level, and its dimension.
func At(level string) (d *Dimension, l Level, ok bool) {
	for _, d := range All {
		if i := slices.IndexFunc(d.Levels, func(l Level) bool { return l.ID == level && level != "" }); i >= 0 {
			return d, d.Levels[i], true
		}
	}
	return nil, Level{}, false
}

// Lists are the dimensions whose members are code lists.
func Lists() []*Dimension { return which(func(d *Dimension) bool { return d.Words != nil }) }

// OfUnits are the code lists of which a unit has one word in a month.
func OfUnits() []*Dimension { return which(func(d *Dimension) bool { return d.Listed != nil }) }

// Paged are the dimensions whose members have pages.
func Paged() []*Dimension { return which(func(d *Dimension) bool { return d.Paged }) }

func which(is func(*Dimension) bool) (those []*Dimension) {
	for _, d := range All {
		if is(d) {
			those = append(those, d)
		}
	}
	return those
}

// IDs are those of dimensions.
func IDs(of []*Dimension) []string {
	ids := make([]string, len(of))
	for i, d := range of {
		ids[i] = d.ID
	}
	return ids
}

// CommonLevels are the levels that forms offer.
func CommonLevels() (ids []string) {
	for _, d := range All {
		for _, l := range d.Levels {
			if l.Common {
				ids = append(ids, l.ID)
			}
		}
	}
	return ids
}

// Bound is a key as statements take it, under the dimension's ID.
func (d *Dimension) Bound(key string) string {
	if d.Codes == nil {
		return key
	}
	return d.Codes.Bound(key)
}

// StepBelow is the level that pages go down to from a code of so many characters; the finest from there on.
func (d *Dimension) StepBelow(digits int) (step Level) {
	for _, l := range d.Levels {
		if l.Steps {
			step = l
			if int(l.Digits) > digits {
				break
			}
		}
	}
	return step
}

// Read reads a key in an address; what is no key of the dimension is not known.
func (d *Dimension) Read(text string) (key string, known bool) {
	switch {
	case d.Codes == nil:
		return text, slices.Contains(d.Words, text)
	case d.Absent && text == Nothing:
		return text, true
	}
	return d.Codes.Read(text)
}

// Step narrows to a member that a mark names, where the mark is a dimension or a level of one.
func (n *Narrow) Step(mark, key string) (d *Dimension, ok bool) {
	if d, ok = Named(mark); ok {
		if key == "" && d.Absent {
			key = Nothing
		}
		*d.Field(n) = key
	}
	return d, ok
}

// Holds tells whether a view so narrowed has a unit that is registered so. Of what a unit may have several members of, it has all.
func (n Narrow) Holds(u contribution.Unit) bool {
	return !slices.ContainsFunc(All, func(d *Dimension) bool { return d.unit != nil && !d.within(n.Value(d), d.unit(u)) })
}

// within tells whether a code or word is in what a view is narrowed to.
func (d *Dimension) within(asked, value string) bool {
	switch {
	case asked == "":
		return true
	case d.Codes == nil:
		return asked == value
	case d.Absent && asked == Nothing:
		return value == ""
	}
	return strings.HasPrefix(value, d.Codes.Bound(asked))
}
