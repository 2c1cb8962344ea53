package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/store"
)

// Header is the header of a file as it stands there, and what is between its cells.
type Header struct {
	Load      uint32   `ch:"load_id"`
	Columns   []string `ch:"columns"`
	Delimiter string   `ch:"delimiter"`
}

// KeepHeader keeps the header of a load that is not visible yet.
func (q *Queries) KeepHeader(ctx context.Context, h Header) error {
	return store.Insert(ctx, q.db, "INSERT INTO load_headers (load_id, columns, delimiter)", []Header{h})
}

//go:embed load_list/header.sql
var headerSQL string

// Header returns the header of a load; without columns where an older program loaded it.
func (q *Queries) Header(ctx context.Context, load uint32) (Header, error) {
	rows, err := store.Select[Header](ctx, q.db, headerSQL, store.Params{"load": load})
	if err != nil || len(rows) == 0 {
		return Header{Load: load}, err
	}
	return rows[0], nil
}

// LoadKinds are what the files of loads hold, in the order in which they are offered; etl reads these kinds and no others.
var LoadKinds = []string{"units", "contributions", "issues"}

// LoadEntry is a load as a reader may see it. Who sees the whole store sees the file's own counts; to others a load is
// the lines of their units, and there is none where it has no such line.
type LoadEntry struct {
	Load
	Used      bool        `json:"used"`                // by the current run
	Withdrawn *Withdrawal `json:"withdrawn,omitempty"` // it counts no more
	Part      bool        `json:"part"`                // only the reader's regions: Accepted, Rejected, Periods, Payable and Received are theirs, the other counts empty
}

// LoadList is what a reader may see of the loads, newest first.
type LoadList struct {
	Whole   bool // the reader sees the whole store
	Entries []LoadEntry
	Version uint32 // grows with every load and withdrawal
	visible []uint32
}

// Find returns the load of a number, if the reader may see it.
func (l *LoadList) Find(id uint32) (LoadEntry, bool) {
	for _, e := range l.Entries {
		if e.ID == id {
			return e, true
		}
	}
	return LoadEntry{}, false
}

//go:embed load_list/whole.sql
var loadsWholeSQL string

//go:embed load_list/inside.sql
var loadsInsideSQL string

// Whole tells whether a scope is the whole store: everything, or there are units and none is registered outside of it.
func (q *Queries) Whole(ctx context.Context, scope filter.Scope, loads []uint32) (bool, error) {
	type row struct {
		Whole bool `ch:"whole"`
	}
	found, err := store.One[row](ctx, q.db, loadsWholeSQL, store.Params{"loads": loads, "scope": scope.Prefixes()})
	return found.Whole, err
}

// LoadsFor lists the loads as a reader may see them.
func (q *Queries) LoadsFor(ctx context.Context, scope filter.Scope) (LoadList, error) {
	var list LoadList
	visible, err := q.Visible(ctx)
	if err != nil {
		return list, err
	}
	if list.Version, err = q.LoadsVersion(ctx); err != nil {
		return list, err
	}
	loads := visible.Ever()
	list.visible = LoadIDs(visible.Loads)
	if list.Whole, err = q.Whole(ctx, scope, list.visible); err != nil {
		return list, err
	}
	current, _, err := q.CurrentRun(ctx)
	if err != nil {
		return list, err
	}
	used := map[uint32]bool{}
	for _, id := range current.Loads {
		used[id] = true
	}
	var mine map[uint32]loadPart
	if !list.Whole {
		if mine, err = q.loadParts(ctx, scope, list.visible, LoadIDs(loads)); err != nil {
			return list, err
		}
	}
	for i := len(loads) - 1; i >= 0; i-- {
		entry := LoadEntry{Load: loads[i], Used: used[loads[i].ID], Part: !list.Whole, Withdrawn: visible.Find(loads[i].ID)}
		if entry.Part {
			part, there := mine[entry.ID]
			if !there {
				continue
			}
			entry.Load = part.of(entry.Load)
		}
		list.Entries = append(list.Entries, entry)
	}
	return list, nil
}

// loadPart is what of a load is of a reader's units.
type loadPart struct {
	LoadID   uint32    `ch:"load_id"`
	Accepted uint64    `ch:"accepted"`
	Rejected uint64    `ch:"rejected"`
	Payable  money.Fen `ch:"payable"`
	Received money.Fen `ch:"received"`
	Periods  []uint32  `ch:"periods"`
}

// of is the load with the part's counts alone. Size, hash and columns tell of the whole file.
func (p loadPart) of(l Load) Load {
	return Load{ID: l.ID, Kind: l.Kind, File: l.File, Format: l.Format, Sheet: l.Sheet, Encoding: l.Encoding, Compression: l.Compression, StartedAt: l.StartedAt, FinishedAt: l.FinishedAt,
		Accepted: p.Accepted, Rejected: p.Rejected, Periods: p.Periods, UnknownColumns: []string{}, Payable: p.Payable, Received: p.Received}
}

func (q *Queries) loadParts(ctx context.Context, scope filter.Scope, loads, ever []uint32) (map[uint32]loadPart, error) {
	rows, err := store.Select[loadPart](ctx, q.db, loadsInsideSQL, store.Params{"loads": loads, "ever": ever, "scope": scope.Prefixes()})
	parts := map[uint32]loadPart{}
	for _, r := range rows {
		parts[r.LoadID] = r
	}
	return parts, err
}

//go:embed load_list/rejects.sql
var loadRejectsSQL string

//go:embed load_list/reasons.sql
var loadReasonsSQL string

// RejectReason is how many lines a load rejected for one reason.
type RejectReason struct {
	Code  string `ch:"code" json:"code"`
	Lines uint64 `ch:"lines" json:"lines"`
}

func (l *LoadList) params(scope filter.Scope, load uint32) store.Params {
	return store.Params{"load": load, "loads": l.visible, "scope": scope.Prefixes()}
}

// RejectReasonsFor counts the rejected lines of a load that a reader may see, the most frequent reason first.
func (q *Queries) RejectReasonsFor(ctx context.Context, scope filter.Scope, list *LoadList, load uint32) ([]RejectReason, error) {
	return store.Select[RejectReason](ctx, q.db, loadReasonsSQL, list.params(scope, load))
}

// RejectsFor calls each for the rejected lines of a load that a reader may see, by line: those of one reason, or of any
// when code is empty, without the first few, and for so many at most.
func (q *Queries) RejectsFor(ctx context.Context, scope filter.Scope, list *LoadList, load uint32, code string, skip, most uint64, each func(*Reject) error) error {
	p := list.params(scope, load)
	p["code"], p["skip"], p["most"] = code, skip, most
	for r, err := range store.Each[Reject](ctx, q.db, loadRejectsSQL, p) {
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
