package queries

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// chainOrigin stands for the hash of the step before the first.
var chainOrigin = strings.Repeat("0", 2*sha256.Size)

// LedgerStep is an event of an issue that can be written, with its place in the issue's chain.
type LedgerStep struct {
	Event ledger.Event
	After ledger.Issue // what the issue is then
	Hash  string
	row   issueEvent
}

// chained is the SHA-256 over a step, each field written as "length:bytes,": the hash of the step before it, the issue's id,
// the step's number, the writer's nonce, the event, and what the issue is after it. All other columns follow from these.
func chained(before string, row *issueEvent) string {
	h := sha256.New()
	for _, text := range []string{before, row.IssueID, strconv.FormatUint(uint64(row.Seq), 10), row.Nonce, row.Event, row.Issue} {
		fmt.Fprintf(h, "%d:%s,", len(text), text) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

//go:embed issue/hash.sql
var issueHashSQL string

// LedgerStep makes an event, with what the issue is after it, ready to be written. The nonce is the writer's own, 32
// hexadecimal digits that nobody else has.
func (q *Queries) LedgerStep(ctx context.Context, e ledger.Event, after ledger.Issue, nonce string) (LedgerStep, error) {
	before := chainOrigin
	if e.Seq > 1 {
		var err error
		if before, err = q.hashOfStep(ctx, e.Issue, e.Seq-1); err != nil {
			return LedgerStep{}, fmt.Errorf("read the hash of step %d of issue %s: %w", e.Seq-1, e.Issue, err)
		}
	}
	return newStep(before, e, after, nonce)
}

func newStep(before string, e ledger.Event, after ledger.Issue, nonce string) (LedgerStep, error) {
	row, err := stored(e, after, nonce)
	row.Hash = chained(before, &row)
	return LedgerStep{Event: e, After: after, Hash: row.Hash, row: row}, err
}

// FirstLedgerSteps are the registrations of issues, ready to be written. Their nonces are the issues' ids, which are nobody
// else's.
func FirstLedgerSteps(events []ledger.Event, after []ledger.Issue) ([]LedgerStep, error) {
	steps := make([]LedgerStep, len(events))
	for i, e := range events {
		var err error
		if steps[i], err = newStep(chainOrigin, e, after[i], e.Issue); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// hashOfStep is the hash of a step that there is; of one from before steps had hashes it is worked out.
func (q *Queries) hashOfStep(ctx context.Context, issue string, seq uint32) (string, error) {
	type row struct {
		Hash string `ch:"hash"`
	}
	found, err := store.One[row](ctx, q.db, issueHashSQL, store.Params{"issue": issue, "seq": seq})
	if err != nil || found.Hash != "" {
		return found.Hash, err
	}
	for step, err := range q.IssueChain(ctx, issue) {
		if err != nil {
			return "", err
		}
		if step.Seq == seq {
			return step.Due, nil
		}
	}
	return "", fmt.Errorf("there is no step %d", seq)
}

// ChainedStep is a step as it is found in the store, for checking it.
type ChainedStep struct {
	Issue, Number string
	Seq           uint32
	Due           string // the hash that it has to have after the steps before it
	Hash          string // the hash that it has; "" where it is from before steps had hashes
	Follows       bool   // its number is the next
	Agrees        bool   // its columns say what its event and its issue say
}

// storedStep is a row of the table with its pauses as numbers.
type storedStep struct {
	issueEvent
	Times [][]int64 `ch:"times"`
}

//go:embed issue/chain.sql
var issueChainSQL string

// IssueChain yields the steps of an issue, or with "" of all, issue by issue, in order. It is not for readers.
func (q *Queries) IssueChain(ctx context.Context, issue string) iter.Seq2[ChainedStep, error] {
	return func(yield func(ChainedStep, error) bool) {
		last := ChainedStep{}
		for row, err := range store.Each[storedStep](ctx, q.db, issueChainSQL, store.Params{"issue": issue}) {
			if err != nil {
				yield(ChainedStep{}, err)
				return
			}
			before, due := chainOrigin, uint32(1)
			if row.IssueID == last.Issue {
				before, due = last.Due, last.Seq+1
				if last.Hash != "" {
					before = last.Hash
				}
			}
			last = ChainedStep{Issue: row.IssueID, Number: row.Number, Seq: row.Seq, Due: chained(before, &row.issueEvent), Hash: row.Hash,
				Follows: row.Seq == due, Agrees: row.agrees()}
			if !yield(last, nil) {
				return
			}
		}
	}
}

// agrees tells whether the columns of a step, which lists and statistics read, say what its event and its issue say.
func (s *storedStep) agrees() bool {
	var event ledger.Event
	var after ledger.Issue
	if json.Unmarshal([]byte(s.Event), &event) != nil || json.Unmarshal([]byte(s.Issue), &after) != nil {
		return false
	}
	due, err := stored(event, after, s.Nonce)
	if err != nil {
		return false
	}
	has := s.issueEvent
	due.Event, due.Issue, due.Hash, due.Pauses = has.Event, has.Issue, has.Hash, nil // the JSON of an earlier program may have other fields
	has.Pauses = nil
	if len(s.Times) != len(after.Pauses) {
		return false
	}
	for i, p := range after.Pauses {
		if len(s.Times[i]) != 2 || s.Times[i][0] != p.From.UnixMilli() || s.Times[i][1] != never(p.To).UnixMilli() {
			return false
		}
	}
	return due.text() == has.text()
}

// text is all columns in one text, to be compared.
func (row issueEvent) text() string {
	for _, at := range []*time.Time{&row.At, &row.RegisteredAt, &row.ClockFrom, &row.RepliedAt, &row.VerifiedAt, &row.ClosedAt} {
		*at = at.UTC().Truncate(time.Millisecond)
	}
	if row.Reasons == nil {
		row.Reasons = []string{}
	}
	if row.Mentions == nil {
		row.Mentions = []string{}
	}
	amounts := []money.Fen{row.Found, row.Corrected, row.Exempted, row.Outstanding, row.Reassessed}
	text, _ := json.Marshal(row) // plain fields
	return fmt.Sprint(string(text), amounts)
}

// IssueSeal is the hash that the last step of an issue from before steps had hashes has in the chain.
type IssueSeal struct {
	Issue    string    `ch:"issue_id"`
	Seq      uint32    `ch:"seq"`
	Hash     string    `ch:"hash"`
	SealedAt time.Time `ch:"sealed_at"`
}

//go:embed issue/seals.sql
var issueSealsSQL string

// IssueSeals are all seals, by issue.
func (q *Queries) IssueSeals(ctx context.Context) ([]IssueSeal, error) {
	return store.Select[IssueSeal](ctx, q.db, issueSealsSQL, nil)
}

//go:embed issue/unsealed.sql
var unsealedStepsSQL string

// UnsealedSteps is how many steps have neither a hash of their own nor a seal.
func (q *Queries) UnsealedSteps(ctx context.Context) (uint64, error) {
	type count struct {
		Steps uint64 `ch:"steps"`
	}
	found, err := store.One[count](ctx, q.db, unsealedStepsSQL, nil)
	return found.Steps, err
}

// SealIssues writes seals; all of them become visible together.
func (q *Queries) SealIssues(ctx context.Context, seals []IssueSeal) error {
	return store.Insert(ctx, q.db, "INSERT INTO issue_seals (issue_id, seq, hash, sealed_at)", seals)
}

// OtherHead is an issue that lists show otherwise than its last step left it.
type OtherHead struct {
	Issue  string `ch:"issue_id"`
	Number string `ch:"number"`
}

//go:embed issue/other_heads.sql
var otherHeadsSQL string

// OtherHeads are all such issues; there are none unless somebody wrote into the store by hand.
func (q *Queries) OtherHeads(ctx context.Context) ([]OtherHead, error) {
	return store.Select[OtherHead](ctx, q.db, otherHeadsSQL, nil)
}
