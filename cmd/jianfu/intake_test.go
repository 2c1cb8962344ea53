package main

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"jianfu/etl"
	"jianfu/internal/access"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/intake"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// bringing is a store that files are brought to by way of pages.
type bringing struct {
	t  *testing.T
	q  *queries.Queries
	a  *app
	in *intake.Intake
	by access.Principal
}

func newBringing(t *testing.T) *bringing {
	t.Helper()
	s := newSession(t)
	b := &bringing{t: t, q: fixture.Open(t), a: &app{printer: i18n.For(i18n.Chinese), policy: s.packOf(fixture.PackFiles())}}
	b.by = access.New(access.Grant{Account: "shuju", Roles: []access.Role{access.DataAdmin}, Regions: []string{"000000"}})
	b.start()
	return b
}

// start begins taking files in, as a server does.
func (b *bringing) start() {
	b.t.Helper()
	issues := handling.New(b.q, workday.Shipped(), ledger.ShippedLimits(), fixture.Now)
	in, err := b.a.intaking(b.t.Context(), b.q.Store(), b.q, issues, slog.New(slog.DiscardHandler))
	if err != nil {
		b.t.Fatal(err)
	}
	b.in = in
	b.t.Cleanup(in.Close)
}

// ask sends a request of the protocol, as somebody.
func (b *bringing) ask(by access.Principal, method, path, body string, headers ...string) *http.Response {
	b.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	b.in.Files.ServeHTTP(recorder, request.WithContext(context.WithValue(request.Context(), intake.PrincipalKey, by)))
	return recorder.Result()
}

// announce announces a file, and returns what it is known by.
func (b *bringing) announce(name string, size int) string {
	b.t.Helper()
	answer := b.ask(b.by, http.MethodPost, intake.Root, "", "Upload-Length", strconv.Itoa(size), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name)))
	if answer.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(answer.Body)
		b.t.Fatalf("announcing %q is answered with %d %s", name, answer.StatusCode, text)
	}
	return answer.Header.Get("Location")[strings.LastIndex(answer.Header.Get("Location"), "/")+1:]
}

// send sends a part of a file from an offset on.
func (b *bringing) send(id string, offset int, part string) int {
	b.t.Helper()
	return b.ask(b.by, http.MethodPost, intake.Root+id, part, "X-HTTP-Method-Override", "PATCH", "Content-Type", "application/offset+octet-stream",
		"Upload-Offset", strconv.Itoa(offset)).StatusCode
}

// bring sends a file whole.
func (b *bringing) bring(name, content string) string {
	b.t.Helper()
	id := b.announce(name, len(content))
	if status := b.send(id, 0, content); status != http.StatusNoContent {
		b.t.Fatalf("sending %q is answered with %d", name, status)
	}
	return id
}

// load loads a file and returns how its job ended.
func (b *bringing) load(id string, how intake.How, recompute bool) intake.Job {
	b.t.Helper()
	job, err := b.in.Begin(b.t.Context(), b.by, id, how, recompute)
	if err != nil {
		b.t.Fatal(err)
	}
	for {
		jobs, err := b.in.Jobs(b.t.Context())
		if err != nil || len(jobs) == 0 || jobs[0].Job != job {
			b.t.Fatalf("the latest job is none of %s: %v, %v", job, jobs, err)
		}
		if jobs[0].Over() {
			return jobs[0]
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestFilesAreBroughtLookedAtAndLoaded brings files in parts, looks at them, loads them and computes them, and stops where a load of the
// command stops.
func TestFilesAreBroughtLookedAtAndLoaded(t *testing.T) {
	b := newBringing(t)
	units := b.bring("units.csv", fixture.Units())
	if job := b.load(units, intake.How{}, false); job.Step != intake.Done || job.KnownLoadJob.Load == 0 || job.Run != 0 {
		t.Fatalf("units are loaded as %+v", job)
	}
	if _, err := b.in.Upload(units); problem.Code(err) != "intake_unknown" {
		t.Errorf("a file that was loaded is still there: %v", err)
	}

	records, half := fixture.Records(), len(fixture.Records())/2
	id := b.announce(`..\..\补缴/2019-05.csv`, len(records))
	if status := b.send(id, 0, records[:half]); status != http.StatusNoContent {
		t.Fatalf("the first part is answered with %d", status)
	}
	if _, _, err := b.in.Look(t.Context(), id, intake.How{}); problem.Code(err) != "intake_not_whole" {
		t.Errorf("looking at half of a file is answered with %v", err)
	}
	if _, err := b.in.Begin(t.Context(), b.by, id, intake.How{}, false); problem.Code(err) != "intake_not_whole" {
		t.Errorf("loading half of a file is answered with %v", err)
	}
	if status := b.send(id, half-1, records[half:]); status != http.StatusConflict {
		t.Errorf("a part that does not join on is answered with %d", status)
	}
	b.in.Close()
	b.start() // the server was started again meanwhile
	if offset := b.ask(b.by, http.MethodHead, intake.Root+id, "").Header.Get("Upload-Offset"); offset != strconv.Itoa(half) {
		t.Errorf("%s bytes are said to have come, want %d", offset, half)
	}
	if status := b.send(id, half, records[half:]); status != http.StatusNoContent {
		t.Fatalf("the rest is answered with %d", status)
	}
	u, err := b.in.Upload(id)
	if err != nil || u.Name != "2019-05.csv" || u.Account != "shuju" || !u.Whole() {
		t.Errorf("the file is %+v, %v", u, err)
	}
	found, ready, err := b.in.Look(t.Context(), id, intake.How{})
	for ; err == nil && !ready; found, ready, err = b.in.Look(t.Context(), id, intake.How{}) {
	}
	if err != nil || found.Kind != "contributions" || found.Rejected != 0 || found.Acceptable != uint64(strings.Count(records, "\n")-1) {
		t.Errorf("it is found to be %+v, %v", found, err)
	}
	job := b.load(id, intake.How{}, true)
	if job.Run == 0 || job.Step != intake.Done && job.Step != intake.Held {
		t.Fatalf("records are loaded as %+v", job)
	}

	again := b.bring("again.csv", strings.ReplaceAll(records, "\n0", "\nx0"))
	if job := b.load(again, intake.How{}, false); job.Step != intake.Failed || len(job.Codes) != 1 || job.Codes[0] != etl.SameButKey || !strings.Contains(job.Why(i18n.Chinese), "again.csv") || job.Why(i18n.English) == "" {
		t.Errorf("the same records under other keys are loaded as %+v, %s", job, job.Why(i18n.Chinese))
	}
	if _, err := b.in.Begin(t.Context(), b.by, again, intake.How{Allow: []string{etl.SameButKey}}, false); problem.Code(err) != "reason_length" {
		t.Errorf("a doubt is put aside without a reason: %v", err)
	}
	if job := b.load(again, intake.How{Allow: []string{etl.SameButKey}, Reason: "确是另外的缴费"}, false); job.Step != intake.Done {
		t.Errorf("a doubt is meant, and the load ends as %+v, %s", job, job.Why(i18n.Chinese))
	}
}

// TestUploadsAreRefused brings what is not taken in, and by whom nothing is.
func TestUploadsAreRefused(t *testing.T) {
	b := newBringing(t)
	inspector := access.New(access.Grant{Account: "chen", Roles: []access.Role{access.Inspector}, Regions: []string{"000000"}})
	for name, c := range map[string]struct {
		by             access.Principal
		length, called string
		status         int
	}{
		"by who may not":         {inspector, "10", "a.csv", http.StatusForbidden},
		"an empty file":          {b.by, "0", "a.csv", http.StatusUnprocessableEntity},
		"a file without a name":  {b.by, "10", " ", http.StatusUnprocessableEntity},
		"a name that is a path":  {b.by, "10", "../..", http.StatusUnprocessableEntity},
		"a file that is too big": {b.by, strconv.Itoa(intake.Largest + 1), "a.csv", http.StatusRequestEntityTooLarge},
	} {
		answer := b.ask(c.by, http.MethodPost, intake.Root, "", "Upload-Length", c.length, "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(c.called)))
		if answer.StatusCode != c.status {
			t.Errorf("%s is answered with %d, want %d", name, answer.StatusCode, c.status)
		}
	}
	for _, id := range []string{"place", "..", strings.Repeat("a", 32), "../audit.head"} {
		if _, err := b.in.Upload(id); problem.Code(err) != "intake_unknown" {
			t.Errorf("upload %q is found: %v", id, err)
		}
	}
	id := b.bring("units.csv", fixture.Units())
	if err := b.in.Discard(t.Context(), inspector, id); problem.Code(err) != "access_denied" {
		t.Errorf("an inspector deletes a file: %v", err)
	}
	if _, err := b.in.Begin(t.Context(), inspector, id, intake.How{}, false); problem.Code(err) != "access_denied" {
		t.Errorf("an inspector loads a file: %v", err)
	}
	if err := b.in.Discard(t.Context(), b.by, id); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(b.q.Store().Data(), intakeFolder, id+"*")); err != nil || len(left) > 0 {
		t.Errorf("of a file that was deleted there are %v, %v", left, err)
	}
}

// TestJobsThatAServerLeftBehindAreInterrupted starts a server whose last one died while a job was at work.
func TestJobsThatAServerLeftBehindAreInterrupted(t *testing.T) {
	b := newBringing(t)
	place, err := os.ReadFile(filepath.Join(b.q.Store().Data(), intakeFolder, "place"))
	if err != nil {
		t.Fatal(err)
	}
	row := queries.LoadJob{Job: strings.Repeat("a", 32), Account: "shuju", Place: strings.TrimSpace(string(place)), Upload: strings.Repeat("b", 32), File: "units.csv", Step: intake.Loading}
	elsewhere := row
	elsewhere.Job, elsewhere.Place = strings.Repeat("c", 32), strings.Repeat("d", 32)
	for _, j := range []queries.LoadJob{row, elsewhere} {
		if err := b.q.PutLoadJob(t.Context(), j, 1, fixture.Now()); err != nil {
			t.Fatal(err)
		}
	}
	b.in.Close()
	b.start()
	jobs, err := b.in.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]string{}
	for _, j := range jobs {
		steps[j.Job] = j.Step
	}
	if steps[row.Job] != intake.Interrupted || steps[elsewhere.Job] != intake.Loading {
		t.Errorf("jobs are at %v", steps)
	}
}
