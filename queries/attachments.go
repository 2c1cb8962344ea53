package queries

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/store"
)

// attachmentPart is how many bytes of an attachment one row holds.
const attachmentPart = 1 << 20

//go:embed attachment/kept.sql
var attachmentKeptSQL string

// KeepAttachment stores contents under their hash, whole or not at all. Contents that are there already stay as they are.
func (q *Queries) KeepAttachment(ctx context.Context, sha256, mediaType string, contents []byte, now time.Time) error {
	type state struct {
		Kept bool `ch:"kept"`
	}
	found, err := store.One[state](ctx, q.db, attachmentKeptSQL, store.Params{"sha256": sha256})
	if err != nil || found.Kept {
		return err
	}
	type row struct {
		SHA256   string    `ch:"sha256"`
		Part     uint32    `ch:"part"`
		Parts    uint32    `ch:"parts"`
		Type     string    `ch:"type"`
		Content  string    `ch:"content"`
		StoredAt time.Time `ch:"stored_at"`
	}
	var rows []row
	for part := range slices.Chunk(contents, attachmentPart) {
		rows = append(rows, row{SHA256: sha256, Part: uint32(len(rows)), Type: mediaType, Content: string(part), StoredAt: now}) //nolint:gosec // few
	}
	for i := range rows {
		rows[i].Parts = uint32(len(rows)) //nolint:gosec // few
	}
	return store.InsertOnce(ctx, q.db, `INSERT INTO attachments (sha256, part, parts, type, content, stored_at)`, sha256, rows)
}

//go:embed attachment/contents.sql
var attachmentContentsSQL string

// Attachment is the contents that bear a hash; nil where there are none.
func (q *Queries) Attachment(ctx context.Context, sha256 string) ([]byte, error) {
	type row struct {
		Part    uint32 `ch:"part"`
		Parts   uint32 `ch:"parts"`
		Content string `ch:"content"`
	}
	var contents []byte
	var read, parts uint32
	for r, err := range store.Each[row](ctx, q.db, attachmentContentsSQL, store.Params{"sha256": sha256}) {
		if err != nil {
			return nil, err
		}
		contents = append(contents, r.Content...)
		read, parts = read+1, r.Parts
	}
	if read != parts {
		return nil, fmt.Errorf("attachment %s: %d of %d parts", sha256, read, parts)
	}
	return contents, nil
}

//go:embed attachment/attached_by.sql
var attachedBySQL string

//go:embed attachment/on_disk.sql
var attachmentsOnDiskSQL string

// bytesRow is a number of bytes.
type bytesRow struct {
	Bytes uint64 `ch:"bytes"`
}

// AttachedBy is how many bytes an account has attached to issues since a time.
func (q *Queries) AttachedBy(ctx context.Context, account string, since time.Time) (uint64, error) {
	row, err := store.One[bytesRow](ctx, q.db, attachedBySQL, store.Params{"account": account, "since": milliseconds(since)})
	return row.Bytes, err
}

// AttachmentsOnDisk is how many bytes the attachments of the store take on the disk.
func (q *Queries) AttachmentsOnDisk(ctx context.Context) (uint64, error) {
	row, err := store.One[bytesRow](ctx, q.db, attachmentsOnDiskSQL, nil)
	return row.Bytes, err
}
