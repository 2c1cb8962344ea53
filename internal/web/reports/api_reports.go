package reports

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/report"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// reportOperations are the JSON of the pages of reports.
func (s pages) reportOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/reports", Rights: seeReports, Handler: s.reportsAPI, Reply: reportsJSON{}, Parameters: []string{paramStep}},
		{Path: kit.APIRoot + "/reports/:report", Rights: seeReports, Handler: s.reportAPI, Reply: reportDetailJSON{}},
		{Path: kit.APIRoot + "/reports/:report/files", Rights: seeReports, Handler: s.reportFilesAPI, Reply: reportFilesJSON{}},
	}
}

type reportsJSON struct {
	Reports []reportJSON `json:"reports"`
}

type reportJSON struct {
	Report       string        `json:"report"`
	Set          string        `json:"report_set"`
	Title        string        `json:"title"`
	Organisation string        `json:"organisation"`
	From         period.Period `json:"from"`
	To           period.Period `json:"to"`
	Comparison   string        `json:"comparison"`
	Run          uint32        `json:"run"`
	PackHash     string        `json:"pack_hash"`
	Regions      []string      `json:"report_regions"`
	Step         string        `json:"step"`
	Waived       uint16        `json:"waived"`
	PreparedBy   string        `json:"prepared_by"`
	PreparedAt   time.Time     `json:"prepared_at"`
}

func reportOf(k *queries.KeptReport) reportJSON {
	j := reportJSON{Report: k.ID, Set: k.Set, Title: k.Title, Organisation: k.Organisation, From: period.Period(k.From), To: period.Period(k.To), Comparison: k.Comparison,
		Run: k.Run, PackHash: k.PackHash, Regions: []string{}, Step: k.State, Waived: k.Waived, PreparedBy: k.PreparedBy, PreparedAt: k.PreparedAt}
	for _, prefix := range k.Scope {
		j.Regions = append(j.Regions, wholeRegion(prefix))
	}
	return j
}

// reportsAPI is GET /api/v1/reports.
func (s pages) reportsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askReports(ctx, c)
	if err != nil {
		return err
	}
	reply := reportsJSON{Reports: []reportJSON{}}
	for i := range a.show {
		reply.Reports = append(reply.Reports, reportOf(&a.show[i]))
	}
	return c.JSON(reply)
}

type reportDetailJSON struct {
	reportJSON
	Hash   string            `json:"hash"`
	Steps  []reportStepJSON  `json:"steps"`
	Checks []reportCheckJSON `json:"checks"`
}

type reportStepJSON struct {
	Step    string    `json:"step"`
	At      time.Time `json:"at"`
	Account string    `json:"account"`
	Note    string    `json:"note,omitempty"`
}

type reportCheckJSON struct {
	Check       string           `json:"check"`
	Title       string           `json:"title"`
	Passed      bool             `json:"passed"`
	Differences []reportCellJSON `json:"differences"`
	Reason      string           `json:"waived_because,omitempty"`
	WaivedBy    string           `json:"waived_by,omitempty"`
}

type reportCellJSON struct {
	Cell string `json:"cell"`
	Text string `json:"text"`
}

// reportAPI is GET /api/v1/reports/:report.
func (s pages) reportAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	reply := reportDetailJSON{reportJSON: reportOf(&k.KeptReport), Hash: k.Hash(), Steps: []reportStepJSON{{Step: string(report.Prepared), At: k.PreparedAt, Account: k.PreparedBy}},
		Checks: reportChecks(k.Checks, i18n.For(s.Here(c).Lang))}
	for _, step := range k.Steps {
		reply.Steps = append(reply.Steps, reportStepJSON{step.Step, step.At, step.Account, step.Note})
	}
	return c.JSON(reply)
}

func reportChecks(checks []report.Outcome, p *i18n.Printer) []reportCheckJSON {
	all := []reportCheckJSON{}
	for _, o := range checks {
		j := reportCheckJSON{Check: o.Check, Title: o.Title, Passed: o.Passed, Differences: []reportCellJSON{}}
		if o.Check == report.LoadsCheck {
			j.Title = p.T("report.check.loads")
		}
		for _, d := range o.Differences {
			j.Differences = append(j.Differences, reportCellJSON{d.Cell, d.Words(p.T)})
		}
		if o.Waiver != nil {
			j.Reason, j.WaivedBy = o.Waiver.Reason, o.Waiver.By
		}
		all = append(all, j)
	}
	return all
}

type reportFilesJSON struct {
	Report string           `json:"report"`
	Hash   string           `json:"hash"`
	Files  []reportFileJSON `json:"files"`
}

type reportFileJSON struct {
	Name    string `json:"name"`
	Bytes   uint64 `json:"bytes"`
	Hash    string `json:"hash"`
	Address string `json:"address"`
}

// reportFilesAPI is GET /api/v1/reports/:report/files: where each file can be had, with its hash.
func (s pages) reportFilesAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	reply := reportFilesJSON{Report: k.ID, Hash: k.Hash(), Files: []reportFileJSON{}}
	for i, name := range k.FileNames {
		reply.Files = append(reply.Files, reportFileJSON{name, k.FileSizes[i], k.FileHashes[i], "/download/reports/" + k.ID + "/files/" + strconv.Itoa(i+1)})
	}
	return c.JSON(reply)
}
