package reports

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// preparationRoutes are the preparation of reports in the background, and what it came to.
func (s pages) preparationRoutes() []kit.Route {
	write := []access.Right{access.ReportsWrite, access.ReportsRead}
	return []kit.Route{
		kit.Writing("/reports/prepare", write, s.prepare),
		kit.Reading("/reports/preparations/:job", seeReports, s.jobPage),
		kit.Writing("/reports/preparations/:job/waive", write, s.waive),
		kit.Writing("/reports/:report/revise", write, s.revise),
	}
}

// mostJobs is how many preparations the list of reports names.
const mostJobs = 10

// jobShown is a preparation as pages have it.
type jobShown struct {
	ID, Address, Title, Window, Region string
	State, StateText                   string
	By, At                             string
	Scheduled                          bool
	Running                            bool
	Began                              string // for the seconds that it takes
	Now                                string // by this server's clock
	Took                               string // "" while it goes on
	Report, ReportNumber               string // address of what it became
	Why                                string // why it failed
	Waived                             int
}

// jobs shows the latest preparations that the reader may see.
func (s pages) jobs(ctx context.Context, reader access.Principal, st kit.State, p *i18n.Printer) ([]jobShown, error) {
	if s.Config.Reports == nil {
		return nil, nil
	}
	list, err := s.Config.Reports.List(ctx, reader, mostJobs)
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, j := range list {
		accounts = append(accounts, j.Account)
	}
	people, err := s.personNames(ctx, accounts)
	var all []jobShown
	for _, j := range list {
		all = append(all, s.jobShown(j, people, st, p))
	}
	return all, err
}

func (s pages) jobShown(j preparation.Job, people map[string]string, st kit.State, p *i18n.Printer) jobShown {
	shown := jobShown{ID: j.Job, Address: st.Plain().URL("/reports/preparations/" + j.Job), Title: s.setTitle(j.Set), Window: windowOf(p, j), Region: regionName(p, j.Region),
		State: j.Step, StateText: p.T("web.report.job." + j.Step), By: dashboards.PersonName(p, people, j.Account), At: dashboards.Moment(j.BegunAt), Scheduled: j.Schedule != "",
		Running: !j.Over(), Began: j.BegunAt.UTC().Format(time.RFC3339Nano), Now: s.Config.Now().UTC().Format(time.RFC3339Nano), Why: j.Why(p), Waived: len(j.Waivers)}
	if j.Over() {
		shown.Took = strconv.Itoa(int(j.At.Sub(j.BegunAt).Round(time.Second).Seconds()))
	}
	if j.Report != "" {
		shown.Report, shown.ReportNumber = st.Plain().URL("/reports/"+j.Report), report.NumberOf(j.Report)
	}
	return shown
}

func windowOf(p *i18n.Printer, j preparation.Job) string {
	return dashboards.ReportWindow(p, queries.KeptReport{From: j.From, To: j.To})
}

// regionName is what a report is about; 000000 is all that there is.
func regionName(p *i18n.Printer, code string) string { return kit.RegionNames(p, []string{code}) }

// setTitle is the title of definitions, or their id where they are no longer there.
func (s pages) setTitle(id string) string {
	if set, err := s.Config.Reports.Set(id); err == nil {
		return set.Title
	}
	return id
}

// prepareForm is what a preparation is asked for with; schedules take the same lists.
type prepareForm struct {
	Sets, Months, ToMonths, Comparisons, Regions []kit.Option
	Organisation                                 string
	Mask                                         bool
	Why                                          string // why there is nothing to prepare; "" where there is
	Conceals                                     bool   // figures about few persons are left out
}

// listShown is a list of a form.
type listShown struct {
	Name, ID string
	Tree     bool // long, and searched by name, code and pinyin initials
	Options  []kit.Option
}

// List is a list of a form.
func (reportsContents) List(name, id string, tree bool, options []kit.Option) listShown {
	return listShown{name, id, tree, options}
}

// form fills the lists; typed is what was chosen before.
func (s pages) form(ctx context.Context, c *fiber.Ctx, p *i18n.Printer, typed preparation.Asked) (*prepareForm, error) {
	reader := kit.AskerOf(c).Principal
	if s.Config.Reports == nil || !reader.Can(access.ReportsWrite) {
		return nil, nil
	}
	f := &prepareForm{Organisation: typed.Organisation, Mask: typed.Mask, Conceals: !reader.Can(access.FiguresRecord)}
	for _, set := range s.Config.Reports.Sets() {
		f.Sets = append(f.Sets, kit.Option{Value: set.ID, Text: set.Title, Selected: set.ID == typed.Set})
	}
	if slices.Contains(reader.Regions(), "000000") {
		f.Regions = append(f.Regions, kit.Option{Value: "000000", Text: regionName(p, "000000"), Selected: typed.Region == "000000"})
	}
	f.Regions = append(f.Regions, view.RegionOptions(p, typed.Region, reader.Regions())...)
	stamp, err := s.Config.Stamp(ctx, reader.Scope(access.ReportsWrite))
	switch {
	case problem.Code(err) == "no_run":
		f.Why = p.Error(err)
		return f, nil
	case err != nil:
		return nil, err
	case stamp.Waiting != nil:
		f.Why = p.Error(problem.New("report_waiting", "at", dashboards.Moment(stamp.Waiting.LoadedAt)))
	}
	if typed.Window.From == 0 {
		typed.Window = period.Range{From: stamp.DataTo, To: stamp.DataTo}
	}
	for _, m := range (period.Range{From: stamp.DataFrom, To: stamp.DataTo}).Months() {
		f.Months = append(f.Months, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == typed.Window.From})
		f.ToMonths = append(f.ToMonths, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == typed.Window.To})
	}
	for _, one := range stamp.Comparisons {
		f.Comparisons = append(f.Comparisons, kit.Option{Value: one.ID, Text: one.Title, Selected: one.ID == typed.Comparison || typed.Comparison == "" && one.Default})
	}
	return f, nil
}

// readAsked reads the form. What is no month is none, which the preparation refuses.
func readAsked(c *fiber.Ctx) preparation.Asked {
	month := func(name string) period.Period {
		m, err := period.Parse(kit.Form(c, name))
		if err != nil {
			return 0
		}
		return m
	}
	return preparation.Asked{Set: kit.Form(c, "report_set"), Window: period.Range{From: month("from_month"), To: month("to_month")}, Comparison: kit.Form(c, "report_comparison"),
		Region: kit.Form(c, "about_region"), Organisation: kit.Form(c, "organisation"), Mask: kit.Form(c, "mask") == kit.Yes}
}

// prepare is POST /reports/prepare.
func (s pages) prepare(c *fiber.Ctx) error {
	asked := readAsked(c)
	return s.begin(c, asked, func(refusal error) error { return s.sendReports(c, asked, refusal) })
}

// errNonePrepared says that this server prepares no reports.
var errNonePrepared = problem.New("report_none_prepared")

// begin begins a preparation and leads to it; what is in the way is said on the page that asked.
func (s pages) begin(c *fiber.Ctx, asked preparation.Asked, refused func(refusal error) error) error {
	if s.Config.Reports == nil {
		return refused(errNonePrepared)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	job, err := s.Config.Reports.Begin(ctx, kit.AskerOf(c).Principal, asked)
	switch {
	case kit.ForUser(err):
		return refused(err)
	case err != nil:
		return err
	}
	return s.Back(c, "/reports/preparations/"+job, "")
}

// jobContents is the contents of the page of a preparation.
type jobContents struct {
	kit.Frame
	Crumbs []kit.Link
	Job    jobShown
	Facts  []dashboards.Fact
	Stages []stageShown
	Checks []checkShown
	Count  int    // of them
	Waive  string // address of the form; "" for who may not waive
	Reason string
	Poll   string // where programs read how far it is
	Again  string // back to the form
}

// stageShown is a stage of a preparation: done, now or next.
type stageShown struct{ ID, Text, State string }

// findJob is the preparation of the path, as far as its reader may see it.
func (s pages) findJob(ctx context.Context, c *fiber.Ctx) (preparation.Job, error) {
	if s.Config.Reports == nil {
		return preparation.Job{}, kit.Status(fiber.StatusNotFound, problem.New("report_job_unknown"))
	}
	j, err := s.Config.Reports.Find(ctx, kit.AskerOf(c).Principal, c.Params("job"))
	return j, reportProblem(err)
}

// jobPage is GET /reports/preparations/:job.
func (s pages) jobPage(c *fiber.Ctx) error { return s.sendJob(c, "", nil) }

func (s pages) sendJob(c *fiber.Ctx, reason string, refusal error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	j, err := s.findJob(ctx, c)
	if err != nil {
		return err
	}
	people, err := s.personNames(ctx, []string{j.Account})
	if err != nil {
		return err
	}
	p, path, reader := i18n.For(st.Lang), "/reports/preparations/"+j.Job, kit.AskerOf(c).Principal
	page := jobContents{Job: s.jobShown(j, people, st, p), Stages: stagesOf(j, p), Reason: kit.Shortened(reason), Poll: kit.APIRoot + "/report-preparations/" + j.Job, Again: st.URL("/reports") + "#prepare",
		Crumbs: []kit.Link{view.LinkTo(p.T("web.reports"), st.URL("/reports")), {Text: p.T("web.report.job"), Current: true}}}
	page.Frame = s.Frame(c, "reports", path, st, p, p.T("web.report.job.heading", "title", page.Job.Title, "period", page.Job.Window))
	page.Frame.Failed(c, p, refusal)
	page.Facts = jobFacts(j, page.Job, p)
	if len(j.Failed) > 0 {
		page.Checks, page.Count = checksShown(j.Failed, people, reader, st, queries.KeptReport{From: j.From, To: j.To, Comparison: j.Comparison}, "", p)
		if reader.Can(access.ReportsWrite) && reader.Scope(access.ReportsWrite).Allows(j.Region) {
			page.Waive = st.URL(path + "/waive")
		}
	}
	return s.Pages.Send(c, st.Lang, "report_job", page)
}

// stagesOf are the stages of a preparation with which are done.
func stagesOf(j preparation.Job, p *i18n.Printer) (all []stageShown) {
	at := slices.Index(preparation.Stages, preparation.Stage(j.Step))
	for i, stage := range preparation.Stages {
		state := "next"
		switch {
		case j.Step == preparation.Done || i < at:
			state = "done"
		case i == at:
			state = "now"
		}
		all = append(all, stageShown{string(stage), p.T("web.report.job." + string(stage)), state})
	}
	return all
}

// jobFacts are the particulars of a preparation.
func jobFacts(j preparation.Job, shown jobShown, p *i18n.Printer) []dashboards.Fact {
	facts := []dashboards.Fact{
		{Name: p.T("web.report.period"), Value: shown.Window},
		{Name: p.T("web.report.scope"), Value: shown.Region},
		{Name: p.T("web.report.set"), Value: j.Set},
		{Name: p.T("web.report.prepared_by"), Value: shown.By},
		{Name: p.T("web.report.job.begun"), Value: shown.At},
	}
	if j.Organisation != "" {
		facts = append(facts, dashboards.Fact{Name: p.T("web.report.organisation"), Value: j.Organisation})
	}
	if j.Schedule != "" {
		facts = append(facts, dashboards.Fact{Name: p.T("web.report.job.why"), Value: p.T("web.report.job.scheduled")})
	}
	for _, w := range j.Waivers {
		facts = append(facts, dashboards.Fact{Name: p.T("web.report.job.waived"), Value: p.T("web.report.job.waiver", "check", w.Check, "reason", w.Reason, "by", w.Who()), Tone: dashboards.ToneIncrease})
	}
	return facts
}

// waive is POST /reports/preparations/:job/waive: the same is prepared once more, though the checks that are named failed.
func (s pages) waive(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	j, err := s.findJob(ctx, c)
	if err != nil {
		return err
	}
	again, reason, chosen := j.Again(), kit.Form(c, "reason"), kit.Forms(c, "check")
	if len(chosen) == 0 {
		return s.sendJob(c, reason, problem.New("report_waiver_none"))
	}
	for _, check := range chosen {
		if !slices.ContainsFunc(j.Failed, func(o report.Outcome) bool { return o.Check == check }) {
			return s.sendJob(c, reason, problem.New("report_changed"))
		}
		again.Waivers = append(again.Waivers, report.Waiver{Check: check, Reason: reason})
	}
	return s.begin(c, again, func(refusal error) error { return s.sendJob(c, reason, refusal) })
}

// revise is POST /reports/:report/revise: the same months, region and definitions, by what the figures are now.
func (s pages) revise(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	if !s.mayRevise(c, k) {
		return s.sendReport(c, problem.New("report_no_revision"))
	}
	asked := preparation.Asked{Set: k.Set, Window: period.Range{From: period.Period(k.From), To: period.Period(k.To)}, Comparison: k.Comparison, Region: wholeRegion(k.Scope[0]), Organisation: k.Organisation}
	return s.begin(c, asked, func(refusal error) error { return s.sendReport(c, refusal) })
}

// mayRevise tells whether the reader may have a report prepared anew: one that was signed, of one region.
func (s pages) mayRevise(c *fiber.Ctx, k report.Kept) bool {
	signed := k.State == string(report.Signed) || k.State == string(report.Sent)
	return s.Config.Reports != nil && signed && len(k.Scope) == 1 && kit.AskerOf(c).Principal.Can(access.ReportsWrite)
}
