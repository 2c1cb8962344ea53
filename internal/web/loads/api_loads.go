package loads

import (
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// loadOperations are the JSON of the loads' pages.
func (s pages) loadOperations() []kit.Operation {
	loads := []access.Right{access.LoadsRead}
	return []kit.Operation{
		{Path: kit.APIRoot + "/loads", Rights: loads, Handler: s.loadsAPI, Reply: loadsJSON{}, Parameters: []string{paramKind, paramTouches, paramOrder}},
		{Path: kit.APIRoot + "/loads/:load", Rights: loads, Handler: s.loadAPI, Reply: loadDetailJSON{}, Parameters: []string{paramReject, kit.ParamPage}},
	}
}

type loadsJSON struct {
	Whole          bool                `json:"whole"`
	Reconciliation *reconciliationJSON `json:"reconciliation,omitempty"` // for who sees the whole store
	Loads          []loadJSON          `json:"list"`
}

type loadJSON struct {
	Load       uint32              `json:"load"`
	Kind       string              `json:"kind"`
	File       string              `json:"file_name"`
	Format     string              `json:"file_format"`
	Sheet      string              `json:"sheet"` // of a workbook
	Encoding   string              `json:"encoding"`
	FinishedAt time.Time           `json:"finished_at"`
	Used       bool                `json:"used"`
	Accepted   uint64              `json:"accepted"`
	Rejected   uint64              `json:"rejected_lines"`
	Payable    money.Fen           `json:"payable"`
	Received   money.Fen           `json:"received"`
	Periods    []period.Period     `json:"periods"`
	Withdrawn  *view.WithdrawnJSON `json:"withdrawn,omitempty"` // by whom, when and why it was withdrawn; it counts no more
	*wholeLoadJSON
}

// wholeLoadJSON is about the whole file, for who sees the whole store.
type wholeLoadJSON struct {
	Hash        string    `json:"hash"`
	Compression string    `json:"compression"`
	Bytes       uint64    `json:"bytes"`
	StartedAt   time.Time `json:"started_at"`
	Read        uint64    `json:"read"`
	Unchanged   uint64    `json:"unchanged"`
	Replaced    uint64    `json:"replaced"`
	Unknown     []string  `json:"unknown_columns"`
}

type reconciliationJSON struct {
	Good            bool      `json:"good"`
	Read            uint64    `json:"read"`
	Accepted        uint64    `json:"accepted"`
	Rejected        uint64    `json:"rejected_lines"`
	Unchanged       uint64    `json:"unchanged"`
	Run             uint32    `json:"run"`
	Waiting         []uint32  `json:"waiting"`
	Withdrawn       []uint32  `json:"withdrawn_after"` // loads that the run has and that were withdrawn after it
	LiveRecords     uint64    `json:"live_records"`
	ComputedRecords uint64    `json:"computed_records"`
	Payable         money.Fen `json:"payable"`
	Charged         money.Fen `json:"charged"`
}

func loadOf(l queries.LoadEntry, p *i18n.Printer) loadJSON {
	j := loadJSON{Load: l.ID, Kind: l.Kind, File: l.File, Format: l.Format, Sheet: l.Sheet, Encoding: l.Encoding, FinishedAt: l.FinishedAt, Used: l.Used, Accepted: l.Accepted, Rejected: l.Rejected,
		Payable: l.Payable, Received: l.Received, Periods: []period.Period{}, Withdrawn: view.WithdrawnOf(l.Withdrawn, p)}
	for _, m := range kit.MonthsOf(l.Periods) {
		if m != 0 {
			j.Periods = append(j.Periods, m)
		}
	}
	if !l.Part {
		j.wholeLoadJSON = &wholeLoadJSON{Hash: l.Hash, Compression: l.Compression, Bytes: l.Bytes, StartedAt: l.StartedAt, Read: l.Read, Unchanged: l.Unchanged,
			Replaced: l.Replaced, Unknown: append([]string{}, l.UnknownColumns...)}
	}
	return j
}

// loadsAPI is GET /api/v1/loads.
func (s pages) loadsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoads(ctx, c)
	if err != nil {
		return err
	}
	reply := loadsJSON{Whole: a.list.Whole, Loads: []loadJSON{}}
	for _, l := range a.shown {
		reply.Loads = append(reply.Loads, loadOf(l, a.p))
	}
	r, err := s.reconcile(ctx, a.list)
	if err != nil {
		return err
	}
	if r != nil {
		reply.Reconciliation = &reconciliationJSON{Good: r.Good(), Read: r.Read, Accepted: r.Accepted, Rejected: r.Rejected, Unchanged: r.Unchanged, Run: r.Run,
			Waiting: append([]uint32{}, r.Waiting...), Withdrawn: append([]uint32{}, r.Withdrawn...), LiveRecords: r.Live(), ComputedRecords: r.Computed(), Payable: r.LivePayable(), Charged: r.Charged()}
	}
	return c.JSON(reply)
}

type loadDetailJSON struct {
	loadJSON
	Notes    []loadNoteJSON      `json:"notes"`
	Totals   []loadTotalJSON     `json:"totals"`          // empty to those who see a part of the load
	Declared []declaredTotalJSON `json:"declared_totals"` // likewise
	Reasons  []rejectReasonJSON  `json:"reject_reasons"`
	Page     int                 `json:"page"`
	More     bool                `json:"more"`
	Rejects  []rejectJSON        `json:"rejects"`
}

// loadTotalJSON is what lines of a load add up to, of one insurance and month.
type loadTotalJSON struct {
	Insurance      string        `json:"insurance"`
	Period         period.Period `json:"period"`
	Unchanged      bool          `json:"said_before"` // the lines say what was there already; else they were accepted
	Records        uint64        `json:"records"`
	Headcount      uint64        `json:"headcount"`
	Wage           money.Fen     `json:"wage"`
	Base           money.Fen     `json:"base"`
	EmployerAmount money.Fen     `json:"employer_amount"`
	EmployeeAmount money.Fen     `json:"employee_amount"`
	ReceivedAmount money.Fen     `json:"received_amount"`
}

// declaredTotalJSON is a figure that the source of a load gives, beside what was found.
type declaredTotalJSON struct {
	Insurance string         `json:"insurance"`        // "" of all
	Period    *period.Period `json:"period,omitempty"` // none of all
	Measure   string         `json:"measure"`
	Declared  string         `json:"declared"` // an amount, or a number of lines or persons
	Found     string         `json:"found"`
	Equal     bool           `json:"equal"`
}

func totalsOf(totals []queries.LoadTotal, declared []queries.DeclaredTotal) ([]loadTotalJSON, []declaredTotalJSON) {
	ofLines, ofSource := make([]loadTotalJSON, len(totals)), make([]declaredTotalJSON, len(declared))
	for i, t := range totals {
		ofLines[i] = loadTotalJSON{t.Insurance, period.Period(t.Period), t.Unchanged, t.Records, t.Headcount, t.Wage, t.Base, t.EmployerAmount, t.EmployeeAmount, t.ReceivedAmount}
	}
	for i, d := range declared {
		ofSource[i] = declaredTotalJSON{Insurance: d.Insurance, Measure: d.Measure, Declared: d.Figure(d.Declared), Found: d.Figure(d.Found), Equal: d.Equal()}
		if d.Period != 0 {
			month := period.Period(d.Period)
			ofSource[i].Period = &month
		}
	}
	return ofLines, ofSource
}

// loadNoteJSON is what was taken in and somebody should look at.
type loadNoteJSON struct {
	Code    string `json:"code"`
	Lines   uint64 `json:"lines"`
	Message string `json:"message"`
}

type rejectReasonJSON struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Lines uint64 `json:"lines"`
}

type rejectJSON struct {
	Line    uint64 `json:"line"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Raw     string `json:"raw"`
}

// loadAPI is GET /api/v1/loads/:load.
func (s pages) loadAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoad(ctx, c)
	if err != nil {
		return err
	}
	reply := loadDetailJSON{loadJSON: loadOf(a.load, a.p), Reasons: []rejectReasonJSON{}, Page: a.page, Rejects: []rejectJSON{}}
	if reply.Notes, err = s.loadNotes(ctx, a); err != nil {
		return err
	}
	totals, declared, err := s.loadTotals(ctx, a)
	if err != nil {
		return err
	}
	reply.Totals, reply.Declared = totalsOf(totals, declared)
	for _, r := range a.reasons {
		reply.Reasons = append(reply.Reasons, rejectReasonJSON{r.Code, dashboards.RejectName(a.p, r.Code), r.Lines})
	}
	skip := uint64((a.page - 1) * rejectsPerPage) //nolint:gosec // a page from 1
	err = s.lines(ctx, c, a, skip, uint64(rejectsPerPage)+1, func(r *queries.Reject) error {
		reply.Rejects = append(reply.Rejects, rejectJSON{r.Line, r.Column, r.Value, r.Code, dashboards.RejectReason(a.p, r), r.Raw})
		return nil
	})
	if err != nil {
		return err
	}
	if reply.More = len(reply.Rejects) > rejectsPerPage; reply.More {
		reply.Rejects = reply.Rejects[:rejectsPerPage]
	}
	if len(reply.Rejects) > 0 {
		if err := s.sawRejects(c, a, len(reply.Rejects)); err != nil {
			return err
		}
	}
	return c.JSON(reply)
}

// sawRejects notes in the audit log that somebody saw rejected lines, which are lines of units as they came.
func (s pages) sawRejects(c *fiber.Ctx, a loadAnswer, lines int) error {
	entry := audit.By(kit.AskerOf(c).Principal, audit.RecordViewed, a.path()[1:], "rejected", lines, "page", a.page)
	return s.Config.Audit.Append(c.UserContext(), entry)
}

// loadsParameters are what operations of this topic take beside the common ones.
var loadsParameters = map[string]kit.APIParameter{
	paramKind:    {Choices: kindChoices, Any: true},
	paramTouches: {Month: true, Example: "2019-05"},
	paramOrder:   {Choices: orderChoices},
	paramReject:  {Form: regexp.MustCompile(`^[a-z_]{1,40}$`), Example: "amount_not_number"},
}
