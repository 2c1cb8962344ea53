package reports

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/preparation"
	"jianfu/internal/web/kit"
)

// preparationOperations are the JSON of what is prepared.
func (s pages) preparationOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/report-preparations", Rights: seeReports, Handler: s.jobsAPI, Reply: preparationsJSON{}},
		{Path: kit.APIRoot + "/report-preparations/:job", Rights: seeReports, Handler: s.jobAPI, Reply: preparationDetailJSON{}},
	}
}

type preparationsJSON struct {
	Preparations []preparationJSON `json:"preparations"`
}

type preparationJSON struct {
	Job      string        `json:"job"`
	Set      string        `json:"report_set"`
	From     period.Period `json:"from"`
	To       period.Period `json:"to"`
	Region   string        `json:"region"`
	Account  string        `json:"account"`
	BegunAt  time.Time     `json:"begun_at"`
	Progress string        `json:"progress" choice:"progress"`
	At       time.Time     `json:"progress_at"`
	Over     bool          `json:"over"`
	Report   string        `json:"report,omitempty"`
	Problem  string        `json:"problem,omitempty"`
}

type preparationDetailJSON struct {
	preparationJSON
	Checks []reportCheckJSON `json:"checks"`
}

// progressChoices are how far a preparation can be.
func progressChoices() (all []string) {
	for _, stage := range preparation.Stages {
		all = append(all, string(stage))
	}
	return append(all, preparation.Ends...)
}

func preparationOf(j preparation.Job, p *i18n.Printer) preparationJSON {
	return preparationJSON{j.Job, j.Set, period.Period(j.From), period.Period(j.To), j.Region, j.Account, j.BegunAt, j.Step, j.At, j.Over(), j.Report, j.Why(p)}
}

// jobsAPI is GET /api/v1/report-preparations.
func (s pages) jobsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	reply := preparationsJSON{Preparations: []preparationJSON{}}
	if s.Config.Reports == nil {
		return c.JSON(reply)
	}
	list, err := s.Config.Reports.List(ctx, kit.AskerOf(c).Principal, mostJobs)
	if err != nil {
		return err
	}
	for _, j := range list {
		reply.Preparations = append(reply.Preparations, preparationOf(j, i18n.For(s.Here(c).Lang)))
	}
	return c.JSON(reply)
}

// jobAPI is GET /api/v1/report-preparations/:job.
func (s pages) jobAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	j, err := s.findJob(ctx, c)
	if err != nil {
		return err
	}
	p := i18n.For(s.Here(c).Lang)
	return c.JSON(preparationDetailJSON{preparationOf(j, p), reportChecks(j.Failed, p)})
}
