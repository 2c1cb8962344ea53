// Package workday counts the working days of China's public offices: Monday to Friday, without the days off that the
// State Council announces each year, and with the weekend days that it moves work to (调休). No rule gives these days, so
// they are data: one dated file a year, each day with the notice that it comes from. A year without a file is refused,
// never guessed. The ledger's clocks ask it.
package workday

import (
	"cmp"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/problem"
)

// beijing is the time zone of the country's offices.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Date is a calendar day in Beijing, as the number 20190501.
type Date int32

// DateOf is the day that a moment falls on.
func DateOf(t time.Time) Date {
	year, month, day := t.In(beijing).Date()
	return Date(year*10000 + int(month)*100 + day) //nolint:gosec // eight digits
}

// Earliest and Latest are the days between which any day of this product lies. What lies outside is a slip, and some of what
// keeps days cannot hold it.
const (
	Earliest Date = 1990_01_01
	Latest   Date = 2199_12_31
)

// ParseDate reads "2019-05-01".
func ParseDate(text string) (Date, error) {
	t, err := time.ParseInLocation("2006-01-02", text, beijing)
	if err != nil || DateOf(t) < Earliest || DateOf(t) > Latest {
		return 0, problem.New("workday_bad_date", "value", text)
	}
	return DateOf(t), nil
}

// Start is the moment at which the day begins.
func (d Date) Start() time.Time {
	return time.Date(d.Year(), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, beijing)
}

// Year is the day's year.
func (d Date) Year() int { return int(d / 10000) }

// Next is the day after.
func (d Date) Next() Date { return DateOf(d.Start().AddDate(0, 0, 1)) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Start().Weekday() }

// weekend tells whether the day is a Saturday or a Sunday.
func (d Date) weekend() bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

func (d Date) String() string { return d.Start().Format("2006-01-02") }

// MarshalText writes "2019-05-01", and nothing for no day.
func (d Date) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d = 0
	if len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}

// Day is a day that differs from what its weekday says.
type Day struct {
	Date   Date
	Work   bool   // a working day; else a day off
	Name   string // of the holiday
	Source string // addresses of the notices
}

// Kind is the word that year files have for the day: work or off.
func (d Day) Kind() string {
	if d.Work {
		return "work"
	}
	return "off"
}

// Calendar knows the days of the years that it has files for.
type Calendar struct {
	days  map[Date]Day
	years []int
}

//go:embed calendars
var shipped embed.FS

// Shipped is the calendar of the years that come with the program.
func Shipped() *Calendar {
	folder, err := fs.Sub(shipped, "calendars")
	if err == nil {
		var c *Calendar
		if c, err = Read(folder); err == nil {
			return c
		}
	}
	panic(fmt.Sprintf("workday: the shipped calendars: %v", err)) // a broken build
}

// Read reads a folder of year files, such as 2027.csv with the columns date, kind (off or work), name and source. All
// that is wrong with them comes back at once.
func Read(folder fs.FS) (*Calendar, error) {
	files, err := fs.Glob(folder, "*.csv")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, problem.New("workday_no_files")
	}
	c := &Calendar{days: map[Date]Day{}}
	var wrong []error
	for _, file := range files {
		wrong = append(wrong, c.read(folder, file))
	}
	slices.Sort(c.years)
	return c, errors.Join(wrong...)
}

// With is the calendar with the years of another in place of its own, where both have a year.
func (c *Calendar) With(other *Calendar) *Calendar {
	both := &Calendar{days: map[Date]Day{}, years: slices.Clone(other.years)}
	for _, year := range c.years {
		if !slices.Contains(both.years, year) {
			both.years = append(both.years, year)
		}
	}
	slices.Sort(both.years)
	for date, day := range c.days {
		if !slices.Contains(other.years, date.Year()) {
			both.days[date] = day
		}
	}
	for date, day := range other.days {
		both.days[date] = day
	}
	return both
}

func (c *Calendar) read(folder fs.FS, file string) error {
	year, err := strconv.Atoi(strings.TrimSuffix(path.Base(file), ".csv"))
	if err != nil || year < 1949 || year > 9999 {
		return problem.New("workday_bad_file_name", "file", file)
	}
	contents, err := fs.ReadFile(folder, file)
	if err != nil {
		return err
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(contents), "\ufeff")))
	reader.FieldsPerRecord = 4
	rows, err := reader.ReadAll()
	if err != nil {
		return problem.New("workday_unreadable", "file", file, "cause", err.Error())
	}
	if len(rows) < 2 || !slices.Equal(rows[0], []string{"date", "kind", "name", "source"}) {
		return problem.New("workday_bad_header", "file", file)
	}
	var wrong []error
	for i, row := range rows[1:] {
		date, err := ParseDate(row[0])
		_, twice := c.days[date]
		switch {
		case err != nil || date.Year() != year:
			wrong = append(wrong, problem.New("workday_bad_row", "file", file, "line", i+2, "column", "date", "value", row[0]))
		case twice:
			wrong = append(wrong, problem.New("workday_twice", "file", file, "line", i+2, "value", row[0]))
		case row[1] != "off" && row[1] != "work":
			wrong = append(wrong, problem.New("workday_bad_row", "file", file, "line", i+2, "column", "kind", "value", row[1]))
		case strings.TrimSpace(row[3]) == "":
			wrong = append(wrong, problem.New("workday_bad_row", "file", file, "line", i+2, "column", "source", "value", ""))
		default:
			c.days[date] = Day{date, row[1] == "work", row[2], row[3]}
		}
	}
	c.years = append(c.years, year)
	return errors.Join(wrong...)
}

// Years are the years that there are files for, in order.
func (c *Calendar) Years() []int { return slices.Clone(c.years) }

// Days are the days of a year that differ from what their weekday says, in order.
func (c *Calendar) Days(year int) []Day {
	var days []Day
	for date, day := range c.days {
		if date.Year() == year {
			days = append(days, day)
		}
	}
	slices.SortFunc(days, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
	return days
}

// Covers is the problem workday_no_year unless a year has a file.
func (c *Calendar) Covers(year int) error {
	if !slices.Contains(c.years, year) {
		return problem.New("workday_no_year", "year", year)
	}
	return nil
}

// Working tells whether a day is a working day; the problem workday_no_year that its year has no file.
func (c *Calendar) Working(d Date) (bool, error) {
	if err := c.Covers(d.Year()); err != nil {
		return false, err
	}
	if day, ok := c.days[d]; ok {
		return day.Work, nil
	}
	return !d.weekend(), nil
}

// Count is how many days of a year are worked.
type Count struct {
	Working int // days worked
	Off     int // weekdays off
	Worked  int // weekend days worked
}

// Count counts the days of a year that has a file.
func (c *Calendar) Count(year int) Count {
	var n Count
	for d := Date(year*10000 + 101); d.Year() == year; d = d.Next() { //nolint:gosec // eight digits
		working, err := c.Working(d)
		switch {
		case err != nil:
			return Count{}
		case working:
			n.Working++
			if d.weekend() {
				n.Worked++
			}
		case !d.weekend():
			n.Off++
		}
	}
	return n
}

// Add is the n-th working day after a day, which itself does not count; for 0 the day itself or, where that is none, the
// next working day.
func (c *Calendar) Add(d Date, n int) (Date, error) {
	for {
		working, err := c.Working(d)
		if err != nil {
			return 0, err
		}
		if n <= 0 && working {
			return d, nil
		}
		d = d.Next()
		if working, err = c.Working(d); err != nil {
			return 0, err
		}
		if working {
			if n--; n <= 0 {
				return d, nil
			}
		}
	}
}

// Between counts the working days after a day up to and including another; those from the later to the earlier day are
// negative.
func (c *Calendar) Between(from, to Date) (int, error) {
	if from > to {
		n, err := c.Between(to, from)
		return -n, err
	}
	n := 0
	for d := from; d < to; {
		d = d.Next()
		working, err := c.Working(d)
		if err != nil {
			return 0, err
		}
		if working {
			n++
		}
	}
	return n, nil
}
