package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/problem"
	"jianfu/queries"
)

// Where the data directory says what is on its way: the folder has a file for whatever was begun, and whoever acts holds the
// lock together with the others.
const (
	actingName = "audit.acting"
	actingLock = "audit.acting.lock"
)

// actTimeout bounds an act that was recorded. It does not end with the request of whoever acts, because half of it may be
// stored.
const actTimeout = 60 * time.Second

// settleTimeout is how long Settle waits until nobody acts.
const settleTimeout = 15 * time.Second

// Do records something that somebody changes, and then lets act change it: the only way in which something is changed.
// Without an entry nothing is done. What could not be done is recorded too, with the number of the entry, and what was
// broken off because the program was killed is noted by Settle when it is started again. The context of act outlives the
// request.
func (l *Log) Do(ctx context.Context, e Entry, act func(ctx context.Context) error) error {
	return l.DoAll(ctx, []Entry{e}, act)
}

// DoAll is Do for changes that are made together: all of them, or none.
func (l *Log) DoAll(ctx context.Context, entries []Entry, act func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actTimeout)
	defer cancel()
	if len(entries) == 0 { // nothing changes
		return act(ctx)
	}
	file, release, err := l.begin(ctx, entries)
	if err != nil {
		return err
	}
	defer release()
	numbers, err := l.append(ctx, entries)
	if err != nil { // the file stays: whether the entries stand, Settle finds out
		return err
	}
	if err = act(ctx); err != nil {
		cause := problem.Code(err)
		if cause == "" {
			cause = "unexpected"
		}
		failures := make([]Entry, len(entries))
		for i, e := range entries {
			failures[i] = e.about(Failed, numbers[i])
			failures[i].Details["cause"] = cause
		}
		if _, again := l.append(ctx, failures); again != nil { // Settle notes it once the log can be written again
			return errors.Join(err, again)
		}
	}
	_ = os.Remove(file) // one that stays is looked at by Settle, which finds the act ended
	return err
}

// about is an entry that says what became of another.
func (e Entry) about(what Action, number uint64) Entry {
	e.Details = map[string]string{"action": string(e.Action), "entry": strconv.FormatUint(number, 10)}
	e.Action = what
	return e
}

// key tells acts apart: the same for an entry and its row in the store.
func (e Entry) key() string {
	row := e.row(time.Time{})
	return keyOf(&row)
}

func keyOf(e *queries.AuditEntry) string {
	h := sha256.New()
	for _, text := range []string{e.Actor, e.Session, e.Action, e.Object} {
		field(h, text)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		field(h, name)
		field(h, e.Details[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// begin leaves a file that names the acts and says where the log ended before, and takes the place of one who acts. The
// caller calls release, and before, once the acts have ended, takes the file away.
func (l *Log) begin(ctx context.Context, entries []Entry) (file string, release func(), err error) {
	if release, err = l.q.Store().ShareFile(ctx, actingLock); err != nil {
		return "", nil, problem.Wrap(err, "audit_not_written")
	}
	at, _, err := l.kept()
	if err == nil {
		file, err = l.leave(at.seq, entries)
	}
	if err != nil {
		release()
		return "", nil, problem.Wrap(err, "audit_not_written")
	}
	return file, release, nil
}

func (l *Log) leave(after uint64, entries []Entry) (string, error) {
	folder := filepath.Join(l.q.Store().Data(), actingName)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(folder, "*")
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintln(&text, after)
	for _, e := range entries {
		fmt.Fprintln(&text, e.key())
	}
	_, err = file.WriteString(text.String())
	return file.Name(), errors.Join(err, file.Close())
}

// Settle notes of every act that was recorded, and broken off because a program was killed, that it was not done, or that
// it has to be looked at whether it was. It is called when a program starts that changes something. Where others act all
// the time it does nothing, and the next start does it.
func (l *Log) Settle(ctx context.Context) (noted int, err error) {
	folder := filepath.Join(l.q.Store().Data(), actingName)
	if left, err := os.ReadDir(folder); errors.Is(err, fs.ErrNotExist) || err == nil && len(left) == 0 {
		return 0, nil
	}
	waiting, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	release, err := l.q.Store().LockFile(waiting, actingLock)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return 0, nil
		}
		return 0, err
	}
	defer release()
	left, err := l.leftover()
	if err != nil {
		return 0, err
	}
	notes, err := l.brokenOff(ctx, left)
	if err != nil {
		return 0, err
	}
	if err := l.Append(ctx, notes...); err != nil {
		return 0, err
	}
	for _, file := range left.files {
		if err := os.Remove(file); err != nil {
			return len(notes), err
		}
	}
	return len(notes), nil
}

// Still runs something while nobody acts and nothing is added to the log, so that what it sees is one moment: every act that the log
// names is there whole or was broken off long before. Those who want to act wait meanwhile.
func (l *Log) Still(ctx context.Context, run func(ctx context.Context) error) error {
	for _, lock := range []string{actingLock, lockName} { // in the order in which those who act take them
		release, err := l.q.Store().LockFile(ctx, lock)
		if err != nil {
			return err
		}
		defer release()
	}
	return run(ctx)
}

// KeptFiles are the files of the data directory that belong to the log, and go with it into a backup: the head, and what acts that
// were broken off have left.
func (l *Log) KeptFiles() ([]string, error) {
	files := []string{}
	if _, found, err := l.kept(); err != nil {
		return nil, err
	} else if found {
		files = append(files, headName)
	}
	left, err := os.ReadDir(filepath.Join(l.q.Store().Data(), actingName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, file := range left {
		files = append(files, filepath.Join(actingName, file.Name()))
	}
	return files, nil
}

// left is what dead programs left of their acts.
type left struct {
	files []string
	keys  map[string]bool
	after uint64 // the entries have higher numbers
}

// leftover reads the files of acts.
func (l *Log) leftover() (left, error) {
	found := left{keys: map[string]bool{}, after: math.MaxUint64}
	folder := filepath.Join(l.q.Store().Data(), actingName)
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	for _, file := range files {
		path := filepath.Join(folder, file.Name())
		text, err := os.ReadFile(path)      //nolint:gosec // a file of our own
		if errors.Is(err, fs.ErrNotExist) { // ended meanwhile
			continue
		}
		if err != nil {
			return found, err
		}
		found.files = append(found.files, path)
		lines := strings.Fields(string(text))
		if len(lines) < 2 { // killed before it had named its acts, and so before the log did
			continue
		}
		after, err := strconv.ParseUint(lines[0], 10, 64)
		if err != nil {
			after = 0
		}
		found.after = min(found.after, after)
		for _, key := range lines[1:] {
			found.keys[key] = true
		}
	}
	return found, err
}

// brokenOff are the notes about those of the acts whose entry stands and whose step does not, or cannot be looked for.
func (l *Log) brokenOff(ctx context.Context, left left) ([]Entry, error) {
	var notes []Entry
	if len(left.keys) == 0 {
		return nil, nil
	}
	for e, err := range l.q.AuditUnfinished(ctx, left.after, nil) {
		if err != nil {
			return nil, fmt.Errorf("look for what was broken off: %w", err)
		}
		if !left.keys[keyOf(&e.AuditEntry)] {
			continue
		}
		what := Unclear
		if e.Known {
			what = NotDone
		}
		entry := Entry{Actor: systemActor, Action: Action(e.Action), Object: e.Object, Scope: e.Scope}
		notes = append(notes, entry.about(what, e.Seq))
	}
	return notes, nil
}
