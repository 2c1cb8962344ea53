package queries

import (
	"context"
	_ "embed"
	"iter"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// AuditEntry is one entry of the audit log as it is stored; internal/audit makes and checks the hashes.
type AuditEntry struct {
	Seq     uint64            `ch:"seq" json:"seq"` // from 1, without a gap
	At      time.Time         `ch:"at" json:"at"`   // to the millisecond
	Actor   string            `ch:"actor" json:"actor"`
	ViewAs  string            `ch:"view_as" json:"view_as"` // the account through whose eyes the actor looked
	Session string            `ch:"session" json:"session"`
	Address string            `ch:"address" json:"address"`
	Action  string            `ch:"action" json:"action"`
	Object  string            `ch:"object" json:"object"`
	Scope   []string          `ch:"scope" json:"scope"` // region-code prefixes of whoever acted
	Details map[string]string `ch:"details" json:"details"`
	Reason  string            `ch:"reason" json:"reason"`
	Prev    string            `ch:"prev" json:"prev"` // hexadecimal
	Hash    string            `ch:"hash" json:"hash"` // hexadecimal
}

// AppendAudit writes entries; all of them become visible together. The caller holds the audit log's lock.
func (q *Queries) AppendAudit(ctx context.Context, entries []AuditEntry) error {
	return store.Insert(ctx, q.db, `INSERT INTO audit (seq, at, actor, view_as, session, address, action, object, scope,
		details, reason, prev, hash)`, entries)
}

//go:embed audit/head.sql
var auditHeadSQL string

// AuditHead returns the number and the hash of the latest entry; 0 and "" while there is none.
func (q *Queries) AuditHead(ctx context.Context) (seq uint64, hash string, err error) {
	type row struct {
		Seq  uint64 `ch:"seq"`
		Hash string `ch:"hash"`
	}
	rows, err := store.Select[row](ctx, q.db, auditHeadSQL, nil)
	if err != nil || len(rows) == 0 {
		return 0, "", err
	}
	return rows[0].Seq, rows[0].Hash, nil
}

//go:embed audit/chain.sql
var auditChainSQL string

// AuditChain yields the whole log, oldest first, for checking it. It is not for readers.
func (q *Queries) AuditChain(ctx context.Context) iter.Seq2[*AuditEntry, error] {
	return store.Each[AuditEntry](ctx, q.db, auditChainSQL, nil)
}

// UnfinishedEntry is an entry about something that was to be done and is not there.
type UnfinishedEntry struct {
	AuditEntry
	Known bool `ch:"known"` // the store would tell whether it was done
}

//go:embed audit/unfinished.sql
var auditUnfinishedSQL string

// AuditUnfinished yields the entries behind a number whose step is not there or cannot be looked for, and of which no
// later entry says so already, oldest first: all, or those of some actions. It is not for readers.
func (q *Queries) AuditUnfinished(ctx context.Context, after uint64, actions []string) iter.Seq2[*UnfinishedEntry, error] {
	return store.Each[UnfinishedEntry](ctx, q.db, auditUnfinishedSQL, store.Params{"after": after, "actions": append([]string{}, actions...)})
}

// UnrecordedStep is a step of an issue that the log does not name.
type UnrecordedStep struct {
	Number string `ch:"number"`
	Seq    uint32 `ch:"seq"`
}

//go:embed audit/unrecorded.sql
var unrecordedStepsSQL string

// UnrecordedSteps are the steps of issues that have a hash which the log does not name, by number and step. It is not for
// readers.
func (q *Queries) UnrecordedSteps(ctx context.Context) ([]UnrecordedStep, error) {
	return store.Select[UnrecordedStep](ctx, q.db, unrecordedStepsSQL, nil)
}

// AuditSearch narrows a search of the audit log; what is left empty is left open.
type AuditSearch struct {
	Actor    string    // who acted, or whose eyes were used
	Actions  []string  // any of them
	Object   string    // whole
	From, To time.Time // To is exclusive
	Before   uint64    // entries with a smaller number only, for the next page
	Rows     int       // how many at most
}

//go:embed audit/search.sql
var searchAuditSQL string

// SearchAudit yields the entries that are within the scope, newest first.
func (q *Queries) SearchAudit(ctx context.Context, scope filter.Scope, s AuditSearch) iter.Seq2[*AuditEntry, error] {
	if s.Actions == nil {
		s.Actions = []string{}
	}
	return store.Each[AuditEntry](ctx, q.db, searchAuditSQL, store.Params{
		"scope":   scope.Prefixes(),
		"actor":   s.Actor,
		"actions": s.Actions,
		"object":  s.Object,
		"from_at": milliseconds(s.From),
		"to_at":   milliseconds(s.To),
		"before":  s.Before,
		"rows":    s.Rows,
	})
}

// milliseconds is a time as statements take it, and 0 for none.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
