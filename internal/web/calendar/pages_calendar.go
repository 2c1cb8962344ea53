package calendar

import (
	"regexp"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/workday"
)

// paramYear is the year of a calendar.
const paramYear = "year"

func (s pages) calendarRoutes() []kit.Route {
	return []kit.Route{kit.Reading("/admin/calendar", nil, s.calendarPage).By(kit.Anybody)}
}

func (s pages) calendarOperations() []kit.Operation {
	return []kit.Operation{{Path: kit.APIRoot + "/admin/calendar", Handler: s.calendarAPI, Reply: calendarJSON{}, Parameters: []string{paramYear}}}
}

// yearAsked is the year that an address names: this one, or the last that there is a calendar for, unless it says another.
func (s pages) yearAsked(c *fiber.Ctx) (int, error) {
	years := s.Config.Calendar.Years()
	text := c.Query(paramYear)
	if text == "" {
		return min(workday.DateOf(s.Config.Now()).Year(), years[len(years)-1]), nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || s.Config.Calendar.Covers(year) != nil {
		return 0, kit.Status(fiber.StatusNotFound, problem.New("workday_no_year", "year", kit.Shortened(text)))
	}
	return year, nil
}

// calendarContents is the contents of the page of working days and time limits.
type calendarContents struct {
	kit.Frame
	Years    []kit.Link
	Year     int
	Count    workday.Count
	Weekdays []string
	Months   []calendarMonth
	Holidays []holiday
	Sources  []string // of the year's days
	Limits   []limitRow
}

// calendarMonth is a month in weeks from Monday to Sunday.
type calendarMonth struct {
	Name  string
	Weeks [][7]calendarDay
}

// calendarDay is a day of a month; Number is 0 for the days of the months around it.
type calendarDay struct {
	Number             int
	Class, Name, Words string // how it looks, its holiday, and what it is in words where it is not what its weekday says
	Today              bool
}

// holiday is what the notices say of one: its days off and the weekend days worked for it.
type holiday struct {
	Name, Off, Work string
}

// limitRow is a time limit in words.
type limitRow struct{ Nature, Category, Severity, Days, Escalate, Source, CheckedOn string }

// calendarPage is GET /admin/calendar.
func (s pages) calendarPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	year, err := s.yearAsked(c)
	if err != nil {
		return err
	}
	p, today := i18n.For(st.Lang), workday.DateOf(s.Config.Now())
	page := calendarContents{Year: year, Count: s.Config.Calendar.Count(year)}
	for _, one := range s.Config.Calendar.Years() {
		to := st
		to.Extra = kit.WithValue(st.Extra, paramYear, strconv.Itoa(one))
		page.Years = append(page.Years, kit.Link{Text: strconv.Itoa(one), Address: to.URL("/admin/calendar"), Current: one == year})
	}
	if c.Query(paramYear) != "" {
		st.Extra = kit.WithValue(st.Extra, paramYear, strconv.Itoa(year))
	}
	page.Frame = s.Frame(c, "calendar", "/admin/calendar", st, p, p.T("web.calendar"))
	for day := 1; day <= 7; day++ {
		page.Weekdays = append(page.Weekdays, p.T("web.calendar.weekday."+strconv.Itoa(day%7)))
	}
	days := map[workday.Date]workday.Day{}
	for _, day := range s.Config.Calendar.Days(year) {
		days[day.Date] = day
	}
	for month := time.January; month <= time.December; month++ {
		page.Months = append(page.Months, monthOf(p, year, month, days, today))
	}
	page.Holidays, page.Sources = holidaysOf(p, s.Config.Calendar.Days(year)), sourcesOf(s.Config.Calendar.Days(year))
	for _, l := range s.Config.Limits.Rows() {
		page.Limits = append(page.Limits, timeLimitOf(p, l))
	}
	return s.Pages.Send(c, st.Lang, "calendar", page)
}

// monthOf lays a month out in weeks.
func monthOf(p *i18n.Printer, year int, month time.Month, days map[workday.Date]workday.Day, today workday.Date) calendarMonth {
	m := calendarMonth{Name: p.T("web.calendar.month." + strconv.Itoa(int(month)))}
	var week [7]calendarDay
	for at := time.Date(year, month, 1, 12, 0, 0, 0, time.UTC); at.Month() == month; at = at.AddDate(0, 0, 1) {
		date := workday.DateOf(at)
		place := (int(date.Weekday()) + 6) % 7 // from Monday
		day := calendarDay{Number: at.Day(), Today: date == today}
		switch special, ok := days[date]; {
		case ok && special.Work && place > 4: // a weekday that a notice says is worked is like any other
			day.Class, day.Name, day.Words = "work", holidayName(p, special.Name), p.T("web.calendar.kind.work")
		case ok && !special.Work:
			day.Class, day.Name, day.Words = "off", holidayName(p, special.Name), p.T("web.calendar.kind.off")
		case place > 4:
			day.Class = "weekend"
		}
		week[place] = day
		if place == 6 {
			m.Weeks = append(m.Weeks, week)
			week = [7]calendarDay{}
		}
	}
	if week != ([7]calendarDay{}) {
		m.Weeks = append(m.Weeks, week)
	}
	return m
}

// timeLimitOf puts a limit into words; an empty word of the table means any.
func timeLimitOf(p *i18n.Printer, l ledger.Limit) limitRow {
	names := dashboards.NewNames(p)
	word := func(list, value string) string {
		if value == "" {
			return p.T("web.calendar.any")
		}
		return names.Word(list)(value)
	}
	row := limitRow{Nature: word("issue_nature", string(l.Nature)), Category: word("issue_category", string(l.Category)), Severity: word("issue_severity", string(l.Severity)),
		Days: p.N("web.calendar.days", l.Days), Escalate: p.T("web.calendar.never"), Source: l.Source, CheckedOn: l.CheckedOn}
	if l.EscalateAfter > 0 {
		row.Escalate = p.N("web.calendar.after", l.EscalateAfter)
	}
	return row
}

// calendarParameters are what operations of this topic take beside the common ones.
var calendarParameters = map[string]kit.APIParameter{
	paramYear: {Form: regexp.MustCompile(`^[0-9]{4}$`), Example: "2019"},
}
