package reports

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/preparation"
	"jianfu/internal/web/kit"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// scheduleRoutes are the reports that are prepared by themselves.
func (s pages) scheduleRoutes() []kit.Route {
	write := []access.Right{access.ReportsWrite, access.ReportsRead}
	return []kit.Route{
		kit.Writing("/reports/schedules/create", write, s.createSchedule),
		kit.Writing("/reports/schedules/drop", write, s.dropSchedule),
	}
}

// scheduleShown is a schedule in words.
type scheduleShown struct {
	ID, Sentence, By, Next, Last string
	Why                          string // why the next time cannot be told
	Own                          bool   // the reader may give it up
}

// scheduleForm is the lists that only schedules have.
type scheduleForm struct{ Months, Countings []kit.Option }

func (s pages) schedules(ctx context.Context, reader access.Principal, p *i18n.Printer) (all []scheduleShown, form scheduleForm, err error) {
	if s.Config.Reports == nil {
		return nil, form, nil
	}
	for _, word := range preparation.MonthChoices {
		form.Months = append(form.Months, kit.Option{Value: word, Text: p.T("web.report.schedule.months." + word)})
	}
	for _, word := range preparation.Countings {
		form.Countings = append(form.Countings, kit.Option{Value: word, Text: p.T("web.report.schedule.counted." + word)})
	}
	list, err := s.Config.Reports.Schedules(ctx, reader)
	if err != nil {
		return nil, form, err
	}
	var accounts []string
	for _, one := range list {
		accounts = append(accounts, one.Account)
	}
	people, err := s.personNames(ctx, accounts)
	for _, one := range list {
		shown := scheduleShown{ID: one.Schedule, Sentence: s.scheduleSentence(one.ReportSchedule, p), By: dashboards.PersonName(p, people, one.Account),
			Own: reader.Can(access.ReportsWrite) && reader.Scope(access.ReportsWrite).Allows(one.Region)}
		if one.Why != nil {
			shown.Why = p.Error(one.Why)
		} else {
			shown.Next = dashboards.Moment(one.Next)
		}
		if one.Done > 0 {
			shown.Last = workday.Date(one.Done).String() //nolint:gosec // eight digits
		}
		all = append(all, shown)
	}
	return all, form, err
}

// scheduleSentence says what is prepared and when.
func (s pages) scheduleSentence(one queries.ReportSchedule, p *i18n.Printer) string {
	return p.T("web.report.schedule.sentence", "when", p.T("web.report.schedule.when."+one.Counted, "day", one.Day), "months", p.T("web.report.schedule.months."+one.Months),
		"region", regionName(p, one.Region), "title", s.setTitle(one.Set))
}

// createSchedule is POST /reports/schedules/create.
func (s pages) createSchedule(c *fiber.Ctx) error {
	day, err := strconv.ParseUint(kit.Form(c, "day"), 10, 8)
	if err != nil {
		day = 0 // which no schedule has
	}
	asked := readAsked(c)
	if s.Config.Reports == nil {
		return s.sendReports(c, asked, errNonePrepared)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	err = s.Config.Reports.SaveSchedule(ctx, kit.AskerOf(c).Principal, queries.ReportSchedule{Set: asked.Set, Months: kit.Form(c, "which_months"), Comparison: asked.Comparison, Region: asked.Region,
		Organisation: asked.Organisation, Mask: asked.Mask, Counted: kit.Form(c, "counted"), Day: uint8(day)}) //nolint:gosec // it was read as one
	return s.afterSchedule(c, err, "report_scheduled")
}

// dropSchedule is POST /reports/schedules/drop.
func (s pages) dropSchedule(c *fiber.Ctx) error {
	if s.Config.Reports == nil {
		return s.sendReports(c, preparation.Asked{}, errNonePrepared)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	return s.afterSchedule(c, s.Config.Reports.DropSchedule(ctx, kit.AskerOf(c).Principal, kit.Form(c, "schedule")), "report_unscheduled")
}

func (s pages) afterSchedule(c *fiber.Ctx, err error, done string) error {
	switch {
	case kit.ForUser(err):
		return s.sendReports(c, preparation.Asked{}, err)
	case err != nil:
		return err
	}
	return s.Back(c, "/reports", done)
}
