package dashboards

import (
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// HoldReasons say in words and figures why a run is held. The amounts are of the whole store.
func HoldReasons(p *i18n.Printer, reasons []queries.HoldReason) []string {
	names := NewNames(p)
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		var values []any
		for name, value := range r.Values {
			switch name {
			case "city":
				value = names.Region(value)
			case "insurance":
				value = names.Word("insurance")(value)
			case "from", "to":
				if m, err := period.Parse(value); err == nil {
					value = Month(p, m)
				}
			}
			values = append(values, name, value)
		}
		texts[i] = p.T("hold."+r.Code, values...)
	}
	return texts
}
