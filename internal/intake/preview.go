package intake

import (
	"context"
	"time"

	"jianfu/internal/problem"
	"jianfu/queries"
)

// Preview is what a load of a file would find. Nothing of it is stored.
type Preview struct {
	File        string              `json:"file"`
	Kind        string              `json:"kind"`
	Format      string              `json:"format"`
	Sheet       string              `json:"sheet"`
	Encoding    string              `json:"encoding"`
	Compression string              `json:"compression"`
	Found       Found               `json:"found"`
	Columns     []Column            `json:"columns"`
	Unknown     []string            `json:"unknown_columns"`
	First       []FirstLine         `json:"first_lines"`
	Read        uint64              `json:"read"`
	Acceptable  uint64              `json:"acceptable"`
	Rejected    uint64              `json:"rejected"`
	Reasons     map[string]uint64   `json:"reject_reasons"`
	Rejects     []queries.Reject    `json:"-"`           // the first of them
	Notes       []queries.LoadNote  `json:"notes"`       // what would be taken in and should be looked at
	Rates       []queries.RateTotal `json:"rates"`       // of the acceptable records
	Before      []queries.RateTotal `json:"before"`      // of the store, of the months before those of the file
	Asked       []error             `json:"-"`           // what the load would stop at
	AskedCodes  []string            `json:"asked"`       // likewise
	SameMonths  bool                `json:"same_months"` // the store has records of the same months
}

// Found is how a file was read.
type Found struct {
	OtherSheets []string `json:"other_sheets"` // that hold something and no table
	HeaderLine  uint64   `json:"header_line"`
	Delimiter   string   `json:"delimiter"` // of CSV
}

// Column is a column of a file and what it is taken for: its name in the file, the English and the Chinese name.
type Column struct {
	Name    string `json:"name"`
	Column  string `json:"column"`
	Chinese string `json:"chinese"`
}

// FirstLine is a line as it was understood, by the English names of columns.
type FirstLine struct {
	Line   uint64            `json:"line"`
	Values map[string]string `json:"values"`
}

// looked is a file that is being looked at, or was.
type looked struct {
	done    chan struct{}
	preview Preview
	err     error
	at      time.Time
}

// How long what was found in a file is known, which depends on what else is loaded meanwhile, and how long a page waits for it.
const (
	previewKnown = 10 * time.Minute
	patience     = 4 * time.Second
)

// Look looks at a file that has been received. False says that it is still being read: whoever asks again learns more.
func (in *Intake) Look(ctx context.Context, id string, how How) (Preview, bool, error) {
	u, err := in.Upload(id)
	if err != nil {
		return Preview{}, false, err
	}
	if !u.Whole() {
		return Preview{}, false, problem.New("intake_not_whole", "file", u.Name)
	}
	l := in.looking(u, how)
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-l.done:
		return l.preview, true, l.err
	case <-waiting.Done():
		return Preview{}, false, nil
	}
}

// looking begins to look at a file, unless somebody has.
func (in *Intake) looking(u Upload, how How) *looked {
	key := u.ID + " " + how.Encoding
	in.mu.Lock()
	defer in.mu.Unlock()
	if l := in.previews[key]; l != nil && (l.at.IsZero() || in.now().Sub(l.at) < previewKnown) {
		return l
	}
	l := &looked{done: make(chan struct{})}
	in.previews[key] = l
	in.working.Go(func() {
		in.reading.Lock()
		defer in.reading.Unlock()
		preview, err := in.work.Preview(in.life, u.path, how)
		in.mu.Lock()
		l.preview, l.err, l.at = preview, err, in.now()
		in.mu.Unlock()
		close(l.done)
	})
	return l
}

// unknow forgets what was found in a file, or in all: what is loaded changes what others would do.
func (in *Intake) unknow() {
	in.mu.Lock()
	defer in.mu.Unlock()
	for key, l := range in.previews {
		if !l.at.IsZero() {
			delete(in.previews, key)
		}
	}
}
