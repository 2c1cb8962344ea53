// Package attachment keeps the files that people and jianfu itself attach to issues (附件): scans, letters, tables, evidence
// packs. What a file is, is what its contents say; its name only has to agree. Contents lie in the store under their
// SHA-256, never in a folder that a web server could hand out, so that several servers share them and one backup holds
// them. Pages and evidence packs call it; who may read what is decided by the issue that bears the file.
package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"jianfu/internal/fault"
	"jianfu/internal/ledger"
	"jianfu/queries"
)

// Largest is how many bytes an attachment may have.
const Largest = 20 << 20

// Attachments are those of a store.
type Attachments struct {
	q   *queries.Queries
	now func() time.Time
}

// New gives the attachments of a store.
func New(q *queries.Queries, now func() time.Time) *Attachments { return &Attachments{q, now} }

// Save keeps what is read under the name that somebody gave it, and returns how an issue refers to it: the name made safe,
// the type of the contents, the size, the hash. It keeps nothing that is too large, of no permitted type or other than its
// name says, and says which by a fault.
func (a *Attachments) Save(ctx context.Context, name string, contents io.Reader) (ledger.File, error) {
	read, err := io.ReadAll(io.LimitReader(contents, Largest+1))
	if err != nil {
		return ledger.File{}, fmt.Errorf("read attachment %q: %w", name, err)
	}
	file := ledger.File{Name: CleanName(name), Size: int64(len(read))}
	switch {
	case len(read) == 0:
		return ledger.File{}, fault.New("attachment_empty", "name", file.Name)
	case len(read) > Largest:
		return ledger.File{}, fault.New("attachment_too_large", "name", file.Name, "most", Largest>>20)
	}
	if file.Type, err = typeOf(file.Name, read); err != nil {
		return ledger.File{}, err
	}
	hash := sha256.Sum256(read)
	file.SHA256 = hex.EncodeToString(hash[:])
	if err := a.q.KeepAttachment(ctx, file.SHA256, file.Type, read, a.now().UTC()); err != nil {
		return ledger.File{}, fmt.Errorf("keep attachment %s: %w", file.SHA256, err)
	}
	return file, nil
}

// Open gives the contents that bear a hash, after it was checked that they still do. The fault attachment_missing says
// that there are none.
func (a *Attachments) Open(ctx context.Context, sha string) (*bytes.Reader, error) {
	contents, err := a.q.Attachment(ctx, sha)
	if err != nil {
		return nil, fmt.Errorf("read attachment %s: %w", sha, err)
	}
	if contents == nil {
		return nil, fault.New("attachment_missing", "sha256", sha)
	}
	if hash := sha256.Sum256(contents); hex.EncodeToString(hash[:]) != sha {
		return nil, fault.New("attachment_damaged", "sha256", sha)
	}
	return bytes.NewReader(contents), nil
}
