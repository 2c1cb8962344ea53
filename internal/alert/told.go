package alert

import (
	"encoding/json"
	"math/big"
	"net/url"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Told is what somebody was told of an alert: what it watched by then, and the members that went beyond the threshold. It is kept as
// JSON and put into words in the language of whoever reads it.
type Told struct {
	Alert   queries.Alert `json:"alert"`
	Run     uint32        `json:"run"`
	From    period.Period `json:"from"`
	To      period.Period `json:"to"`
	Members []Member      `json:"members"`
	More    int           `json:"more,omitempty"` // how many there are besides
}

// Member is a member with its value: per cent, yuan or units, and the change in per cent of comparisons with the month before; "" where
// it rose from nought.
type Member struct {
	Key   string `json:"key"`
	Value string `json:"value"`

	rat *big.Rat
}

// places is how many decimals values have.
const places = 2

// text writes a value with its decimals cut off rather than rounded, so that what is below a threshold is not written as if it met it.
func (f finding) text() string {
	if f.value == nil {
		return ""
	}
	scaled := new(big.Int).Mul(f.value.Num(), big.NewInt(100))
	scaled.Quo(scaled, f.value.Denom())
	return new(big.Rat).SetFrac(scaled, big.NewInt(100)).FloatString(places)
}

// ReadTold reads what is kept.
func ReadTold(facts string) (t Told, err error) {
	err = json.Unmarshal([]byte(facts), &t)
	return t, err
}

// Facts is Told as it is kept.
func (t Told) Facts() (string, error) {
	text, err := json.Marshal(t)
	return string(text), err
}

// Sentence says what an alert watches: "苏州市任一区县落实率低于 95%".
func Sentence(a queries.Alert, p *i18n.Printer) string {
	figure, _ := FigureOf(a.Figure)
	unit := figure.Unit
	change := a.Compare == Falls || a.Compare == Rises
	words := p.T("alert.compare."+a.Compare, "value", written(p, unit, a.Number, change))
	months := ""
	if !change {
		months = p.T("alert.months." + a.Months)
	}
	sentence := p.T("alert.sentence", "where", where(a, p), "level", p.T("alert.level."+a.Level), "figure", p.T("alert.figure."+a.Figure), "compare", words, "months", months)
	if a.Payer != Payers[0] {
		sentence += p.T("alert.payer", "payer", p.T("web.payer."+a.Payer))
	}
	return sentence
}

// where is what the alert is narrowed to.
func where(a queries.Alert, p *i18n.Printer) string {
	names := dashboards.NewNames(p)
	var parts []string
	if a.Region != "" {
		parts = append(parts, names.Region(a.Region))
	}
	if a.Industry != "" {
		parts = append(parts, names.Industry(a.Industry))
	}
	if a.Size != "" {
		parts = append(parts, names.Word("size")(a.Size))
	}
	if len(parts) == 0 {
		return p.T("alert.everything")
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// written is a value with its unit; of a change, per cent or percentage points.
func written(p *i18n.Printer, unit Unit, value string, change bool) string {
	if strings.Contains(value, ".") {
		value = strings.TrimRight(strings.TrimRight(value, "0"), ".")
	}
	key := "alert.unit." + string(unit)
	switch {
	case change && unit == Percent:
		key = "alert.unit.points"
	case change:
		key = "alert.unit.percent"
	}
	sign := ""
	if rest, negative := strings.CutPrefix(value, "-"); negative {
		sign, value = "−", rest
	}
	return p.T(key, "value", sign+dashboards.Grouped(value))
}

// Words says what was told: the members and their values.
func (t Told) Words(p *i18n.Printer) string {
	var parts []string
	for _, m := range t.Members {
		parts = append(parts, t.member(p, m))
	}
	words := strings.Join(parts, p.T("web.list_separator"))
	if t.More > 0 {
		words += p.N("alert.more", t.More)
	}
	return words
}

// Text says all of it in one line.
func (t Told) Text(p *i18n.Printer) string {
	return p.T("alert.text", "sentence", Sentence(t.Alert, p), "members", t.Words(p), "source", t.Source(p))
}

// Source says of which months and of which run that is.
func (t Told) Source(p *i18n.Printer) string {
	return p.T("alert.source", "window", dashboards.Window(p, period.Range{From: t.From, To: t.To}), "run", t.Run)
}

func (t Told) member(p *i18n.Printer, m Member) string {
	figure, _ := FigureOf(t.Alert.Figure)
	name, value := MemberName(t.Alert.Level, m.Key, p), ""
	switch change := t.Alert.Compare == Falls || t.Alert.Compare == Rises; {
	case m.Value == "":
		value = p.T("alert.from_nought")
	case change && strings.HasPrefix(m.Value, "-"):
		value = p.T("alert.fell", "value", written(p, figure.Unit, m.Value[1:], true))
	case change:
		value = p.T("alert.rose", "value", written(p, figure.Unit, m.Value, true))
	default:
		value = written(p, figure.Unit, m.Value, false)
	}
	if name == "" {
		return value
	}
	return p.T("alert.member", "name", name, "value", value)
}

// MemberName is the name of a member of a level; "" of everything as one.
func MemberName(level, key string, p *i18n.Printer) string {
	if level == Levels[0] {
		return ""
	}
	return dashboards.NewNames(p).Member(level, key)
}

// Address is the page that shows it: that of the member where it is one, else that of the dimension, with the months.
func (t Told) Address() string {
	narrow := queries.Narrow{Region: t.Alert.Region, Industry: t.Alert.Industry, Size: t.Alert.Size}
	query := url.Values{"from": {t.From.String()}, "to": {t.To.String()}}
	if len(t.Members) == 1 && t.More == 0 {
		narrow.Step(t.Alert.Level, t.Members[0].Key)
	}
	by, _ := dimension.Named(t.Alert.Level)
	path := "/"
	switch {
	case narrow.Region != "":
		path, narrow.Region = "/regions/"+narrow.Region, ""
	case narrow.Industry != "" && by != dimension.Sizes:
		path, narrow.Industry = "/industries/"+narrow.Industry, ""
	case narrow.Size != "":
		path, narrow.Size = "/sizes/"+narrow.Size, ""
	case by != nil && by.Paged:
		path = "/" + by.Plural
	}
	for _, d := range dimension.All {
		if value := narrow.Value(d); value != "" {
			query.Set(d.ID, value)
		}
	}
	if t.Alert.Payer != Payers[0] {
		query.Set("payer", t.Alert.Payer)
	}
	return path + "?" + query.Encode()
}
