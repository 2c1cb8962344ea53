package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/workday"
)

// holidaysOf puts the days of a year together by holiday, in the order of their first days.
func holidaysOf(p *i18n.Printer, days []workday.Day) []holiday {
	var names []string
	of := map[string][]workday.Day{}
	for _, day := range days {
		if of[day.Name] == nil {
			names = append(names, day.Name)
		}
		of[day.Name] = append(of[day.Name], day)
	}
	var all []holiday
	for _, name := range names {
		var off, work []workday.Date
		for _, day := range of[name] {
			weekend := day.Date.Weekday() == time.Saturday || day.Date.Weekday() == time.Sunday
			switch {
			case !day.Work:
				off = append(off, day.Date)
			case weekend:
				work = append(work, day.Date)
			}
		}
		all = append(all, holiday{holidayName(p, name), spans(p, off), spans(p, work)})
	}
	return all
}

// holidayName is a holiday in the reader's language; the calendars name them in Chinese, two together with a mark between.
func holidayName(p *i18n.Printer, name string) string {
	parts := strings.Split(name, "、")
	for i, part := range parts {
		if key := "web.calendar.name." + part; p.Has(key) {
			parts[i] = p.T(key)
		}
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// sourcesOf are the addresses of the notices that the days of a year come from.
func sourcesOf(days []workday.Day) []string {
	var all []string
	for _, day := range days {
		for source := range strings.FieldsSeq(day.Source) {
			if !slices.Contains(all, source) {
				all = append(all, source)
			}
		}
	}
	return all
}

// spans writes days in a row as one span: 02-04 to 02-10.
func spans(p *i18n.Printer, days []workday.Date) string {
	var parts []string
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last].Next() == days[last+1] {
			last++
		}
		first := days[i].String()[5:]
		if last > i {
			parts = append(parts, p.T("web.calendar.span", "from", first, "to", days[last].String()[5:]))
		} else {
			parts = append(parts, first)
		}
		i = last + 1
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

type calendarJSON struct {
	Years        []int             `json:"years"`
	Year         int               `json:"year"`
	WorkingDays  int               `json:"working_days"`
	WeekdaysOff  int               `json:"weekdays_off"`
	WeekendsWork int               `json:"weekend_days_worked"`
	Days         []calendarDayJSON `json:"special_days"`
	Limits       []timeLimitJSON   `json:"time_limits"`
}

type calendarDayJSON struct {
	Date   string `json:"date"`
	Kind   string `json:"day_kind"`
	Name   string `json:"holiday"`
	Source string `json:"day_source"`
}

type timeLimitJSON struct {
	Nature        string `json:"limit_nature"`
	Category      string `json:"limit_category"`
	Severity      string `json:"limit_severity"`
	Days          int    `json:"limit_days"`
	EscalateAfter int    `json:"escalate_after"`
	Source        string `json:"limit_source"`
	CheckedOn     string `json:"limit_checked_on"`
}

// calendarAPI is GET /api/v1/admin/calendar.
func (s pages) calendarAPI(c *fiber.Ctx) error {
	year, err := s.yearAsked(c)
	if err != nil {
		return err
	}
	count := s.Config.Calendar.Count(year)
	reply := calendarJSON{Years: s.Config.Calendar.Years(), Year: year, WorkingDays: count.Working, WeekdaysOff: count.Off, WeekendsWork: count.Worked}
	for _, d := range s.Config.Calendar.Days(year) {
		reply.Days = append(reply.Days, calendarDayJSON{d.Date.String(), d.Kind(), d.Name, d.Source})
	}
	for _, l := range s.Config.Limits.Rows() {
		reply.Limits = append(reply.Limits, timeLimitJSON{string(l.Nature), string(l.Category), string(l.Severity), l.Days, l.EscalateAfter, l.Source, l.CheckedOn})
	}
	return c.JSON(reply)
}
