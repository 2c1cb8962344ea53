// Package reader takes files in, up to but not including the store: it finds out how a file is compressed and encoded
// and what it holds, reads it line by line, and hands on every line either as a unit or record that holds what the rest
// of jianfu relies on, or as a reject with its line, column, value and reason. etl's load calls it. Nothing here knows
// the store, and nothing is dropped: lines read = accepted + rejected, blank lines apart.
//
// The texts of rejects are in the catalogue under "reject.<code>" and take Reject.Values; a file that cannot be read at
// all is a problem of internal/problem with a code that starts with "reader_".
package reader

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"jianfu/etl/reader/workbook"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// Kind is what a file holds (design §4), told by its header.
type Kind uint8

// The kinds of files.
const (
	KindUnits Kind = iota + 1
	KindContributions
	KindIssues
)

// Kinds lists them.
var Kinds = []Kind{KindUnits, KindContributions, KindIssues}

func (k Kind) String() string {
	return [...]string{"", "units", "contributions", "issues", "control"}[k]
}

// Options say how to read; the zero Options are right for most files.
type Options struct {
	PersonKey  [16]byte          // key of the hash in place of a person's number; the same for all loads of a store
	Encoding   string            // "" to find out, else EncodingUTF8, EncodingGB18030 or EncodingUTF16
	Columns    map[string]string // what columns of the file are that are called otherwise: by their name there a name of jianfu, or "" to leave one out
	Workers    int               // parsers side by side; 0: one a processor
	ChunkBytes int               // size of a piece of the file, and so of a block of records; 0: 4 MiB
	Hash       bool              // compute ContentHash on the way

	limits  workbook.Limits // the usual ones where zero
	control bool            // the file is a control file
}

const (
	defaultChunk  = 4 << 20
	smallestChunk = 2 * maxRecord // a record with quotes must fit, whatever stands before it
)

// File is an opened file whose kind is known. It is read once, by the method of its kind.
type File struct {
	Kind           Kind
	Encoding       string    // EncodingUTF8, EncodingGB18030 or EncodingUTF16
	Compression    string    // "none", "gzip", "zstd" or "zip"
	Format         string    // FormatCSV, FormatXLSX or FormatParquet
	Sheet          string    // of a workbook
	OtherSheets    []string  // of the workbook, which hold something and no table that jianfu knows
	Size           int64     // bytes on disk
	Columns        []string  // the header as it stands in the file
	LinesAbove     uint64    // lines above the header, which are no part of the table
	HeaderLine     uint64    // number of the header's line
	UnknownColumns []string  // those of them that jianfu does not know and leaves out
	Today          time.Time // the day of the load, which the caller may set; zero: nothing is found to lie ahead of it

	name        string // for messages: without its folder
	options     Options
	file        source
	sheet       *sheetRows // nil but of a workbook
	hiddenSheet bool
	done        atomic.Int64 // bytes of the file that were read
	sum         hash.Hash    // nil unless asked for
	hashed      string
	closers     []func()
	titles      []string // the lines above the header
	mapping     mapping
	content     io.Reader // decompressed, behind the header
	encoding    encoding
	delimiter   byte
	layout      layout
	firstLine   uint64 // number of the first line behind the header
	surplus     int    // empty cells at the end of each line that have no column
}

// Counts tells how a file was read; Read = Accepted + Rejected.
type Counts struct {
	Read     uint64
	Accepted uint64
	Rejected uint64
	Blank    uint64 // empty lines, which count nowhere else

	Notes Notes

	// Of the accepted contribution records:
	RecordIDsAscending       bool   // strictly, byte by byte, through the file: no key stands in it twice
	MinRecordID, MaxRecordID string // in the order of their bytes; "" where there are none
	Periods                  []PeriodCount
}

// PeriodCount is the number of accepted records of one period.
type PeriodCount struct {
	Period  period.Period
	Records uint64
	Normal  uint64 // those of them that are no back payment and no refund
}

// source is where the bytes of a file come from.
type source interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Open recognises a file by its first megabyte. The caller closes it.
func Open(path string, o Options) (*File, error) {
	f := newFile(filepath.Base(path), o)
	err := f.open(path)
	return f.opened(err)
}

// OpenContent is Open of what lies in memory; the name is for messages.
func OpenContent(name string, content []byte, o Options) (*File, error) {
	if o.limits == (workbook.Limits{}) {
		o.limits = workbook.Sent
	}
	f := newFile(name, o)
	f.file, f.Size = inMemory{bytes.NewReader(content)}, int64(len(content))
	return f.opened(f.recognise(onDisk{f}))
}

// inMemory is a source that there is nothing to close of.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

func newFile(name string, o Options) *File {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.ChunkBytes == 0 {
		o.ChunkBytes = defaultChunk
	}
	o.ChunkBytes = max(o.ChunkBytes, smallestChunk)
	if o.limits == (workbook.Limits{}) {
		o.limits = workbook.Usual
	}
	f := &File{name: name, options: o}
	if o.Hash {
		f.sum = sha256.New()
	}
	return f
}

// opened gives the file out, or closes it where it could not be recognised.
func (f *File) opened(err error) (*File, error) {
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(path string) error {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return problem.Wrap(err, "reader_not_found", "file", path)
		}
		return problem.Wrap(err, "reader_not_readable", "file", path)
	}
	f.file = file
	info, err := file.Stat()
	if err != nil {
		return problem.Wrap(err, "reader_not_readable", "file", path)
	}
	if info.IsDir() {
		return problem.New("reader_is_directory", "file", path)
	}
	f.Size = info.Size()
	return f.recognise(onDisk{f})
}

// onDisk reads the bytes of the file as they are, counting and hashing them.
type onDisk struct{ f *File }

func (d onDisk) Read(into []byte) (int, error) {
	n, err := d.f.file.Read(into)
	d.f.count(n)
	if d.f.sum != nil {
		d.f.sum.Write(into[:n])
	}
	return n, err
}

// count adds to the progress. A workbook is read twice in part, and then once more for its hash.
func (f *File) count(n int) { f.done.Store(min(f.done.Load()+int64(n), f.Size)) }

// Progress returns how many bytes of the file on disk have been read, of how many. Any goroutine may ask at any time.
func (f *File) Progress() (done, total int64) { return f.done.Load(), f.Size }

// ContentHash returns what the function ContentHash returns for the file, once it was read to its end with
// Options.Hash set, and else "".
func (f *File) ContentHash() string { return f.hashed }

// finish reads what may lie behind the compressed content, so that the hash is that of the whole file.
func (f *File) finish() error {
	if err := f.refuseMerged(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, onDisk{f}); err != nil {
		return f.damaged(err)
	}
	if f.sum != nil {
		f.hashed = hex.EncodeToString(f.sum.Sum(nil))
	}
	return nil
}

func (f *File) damaged(err error) error {
	switch {
	case errors.Is(err, workbook.ErrTooLarge):
		return problem.Wrap(err, "reader_too_large", "file", f.name)
	case errors.Is(err, workbook.ErrTooLong):
		return problem.Wrap(err, "reader_too_long", "file", f.name)
	}
	return problem.Wrap(err, "reader_damaged", "file", f.name)
}

// Close gives the file back.
func (f *File) Close() {
	for _, close := range f.closers {
		close()
	}
	f.closers = nil
	if f.file != nil {
		_ = f.file.Close() // it was only read
	}
}

// ContentHash is the SHA-256 of a file's bytes on disk, in hex: what a load is known by.
func ContentHash(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return "", problem.Wrap(err, "reader_not_readable", "file", path)
	}
	defer file.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", problem.Wrap(err, "reader_not_readable", "file", path)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
