package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/store"
)

// LoadNote is what a load took in and somebody should look at.
type LoadNote struct {
	Code  string `ch:"code" json:"code"`
	Lines uint64 `ch:"lines" json:"lines"`
}

const insertLoadNotes = "INSERT INTO load_notes (load_id, code, lines)"

// InsertLoadNotes keeps the notes of a load.
func (q *Queries) InsertLoadNotes(ctx context.Context, load uint32, notes []LoadNote) error {
	type row struct {
		LoadID uint32 `ch:"load_id"`
		LoadNote
	}
	rows := make([]row, len(notes))
	for i, n := range notes {
		rows[i] = row{load, n}
	}
	return store.Insert(ctx, q.db, insertLoadNotes, rows)
}

//go:embed load/notes.sql
var loadNotesSQL string

// LoadNotes lists the notes of a load. It names no unit and no region, so that it takes no scope.
func (q *Queries) LoadNotes(ctx context.Context, load uint32) ([]LoadNote, error) {
	return store.Select[LoadNote](ctx, q.db, loadNotesSQL, store.Params{"load": load})
}

//go:embed load/rekeyed.sql
var rekeyedSQL string

// Rekeyed counts the keys of a settled load that stood for another unit, month or insurance before, with the smallest of them.
func (q *Queries) Rekeyed(ctx context.Context, load uint32) (records uint64, example string, err error) {
	type row struct {
		Records uint64 `ch:"records"`
		Example string `ch:"example"`
	}
	found, err := store.One[row](ctx, q.db, rekeyedSQL, store.Params{"load": load})
	return found.Records, found.Example, err
}

//go:embed load/replaced_by.sql
var replacedBySQL string

// ReplacedBy counts, by earlier load, the records that a settled load replaces.
func (q *Queries) ReplacedBy(ctx context.Context, load uint32) (map[uint32]uint64, error) {
	type row struct {
		Load    uint32 `ch:"load_id"`
		Records uint64 `ch:"records"`
	}
	rows, err := store.Select[row](ctx, q.db, replacedBySQL, store.Params{"load": load})
	replaced := make(map[uint32]uint64, len(rows))
	for _, r := range rows {
		replaced[r.Load] = r.Records
	}
	return replaced, err
}

//go:embed load/same_but_key.sql
var sameButKeySQL string

// SameButKey counts the records of a settled load that earlier loads hold under other keys, equal in all the rest.
func (q *Queries) SameButKey(ctx context.Context, load uint32, earlier, periods []uint32) (uint64, error) {
	type row struct {
		Records uint64 `ch:"records"`
	}
	found, err := store.One[row](ctx, q.db, sameButKeySQL, store.Params{"load": load, "loads": earlier, "periods": periods})
	return found.Records, err
}
