package report

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// Step is a step in the life of a report.
type Step string

// The steps. A report that was signed never changes; one that was withdrawn ends there.
const (
	Prepared  Step = "prepared"
	Checked   Step = "checked"
	Signed    Step = "signed"
	Sent      Step = "sent"
	Withdrawn Step = "withdrawn"
)

// rules say, of each step, after which others it can be taken, what right it needs, and whether whoever prepared the report may
// take it.
var rules = map[Step]struct {
	after  []Step
	right  access.Right
	others bool // not by who prepared it
	note   bool // with a reason
	action audit.Action
}{
	Checked:   {[]Step{Prepared}, access.ReportsWrite, true, false, audit.ReportChecked},
	Signed:    {[]Step{Checked}, access.ReportsSign, true, false, audit.ReportFrozen},
	Sent:      {[]Step{Signed}, access.ReportsWrite, false, false, audit.ReportSent},
	Withdrawn: {[]Step{Prepared, Checked}, access.ReportsWrite, false, true, audit.ReportWithdrawn},
}

// Archive keeps reports in the store and leads them through their lives. Every step is an event in the audit log.
type Archive struct {
	q   *queries.Queries
	log *audit.Log
	now func() time.Time
}

// NewArchive is the archive of a store.
func NewArchive(q *queries.Queries, now func() time.Time) *Archive {
	return &Archive{q, audit.New(q, now), now}
}

// Kept is a report of the archive with its steps after the preparation.
type Kept struct {
	queries.KeptReport
	Steps  []queries.ReportStep `json:"steps"`
	Checks []Outcome            `json:"checks"`
}

// shortest is how much of an id names a report, for people.
const shortest = 8

// NumberOf is what people call a report: the beginning of its id.
func NumberOf(id string) string { return id[:shortest] }

// newID is 32 hexadecimal digits that nobody else has.
func newID() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}

// Keep writes the files of a report into the store and then the report, which thereby is prepared.
func (a *Archive) Keep(ctx context.Context, p access.Principal, r *Report) (Kept, error) {
	if err := p.Require(access.ReportsWrite); err != nil {
		return Kept{}, err
	}
	files, err := r.Files()
	if err != nil {
		return Kept{}, err
	}
	checks, err := json.Marshal(r.Checks)
	if err != nil {
		return Kept{}, err
	}
	k := queries.KeptReport{
		ID: newID(), Version: r.Head.Version, Set: r.Set.ID, Title: r.Head.Title, Organisation: r.Head.Organisation, From: uint32(r.Head.Window.From), To: uint32(r.Head.Window.To),
		Comparison: r.Head.Comparison.ID, Run: r.Head.Run, PackHash: r.packHash, Scope: r.scope.Prefixes(), Few: r.Least == 0, Tables: uint16(len(r.Tables)), //nolint:gosec // few
		Checks: string(checks), PreparedBy: p.Account(), PreparedAt: a.now().UTC(), State: string(Prepared),
	}
	if r.Head.Revises != nil {
		k.Revises = r.Head.Revises.ID
	}
	for _, o := range r.Checks {
		if o.Waiver != nil {
			k.Waived++
		}
	}
	for _, f := range files {
		if err := a.q.KeepAttachment(ctx, f.SHA256, mediaType(f.Name), f.content, k.PreparedAt); err != nil {
			return Kept{}, fmt.Errorf("keep %s: %w", f.Name, err)
		}
		k.FileNames, k.FileSizes, k.FileHashes = append(k.FileNames, f.Name), append(k.FileSizes, uint64(f.Size)), append(k.FileHashes, f.SHA256) //nolint:gosec // a size
	}
	entry := audit.By(p, audit.ReportPrepared, k.ID, "set", k.Set, "from", r.Head.Window.From, "to", r.Head.Window.To, "run", k.Run, "waived", k.Waived)
	err = a.log.Do(ctx, entry, func(ctx context.Context) error { return a.q.KeepReport(ctx, k) })
	if err != nil {
		return Kept{}, fmt.Errorf("keep report %s: %w", k.ID, err)
	}
	return Kept{KeptReport: k, Checks: r.Checks}, nil
}

func mediaType(name string) string {
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// List lists the reports that a principal may see, the latest first, without their steps.
func (a *Archive) List(ctx context.Context, p access.Principal) ([]queries.KeptReport, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	return a.q.Reports(ctx, p.Scope(access.ReportsRead), "")
}

// Find finds a report by its id, or by the beginning of it.
func (a *Archive) Find(ctx context.Context, p access.Principal, id string) (Kept, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return Kept{}, err
	}
	id = strings.ToLower(strings.TrimSpace(id))
	if len(id) < shortest {
		return Kept{}, problem.New("report_unknown", "id", id)
	}
	found, err := a.q.Reports(ctx, p.Scope(access.ReportsRead), id)
	switch {
	case err != nil:
		return Kept{}, err
	case len(found) != 1:
		return Kept{}, problem.New("report_unknown", "id", id)
	}
	k := Kept{KeptReport: found[0]}
	if err := json.Unmarshal([]byte(k.KeptReport.Checks), &k.Checks); err != nil {
		return Kept{}, fmt.Errorf("read the checks of report %s: %w", k.ID, err)
	}
	k.Steps, err = a.q.ReportSteps(ctx, k.ID)
	return k, err
}

// longestNote is how many characters a note may have.
const longestNote = 500

// May tells why somebody may not take a step with the report as it is; nil where he may.
func (k Kept) May(p access.Principal, step Step) error {
	rule, ok := rules[step]
	switch {
	case ok && p.Require(rule.right) != nil:
		return p.Require(rule.right)
	case !ok || !slices.Contains(rule.after, Step(k.State)):
		return problem.New("report_step", "step", problem.Word("report.step."+string(step)), "state", problem.Word("report.step."+k.State))
	case rule.others && p.Account() == k.PreparedBy:
		return problem.New("report_own", "step", problem.Word("report.step."+string(step)))
	}
	return nil
}

// Take takes a step with a report that its actor has found. What is signed is read back first: its files must be those that were
// prepared, byte by byte.
func (a *Archive) Take(ctx context.Context, p access.Principal, k Kept, step Step, note string) (Kept, error) {
	if err := k.May(p, step); err != nil {
		return k, err
	}
	rule := rules[step]
	note = typed.Line(note)
	switch {
	case rule.note && note == "":
		return k, problem.New("report_note")
	case utf8.RuneCountInString(note) > longestNote:
		return k, problem.New("report_long", "most", longestNote)
	}
	if step == Signed {
		if err := a.latest(ctx, k); err != nil {
			return k, err
		}
	}
	if _, err := a.Files(ctx, k); err != nil {
		return k, err
	}
	next := queries.ReportStep{Seq: uint32(len(k.Steps)) + 2, Step: string(step), At: a.now().UTC(), Account: p.Account(), Note: note, Nonce: newID()} //nolint:gosec // few; the preparation is the first
	entry := audit.By(p, rule.action, k.ID, "hash", k.Hash()).Because(note)
	if err := a.log.Do(ctx, entry, func(ctx context.Context) error { return a.q.StepReport(ctx, k.ID, next) }); err != nil {
		return k, err
	}
	k.State, k.Steps = next.Step, append(slices.Clone(k.Steps), next)
	return k, nil
}

// Hash is the SHA-256 of the names and hashes of all files: what a signature is about.
func (k Kept) Hash() string {
	var all bytes.Buffer
	for i, name := range k.FileNames {
		fmt.Fprintf(&all, "%s  %s\n", k.FileHashes[i], name)
	}
	sum := sha256.Sum256(all.Bytes())
	return hex.EncodeToString(sum[:])
}

// Files reads the files of a report as they were prepared; any other byte is an error.
func (a *Archive) Files(ctx context.Context, k Kept) ([]File, error) {
	var all []File
	for i := range k.FileNames {
		one := k.KeptReport // two files may have one name, so that each is read by its place
		one.FileNames, one.FileSizes, one.FileHashes = k.FileNames[i:i+1], k.FileSizes[i:i+1], k.FileHashes[i:i+1]
		f, err := keptFile(ctx, a.q, one, func(string) bool { return true })
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// latest refuses a report where another of the same months, set and scope was signed after the one that it revises: its version
// is taken, and its differences are not from the latest.
func (a *Archive) latest(ctx context.Context, k Kept) error {
	list, err := a.q.Reports(ctx, filter.Everything(), "")
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.Set == k.Set && o.From == k.From && o.To == k.To && o.Comparison == k.Comparison && o.Few == k.Few && slices.Equal(o.Scope, k.Scope) &&
			(o.State == string(Signed) || o.State == string(Sent)) && o.Version >= k.Version {
			return problem.New("report_superseded", "number", NumberOf(o.ID), "version", o.Version)
		}
	}
	return nil
}
