package reports

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// paramStep narrows the list of reports to those that are so far.
const paramStep = "step"

var (
	seeReports  = []access.Right{access.ReportsRead}
	takeReports = []access.Right{access.ReportsRead, access.Export}
	stepChoices = []string{string(report.Prepared), string(report.Checked), string(report.Signed), string(report.Sent), string(report.Withdrawn)}
)

func (s pages) reportRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/reports", seeReports, s.reportsPage),
		kit.Reading("/reports/:report", seeReports, s.reportPage),
		kit.Reading("/reports/:report/paper/:paper", seeReports, s.reportPaper),
		kit.Reading("/download/reports/:table", takeReports, s.reportsDownload),
		kit.Writing("/download/reports/:table", takeReports, s.reportsDownload),
		kit.Reading("/download/reports/:report/files/:file", takeReports, s.reportFile),
		kit.Writing("/download/reports/:report/files/:file", takeReports, s.reportFile),
	}
}

// archive is where reports are kept.
func (s pages) archive() *report.Archive { return report.NewArchive(s.Config.Queries, s.Config.Now) }

// reportProblem gives what is wrong with a report its status: one that the reader may not see is not there.
func reportProblem(err error) error {
	switch code := problem.Code(err); {
	case code == "report_unknown" || code == "report_job_unknown" || code == "report_schedule_unknown":
		return kit.Status(fiber.StatusNotFound, err)
	case code == "report_changed":
		return kit.Status(fiber.StatusConflict, err)
	case code == "report_damaged":
		return err
	case strings.HasPrefix(code, "report_"):
		return kit.Status(fiber.StatusUnprocessableEntity, err)
	}
	return err
}

// reportList is what the list of reports is made from.
type reportList struct {
	st   kit.State
	p    *i18n.Printer
	step string
	all  []queries.KeptReport
	show []queries.KeptReport // those that are so far as was asked for
}

func (s pages) askReports(ctx context.Context, c *fiber.Ctx) (reportList, error) {
	st, err := kit.PlainState(c)
	a := reportList{st: st, p: i18n.For(st.Lang), step: c.Query(paramStep)}
	if err != nil {
		return a, err
	}
	if a.step != "" {
		if !slices.Contains(stepChoices, a.step) {
			return a, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramStep, a.step, stepChoices))
		}
		a.st.Extra = url.Values{paramStep: {a.step}}
	}
	if a.all, err = s.archive().List(ctx, kit.AskerOf(c).Principal); err != nil {
		return a, err
	}
	for i := range a.all {
		if a.step == "" || a.all[i].State == a.step {
			a.show = append(a.show, a.all[i])
		}
	}
	return a, nil
}

// peopleOf are the names of those who prepared reports.
func (s pages) peopleOf(ctx context.Context, list []queries.KeptReport) (map[string]string, error) {
	var accounts []string
	for i := range list {
		accounts = append(accounts, list[i].PreparedBy)
	}
	return s.personNames(ctx, accounts)
}

func (s pages) personNames(ctx context.Context, accounts []string) (map[string]string, error) {
	if s.Config.Accounts == nil {
		return nil, nil
	}
	return s.Config.Accounts.Names(ctx, accounts)
}

// linkReports leads to reports and to the runs behind them.
func linkReports(st kit.State, list []queries.KeptReport) dashboards.Linker {
	return func(marks ...string) string {
		if marks[0] == "report" {
			return st.Plain().URL("/reports/" + marks[1])
		}
		for i := range list {
			if list[i].ID == marks[1] {
				return st.Plain().URL("/runs/" + strconv.FormatUint(uint64(list[i].Run), 10))
			}
		}
		return ""
	}
}

// reportsContents is the contents of the list of reports.
type reportsContents struct {
	kit.Frame
	Table    dashboards.Table
	Any      bool
	Steps    []kit.Link
	Reset    string
	Download string

	Jobs      []jobShown
	Poll      string       // where programs read how far preparations are; "" while none goes on
	Prepare   *prepareForm // nil for who may not
	Schedules []scheduleShown
	Schedule  scheduleForm
}

// reportsPage is GET /reports.
func (s pages) reportsPage(c *fiber.Ctx) error { return s.sendReports(c, preparation.Asked{}, nil) }

// sendReports shows the list, with the form as it was typed after a problem.
func (s pages) sendReports(c *fiber.Ctx, typed preparation.Asked, refusal error) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askReports(ctx, c)
	if err != nil {
		return err
	}
	people, err := s.peopleOf(ctx, a.show)
	if err != nil {
		return err
	}
	p := a.p
	page := reportsContents{Frame: s.Frame(c, "reports", "/reports", a.st, p, p.T("web.reports")), Any: len(a.all) > 0,
		Table: dashboards.Reports(a.show, people, linkReports(a.st, a.show), p), Reset: a.st.Plain().URL("/reports"), Download: a.st.URL("/download/reports/reports.csv")}
	page.Steps = append(page.Steps, kit.Link{Text: p.T("web.report.any", "count", len(a.all)), Address: page.Reset, Current: a.step == ""})
	for _, step := range stepChoices {
		count := 0
		for i := range a.all {
			if a.all[i].State == step {
				count++
			}
		}
		st := a.st.Plain()
		st.Extra = url.Values{paramStep: {step}}
		page.Steps = append(page.Steps, kit.Link{Text: p.T("web.report.so_far", "state", dashboards.ReportState(p, step), "count", count), Address: st.URL("/reports"), Current: a.step == step})
	}
	if err := s.showPreparations(ctx, c, &page, a, typed); err != nil {
		return err
	}
	page.Failed(c, p, refusal)
	return s.Pages.Send(c, a.st.Lang, "reports", page)
}

// showPreparations puts on the list of reports what is prepared, what can be, and what will be by itself.
func (s pages) showPreparations(ctx context.Context, c *fiber.Ctx, page *reportsContents, a reportList, typed preparation.Asked) (err error) {
	reader := kit.AskerOf(c).Principal
	if page.Jobs, err = s.jobs(ctx, reader, a.st, a.p); err != nil {
		return err
	}
	if slices.ContainsFunc(page.Jobs, func(j jobShown) bool { return j.Running }) {
		page.Poll = kit.APIRoot + "/report-preparations"
	}
	if page.Prepare, err = s.form(ctx, c, a.p, typed); err != nil {
		return err
	}
	page.Schedules, page.Schedule, err = s.schedules(ctx, reader, a.p)
	return err
}

// reportsDownload is /download/reports/reports.csv and .xlsx.
func (s pages) reportsDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askReports(ctx, c)
	if err != nil {
		return err
	}
	people, err := s.peopleOf(ctx, a.show)
	if err != nil {
		return err
	}
	t := view.PlainTaking(a.p, "reports", dashboards.Reports(a.show, people, nil, a.p))
	if a.step != "" {
		t.Filters = []tabular.Line{{Name: a.p.T("web.report.state"), Value: dashboards.ReportState(a.p, a.step)}}
	}
	return s.TakeAway(c, t)
}

// askReport finds the report of the path, as far as its reader may see it.
func (s pages) askReport(ctx context.Context, c *fiber.Ctx) (report.Kept, error) {
	k, err := s.archive().Find(ctx, kit.AskerOf(c).Principal, c.Params("report"))
	return k, reportProblem(err)
}

// reportContents is the contents of the page of one report.
type reportContents struct {
	kit.Frame
	Crumbs    []kit.Link
	State     string
	StateText string
	Facts     []dashboards.Fact
	Life      []lifeLine
	Acts      []actShown
	Revise    string // address of the form for the next version; "" where there is none to be had
	Version   uint16
	Before    string // address of the version that it revises, "" for a first one
	Changes   *dashboards.Table
	Papers    []paperLink
	Brief     string // address of the brief, "" where the report has none
	Checks    []checkShown
	Failed    int
	Files     []fileShown
	Hash      string
}

// lifeLine is a step of a report's life.
type lifeLine struct{ Step, StepText, At, By, Note string }

// paperLink leads to sheets.
type paperLink struct{ ID, Text, Address string }

// checkShown is a check with the cells that are not what they should be.
type checkShown struct {
	ID, Title, Paper string // Paper leads to its table on the sheets
	Passed           bool
	Figures          string // the page that shows the same figures, "" without one
	Cells            []cellShown
	Reason, By       string // of the waiver
}

// cellShown is a cell that failed a check.
type cellShown struct{ Text, Address string }

// fileShown is a file with where it can be had.
type fileShown struct{ Kind, Name, Size, Hash, Address string }

// reportPage is GET /reports/:report.
func (s pages) reportPage(c *fiber.Ctx) error { return s.sendReport(c, nil) }

func (s pages) sendReport(c *fiber.Ctx, refusal error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	p, path := i18n.For(st.Lang), "/reports/"+k.ID
	people, err := s.personNames(ctx, peopleIn(k))
	if err != nil {
		return err
	}
	title := p.T("web.report.heading", "title", k.Title, "period", dashboards.ReportWindow(p, k.KeptReport))
	page := reportContents{Frame: s.Frame(c, "reports", path, st, p, title), State: k.State, StateText: dashboards.ReportState(p, k.State), Hash: k.Hash(),
		Crumbs: []kit.Link{view.LinkTo(p.T("web.reports"), st.URL("/reports")), {Text: report.NumberOf(k.ID), Current: true}}, Facts: reportFacts(k, p), Life: lifeOf(k, people, p),
		Acts: actsShown(k, kit.AskerOf(c).Principal, st, p), Version: k.Version}
	if err := s.showChanges(ctx, &page, k, st, p); err != nil {
		return err
	}
	for _, paper := range report.Papers {
		if _, there := k.Paper(paper, "html"); !there {
			continue
		}
		address := st.URL(path + "/paper/" + paper)
		page.Papers = append(page.Papers, paperLink{paper, p.T("web.report.paper." + paper), address})
		if paper == "brief" {
			page.Brief = embeddedPaper(st, path, paper)
		}
	}
	page.Checks, page.Failed = checksShown(k.Checks, people, kit.AskerOf(c).Principal, st, k.KeptReport, path, p)
	for i, name := range k.FileNames {
		page.Files = append(page.Files, fileShown{fileKind(k, i, p), name, dashboards.Count(k.FileSizes[i]), k.FileHashes[i], st.URL("/download" + path + "/files/" + strconv.Itoa(i+1))})
	}
	if s.mayRevise(c, k) {
		page.Revise = st.URL(path + "/revise")
	}
	page.Frame.Failed(c, p, refusal)
	if page.Brief != "" {
		c.Set(fiber.HeaderContentSecurityPolicy, kit.ContentSecurityPolicy+"; frame-src 'self'")
	}
	return s.Pages.Send(c, st.Lang, "report", page)
}

// showChanges puts what a version changed on its page.
func (s pages) showChanges(ctx context.Context, page *reportContents, k report.Kept, st kit.State, p *i18n.Printer) error {
	changes, err := s.archive().Changes(ctx, k)
	if err != nil || changes == nil {
		return err
	}
	page.Before = st.Plain().URL("/reports/" + k.Revises)
	t := dashboards.Table{ID: "changes", Title: p.T("web.report.changes")}
	for _, key := range []string{"number", "cell", "row", "column", "unit"} {
		t.Columns = append(t.Columns, dashboards.Column{Key: key, Title: p.T("web.report.changes." + key), Kind: dashboards.KindText})
	}
	for _, key := range []string{"before", "after", "difference"} {
		t.Columns = append(t.Columns, dashboards.Column{Key: key, Title: p.T("web.report.changes." + key), Kind: dashboards.KindCount})
	}
	for _, cause := range changes.Causes {
		t.Columns = append(t.Columns, dashboards.Column{Key: cause, Title: p.T("report.cause." + cause), Kind: dashboards.KindCount})
	}
	text := func(value *string) dashboards.Cell {
		if value == nil {
			return dashboards.Cell{Text: dashboards.NotApplicable}
		}
		return dashboards.Cell{Text: *value, Raw: *value}
	}
	for i := range changes.Cells {
		cell := &changes.Cells[i]
		row := []dashboards.Cell{{Text: cell.Number, Link: st.Plain().URL("/reports/"+k.ID+"/paper/forms") + "#" + report.Anchor(cell.Table, cell.Cell)}, {Text: cell.Cell}, {Text: cell.Row}, {Text: cell.Column}, {Text: cell.Unit},
			text(cell.Then), text(cell.Now), text(cell.Difference)}
		for _, cause := range changes.Causes {
			row = append(row, dashboards.Cell{Text: cell.Of(cause)})
		}
		t.Rows = append(t.Rows, row)
	}
	page.Changes = &t
	return nil
}

// peopleIn are the accounts that a report names.
func peopleIn(k report.Kept) []string {
	accounts := []string{k.PreparedBy}
	for _, step := range k.Steps {
		accounts = append(accounts, step.Account)
	}
	for _, o := range k.Checks {
		if o.Waiver != nil {
			accounts = append(accounts, o.Waiver.By)
		}
	}
	return accounts
}

// reportFacts are the particulars of a report.
func reportFacts(k report.Kept, p *i18n.Printer) []dashboards.Fact {
	var places []string
	for _, prefix := range k.Scope {
		places = append(places, dashboards.NewNames(p).Region(wholeRegion(prefix)))
	}
	waived := dashboards.Fact{Name: p.T("web.report.checks"), Value: p.T("web.report.checks.all", "count", len(k.Checks))}
	if k.Waived > 0 {
		waived.Value, waived.Tone = p.T("web.report.checks.waived", "count", len(k.Checks), "waived", k.Waived), dashboards.ToneIncrease
	}
	return []dashboards.Fact{
		{Name: p.T("web.report.number"), Value: k.ID},
		{Name: p.T("web.report.organisation"), Value: k.Organisation},
		{Name: p.T("web.report.period"), Value: dashboards.ReportWindow(p, k.KeptReport)},
		{Name: p.T("web.report.scope"), Value: strings.Join(places, p.T("web.list_separator"))},
		{Name: p.T("web.report.set"), Value: k.Set},
		{Name: p.T("web.filter.comparison"), Value: k.Comparison},
		{Name: p.T("web.run.number"), Value: strconv.FormatUint(uint64(k.Run), 10)},
		{Name: p.T("web.run.pack_hash"), Value: k.PackHash},
		{Name: p.T("web.report.tables"), Value: strconv.Itoa(int(k.Tables))},
		waived,
	}
}

// wholeRegion is the region whose codes begin so.
func wholeRegion(prefix string) string { return (prefix + "000000")[:6] }

// lifeOf are the steps of a report from its preparation on.
func lifeOf(k report.Kept, people map[string]string, p *i18n.Printer) []lifeLine {
	line := func(step, account, note string, at string) lifeLine {
		return lifeLine{step, dashboards.ReportState(p, step), at, dashboards.PersonName(p, people, account), note}
	}
	all := []lifeLine{line(string(report.Prepared), k.PreparedBy, "", dashboards.Moment(k.PreparedAt))}
	for _, step := range k.Steps {
		all = append(all, line(step.Step, step.Account, step.Note, dashboards.Moment(step.At)))
	}
	return all
}

// pagesOfTables are the pages that show the figures of a table, by its id.
var pagesOfTables = map[string]struct {
	path  string
	right access.Right
}{
	"overall": {"/", access.FiguresAggregate}, "counterfactual": {"/", access.FiguresAggregate}, "by-month": {"/", access.FiguresAggregate},
	"by-region": {"/regions", access.FiguresAggregate}, "by-industry": {"/industries", access.FiguresAggregate}, "by-size": {"/sizes", access.FiguresAggregate},
	"by-economic-type": {"/", access.FiguresAggregate}, "by-unit-kind": {"/", access.FiguresAggregate}, "distribution": {"/", access.FiguresAggregate},
	"reasons": {"/cases", access.FiguresRecord}, "issues": {"/issues/statistics", access.IssuesRead}, "issues-bureau": {"/issues/bureaus", access.IssuesRead},
	report.LoadsCheck: {"/loads", access.LoadsRead},
}

// checksShown are checks as the page has them, those that failed first, and how many failed.
func checksShown(checks []report.Outcome, people map[string]string, reader access.Principal, st kit.State, k queries.KeptReport, path string, p *i18n.Printer) (all []checkShown, failed int) {
	view := st.Plain()
	view.From, view.To, view.Comparison = period.Period(k.From), period.Period(k.To), k.Comparison
	for _, o := range checks {
		shown := checkShown{ID: o.Check, Title: o.Title, Passed: o.Passed}
		table := o.Table
		if o.Check == report.LoadsCheck {
			shown.Title, table = p.T("report.check.loads"), report.LoadsCheck
		} else if path != "" {
			shown.Paper = st.URL(path+"/paper/forms") + "#" + report.Anchor(o.Table, "")
		}
		if page, ok := pagesOfTables[table]; ok && reader.Can(page.right) {
			switch {
			case table == report.LoadsCheck || strings.HasPrefix(page.path, "/issues"):
				shown.Figures = st.Plain().URL(page.path)
			default:
				shown.Figures = view.URL(page.path)
			}
		}
		for _, d := range o.Differences {
			cell := cellShown{Text: d.Words(p.T)}
			if d.Cell != "" && path != "" {
				cell.Address = st.URL(path+"/paper/forms") + "#" + report.Anchor(o.Table, d.Cell)
			}
			shown.Cells = append(shown.Cells, cell)
		}
		if o.Waiver != nil {
			shown.Reason, shown.By = o.Waiver.Reason, dashboards.PersonName(p, people, o.Waiver.By)
		}
		if !o.Passed {
			failed++
		}
		all = append(all, shown)
	}
	slices.SortStableFunc(all, func(a, b checkShown) int { return number(a.Passed) - number(b.Passed) })
	return all, failed
}

// number is 0 or 1, to sort by.
func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// fileKind says what a file is.
func fileKind(k report.Kept, i int, p *i18n.Printer) string {
	part, ending := k.Part(i)
	if part == "" {
		return strings.ToUpper(ending)
	}
	return p.T("web.report.file", "part", p.T("web.report.part."+part), "ending", strings.ToUpper(ending))
}
