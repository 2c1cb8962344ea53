package accounts

import (
	"maps"
	"slices"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// detailsInWords puts the details of an entry into words: their names, and of their values what the program itself wrote.
// What people typed, and names that a later program wrote, stand as they are.
func detailsInWords(p *i18n.Printer, details map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(details)) {
		title, before := name, strings.TrimSuffix(name, "_before")
		if p.Has("audit.detail." + before) {
			title = p.T("audit.detail." + before)
		}
		if before != name {
			title = p.T("audit.detail_before", "name", title)
		}
		parts = append(parts, title+p.T("web.colon")+detailInWords(p, before, details[name]))
	}
	return strings.Join(parts, p.T("audit.detail_separator"))
}

// detailInWords is one value; lists are separated by spaces or commas.
func detailInWords(p *i18n.Printer, name, value string) string {
	word := func(prefixes ...string) string {
		var words []string
		for _, one := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }) {
			if i := slices.IndexFunc(prefixes, func(prefix string) bool { return p.Has(prefix + one) }); i >= 0 {
				one = p.T(prefixes[i] + one)
			}
			words = append(words, one)
		}
		return strings.Join(words, p.T("web.list_separator"))
	}
	switch name {
	case "right", "rights":
		return word("right.")
	case "roles":
		return word("role.")
	case "kinds":
		return word("notice.kind.")
	case "method":
		return word("audit.method.")
	case "cause":
		return word("audit.cause.")
	case "list":
		return word("web.saved_views.list.")
	case "action":
		return word("audit.action.")
	case "event":
		return word("web.issue_action.")
	case "state":
		return word("web.issue_state.", "runs.state.")
	case "payer":
		return word("web.payer.")
	case "by":
		return word("audit.by.", "web.column.")
	case "insurance":
		return word("web.insurance.")
	case "area", "region", "regions", "scope":
		if value == "" {
			return p.T("web.regions.none")
		}
		var names []string
		for code := range strings.FieldsSeq(value) {
			if code == "000000" {
				names = append(names, p.T("web.regions.all"))
			} else {
				names = append(names, dashboards.NewNames(p).Region((code + "0000")[:max(6, len(code))]))
			}
		}
		return strings.Join(names, p.T("web.list_separator"))
	}
	return value
}
