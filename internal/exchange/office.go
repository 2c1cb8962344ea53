package exchange

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/queries"
)

// mediaType is that of a package.
const mediaType = "application/zip"

// lockName is the file whose lock whoever takes in a package holds, so that of two versions the older is never taken second.
const lockName = "exchange.lock"

// clockTolerance is how far ahead the clock of another bureau may be. A report signed years ahead would stand in the way of all later
// versions.
const clockTolerance = 24 * time.Hour

// Office sends and receives packages for the bureau of a store. Whatever changes something is an event in the audit log.
type Office struct {
	q       *queries.Queries
	archive *report.Archive
	log     *audit.Log
	now     func() time.Time
}

// NewOffice is the office of a store.
func NewOffice(q *queries.Queries, now func() time.Time) *Office {
	return &Office{q, report.NewArchive(q, now), audit.New(q, now), now}
}

// Region is that of the bureau: of its own key, and without one the whole country.
func (o *Office) Region() (string, error) {
	key, err := o.own()
	if problem.Code(err) == "exchange_no_key" {
		return Nation, nil
	}
	return key.Region, err
}

// Exported is a package that was made.
type Exported struct {
	Report      string `json:"report"`
	Hash        string `json:"sha256"`
	Size        int    `json:"size"`
	Region      string `json:"region"`
	Fingerprint string `json:"fingerprint"`
	File        string `json:"file"`
}

// Export makes a package of a report that was signed, signs it with the bureau's key, and has it written. The same report makes the
// same bytes.
func (o *Office) Export(ctx context.Context, p access.Principal, k report.Kept, write func(content []byte) error) (Exported, error) {
	if err := p.Require(access.ReportsWrite); err != nil {
		return Exported{}, err
	}
	signed := slices.IndexFunc(k.Steps, func(s queries.ReportStep) bool { return s.Step == string(report.Signed) })
	if signed < 0 || k.State == string(report.Withdrawn) {
		return Exported{}, problem.New("exchange_not_signed", "state", problem.Word("report.step."+k.State))
	}
	key, err := o.own()
	if err != nil {
		return Exported{}, err
	}
	written, err := o.archive.Written(ctx, k)
	if err != nil {
		return Exported{}, err
	}
	a, err := aboutOf(k, written, k.Steps[signed], key)
	if err != nil {
		return Exported{}, err
	}
	content, err := build(a, written.Tables, key.private)
	if err != nil {
		return Exported{}, err
	}
	sum := sha256.Sum256(content)
	e := Exported{Report: k.ID, Hash: hex.EncodeToString(sum[:]), Size: len(content), Region: a.Region, Fingerprint: key.Fingerprint}
	entry := audit.By(p, audit.ReportPackaged, k.ID, "hash", e.Hash, "key", e.Fingerprint, "region", e.Region)
	return e, o.log.Do(ctx, entry, func(context.Context) error { return write(content) })
}

// aboutOf says what a package is about. A report about all of the store is about the region of the bureau's key.
func aboutOf(k report.Kept, w report.Written, signed queries.ReportStep, key ownKey) (about, error) {
	a := about{Format: format, ReportID: k.ID, ReportHash: k.Hash(), Region: key.Region, PackHash: k.PackHash, Few: k.Few,
		SignedBy: signed.Account, SignedAt: signed.At.UTC(), Key: key.Fingerprint}
	for i, name := range k.FileNames {
		a.Files = append(a.Files, report.File{Name: name, Size: int(k.FileSizes[i]), SHA256: k.FileHashes[i]}) //nolint:gosec // a size
	}
	switch {
	case slices.ContainsFunc(w.Tables, func(t report.WrittenTable) bool { return t.Form == nil }):
		return a, problem.New("exchange_no_form")
	case len(k.Scope) != 1:
		return a, problem.New("exchange_regions")
	case k.Scope[0] != "":
		a.Region = filled(k.Scope[0])
	}
	if !filter.Regions(key.Region).Allows(a.Region) {
		return a, problem.New("exchange_not_ours", "region", a.Region, "ours", key.Region)
	}
	if err := withinRegion(w.Tables, a.Region); err != nil {
		return a, err
	}
	a.Report = w
	a.Report.Tables = nil
	return a, nil
}

// withinRegion wants the rows of tables by region to lie in a region.
func withinRegion(tables []report.WrittenTable, code string) error {
	scope := filter.Regions(code)
	for _, t := range tables {
		if t.Form.Rows.By != "region" {
			continue
		}
		for _, row := range t.Rows {
			if row.Key != "" && !scope.Allows(row.Key) {
				return problem.New("exchange_row_region", "table", t.Number, "row", row.Title, "region", code)
			}
		}
	}
	return nil
}

// Receipt is what came of a package.
type Receipt struct {
	queries.ReceivedPackage
	Already bool             `json:"already"` // it was there before, and nothing was done
	Checks  []report.Outcome `json:"checks"`
	Older   int              `json:"older"` // versions whose place it takes
}

// Refusal is why a package was not taken, with what it is that differs, or does not hold.
type Refusal struct {
	Cause       error
	Differences []report.FormDifference
	Failed      []report.Outcome
}

func (r *Refusal) Error() string { return r.Cause.Error() }

// Unwrap is the problem.
func (r *Refusal) Unwrap() error { return r.Cause }

// Receive takes in a package for the bureau of a region, whose reports are made by the definitions of a set. What is refused is in the
// audit log as well.
func (o *Office) Receive(ctx context.Context, p access.Principal, content []byte, set *report.Set, ours string) (Receipt, error) {
	if err := p.Require(access.ReportsWrite); err != nil {
		return Receipt{}, err
	}
	release, err := o.q.Store().LockFile(ctx, lockName)
	if err != nil {
		return Receipt{}, err
	}
	defer release()
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	if there, err := o.q.Received(ctx, filter.Everything(), hash); err != nil || len(there) == 1 {
		r := Receipt{Already: true}
		if err == nil {
			r.ReceivedPackage = there[0]
		}
		return r, err
	}
	r, err := o.examine(ctx, content, set, ours)
	if code := problem.Code(err); code != "" {
		entry := audit.By(p, audit.PackageRefused, hash, "cause", code, "region", r.Region, "report", r.ReportID)
		return r, errors.Join(err, o.log.Append(ctx, entry))
	}
	if err != nil {
		return r, err
	}
	r.Hash, r.Size, r.ReceivedBy, r.ReceivedAt = hash, uint64(len(content)), p.Account(), o.now().UTC() //nolint:gosec // a size
	entry := audit.By(p, audit.PackageReceived, hash, "report", r.ReportID, "region", r.Region, "from", period.Period(r.From), "to", period.Period(r.To), "set", r.Set, "key", r.Fingerprint)
	return r, o.log.Do(ctx, entry, func(ctx context.Context) error {
		if err := o.q.KeepAttachment(ctx, hash, mediaType, content, r.ReceivedAt); err != nil {
			return err
		}
		return o.q.KeepReceived(ctx, r.ReceivedPackage)
	})
}

// examine finds out whether a package can be taken.
func (o *Office) examine(ctx context.Context, content []byte, set *report.Set, ours string) (Receipt, error) {
	keys, err := o.q.ExchangeKeys(ctx)
	if err != nil {
		return Receipt{}, err
	}
	var by queries.ExchangeKey
	pack, err := open(content, func(key string, text, signature []byte) (err error) {
		var public ed25519.PublicKey
		if by, public, err = trusted(keys, key); err == nil && !ed25519.Verify(public, text, signature) {
			err = problem.New("exchange_signature", "organisation", by.Organisation)
		}
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	r, err := pack.received()
	if err == nil && r.SignedAt.After(o.now().Add(clockTolerance)) {
		err = problem.New("exchange_future", "signed", dashboards.Moment(r.SignedAt))
	}
	if err != nil {
		return r, err
	}
	if err := pack.comesFrom(by, ours); err != nil {
		return r, err
	}
	if found := set.Differs(pack.Report.ID, pack.Report.Language, pack.forms()); len(found) > 0 {
		return r, &Refusal{Cause: problem.New("exchange_definition", "differences", len(found)), Differences: found}
	}
	tables, err := set.Fill(pack.tables)
	if err != nil {
		return r, err
	}
	r.Checks = set.Verify(tables)
	if failed := pack.failed(r.Checks); len(failed) > 0 {
		return r, &Refusal{Cause: problem.New("exchange_checks", "failed", len(failed)), Failed: failed}
	}
	r.Older, err = o.older(ctx, r.ReceivedPackage)
	return r, err
}

// forms are the definitions that the tables were made by.
func (o *opened) forms() (all []*report.Definition) {
	for _, t := range o.tables {
		all = append(all, t.Form)
	}
	return all
}

// received is the package as it is kept.
func (o *opened) received() (Receipt, error) {
	w := o.Report
	from, errFrom := period.Parse(w.From)
	to, errTo := period.Parse(w.To)
	short := len(w.Title) < 1000 && len(w.Organisation) < 1000 && len(w.Pack) < 1000 && len(w.Comparison) < 100 && len(w.Against) < 5000 && len(o.PackHash) < 200
	if err := errors.Join(errFrom, errTo); err != nil || from > to || len(o.ReportID) != 32 || strings.Trim(o.ReportID, "0123456789abcdef") != "" || !short {
		return Receipt{}, problem.Wrap(err, "exchange_no_package")
	}
	return Receipt{ReceivedPackage: queries.ReceivedPackage{
		ReportID: o.ReportID, Version: w.Version, Set: w.ID, Title: w.Title, Organisation: w.Organisation, Region: o.Region, From: uint32(from), To: uint32(to), Comparison: w.Comparison,
		PackHash: o.PackHash, Pack: w.Pack, Few: o.Few, Tables: uint16(len(o.tables)), Waived: uint16(len(o.waivers())), SignedAt: o.SignedAt.UTC().Truncate(time.Millisecond), Fingerprint: o.Key, //nolint:gosec // few
	}}, nil
}

// comesFrom wants a package to be about the region of the key that signed it, or of one below, and that to lie below ours.
func (o *opened) comesFrom(by queries.ExchangeKey, ours string) error {
	code := o.Region
	switch {
	case code != filled(code) || !region.Known(code) || code == ours || !filter.Regions(ours).Allows(code):
		return problem.New("exchange_scope", "region", code, "ours", ours)
	case !filter.Regions(by.Region).Allows(code):
		return problem.New("exchange_key_region", "region", code, "organisation", by.Organisation, "theirs", by.Region)
	}
	return withinRegion(o.tables, code)
}

// waivers are the checks that failed and were waived where the report was made.
func (o *opened) waivers() map[string]report.Waiver {
	all := map[string]report.Waiver{}
	for _, c := range o.Report.Checks {
		if c.Waiver != nil {
			all[c.Check] = *c.Waiver
		}
	}
	return all
}

// failed are the checks that do not hold here, without those that were waived where the report was made.
func (o *opened) failed(checks []report.Outcome) (failed []report.Outcome) {
	waived := o.waivers()
	for i, c := range checks {
		if c.Passed {
			continue
		}
		if w, ok := waived[c.Check]; ok {
			checks[i].Waiver = &w
			continue
		}
		failed = append(failed, c)
	}
	return failed
}

// older counts the versions whose place a package takes. One that is older than what is there is refused, as is another one that says it
// is the same report.
func (o *Office) older(ctx context.Context, r queries.ReceivedPackage) (older int, err error) {
	all, err := o.q.Received(ctx, filter.Everything(), "")
	for _, there := range all {
		if !sameSeries(there, r) {
			continue
		}
		switch {
		case there.ReportID == r.ReportID:
			return 0, problem.New("exchange_same_report", "report", report.NumberOf(r.ReportID), "hash", short(there.Hash))
		case !there.SignedAt.Before(r.SignedAt):
			return 0, problem.New("exchange_older", "signed", dashboards.Moment(r.SignedAt), "there", dashboards.Moment(there.SignedAt), "hash", short(there.Hash))
		}
		older++
	}
	return older, err
}

// sameSeries tells whether two packages are versions of one report: of one bureau, set, window and comparison.
func sameSeries(x, y queries.ReceivedPackage) bool {
	return x.Region == y.Region && x.Set == y.Set && x.From == y.From && x.To == y.To && x.Comparison == y.Comparison
}

// short is how people call a package.
func short(hash string) string { return hash[:12] }

// Received lists the packages that a principal may see.
func (o *Office) Received(ctx context.Context, p access.Principal) ([]queries.ReceivedPackage, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	return o.q.Received(ctx, p.Scope(access.ReportsRead), "")
}

// leastHash is how much of a hash names a package.
const leastHash = 8

// Find finds a package by the beginning of its hash, with its bytes as they were received.
func (o *Office) Find(ctx context.Context, p access.Principal, hash string) (queries.ReceivedPackage, []byte, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return queries.ReceivedPackage{}, nil, err
	}
	hash = strings.ToLower(strings.TrimSpace(hash))
	found, err := o.q.Received(ctx, p.Scope(access.ReportsRead), hash)
	switch {
	case err != nil:
		return queries.ReceivedPackage{}, nil, err
	case len(hash) < leastHash || len(found) != 1:
		return queries.ReceivedPackage{}, nil, problem.New("exchange_unknown", "hash", hash)
	}
	content, err := o.content(ctx, found[0])
	return found[0], content, err
}

// content is a package as it was received, to the byte.
func (o *Office) content(ctx context.Context, r queries.ReceivedPackage) ([]byte, error) {
	content, err := o.q.Attachment(ctx, r.Hash)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != r.Hash {
		return nil, problem.New("exchange_damaged", "hash", short(r.Hash), "size", strconv.Itoa(len(content)))
	}
	return content, nil
}
