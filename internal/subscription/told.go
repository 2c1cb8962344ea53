package subscription

import (
	"encoding/json"
	"strconv"

	"jianfu/internal/i18n"
	"jianfu/queries"
)

// The events that somebody is told by the bell.
const (
	Arrived = "arrived"
	Ended   = "stopped"
	Unsure  = "unclear"
	Lost    = "given_up"
)

// Told is what the bell says of a subscription. It is kept as JSON and put into words in the language of whoever reads it.
type Told struct {
	Name  string `json:"name"`
	Event string `json:"event"`
	Cause string `json:"cause,omitempty"` // in the language of the subscription
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

// Text says it in one line.
func (t Told) Text(p *i18n.Printer) string {
	return p.T("subscription.told."+t.Event, "name", t.Name, "cause", t.Cause)
}

// Words says when a subscription is due.
func Words(s queries.Subscription, p *i18n.Printer) string {
	hour, weekday := strconv.Itoa(int(s.Hour))+":00", ""
	if s.Every == Weekly {
		weekday = p.T("subscription.weekday." + strconv.Itoa(int(s.Weekday)))
	}
	return p.T("subscription.when."+s.Every, "hour", hour, "weekday", weekday, "day", s.Day)
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
