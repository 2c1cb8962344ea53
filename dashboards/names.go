package dashboards

import (
	"jianfu/internal/classification"
	"jianfu/internal/i18n"
	"jianfu/internal/region"
)

// Names gives the names of the members of every dimension in one language: charts, tables and the JSON interface say
// the same.
type Names struct{ p *i18n.Printer }

// NewNames returns the names in the printer's language.
func NewNames(p *i18n.Printer) Names { return Names{p} }

// Region names a region code; an unknown code stands for itself.
func (n Names) Region(code string) string {
	if code == "" {
		return n.p.T("web.unknown")
	}
	return region.NameIn(n.p.Language(), code)
}

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
