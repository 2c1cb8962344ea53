package runs

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// seeRuns is the right to see which recomputes there were: everybody's who may read the policy that they used, so that
// those who keep the data see them too, without a figure.
var (
	seeRuns  = []access.Right{access.PolicyRead}
	takeRuns = []access.Right{access.PolicyRead, access.Export}
)

func (s pages) runRoutes() []kit.Route {
	units := []access.Right{access.FiguresUnit}
	takeUnits := []access.Right{access.FiguresUnit, access.Export}
	return []kit.Route{
		kit.Reading("/runs", seeRuns, s.runsPage),
		kit.Reading("/download/runs/:table", takeRuns, s.runsDownload),
		kit.Writing("/download/runs/:table", takeRuns, s.runsDownload),
		kit.Reading("/runs/:run", seeRuns, s.runPage),
		kit.Reading("/download/runs/:run/pack/:file", takeRuns, s.packDownload),
		kit.Writing("/download/runs/:run/pack/:file", takeRuns, s.packDownload),
		kit.Reading("/runs/:run/difference", kit.Figures, s.differencePage),
		kit.Reading("/download/runs/:run/difference/:table", kit.TakeFigures, s.differenceDownload),
		kit.Writing("/download/runs/:run/difference/:table", kit.TakeFigures, s.differenceDownload),
		kit.Reading("/download/runs/:run/difference/units/:table", takeUnits, s.movedUnitsDownload),
		kit.Writing("/download/runs/:run/difference/units/:table", takeUnits, s.movedUnitsDownload),
		kit.Reading("/runs/:run/difference/units/:unit", units, s.movedUnitPage),
		kit.Reading("/download/runs/:run/difference/units/:unit/:table", takeUnits, s.movedUnitDownload),
		kit.Writing("/download/runs/:run/difference/units/:unit/:table", takeUnits, s.movedUnitDownload),
	}
}

// runList is what the list of runs is made from.
type runList struct {
	runs  []queries.RunEntry
	whole bool // the reader sees the whole store, and with it counts of all of it
}

func (s pages) askRuns(ctx context.Context, scope filter.Scope) (runList, error) {
	runs, err := s.Config.Queries.Runs(ctx)
	if err != nil {
		return runList{}, err
	}
	loads, err := s.Config.Queries.Loads(ctx)
	if err != nil {
		return runList{}, err
	}
	whole, err := s.Config.Queries.Whole(ctx, scope, queries.LoadIDs(loads))
	return runList{runs, whole}, err
}

// linkRuns leads to runs and to their differences, for who may see figures.
func linkRuns(st kit.State, mayDiffer bool) dashboards.Linker {
	return func(marks ...string) string {
		path := "/runs/" + url.PathEscape(marks[1])
		if marks[0] == "run" {
			return st.URL(path)
		}
		if !mayDiffer {
			return ""
		}
		st.Extra = url.Values{paramAgainst: {marks[3]}}
		return st.URL(path + "/difference")
	}
}

// runsContents is the contents of the list of runs.
type runsContents struct {
	kit.Frame
	Table    dashboards.Table
	Whole    bool
	Download string
	Held     []view.HeldView // runs that wait to be confirmed, for who may
}

// runsPage is GET /runs.
func (s pages) runsPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	list, err := s.askRuns(ctx, kit.ScopeOf(c))
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	link := linkRuns(st, kit.AskerOf(c).Principal.Can(access.FiguresAggregate))
	page := runsContents{Frame: s.Frame(c, "runs", "/runs", st, p, p.T("web.runs")), Table: dashboards.Runs(list.runs, runReader(c, list.whole), link, p),
		Whole: list.whole, Download: st.URL("/download/runs/runs.csv")}
	if page.Held, err = s.HeldViews(ctx, c, p); err != nil {
		return err
	}
	return s.Pages.Send(c, st.Lang, "runs", page)
}

// runsDownload is /download/runs/runs.csv and .xlsx.
func (s pages) runsDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	list, err := s.askRuns(ctx, kit.ScopeOf(c))
	if err != nil {
		return err
	}
	p := i18n.For(s.Here(c).Lang)
	return s.TakeAway(c, view.PlainTaking(p, "runs", dashboards.Runs(list.runs, runReader(c, list.whole), nil, p)))
}

// runDetail is what the page of a run is made from.
type runDetail struct {
	run    queries.RunEntry
	whole  bool
	months []queries.RunPeriod
	totals map[string]queries.RunTotal // of who sees the whole store and figures; nil for others, and for runs that cannot be read
	pack   []queries.PackFile
	before string // number of the run to compare with, "" without one
}

// askRun reads one run by the number in the path.
func (s pages) askRun(ctx context.Context, c *fiber.Ctx) (runDetail, error) {
	var d runDetail
	number, err := kit.NumberOf(c, "run")
	if err != nil {
		return d, err
	}
	list, err := s.askRuns(ctx, kit.ScopeOf(c))
	if err != nil {
		return d, err
	}
	i := slices.IndexFunc(list.runs, func(r queries.RunEntry) bool { return r.ID == number })
	if i < 0 {
		return d, kit.Status(fiber.StatusNotFound, problem.New("run_unknown", "run", number))
	}
	d.run, d.whole = list.runs[i], list.whole
	if d.months, err = s.Config.Queries.RunPeriods(ctx, number); err != nil {
		return d, err
	}
	if d.pack, err = s.Config.Queries.Pack(ctx, d.run.PackHash); err != nil {
		return d, err
	}
	if !d.run.Readable() {
		return d, nil
	}
	for _, r := range list.runs[i+1:] {
		if r.Readable() && d.before == "" {
			d.before = strconv.FormatUint(uint64(r.ID), 10)
		}
	}
	if d.whole && kit.AskerOf(c).Principal.Can(access.FiguresAggregate) {
		d.totals, err = s.runTotals(ctx, number)
	}
	return d, err
}

// runTotals adds up a run; a run does not change, so that it is done once.
func (s pages) runTotals(ctx context.Context, run uint32) (map[string]queries.RunTotal, error) {
	return cache.Kept(ctx, s.Kept, cache.Question{Kind: "run totals", Run: run, Scope: filter.Everything()}, func(ctx context.Context) (map[string]queries.RunTotal, uint32, error) {
		totals, err := s.Config.Queries.RunTotals(ctx, run)
		return totals, run, err
	})
}

// runContents is the contents of the page of one run.
type runContents struct {
	kit.Frame
	Crumbs     []kit.Link
	Facts      []dashboards.Fact
	Failure    string // what did not agree, as it was recorded; "" for who may not see records, or where all agreed
	Failed     bool
	Dropped    bool
	Months     dashboards.Table
	Totals     *dashboards.Table
	Loads      []kit.Link
	Pack       []kit.Link
	Difference string // address of the difference with the one before it
	Against    string // its number
}

// runPage is GET /runs/:run.
func (s pages) runPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	d, err := s.askRun(ctx, c)
	if err != nil {
		return err
	}
	p, reader := i18n.For(st.Lang), kit.AskerOf(c).Principal
	path := "/runs/" + c.Params("run")
	link := linkRuns(st, reader.Can(access.FiguresAggregate))
	page := runContents{Frame: s.Frame(c, "runs", path, st, p, p.T("web.run.title", "run", d.run.ID)), Crumbs: runCrumbs(st, p, d.run.ID),
		Facts: dashboards.RunFacts(d.run, runReader(c, d.whole), p), Failed: d.run.State == "failed", Dropped: d.run.Dropped, Months: dashboards.RunMonths(d.run, d.months, link, p), Against: d.before}
	page.Crumbs[len(page.Crumbs)-1].Current = true
	if page.Failed && d.whole && (reader.Can(access.FiguresRecord) || reader.Can(access.LoadsRead)) {
		page.Failure = d.run.Failure
	}
	if d.totals != nil {
		totals := dashboards.RunTotals(d.totals, p)
		page.Totals = &totals
	}
	if reader.Can(access.LoadsRead) {
		for _, load := range d.run.Files() {
			page.Loads = append(page.Loads, view.LinkTo(p.T("web.load.number", "load", load), st.URL("/loads/"+strconv.FormatUint(uint64(load), 10))))
		}
	}
	for _, f := range d.pack {
		name := dashboards.PackFileName(p, f.File)
		if reader.Can(access.LoadsRead) && name != f.File { // who keeps the packs knows their files
			name = p.T("web.pack_file.named", "name", name, "file", f.File)
		}
		page.Pack = append(page.Pack, view.LinkTo(name, st.URL("/download"+path+"/pack/"+url.PathEscape(f.File))))
	}
	if d.before != "" {
		page.Difference = link("difference", c.Params("run"), "against", d.before)
	}
	return s.Pages.Send(c, st.Lang, "run", page)
}

// runCrumbs lead from the list of runs to a run.
func runCrumbs(st kit.State, p *i18n.Printer, run uint32) []kit.Link {
	plain := kit.State{Lang: st.Lang, Theme: st.Theme}
	return []kit.Link{view.LinkTo(p.T("web.runs"), plain.URL("/runs")), view.LinkTo(p.T("web.run.no", "run", run), plain.URL("/runs/"+strconv.FormatUint(uint64(run), 10)))}
}

// packDownload is /download/runs/:run/pack/:file: a file of the pack that a run used, as it was.
func (s pages) packDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	d, err := s.askRun(ctx, c)
	if err != nil {
		return err
	}
	name, err := url.PathUnescape(c.Params("file"))
	if err != nil {
		name = ""
	}
	i := slices.IndexFunc(d.pack, func(f queries.PackFile) bool { return f.File == name })
	if i < 0 {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	p := i18n.For(s.Here(c).Lang)
	t := view.Taking{ID: "pack " + name, Title: p.T("web.run.pack_file", "file", name, "run", d.run.ID), Raw: true}
	return s.TakeFile(c, t, name, "text/plain; charset=utf-8", []byte(d.pack[i].Content), 1)
}

// runReader is what the asker may see of runs: who keeps the packs sees their checksums.
func runReader(c *fiber.Ctx, whole bool) dashboards.RunReader {
	return dashboards.RunReader{Whole: whole, Checksums: kit.AskerOf(c).Principal.Can(access.LoadsRead)}
}
