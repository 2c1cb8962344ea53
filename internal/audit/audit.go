// Package audit keeps the record of who did what, as the supervision of personal and tax data wants it: entries are only
// ever added, each carries the hash of the one before, and Verify finds an entry that was changed, removed or put in
// between. internal/auth and internal/web write it before they act, so that nothing happens unrecorded; the audit page,
// its export and `jianfu doctor` read it.
//
// The chain is one, however many write it. Within a process, whoever comes while an entry is being written is written
// with the next batch; between processes, the lock of a file in the data directory lets one batch in at a time. Under the
// lock the writer reads the latest entry from the store, links its batch to it, and inserts the batch whole: a process
// that is killed leaves all of it or nothing. Nothing about the chain is kept in memory, so a restart changes nothing.
//
// A chain alone does not show that its end was cut off. So the number and the hash of the latest entry are also kept in a
// file of the data directory, outside the store; Verify compares the two, and the log goes on from the later of them, so
// that a cut leaves a gap for ever. Who can write both the store and that file can still rewrite everything: the head that
// Verify returns, noted down elsewhere, shows that too.
package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// The files of the data directory that the log uses.
const (
	lockName = "audit.lock"
	headName = "audit.head"
)

// appendTimeout bounds how long whoever acts waits for the entry to be stored. It does not end with their request:
// an entry about somebody who has closed the page counts as much.
const appendTimeout = 15 * time.Second

// Longest texts of an entry, in characters. Some come from outside.
const (
	longestObject = 200
	longestDetail = 500
	longestReason = 500
)

// Entry is what somebody did, before it has its place in the chain.
type Entry struct {
	Actor, ViewAs    string
	Session, Address string
	Action           Action
	Object           string
	Scope            []string // region-code prefixes of whoever acted
	Details          map[string]string
	Reason           string
}

// By makes the entry of something that a principal does; details come as names and values in turn.
func By(p access.Principal, action Action, object string, namesAndValues ...any) Entry {
	e := Entry{Actor: p.Actor(), Action: action, Object: object, Session: p.Origin().Session, Address: p.Origin().Address,
		Scope: filter.Regions(p.Regions()...).Prefixes(), Details: map[string]string{}}
	if p.ViewingAs() {
		e.ViewAs = p.Account()
	}
	if token := p.Origin().Token; token != "" {
		e.Details["token"] = token
	}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		e.Details[fmt.Sprint(namesAndValues[i])] = fmt.Sprint(namesAndValues[i+1])
	}
	return e
}

// Program makes the entry of something that jianfu does by itself, about something in a region.
func Program(action Action, object, region string) Entry {
	return Entry{Actor: systemActor, Action: action, Object: object, Scope: filter.Regions(region).Prefixes(), Details: map[string]string{}}
}

// Because returns the entry with the reason that the actor gave.
func (e Entry) Because(reason string) Entry {
	e.Reason = reason
	return e
}

// Reason checks a reason that somebody gives for taking data away: it must say something.
func Reason(text string) (string, error) {
	text = typed.Line(text)
	if n := utf8.RuneCountInString(text); n < 4 || n > longestReason {
		return "", problem.New("reason_length", "least", 4, "most", longestReason)
	}
	return text, nil
}

// Log is the audit log of a store. It is safe for concurrent use.
type Log struct {
	q   *queries.Queries
	now func() time.Time

	mutex   sync.Mutex // guards pending
	pending []*waiting
	turn    sync.Mutex // held by the one that writes
}

// waiting is an entry that is not stored yet; written says what became of it.
type waiting struct {
	entry   queries.AuditEntry
	written bool
	err     error
}

// New makes the log of a store whose schema is up to date.
func New(q *queries.Queries, now func() time.Time) *Log { return &Log{q: q, now: now} }

// Append adds entries and returns once they are stored. A caller that gets an error does not do what it wanted to record.
// Whoever changes something calls Do instead.
func (l *Log) Append(ctx context.Context, entries ...Entry) error {
	_, err := l.append(ctx, entries)
	return err
}

// append is Append, and returns the numbers that the entries have got.
func (l *Log) append(ctx context.Context, entries []Entry) ([]uint64, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	mine := make([]*waiting, len(entries))
	at := l.now().UTC().Truncate(time.Millisecond)
	for i, e := range entries {
		mine[i] = &waiting{entry: e.row(at)}
	}
	l.mutex.Lock()
	l.pending = append(l.pending, mine...)
	l.mutex.Unlock()

	l.turn.Lock()
	defer l.turn.Unlock()
	if !mine[0].written { // else another has written it while this one waited for its turn
		l.mutex.Lock()
		batch := l.pending
		l.pending = nil
		l.mutex.Unlock()
		l.writeAll(ctx, batch)
	}
	numbers := make([]uint64, len(mine))
	for i, w := range mine {
		numbers[i] = w.entry.Seq
	}
	return numbers, mine[0].err // entries that come together are written together
}

// writeAll writes a batch and tells each of its entries what became of it.
func (l *Log) writeAll(ctx context.Context, batch []*waiting) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), appendTimeout)
	defer cancel()
	rows := make([]queries.AuditEntry, len(batch))
	for i, w := range batch {
		rows[i] = w.entry
	}
	first, err := l.write(ctx, rows)
	if err != nil {
		err = problem.Wrap(err, "audit_not_written")
	}
	for i, w := range batch {
		w.written, w.err, w.entry.Seq = true, err, first+uint64(i) //nolint:gosec // few
	}
}

// write links the rows to the chain and stores them, while no other process does the same. It returns the number of the
// first of them.
func (l *Log) write(ctx context.Context, rows []queries.AuditEntry) (first uint64, err error) {
	release, err := l.q.Store().LockFile(ctx, lockName)
	if err != nil {
		return 0, err
	}
	defer release()
	last, kept, err := l.last(ctx)
	if err != nil {
		return 0, err
	}
	first = last.seq + 1
	if !kept && last.seq > 0 {
		lost := Entry{Actor: systemActor, Action: AnchorMissing, Object: headName}
		rows = append([]queries.AuditEntry{lost.row(rows[0].At)}, rows...)
		first++
	}
	for i := range rows {
		rows[i].Seq, rows[i].Prev = last.seq+1, last.hash
		rows[i].Hash = hashOf(&rows[i])
		last = head{rows[i].Seq, rows[i].Hash}
	}
	if err := l.q.AppendAudit(ctx, rows); err != nil {
		return 0, err
	}
	return first, l.keep(last)
}

// systemActor is who acts when nobody does; no account can be called so.
const systemActor = "jianfu:"

// last is where the chain goes on: at the store's latest entry, or at the kept head where that is later, because then
// entries are missing and their place stays empty. kept says whether there was a head's file.
func (l *Log) last(ctx context.Context) (at head, kept bool, err error) {
	at.seq, at.hash, err = l.q.AuditHead(ctx)
	if err != nil {
		return head{}, false, err
	}
	if at.seq == 0 {
		at.hash = origin
	}
	anchor, kept, err := l.kept()
	if err != nil {
		return head{}, false, err
	}
	if kept && anchor.seq >= at.seq { // equal: the same entry, or another chain, from which the next entry then does not follow
		at = anchor
	}
	return at, kept, nil
}

// head is the number and the hash of an entry.
type head struct {
	seq  uint64
	hash string
}

// kept reads the head's file.
func (l *Log) kept() (h head, found bool, err error) {
	text, err := os.ReadFile(filepath.Join(l.q.Store().Data(), headName))
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, false, nil
	}
	if err != nil {
		return head{}, false, err
	}
	if n, err := fmt.Sscanf(string(text), "%d %64s\n", &h.seq, &h.hash); n != 2 || err != nil || len(h.hash) != len(origin) {
		return head{}, false, nil // unreadable is as good as none, and recorded like it
	}
	return h, true, nil
}

// keep writes the head's file, whole.
func (l *Log) keep(h head) error {
	path := filepath.Join(l.q.Store().Data(), headName)
	if err := os.WriteFile(path+".new", fmt.Appendf(nil, "%d %s\n", h.seq, h.hash), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// row is the entry as it is stored, its texts cut to their longest.
func (e Entry) row(at time.Time) queries.AuditEntry {
	row := queries.AuditEntry{At: at, Actor: cut(e.Actor, longestObject), ViewAs: cut(e.ViewAs, longestObject),
		Session: e.Session, Address: cut(e.Address, longestObject), Action: string(e.Action), Object: cut(e.Object, longestObject),
		Scope: append([]string{}, e.Scope...), Details: map[string]string{}, Reason: cut(e.Reason, longestReason)}
	for name, value := range e.Details {
		row.Details[name] = cut(value, longestDetail)
	}
	return row
}

// cut shortens a text from outside, and takes out what is no text.
func cut(text string, most int) string {
	text = strings.ToValidUTF8(text, "�")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
