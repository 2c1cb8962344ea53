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

// PartsWithoutRates names cities, insurances and months for which a pack has no rate.
func PartsWithoutRates(p *i18n.Printer, parts []queries.UncoveredPart) []string {
	names := NewNames(p)
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = p.T("web.no_rates.part", "city", names.Region(part.City), "insurance", names.Word("insurance")(part.Insurance),
			"from", Month(p, period.Period(part.First)), "to", Month(p, period.Period(part.Last)))
	}
	return texts
}
