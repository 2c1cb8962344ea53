package dashboards

import (
	"strings"

	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/region"
)

// Names gives the names of the members of every dimension in one language: charts, tables and the JSON interface say
// the same.
type Names struct{ p *i18n.Printer }

// NewNames returns the names in the printer's language.
func NewNames(p *i18n.Printer) Names { return Names{p} }

// commandLine prefixes whoever acted on the command line, as the principal of a command is called.
const commandLine = "cli:"

// Actor names who did something: an account as it is called, and the command line by a word of its own.
func (n Names) Actor(account string) string {
	if user, ok := strings.CutPrefix(account, commandLine); ok {
		return n.p.T("web.actor.command_line", "user", user)
	}
	return account
}

// UnitSize names the size of one unit: bodies that are no enterprises are not classed at all, and of an enterprise without a size
// it is not known.
func (n Names) UnitSize(size, kind string) string {
	switch {
	case size != contribution.SizeUnknown.String():
		return n.Word("size")(size)
	case kind == contribution.Institution.String() || kind == contribution.Organization.String():
		return n.p.T("web.size.not_classed")
	}
	return n.p.T("web.size.not_known")
}

// OfUnit names a word of one unit.
func (n Names) OfUnit(d *dimension.Dimension, of dimension.Words) string {
	if d == dimension.Sizes {
		return n.UnitSize(of.Size, of.UnitKind)
	}
	return n.Member(d.ID, of.Of(d))
}

// Region names a region code; an unknown code stands for itself.
func (n Names) Region(code string) string {
	if code == "" {
		return n.p.T("web.unknown")
	}
	return region.NameIn(n.p.Language(), code)
}

// Bureau names the tax bureau of a region, as people call it: 六合区税务局.
func (n Names) Bureau(code string) string {
	switch name := n.Region(code); {
	case code == wholeCountry:
		return n.p.T("web.bureau.state")
	case code == "" || name == code:
		return name
	default:
		return n.p.T("web.bureau.of", "region", name)
	}
}

// wholeCountry is the region code of all of it.
const wholeCountry = "000000"

// Industry names an industry section or division, and what is below a division by its code and the division's name; an
// unknown code stands for itself.
func (n Names) Industry(code string) string {
	if code == "" {
		return n.p.T("web.unknown")
	}
	name := classification.IndustryName(n.p.Language(), code)
	if len(code) > 3 && name != code {
		return code + " " + name
	}
	return name
}

// Member names a member of a dimension, or of one of its levels.
func (n Names) Member(by, key string) string {
	switch d, _ := dimension.Named(by); {
	case d == dimension.Regions:
		return n.Region(key)
	case d == dimension.Industries && key != dimension.Nothing:
		return n.Industry(key)
	case d == dimension.Industries:
		return n.Industry("")
	}
	return n.Word(by)(key)
}

// Word names the members of a short code list, such as "size" or "reason"; an unknown one stands for itself.
func (n Names) Word(list string) func(key string) string {
	return func(key string) string {
		if key == "" {
			return n.p.T("web.unknown")
		}
		if text := "web." + list + "." + key; n.p.Has(text) {
			return n.p.T(text)
		}
		return key
	}
}
