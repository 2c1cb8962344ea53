package dashboards

import "jianfu/internal/i18n"

// definitionKeys are the definitions that a workbook has on a sheet of its own, in the order in which pages have them.
var definitionKeys = []string{"due", "real", "overcharged", "undercharged", "net", "rate", "old", "new", "charged", "states", "period", "scope"}

// Definitions are those of what files show, be they taken from a page or written by a command.
func Definitions(p *i18n.Printer) []StampItem {
	var items []StampItem
	for _, key := range definitionKeys {
		items = append(items, StampItem{p.T("web.definition." + key), p.T("web.definition." + key + ".text")})
	}
	for _, key := range []string{"rounding", "symbols", "direction"} {
		items = append(items, StampItem{p.T("web.csv.note"), p.T("web.note." + key)})
	}
	return items
}
