// Package subscription sends pages to the people who asked for them (订阅): any page with a state of its own, on working days, weekly,
// monthly or after each new run, by the bell or by mail. What is sent is made at that moment by the page's own handler, as the account,
// with the rights and regions that it has by then; who has lost them gets nothing and is told once that the subscription has stopped.
//
// Of several times that were missed the last is made up for, once. Of several servers one makes an attempt. The bell is told exactly
// once. A mail is handed to the mail server at most once unless that server says that it does not have it: the store notes that it is
// about to be handed over, and what died after that, of which nobody knows whether it arrived, is not repeated but said, and the bell
// leads to the page anyway. `jianfu serve` makes rounds; internal/web makes what is sent, and shows the subscriptions.
package subscription

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// When a subscription is due.
const (
	Workdays = "workdays"
	Weekly   = "weekly"
	Monthly  = "monthly"
	Run      = "run" // whenever a run was published
)

// Everys lists them in the order of forms.
var Everys = []string{Workdays, Weekly, Monthly, Run}

// The states of a subscription. One that is active may have been stopped since; see Stopped.
const (
	Active  = "active"
	Paused  = "paused"
	Dropped = "dropped"
)

// Formats are those of the tables that go with a mail; "" is none.
var Formats = []string{"", "xlsx", "csv"}

// How much an account may have: subscriptions, mails of them in a day, and pages asked for besides their times in a day.
const (
	Most            = 20
	MostMailsADay   = 60
	MostAskedADay   = 10
	LongestName     = 60 // characters
	earliest        = 6  // o'clock
	latest          = 22
	longestMonth    = 31
	daysOfWeek      = 7
	longestLookBack = 62 // days: over the longest holidays, and a month
)

// Hours are the hours at which something can be due.
func Hours() (hours []uint8) {
	for hour := uint8(earliest); hour <= latest; hour++ {
		hours = append(hours, hour)
	}
	return hours
}

// Read checks a subscription as it was typed by somebody, and returns it as it is kept.
func Read(p access.Principal, s queries.Subscription) (queries.Subscription, error) {
	s.Name = typed.Line(s.Name)
	switch length := utf8.RuneCountInString(s.Name); {
	case length == 0 || length > LongestName:
		return s, problem.New("subscription_name", "most", LongestName)
	case !slices.Contains(Everys, s.Every):
		return s, badWord("every", s.Every)
	case !slices.Contains(Formats, s.Files):
		return s, badWord("files", s.Files)
	case !s.Mail && !Belled(p):
		return s, problem.New("subscription_no_bell")
	}
	if s.Every != Run && (s.Hour < earliest || s.Hour > latest) {
		return s, badWord("hour", "")
	}
	if s.Every == Weekly && (s.Weekday < 1 || s.Weekday > daysOfWeek) {
		return s, badWord("weekday", "")
	}
	if s.Every == Monthly && (s.Day < 1 || s.Day > longestMonth) {
		return s, badWord("day", "")
	}
	if !s.Mail {
		s.Files, s.Printed = "", false
	}
	return s, nil
}

func badWord(name, value string) error {
	return problem.New("subscription_bad_word", "name", name, "value", value)
}

// Belled tells whether an account has the bell, which is the page of notices.
func Belled(p access.Principal) bool { return p.Can(access.IssuesRead) }

// Stopped tells whether a subscription has stopped because its account could not see the page any more, and was not resumed since.
func Stopped(s queries.KeptSubscription) bool { return s.StoppedAt.After(s.Since) }

// Occasion is one time at which a subscription is due.
type Occasion struct {
	ID string
	At time.Time
}

// prefixAsked begins the occasions that somebody asked for besides the times; queries/subscription/counted.sql counts by it.
const prefixAsked = "asked:"

// Due are the occasions of a subscription that have come by now, each class with its last: what was missed before it is not made up for.
func Due(s queries.Subscription, calendar *workday.Calendar, now time.Time, run uint32) (due []Occasion, err error) {
	if s.AskedAt.Unix() > 0 && now.Before(s.AskedAt.Add(keepOn)) {
		due = append(due, Occasion{prefixAsked + s.AskedAt.UTC().Format(time.RFC3339Nano), s.AskedAt})
	}
	if s.Every == Run {
		if run > s.SinceRun {
			due = append(due, Occasion{"run:" + decimal(run), now})
		}
		return due, nil
	}
	at, found, err := before(s, calendar, now)
	if err == nil && found && at.After(s.Since) {
		due = append(due, Occasion{"at:" + at.UTC().Format(time.RFC3339), at})
	}
	return due, err
}

// before is the last time up to now at which a subscription was due.
func before(s queries.Subscription, calendar *workday.Calendar, now time.Time) (at time.Time, found bool, err error) {
	return seek(s, calendar, workday.DateOf(now), -1, func(t time.Time) bool { return !t.After(now) })
}

// Next is the first time after now at which a subscription is due; none after each run.
func Next(s queries.Subscription, calendar *workday.Calendar, now time.Time) (at time.Time, found bool, err error) {
	if s.Every == Run {
		return at, false, nil
	}
	return seek(s, calendar, workday.DateOf(now), 1, func(t time.Time) bool { return t.After(now) })
}

// seek goes through days, forth or back, to the first time that will do.
func seek(s queries.Subscription, calendar *workday.Calendar, from workday.Date, step int, will func(time.Time) bool) (at time.Time, found bool, err error) {
	for i := range longestLookBack {
		day := workday.DateOf(from.Start().AddDate(0, 0, step*i))
		on, err := falls(s, calendar, day)
		if err != nil {
			return at, false, err
		}
		if at = day.Start().Add(time.Duration(s.Hour) * time.Hour); on && will(at) {
			return at, true, nil
		}
	}
	return time.Time{}, false, nil
}

// falls tells whether a subscription is due on a day. A month without the day has it on its last.
func falls(s queries.Subscription, calendar *workday.Calendar, day workday.Date) (bool, error) {
	start := day.Start()
	switch s.Every {
	case Workdays:
		return calendar.Working(day)
	case Weekly:
		return (int(start.Weekday())+daysOfWeek-1)%daysOfWeek+1 == int(s.Weekday), nil
	case Monthly:
		last := start.AddDate(0, 1, -start.Day()).Day()
		return start.Day() == min(int(s.Day), last), nil
	}
	return false, nil
}

// key is an occasion as the store finds it.
func key(s queries.Subscription, o Occasion) string {
	return strings.Join([]string{s.Subscription, o.ID}, " ")
}

// Localised is the page of a subscription in its language.
func Localised(s queries.Subscription) string {
	switch {
	case s.Language == i18n.Chinese:
		return s.Address
	case strings.Contains(s.Address, "?"):
		return s.Address + "&lang=" + s.Language
	}
	return s.Address + "?lang=" + s.Language
}
