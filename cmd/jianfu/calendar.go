package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
)

// deadlines are the working days and the time limits that the flags name: the bureau's own years before those built in,
// and its own limits in place of those.
func (a *app) deadlines() (*workday.Calendar, ledger.Limits, error) {
	calendar, limits := workday.Shipped(), ledger.ShippedLimits()
	var wrong []error
	if a.calendar != "" {
		own, err := workday.Read(os.DirFS(a.calendar))
		if err == nil {
			calendar = calendar.With(own)
		}
		wrong = append(wrong, err)
	}
	if a.limits != "" {
		table, err := os.ReadFile(a.limits)
		if err != nil {
			err = problem.Wrap(err, "ledger_limits_file", "file", a.limits)
		} else {
			limits, err = ledger.ReadLimits(string(table))
		}
		wrong = append(wrong, err)
	}
	return calendar, limits, errors.Join(wrong...)
}

// newCalendarCommand checks and shows working days and time limits. None of its commands touches the data directory.
func newCalendarCommand(a *app) *cobra.Command {
	years := workday.Shipped().Years()
	return group(&cobra.Command{
		Use:   "calendar",
		Short: a.T("calendar.short"),
		Long:  a.T("calendar.long", "from", years[0], "to", years[len(years)-1]),
	}, newCalendarCheckCommand(a), newCalendarShowCommand(a))
}

// calendarCheck is what `calendar check --json` prints.
type calendarCheck struct {
	Calendar string            `json:"calendar,omitempty"` // as the flags name them
	Limits   string            `json:"limits,omitempty"`
	Years    []int             `json:"years"`
	Findings []calendarFinding `json:"findings"`
}

type calendarFinding struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func newCalendarCheckCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "check",
		Short:   a.T("calendar.check.short"),
		Long:    a.T("calendar.check.long"),
		Example: "  jianfu calendar check\n  jianfu calendar check --calendar ./calendars --limits ./limits.csv",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			result := calendarCheck{Calendar: a.calendar, Limits: a.limits, Years: []int{}, Findings: []calendarFinding{}}
			calendar, _, err := a.deadlines()
			found := each(err)
			if err == nil {
				result.Years = calendar.Years()
				found = append(found, uncovered(calendar, time.Now())...)
			}
			for _, one := range found {
				result.Findings = append(result.Findings, calendarFinding{problem.Code(one), a.printer.Error(one)})
			}
			if err := a.result(result, func(w io.Writer) { a.printCalendarCheck(w, result) }); err != nil {
				return err
			}
			return differences(nil, len(result.Findings))
		},
	}
}

// each takes an error that holds several apart.
func each(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		var all []error
		for _, one := range many.Unwrap() {
			all = append(all, each(one)...)
		}
		return all
	}
	return []error{err}
}

// uncovered says which years that clocks may soon run into have no file: this one and, from November on, the next.
func uncovered(calendar *workday.Calendar, now time.Time) []error {
	var missing []error
	for year := workday.DateOf(now).Year(); year <= workday.DateOf(now.AddDate(0, 2, 0)).Year(); year++ {
		if err := calendar.Covers(year); err != nil {
			missing = append(missing, err)
		}
	}
	return missing
}

func (a *app) printCalendarCheck(w io.Writer, result calendarCheck) {
	for _, f := range result.Findings {
		fmt.Fprintln(w, f.Message)
	}
	if n := len(result.Years); n > 0 {
		fmt.Fprintln(w, a.T("calendar.check.years", "from", result.Years[0], "to", result.Years[n-1], "count", n))
	}
	fmt.Fprintln(w, a.printer.N("calendar.check.count", len(result.Findings)))
}

// shownYear is what `calendar show --json` prints of a year.
type shownYear struct {
	Year        int        `json:"year"`
	WorkingDays int        `json:"working_days"`
	DaysOff     int        `json:"days_off"`  // weekdays off
	Worked      int        `json:"days_work"` // weekend days worked
	Days        []shownDay `json:"days,omitempty"`
}

type shownDay struct {
	Date   workday.Date `json:"date"`
	Kind   string       `json:"kind"` // off, work
	Name   string       `json:"name"`
	Source string       `json:"source"`
}

func newCalendarShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show [" + a.T("calendar.argument.year") + "]",
		Short:   a.T("calendar.show.short"),
		Long:    a.T("calendar.show.long"),
		Example: "  jianfu calendar show\n  jianfu calendar show 2019",
		Args:    arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			calendar, _, err := a.deadlines()
			if err != nil {
				return err
			}
			years := calendar.Years()
			if len(args) == 1 {
				year, err := strconv.Atoi(args[0])
				if err != nil {
					return misused(cmd, "calendar_year", "value", args[0])
				}
				if err := calendar.Covers(year); err != nil {
					return err
				}
				years = []int{year}
			}
			result := []shownYear{}
			for _, year := range years {
				result = append(result, yearOf(calendar, year, len(args) == 1))
			}
			return a.result(result, func(w io.Writer) { a.printYears(w, result) })
		},
	}
}

func yearOf(calendar *workday.Calendar, year int, withDays bool) shownYear {
	count := calendar.Count(year)
	shown := shownYear{Year: year, WorkingDays: count.Working, DaysOff: count.Off, Worked: count.Worked}
	if withDays {
		for _, d := range calendar.Days(year) {
			shown.Days = append(shown.Days, shownDay{d.Date, d.Kind(), d.Name, d.Source})
		}
	}
	return shown
}

func (a *app) printYears(w io.Writer, years []shownYear) {
	for _, y := range years {
		fmt.Fprintln(w, a.T("calendar.show.year", "year", y.Year, "working", y.WorkingDays, "off", y.DaysOff, "worked", y.Worked))
		for _, d := range y.Days {
			fmt.Fprintln(w, a.T("calendar.show.day", "date", d.Date, "weekday", a.T("weekday."+strconv.Itoa(int(d.Date.Weekday()))), "kind", a.T("calendar.kind."+d.Kind), "name", d.Name, "source", d.Source))
		}
	}
}
