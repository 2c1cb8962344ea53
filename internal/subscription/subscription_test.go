package subscription

import (
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// at is a moment in Beijing.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// In 2019 the first working day after Sunday, 29 September, a working day by way of exchange, is 30 September, and then 8 October.
func TestWhatIsDueByNow(t *testing.T) {
	for name, c := range map[string]struct {
		s          queries.Subscription
		now, since string
		run        uint32
		want, next string
	}{
		"a working day, past the hour":                {queries.Subscription{Every: Workdays, Hour: 8}, "2019-09-30 08:00", "2019-09-30 07:59", 1, "at:2019-09-30T00:00:00Z", "2019-10-08 08:00"},
		"a working day, before the hour":              {queries.Subscription{Every: Workdays, Hour: 8}, "2019-09-30 07:59", "2019-09-29 09:00", 1, "", "2019-09-30 08:00"},
		"a Sunday that is worked":                     {queries.Subscription{Every: Workdays, Hour: 8}, "2019-09-29 12:00", "2019-09-28 09:00", 1, "at:2019-09-29T00:00:00Z", "2019-09-30 08:00"},
		"on a holiday what was missed before it":      {queries.Subscription{Every: Workdays, Hour: 8}, "2019-10-05 12:00", "2019-09-01 09:00", 1, "at:2019-09-30T00:00:00Z", "2019-10-08 08:00"},
		"nothing of the time before it was asked for": {queries.Subscription{Every: Workdays, Hour: 8}, "2019-09-30 12:00", "2019-09-30 08:00", 1, "", "2019-10-08 08:00"},
		"a Monday":                                {queries.Subscription{Every: Weekly, Weekday: 1, Hour: 9}, "2019-10-08 12:00", "2019-09-01 00:00", 1, "at:2019-10-07T01:00:00Z", "2019-10-14 09:00"},
		"a Sunday":                                {queries.Subscription{Every: Weekly, Weekday: 7, Hour: 22}, "2019-10-06 22:00", "2019-09-01 00:00", 1, "at:2019-10-06T14:00:00Z", "2019-10-13 22:00"},
		"a day of the month":                      {queries.Subscription{Every: Monthly, Day: 5, Hour: 6}, "2019-10-05 06:00", "2019-09-01 00:00", 1, "at:2019-10-04T22:00:00Z", "2019-11-05 06:00"},
		"the 31st of a month that has 30 days":    {queries.Subscription{Every: Monthly, Day: 31, Hour: 8}, "2019-09-30 09:00", "2019-09-01 00:00", 1, "at:2019-09-30T00:00:00Z", "2019-10-31 08:00"},
		"the 30th of a February":                  {queries.Subscription{Every: Monthly, Day: 30, Hour: 8}, "2019-03-01 09:00", "2019-01-31 00:00", 1, "at:2019-02-28T00:00:00Z", "2019-03-30 08:00"},
		"a run that was there before":             {queries.Subscription{Every: Run, SinceRun: 4}, "2019-10-05 06:00", "2019-09-01 00:00", 4, "", ""},
		"of several runs the last":                {queries.Subscription{Every: Run, SinceRun: 4}, "2019-10-05 06:00", "2019-09-01 00:00", 7, "run:7", ""},
		"what was asked for besides":              {queries.Subscription{Every: Run, SinceRun: 4, AskedAt: at(t, "2019-10-05 05:59")}, "2019-10-05 06:00", "2019-09-01 00:00", 4, "asked:2019-10-04T21:59:00Z", ""},
		"what was asked for long ago is given up": {queries.Subscription{Every: Run, SinceRun: 4, AskedAt: at(t, "2019-10-01 05:59")}, "2019-10-05 06:00", "2019-09-01 00:00", 4, "", ""},
	} {
		c.s.Since = at(t, c.since)
		due, err := Due(c.s, workday.Shipped(), at(t, c.now), c.run)
		var ids []string
		for _, o := range due {
			ids = append(ids, o.ID)
		}
		if got := strings.Join(ids, " "); got != c.want || err != nil {
			t.Errorf("%s: due %q, want %q; %v", name, got, c.want, err)
		}
		next, found, err := Next(c.s, workday.Shipped(), at(t, c.now))
		if err != nil || found != (c.next != "") || found && !next.Equal(at(t, c.next)) {
			t.Errorf("%s: next %s, want %q; %v", name, next, c.next, err)
		}
	}
	if _, err := Due(queries.Subscription{Every: Workdays, Hour: 8}, workday.Shipped(), at(t, "2099-01-05 12:00"), 1); problem.Code(err) != "workday_no_year" {
		t.Errorf("a year without a calendar: %v", err)
	}
}

func TestOnlyWhatMakesSenseIsSubscribed(t *testing.T) {
	inspector := access.New(access.Grant{Account: "i", Roles: []access.Role{access.Inspector}, Regions: []string{"320500"}})
	keeper := access.New(access.Grant{Account: "k", Roles: []access.Role{access.DataAdmin}, Regions: []string{"320500"}})
	for name, c := range map[string]struct {
		who    access.Principal
		change func(*queries.Subscription)
		want   string
	}{
		"as it should be":                {inspector, func(*queries.Subscription) {}, ""},
		"no name":                        {inspector, func(s *queries.Subscription) { s.Name = " \u200b" }, "subscription_name"},
		"a long name":                    {inspector, func(s *queries.Subscription) { s.Name = strings.Repeat("长", LongestName+1) }, "subscription_name"},
		"no such time":                   {inspector, func(s *queries.Subscription) { s.Every = "hourly" }, "subscription_bad_word"},
		"no such format":                 {inspector, func(s *queries.Subscription) { s.Files = "pdf" }, "subscription_bad_word"},
		"at night":                       {inspector, func(s *queries.Subscription) { s.Hour = 3 }, "subscription_bad_word"},
		"after a run, at whatever hour":  {inspector, func(s *queries.Subscription) { s.Every, s.Hour = Run, 0 }, ""},
		"on the eighth day of the week":  {inspector, func(s *queries.Subscription) { s.Every, s.Weekday = Weekly, 8 }, "subscription_bad_word"},
		"on no day of the month":         {inspector, func(s *queries.Subscription) { s.Every, s.Day = Monthly, 0 }, "subscription_bad_word"},
		"by mail, who has no bell":       {keeper, func(*queries.Subscription) {}, ""},
		"by the bell, who has none":      {keeper, func(s *queries.Subscription) { s.Mail = false }, "subscription_no_bell"},
		"files without mail are no harm": {inspector, func(s *queries.Subscription) { s.Mail = false }, ""},
	} {
		s := queries.Subscription{Name: "每日总览", Every: Workdays, Hour: 8, Mail: true, Files: "xlsx", Printed: true}
		c.change(&s)
		read, err := Read(c.who, s)
		code := ""
		if err != nil {
			code = problem.Code(err)
		}
		if code != c.want || err == nil && !read.Mail && (read.Files != "" || read.Printed) {
			t.Errorf("%s: %q, want %q; %+v", name, code, c.want, read)
		}
	}
}

func TestEveryWordOfASubscriptionHasItsText(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		p := i18n.For(lang)
		for prefix, words := range map[string][]string{
			"subscription.every.": Everys, "subscription.when.": Everys, "subscription.files.": Formats, "subscription.state.": {Active, Paused, stopped},
			"subscription.told.": {Arrived, Ended, Unsure, Lost}, "subscription.step.": {told, sent, failed, refused, givenUp, unclear, stopped},
			"subscription.step_short.": {told, sent, failed, refused, givenUp, unclear, stopped}, "subscription.weekday.": {"1", "2", "3", "4", "5", "6", "7"},
		} {
			for _, word := range words {
				if !p.Has(prefix + word) {
					t.Errorf("%s lacks %s%s", lang, prefix, word)
				}
			}
		}
	}
}
