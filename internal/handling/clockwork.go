package handling

import (
	"time"

	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// stretch is by how much the marks of a stretch of years are above those of the one before it; more than any has.
const stretch = 2_000_000

// clockwork is a calendar and limits as statements count with them: they say of every issue what ledger.Limits.Clock says
// of one.
func clockwork(calendar *workday.Calendar, limits ledger.Limits) (queries.IssueClockwork, error) {
	var c queries.IssueClockwork
	base, worked, last := uint32(0), uint32(0), 0
	for _, year := range calendar.Years() {
		if last != 0 && year != last+1 {
			c.Ends = append(c.Ends, c.Marks[len(c.Marks)-1])
			base, worked = base+stretch, 0
		}
		last = year
		first := time.Date(year, time.January, 1, 12, 0, 0, 0, time.UTC)
		for day := first; day.Year() == year; day = day.AddDate(0, 0, 1) {
			working, err := calendar.Working(workday.DateOf(day))
			if err != nil {
				return c, err
			}
			mark := base + 2*worked + 3 // 0 is for days of no calendar
			if working {
				worked++
				mark = base + 2*worked + 2
			}
			number := uint32(day.Unix() / (24 * 60 * 60)) //nolint:gosec // days of this age
			if len(c.Marks) == 0 {
				c.First = number
			}
			for c.First+uint32(len(c.Marks)) < number { //nolint:gosec // years without a calendar, of a few days
				c.Marks = append(c.Marks, 0)
			}
			c.Marks = append(c.Marks, mark)
		}
	}
	if len(c.Marks) > 0 {
		c.Ends = append(c.Ends, c.Marks[len(c.Marks)-1])
	}
	for _, nature := range ledger.Natures {
		for _, category := range ledger.Categories {
			for _, severity := range ledger.Severities {
				limit := limits.Of(ledger.Issue{Nature: nature, Category: category, Severity: severity})
				c.Kinds = append(c.Kinds, string(nature)+" "+string(category)+" "+string(severity))
				c.Limits = append(c.Limits, uint32(limit.Days)) //nolint:gosec // at most 250
			}
		}
	}
	return c, nil
}

// clocks is the clockwork as of now.
func (d *Issues) clocks() (queries.IssueClockwork, error) {
	c, err := d.clockwork()
	now := d.now()
	c.Today = uint32((now.Unix() + 8*60*60) / (24 * 60 * 60)) //nolint:gosec // days of this age
	return c, err
}
