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

	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Largest is how many bytes an attachment may have.
const Largest = 20 << 20

// What may be attached at most, so that nobody fills the disk by whose store the figures live: to one issue, by one account in
// a day, and in the store where nobody says otherwise.
const (
	filesOfIssue  = 100
	bytesOfIssue  = 200 << 20
	bytesOfADay   = 500 << 20
	BytesOfStore  = 20 << 30
	quotaOfADayIn = 24 * time.Hour
)

// Attachments are those of a store.
type Attachments struct {
	q    *queries.Queries
	now  func() time.Time
	most uint64 // bytes on the disk
}

// New gives the attachments of a store.
func New(q *queries.Queries, now func() time.Time) *Attachments {
	return &Attachments{q, now, BytesOfStore}
}

// AtMost gives the attachments with another limit of bytes on the disk; 0 leaves it as it is.
func (a *Attachments) AtMost(bytes uint64) *Attachments {
	if bytes == 0 {
		return a
	}
	return &Attachments{a.q, a.now, bytes}
}

// Room tells by a problem where there is no room for one more file of a size: with an issue that has those files, for an
// account, in the store.
func (a *Attachments) Room(ctx context.Context, account string, files []ledger.File, size int64) error {
	held := size
	for _, file := range files {
		held += file.Size
	}
	if len(files) >= filesOfIssue || held > bytesOfIssue {
		return problem.New("attachment_issue_full", "files", filesOfIssue, "most", bytesOfIssue>>20)
	}
	sent, err := a.q.AttachedBy(ctx, account, a.now().Add(-quotaOfADayIn))
	if err != nil {
		return fmt.Errorf("count what %s has attached: %w", account, err)
	}
	if sent+uint64(size) > bytesOfADay { //nolint:gosec // not negative
		return problem.New("attachment_day_full", "most", bytesOfADay>>20)
	}
	onDisk, err := a.q.AttachmentsOnDisk(ctx)
	if err != nil {
		return fmt.Errorf("ask what attachments take: %w", err)
	}
	if onDisk+uint64(size) > a.most { //nolint:gosec // not negative
		return problem.New("attachment_store_full", "most", a.most>>20)
	}
	return nil
}

// Save keeps what is read under the name that somebody gave it, and returns how an issue refers to it: the name made safe,
// the type of the contents, the size, the hash. It keeps nothing that is too large, of no permitted type or other than its
// name says, and says which by a problem.
func (a *Attachments) Save(ctx context.Context, name string, contents io.Reader) (ledger.File, error) {
	read, err := io.ReadAll(io.LimitReader(contents, Largest+1))
	if err != nil {
		return ledger.File{}, fmt.Errorf("read attachment %q: %w", name, err)
	}
	file := ledger.File{Name: CleanName(name), Size: int64(len(read))}
	switch {
	case len(read) == 0:
		return ledger.File{}, problem.New("attachment_empty", "name", file.Name)
	case len(read) > Largest:
		return ledger.File{}, problem.New("attachment_too_large", "name", file.Name, "most", Largest>>20)
	}
	if file.Type, err = looked(ctx, file.Name, read); err != nil {
		return ledger.File{}, err
	}
	hash := sha256.Sum256(read)
	file.SHA256 = hex.EncodeToString(hash[:])
	if err := a.q.KeepAttachment(ctx, file.SHA256, file.Type, read, a.now().UTC()); err != nil {
		return ledger.File{}, fmt.Errorf("keep attachment %s: %w", file.SHA256, err)
	}
	return file, nil
}

// Open gives the contents that bear a hash, after it was checked that they still do. The problem attachment_missing says
// that there are none.
func (a *Attachments) Open(ctx context.Context, sha string) (*bytes.Reader, error) {
	contents, err := a.q.Attachment(ctx, sha)
	if err != nil {
		return nil, fmt.Errorf("read attachment %s: %w", sha, err)
	}
	if contents == nil {
		return nil, problem.New("attachment_missing", "sha256", sha)
	}
	if hash := sha256.Sum256(contents); hex.EncodeToString(hash[:]) != sha {
		return nil, problem.New("attachment_damaged", "sha256", sha)
	}
	return bytes.NewReader(contents), nil
}
