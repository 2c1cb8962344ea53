package loads

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/internal/intake"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// Pages of files that are brought by way of pages, and the addresses of the protocol by which they come. A part of a file is sent as a
// POST that says that it is a PATCH, which the protocol provides for: no other request of ours has a body.
func (s pages) uploadRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/loads/new", changeLoads, s.whole(s.uploadsPage)),
		kit.Writing(intake.Root, changeLoads, s.whole(s.Own(s.receive))),
		kit.Reading(intake.Root+":upload", changeLoads, s.whole(s.receive)), // HEAD says how much has come
		kit.Writing(intake.Root+":upload", changeLoads, s.whole(s.Own(s.receive))),
		kit.Reading("/loads/uploads/:upload", changeLoads, s.whole(s.uploadPage)),
		kit.Writing("/loads/uploads/:upload/load", changeLoads, s.whole(s.Own(s.loadUpload))),
		kit.Writing("/loads/uploads/:upload/discard", changeLoads, s.whole(s.Own(s.discardUpload))),
	}
}

// whole lets through to what changes figures of all regions who sees the whole store; to others it is not there.
func (s pages) whole(handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		if !s.mayUpload(ctx, c) {
			return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
		}
		return handler(c)
	}
}

// mayUpload tells whether somebody may bring files.
func (s pages) mayUpload(ctx context.Context, c *fiber.Ctx) bool {
	return s.Config.Intake != nil && kit.AskerOf(c).Principal.Can(changeLoads[0]) && s.WholeStore(ctx, c)
}

// partSize is how much of a file is sent at once.
const partSize = 4 << 20

// uploadBody is how much of a body is taken: of a part of a file.
func uploadBody(c *fiber.Ctx) int {
	a := kit.AskerOf(c)
	if !strings.HasPrefix(c.Path(), intake.Root) || !a.SignedIn() || !a.Principal.Can(changeLoads[0]) {
		return 0
	}
	return partSize
}

// receive takes in a file, or a part of one.
func (s pages) receive(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	c.Context().SetUserValue(intake.PrincipalKey, kit.AskerOf(c).Principal)
	if err := adaptor.HTTPHandler(s.Config.Intake.Files)(c); err != nil {
		return err
	}
	status := c.Response().StatusCode()
	code, _, _ := strings.Cut(string(c.Response().Body()), ":")
	if status >= fiber.StatusBadRequest && i18n.For(s.Here(c).Lang).Has("problem."+code) {
		return kit.Status(status, problem.New(code)) // in words
	}
	return nil
}

// uploadsContents is the page on which files are brought, with those that wait and the jobs that load them.
type uploadsContents struct {
	kit.Frame
	Crumbs  []kit.Link
	Own     bool // its reader acts for themselves, and can bring files
	Files   string
	Part    int
	Largest string
	Uploads []uploadRow
	Jobs    []jobRow
	Busy    bool // a job is at work, so that the page is asked for again
}

// uploadRow is a file that was received, or is being received.
type uploadRow struct {
	ID, Name, Size, By, At, Address, Percent string
	Bytes                                    int64
	Whole                                    bool
}

// jobRow is a job that loads a file.
type jobRow struct {
	ID, File, By, At, Step, StepText, Why, Percent string
	Load, Run, Upload                              string // addresses
	LoadText, RunText                              string
}

// uploadsPage is GET /loads/new.
func (s pages) uploadsPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	p := i18n.For(st.Lang)
	page := uploadsContents{Frame: s.Frame(c, "loads", "/loads/new", st, p, p.T("web.upload")), Own: !kit.AskerOf(c).Principal.ViewingAs(), Files: intake.Root,
		Part: partSize, Largest: dashboards.FileSize(intake.Largest)}
	page.Crumbs = []kit.Link{{Text: p.T("web.loads"), Address: page.At("/loads")}, {Text: p.T("web.upload"), Current: true}}
	uploads, err := s.Config.Intake.Uploads()
	if err != nil {
		return err
	}
	jobs, err := s.Config.Intake.Jobs(ctx)
	if err != nil {
		return err
	}
	atWork := map[string]bool{}
	for _, j := range jobs {
		page.Jobs = append(page.Jobs, s.jobRow(p, page.Frame, j, uploads))
		atWork[j.Upload] = atWork[j.Upload] || !j.Over()
		page.Busy = page.Busy || !j.Over()
	}
	for _, u := range uploads {
		if atWork[u.ID] {
			continue
		}
		page.Uploads = append(page.Uploads, uploadRow{ID: u.ID, Name: u.Name, Size: dashboards.FileSize(u.Size), By: dashboards.NewNames(p).Actor(u.Account), At: dashboards.Moment(u.Changed),
			Address: page.At("/loads/uploads/" + u.ID), Percent: percentOf(u.Received, u.Size), Bytes: u.Size, Whole: u.Whole()})
	}
	return s.Pages.Send(c, st.Lang, "uploads", page)
}

// percentOf is a part of a whole, rounded down; "" where the whole is not known.
func percentOf(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	return dashboards.Count(uint64(min(part, whole)) * 100 / uint64(whole)) //nolint:gosec // neither is negative
}

// jobRow puts a job into words.
func (s pages) jobRow(p *i18n.Printer, f kit.Frame, j intake.Job, uploads []intake.Upload) jobRow {
	row := jobRow{ID: j.Job, File: j.File, By: dashboards.NewNames(p).Actor(j.Account), At: dashboards.Moment(j.BegunAt), Step: j.Step, StepText: p.T("web.upload.step." + j.Step),
		Why: j.Why(p.Language())}
	if !j.Over() {
		row.Percent = percentOf(j.Part, j.Whole)
	}
	if j.KnownLoadJob.Load != 0 {
		row.LoadText, row.Load = p.T("web.load.number", "load", j.KnownLoadJob.Load), f.At("/loads/"+strconv.FormatUint(uint64(j.KnownLoadJob.Load), 10))
	}
	if j.Run != 0 {
		row.RunText, row.Run = p.T("web.run.no", "run", j.Run), f.At("/runs")
	}
	if j.Over() && slices.ContainsFunc(uploads, func(u intake.Upload) bool { return u.ID == j.Upload }) {
		row.Upload = f.At("/loads/uploads/" + j.Upload)
	}
	return row
}

// uploadContents is the page of one file: what a load would find.
type uploadContents struct {
	kit.Frame
	Crumbs []kit.Link
	*dashboards.Preview
	ID, Size, By string
	Own, Ready   bool
	Encodings    []kit.Option
	Doubts       []doubtRow // that may be meant
	Reason       string
	Recompute    bool
}

// doubtRow is something that a load stops at unless it is meant.
type doubtRow struct {
	Code, Text string
	Chosen     bool
}

// The fields of the form that loads a file.
const (
	fieldEncoding  = "encoding"
	fieldAllow     = "allow"
	fieldReason    = "reason"
	fieldRecompute = "recompute"
)

// uploadPage is GET /loads/uploads/:upload.
func (s pages) uploadPage(c *fiber.Ctx) error {
	return s.sendUpload(c, intake.How{Encoding: c.Query(fieldEncoding)}, true, nil)
}

// sendUpload shows what a load of a file would find, with the form as it was filled in after a problem.
func (s pages) sendUpload(c *fiber.Ctx, how intake.How, recompute bool, refusal error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	encodings := s.Config.Intake.Encodings
	if how.Encoding != "" && !slices.Contains(encodings, how.Encoding) {
		return kit.Status(fiber.StatusBadRequest, kit.BadChoice(fieldEncoding, how.Encoding, encodings))
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), kit.ComputeTimeout)
	defer cancel()
	upload, err := s.Config.Intake.Upload(c.Params("upload"))
	if err != nil {
		return kit.Status(fiber.StatusNotFound, err)
	}
	p := i18n.For(st.Lang)
	page := uploadContents{ID: upload.ID, Size: dashboards.FileSize(upload.Size), By: p.T("web.upload.brought", "by", dashboards.NewNames(p).Actor(upload.Account), "at", dashboards.Moment(upload.Changed)),
		Own: !kit.AskerOf(c).Principal.ViewingAs(), Reason: how.Reason, Recompute: recompute}
	page.Frame = s.Frame(c, "loads", "/loads/uploads/"+upload.ID, st, p, upload.Name)
	page.Crumbs = []kit.Link{{Text: p.T("web.loads"), Address: page.At("/loads")}, {Text: p.T("web.upload"), Address: page.At("/loads/new")}, {Text: upload.Name, Current: true}}
	for _, encoding := range encodings {
		page.Encodings = append(page.Encodings, kit.Option{Value: encoding, Text: encoding, Selected: encoding == how.Encoding})
	}
	found, ready, err := s.Config.Intake.Look(ctx, upload.ID, intake.How{Encoding: how.Encoding})
	switch {
	case err != nil && !kit.ForUser(err):
		return err
	case err != nil && refusal == nil:
		refusal = err
	case ready && err == nil:
		page.Ready, page.Preview = true, dashboards.NewPreview(found, p)
	case !ready:
		c.Set("Refresh", "3")
	}
	if page.Doubts, err = s.doubtsOf(ctx, p, upload.ID, found, how.Allow); err != nil {
		return err
	}
	page.Failed(c, p, refusal)
	return s.Pages.Send(c, st.Lang, "upload", page)
}

// doubtsOf are what a load of the file stops at: what was found beforehand, and what stopped its last job.
func (s pages) doubtsOf(ctx context.Context, p *i18n.Printer, upload string, found intake.Preview, chosen []string) ([]doubtRow, error) {
	jobs, err := s.Config.Intake.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, err := range found.Asked {
		codes = append(codes, problem.Code(err))
	}
	if i := slices.IndexFunc(jobs, func(j intake.Job) bool { return j.Upload == upload }); i >= 0 && jobs[i].Step == intake.Failed {
		codes = append(codes, jobs[i].Codes...)
	}
	var rows []doubtRow
	for _, code := range s.Config.Intake.Doubts {
		if slices.Contains(codes, code) {
			rows = append(rows, doubtRow{code, p.T("web.upload.doubt." + strings.TrimPrefix(code, "load_")), slices.Contains(chosen, code)})
		}
	}
	return rows, nil
}

// loadUpload is POST /loads/uploads/:upload/load.
func (s pages) loadUpload(c *fiber.Ctx) error {
	how := intake.How{Encoding: kit.Form(c, fieldEncoding), Allow: []string{}, Reason: kit.Form(c, fieldReason)}
	for _, code := range kit.Forms(c, fieldAllow) {
		if !slices.Contains(s.Config.Intake.Doubts, code) {
			return kit.Status(fiber.StatusBadRequest, kit.BadChoice(fieldAllow, code, s.Config.Intake.Doubts))
		}
		how.Allow = append(how.Allow, code)
	}
	recompute := kit.Form(c, fieldRecompute) == "1"
	_, err := s.Config.Intake.Begin(c.UserContext(), kit.AskerOf(c).Principal, c.Params("upload"), how, recompute)
	switch {
	case problem.Code(err) == "intake_unknown":
		return kit.Status(fiber.StatusNotFound, err)
	case err != nil && !kit.ForUser(err):
		return err
	case err != nil:
		return s.sendUpload(c, how, recompute, err)
	}
	return s.Back(c, "/loads/new", "load_ordered")
}

// discardUpload is POST /loads/uploads/:upload/discard.
func (s pages) discardUpload(c *fiber.Ctx) error {
	err := s.Config.Intake.Discard(c.UserContext(), kit.AskerOf(c).Principal, c.Params("upload"))
	switch code := problem.Code(err); {
	case code == "intake_unknown":
		return kit.Status(fiber.StatusNotFound, err)
	case code == "intake_at_work":
		return kit.Status(fiber.StatusConflict, err)
	case err != nil:
		return err
	}
	return s.Back(c, "/loads/new", "upload_discarded")
}
