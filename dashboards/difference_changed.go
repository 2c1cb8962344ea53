package dashboards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// mostChanges is how many changes of a pack are put into words above the figures; the table has all.
const mostChanges = 6

// changed says what is different between the two runs before any amount: what of the policy, and what of the data.
func (b differing) changed() []string {
	if b.hidden.All() || len(b.o.Months) == 0 {
		return nil
	}
	return append(b.changedPolicy(), b.changedData()...)
}

// changedPolicy puts the changes of the pack into words; what nothing is computed by, such as when a row was last checked, is
// only in the table.
func (b differing) changedPolicy() []string {
	p := b.p
	var list []string
	for _, c := range b.o.Policy {
		if c.File == policy.RulesFile || c.File == policy.DeferralsFile || c.Column == "checked_on" || c.Column == "document_no" || c.Column == "title" || c.Column == "average_wage" {
			continue
		}
		words := ChangeInWords(p, c)
		switch {
		case c.Left == "" && c.Column == "":
			list = append(list, p.T("web.changed.row_new", "what", words.Row, "now", words.Right))
		case c.Right == "" && c.Column == "":
			list = append(list, p.T("web.changed.row_gone", "what", words.Row, "then", words.Left))
		default:
			list = append(list, p.T("web.changed.value", "what", words.Row, "column", words.Column, "then", dashed(words.Left), "now", dashed(words.Right)))
		}
	}
	more := len(list) - mostChanges
	if more > 0 {
		list = append(list[:mostChanges], p.T("web.changed.more", "count", more))
	}
	if len(list) == 0 && len(b.o.Policy) > 0 {
		return []string{p.T("web.changed.policy_words")}
	}
	if len(list) == 0 {
		return []string{p.T("web.changed.policy_same")}
	}
	return list
}

// changedData says what of the data is different, by the months of units that it concerns. A figure that must not be shown is left out.
func (b differing) changedData() []string {
	p := b.p
	var list []string
	for _, cause := range []string{"month_added", "month_removed", "records", "registration", "program"} {
		var months uint64
		there, hidden := false, b.hidden.Of("moved", "")
		for _, c := range b.o.Causes {
			if slices.Contains(causesOf(c.Cause), cause) {
				there, months = true, months+c.Months
				hidden = hidden || b.hidden.Of("cause", c.Cause)
			}
		}
		switch {
		case there && hidden:
			list = append(list, p.T("web.changed.data_some", "cause", CauseName(p, cause)))
		case there:
			list = append(list, p.T("web.changed.data", "cause", CauseName(p, cause), "months", count(months)))
		}
	}
	return list
}

// PackWords is a change of a pack as people read it.
type PackWords struct{ Row, Column, Left, Right string }

// ChangeInWords puts a change of a pack into words: whose rate or limit, from when, which column, and both values.
func ChangeInWords(p *i18n.Printer, c queries.PolicyChange) PackWords {
	words := PackWords{Row: packRow(p, c.Row, c.Measure), Column: c.Column, Left: packValues(p, c.Column, c.Left), Right: packValues(p, c.Column, c.Right)}
	if c.Column != "" {
		words.Column = packColumn(p, c.Column)
	}
	return words
}

// pairsOf parts "column=value …" as package policy writes it; values may have spaces in them.
func pairsOf(text string) [][2]string {
	var pairs [][2]string
	for word := range strings.FieldsSeq(text) {
		key, value, is := strings.Cut(word, "=")
		if !is && len(pairs) > 0 {
			pairs[len(pairs)-1][1] += " " + word
			continue
		}
		pairs = append(pairs, [2]string{key, value})
	}
	return pairs
}

// packRow names a row by its keys: 江苏省 养老保险 单位 自2019年5月起.
func packRow(p *i18n.Printer, text, measure string) string {
	names := NewNames(p)
	pairs := pairsOf(text)
	var parts []string
	if strings.Contains(text, "from=") && !strings.Contains(text, "area=") {
		parts = append(parts, p.T("web.nation"))
	}
	for _, pair := range pairs {
		switch key, value := pair[0], pair[1]; key {
		case "area":
			parts = append(parts, AreaName(p, value))
		case "insurance", "payer", "unit_kind", "size":
			parts = append(parts, names.Word(key)(value))
		case "from":
			parts = append(parts, p.T("web.changed.from", "month", value))
		case "risk_class":
			parts = append(parts, p.T("web.changed.risk", "class", value))
		case "elective":
			parts = append(parts, p.T("web.changed.elective"))
		case "measure":
			parts = append(parts, p.T("web.changed.measure", "measure", cmp.Or(measure, value)))
		case "comparison":
			parts = append(parts, p.T("web.changed.comparison", "comparison", value))
		case "rounding":
			if value == "default" {
				value = "000000"
			}
			parts = append(parts, AreaName(p, value)+" "+p.T("web.changed.rounding"))
		case "id":
			parts = append(parts, p.T("web.changed.rule", "rule", value))
		case "who":
			parts = append(parts, value)
		case "*":
			parts = append(parts, p.T("web.changed.others"))
		case "pack":
			parts = append(parts, p.T("web.changed.pack"))
		default:
			parts = append(parts, strings.Trim(key+" "+value, " "))
		}
	}
	return strings.Join(parts, " ")
}

// ClassesInWords names classes of units as package policy lists them: "unit_kind=enterprise size=large, *".
func ClassesInWords(p *i18n.Printer, text string) string {
	var parts []string
	for class := range strings.SplitSeq(text, ", ") {
		parts = append(parts, packRow(p, class, ""))
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// packColumn names a column of a pack's files.
func packColumn(p *i18n.Printer, column string) string {
	if slices.Contains(packColumns, column) {
		return p.T("web.pack_column." + column)
	}
	return column
}

var packColumns = []string{"to", "rate", "factor", "floor", "cap", "rounding", "average_wage", "document_no", "checked_on", "id", "title", "position", "old", "new",
	"default", "level", "amount", "who", "payable_by", "thresholds", "weight"}

// packValues puts a value, or all values of a row, into words.
func packValues(p *i18n.Printer, column, text string) string {
	if column != "" {
		return packValue(p, column, text)
	}
	var parts []string
	for _, pair := range pairsOf(text) {
		parts = append(parts, packColumn(p, pair[0])+" "+packValue(p, pair[0], pair[1]))
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// packValue writes a rate in per cent, a limit in yuan, and how limits are rounded in words; all else as it stands.
func packValue(p *i18n.Printer, column, value string) string {
	switch column {
	case "rate":
		if rate, err := money.ParseRate(value); err == nil && value != "" {
			return rate.Percent()
		}
	case "floor", "cap":
		if amount, err := money.Parse(value); err == nil && value != "" {
			return p.T("web.what_if.yuan", "amount", exact(amount))
		}
	case "rounding":
		if value == "fen" || value == "jiao" || value == "yuan" || value == "yuan_up" {
			return p.T("policy.rounding." + value)
		}
	case "default":
		if value == "yes" {
			return p.T("web.pack_value.yes")
		}
	}
	return value
}

func dashed(text string) string {
	if text == "" {
		return NotApplicable
	}
	return text
}

// packPlace names a file of a pack in words; its line is in the download.
func packPlace(p *i18n.Printer, c queries.PolicyChange) Cell {
	raw := c.File
	if line := max(c.LineR, c.LineL); line > 0 {
		raw += ":" + strconv.Itoa(line)
	}
	return Cell{Text: PackFileName(p, c.File), Raw: raw, Hover: raw}
}

// PackFileName names a file of a pack in words; one that no pack needs has but its own name.
func PackFileName(p *i18n.Printer, file string) string {
	names := map[string]string{policy.RatesFile: "rates", policy.BasesFile: "bases", policy.PackFile: "pack", policy.RulesFile: "rules", policy.DeferralsFile: "deferrals"}
	if name, known := names[file]; known {
		return p.T("web.pack_file." + name)
	}
	return file
}

// swing is the tone of a movement of what was charged above the new policy, or below it, by what it means: nearer to the
// policy is good; further above it is at the payers' cost, further below it at the fund's.
func swing(before, after money.Fen) Tone {
	switch {
	case before == after:
		return ToneNone
	case abs(after) < abs(before):
		return ToneReduction
	case after > 0:
		return ToneIncrease
	case after < 0:
		return ToneUnder
	}
	return ToneNone
}

// swingWord says the meaning of a swing, so that colour is never alone.
func swingWord(p *i18n.Printer, tone Tone) string {
	switch tone {
	case ToneReduction:
		return p.T("web.swing.nearer")
	case ToneIncrease:
		return p.T("web.swing.payer")
	case ToneUnder:
		return p.T("web.swing.fund")
	}
	return ""
}

// arriving is the tone of a movement of what arrived: more is good, less is at the payers' cost.
func arriving(before, after money.Fen) Tone {
	switch {
	case after > before:
		return ToneReduction
	case after < before:
		return ToneIncrease
	}
	return ToneNone
}
