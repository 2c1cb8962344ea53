package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"

	"jianfu/internal/filter"
	"jianfu/queries"
)

// OfIssue is the entry about a step of an issue, with the step's hash: with it the end of each issue's chain stands in the
// chain of the log.
func (e Entry) OfIssue(step queries.LedgerStep) Entry {
	event, after := step.Event, step.After
	e.Object = after.Number
	for name, value := range map[string]string{"event": string(event.Action), "seq": strconv.FormatUint(uint64(event.Seq), 10), "state": string(after.State),
		"issue": after.ID, "hash": step.Hash} {
		e.Details[name] = value
	}
	if event.Seq == 1 && after.Unit != "" {
		e.Details["unit"] = after.Unit
	}
	if event.Data.Run != 0 {
		e.Details["run"] = strconv.FormatUint(uint64(event.Data.Run), 10)
	}
	if link := event.Data.Link; link != nil && link.To != "case" {
		e.Details[string(link.To)] = link.ID
	}
	if event.Data.File != nil {
		e.Details["sha256"] = event.Data.File.SHA256
	}
	return e
}

// The ways in which the steps of issues can disagree with the log. Their texts are "audit.issue_break.<id>".
const (
	IssueMissing    = "missing"    // the log names a step that is not there
	IssueGap        = "gap"        // a step between is not there
	IssueAltered    = "altered"    // a step does not have its own hash
	IssueUnrecorded = "unrecorded" // the log does not name a step
	IssueColumns    = "columns"    // what lists read of a step is not what the step says
	IssueHead       = "head"       // lists show another state than that after the last step
	IssueSeal       = "seal"       // the steps from before hashes are not what they were when they were sealed
)

// IssueVerdict is what became of a check of all steps of issues.
type IssueVerdict struct {
	Issues   uint64 `json:"issues"`
	Steps    uint64 `json:"steps"`
	Sealed   uint64 `json:"sealed"`           // of them those from before steps had hashes of their own
	Unsealed bool   `json:"unsealed"`         // those wait for the next start of a program that changes something
	Left     int    `json:"left"`             // entries of a program that was killed, of which the next start says whether they were done
	Break    string `json:"break"`            // how a step is first found broken; "" where all is whole
	Number   string `json:"number,omitempty"` // of the issue that shows it
	Step     uint32 `json:"step,omitempty"`   // number of the step
}

// VerifyIssues goes through all steps of issues, and holds them against the log. It may run while others write.
func (l *Log) VerifyIssues(ctx context.Context) (IssueVerdict, error) {
	v := IssueVerdict{}
	broken := func(how, number string, step uint32) {
		if v.Break == "" {
			v.Break, v.Number, v.Step = how, number, step
		}
	}
	seals, was, err := l.seals(ctx)
	if err != nil {
		return v, err
	}
	v.Unsealed = was == ""
	if was != "" && was != hashOfSeals(seals) {
		broken(IssueSeal, "", 0)
	}
	sealed := map[string]queries.IssueSeal{}
	for _, seal := range seals {
		sealed[seal.Issue] = seal
	}
	issue := ""
	for step, err := range l.q.IssueChain(ctx, "") {
		if err != nil {
			return v, fmt.Errorf("read the steps of issues: %w", err)
		}
		if step.Issue != issue {
			v.Issues++
			issue = step.Issue
		}
		v.Steps++
		switch {
		case !step.Follows:
			broken(IssueGap, step.Number, step.Seq)
		case step.Hash != "" && step.Hash != step.Due:
			broken(IssueAltered, step.Number, step.Seq)
		case step.Hash != "" && !step.Agrees:
			broken(IssueColumns, step.Number, step.Seq)
		}
		if step.Hash != "" {
			continue
		}
		v.Sealed++
		seal, there := sealed[step.Issue]
		switch {
		case v.Unsealed || there && seal.Seq > step.Seq:
		case !there || seal.Seq < step.Seq:
			broken(IssueUnrecorded, step.Number, step.Seq)
		default:
			if seal.Hash != step.Due {
				broken(IssueSeal, step.Number, step.Seq)
			}
			delete(sealed, step.Issue)
		}
	}
	for _, seal := range seals {
		if _, unseen := sealed[seal.Issue]; unseen {
			broken(IssueMissing, seal.Issue, seal.Seq)
		}
	}
	if err := l.compareWithLog(ctx, broken, &v); err != nil {
		return v, err
	}
	heads, err := l.q.OtherHeads(ctx)
	if err != nil {
		return v, fmt.Errorf("compare what lists show of issues: %w", err)
	}
	for _, h := range heads {
		broken(IssueHead, h.Number, 0)
	}
	return v, nil
}

// compareWithLog looks for steps that the log does not name, and for those that it names and that are not there, while
// nobody acts.
func (l *Log) compareWithLog(ctx context.Context, broken func(how, number string, step uint32), v *IssueVerdict) error {
	waiting, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	release, err := l.q.Store().LockFile(waiting, actingLock)
	if err != nil {
		return err
	}
	defer release()
	unrecorded, err := l.q.UnrecordedSteps(ctx)
	if err != nil {
		return fmt.Errorf("look for steps that the log does not name: %w", err)
	}
	for _, step := range unrecorded {
		broken(IssueUnrecorded, step.Number, step.Seq)
	}
	left, err := l.leftover()
	if err != nil {
		return err
	}
	for e, err := range l.q.AuditUnfinished(ctx, 0, []string{string(IssueChanged)}) {
		switch {
		case err != nil:
			return fmt.Errorf("look for steps that the log names: %w", err)
		case left.keys[keyOf(&e.AuditEntry)]:
			v.Left++
		default:
			step, _ := strconv.ParseUint(e.Details["seq"], 10, 32)
			broken(IssueMissing, e.Object, uint32(step))
		}
	}
	return nil
}

// seals are the seals of steps from before hashes, with the hash over them that the log names; "" where it names none yet.
func (l *Log) seals(ctx context.Context) (seals []queries.IssueSeal, was string, err error) {
	if seals, err = l.q.IssueSeals(ctx); err != nil {
		return nil, "", err
	}
	for e, err := range l.q.SearchAudit(ctx, filter.Everything(), queries.AuditSearch{Actions: []string{string(IssuesSealed)}, Rows: math.MaxInt32}) {
		if err != nil {
			return nil, "", err
		}
		was = e.Details["hash"] // the oldest is the last, and the one that counts
	}
	return seals, was, nil
}

func hashOfSeals(seals []queries.IssueSeal) string {
	h := sha256.New()
	for _, seal := range seals {
		field(h, seal.Issue)
		field(h, strconv.FormatUint(uint64(seal.Seq), 10))
		field(h, seal.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// SealIssues gives the steps of issues from before steps had hashes what they are now as their seal, once in the life of a
// store. The log names it first; a call that was killed behind that is finished by the next one, unless something was
// changed meanwhile.
func (l *Log) SealIssues(ctx context.Context, now time.Time) error {
	unsealed, err := l.q.UnsealedSteps(ctx)
	if err != nil || unsealed == 0 {
		return err
	}
	release, err := l.q.Store().LockFile(ctx, sealLock)
	if err != nil {
		return err
	}
	defer release()
	seals, was, err := l.seals(ctx)
	if err != nil || len(seals) > 0 { // once; doctor finds what has come since
		return err
	}
	steps := 0
	for step, err := range l.q.IssueChain(ctx, "") {
		if err != nil {
			return fmt.Errorf("read the steps of issues: %w", err)
		}
		if step.Hash != "" {
			continue
		}
		steps++
		if last := len(seals) - 1; last < 0 || seals[last].Issue != step.Issue {
			seals = append(seals, queries.IssueSeal{Issue: step.Issue, SealedAt: now.UTC().Truncate(time.Millisecond)})
		}
		seals[len(seals)-1].Seq, seals[len(seals)-1].Hash = step.Seq, step.Due
	}
	hash := hashOfSeals(seals)
	if was != "" {
		if was != hash { // doctor says so
			return nil
		}
		return l.q.SealIssues(ctx, seals)
	}
	entry := Entry{Actor: systemActor, Action: IssuesSealed, Object: "issues", Details: map[string]string{"issues": strconv.Itoa(len(seals)), "steps": strconv.Itoa(steps), "hash": hash}}
	return l.Do(ctx, entry, func(ctx context.Context) error { return l.q.SealIssues(ctx, seals) })
}

// sealLock is the file whose lock the one program holds that seals.
const sealLock = "audit.seal.lock"

// Start is what a program does with the log before it changes anything: it seals what was there before, and notes what
// was broken off. noted is how many entries that was.
func (l *Log) Start(ctx context.Context) (noted int, err error) {
	if err := l.SealIssues(ctx, l.now()); err != nil {
		return 0, fmt.Errorf("seal the steps of issues: %w", err)
	}
	return l.Settle(ctx)
}
