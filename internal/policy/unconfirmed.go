package policy

import (
	"errors"
	"io/fs"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// The files beside a pack that hold what nobody has confirmed yet. No run reads them, and they are no part of the pack's
// hash: they tell which months are known to be missing, and why.
const (
	unconfirmedPrefix = "unconfirmed-"
	statusColumn      = "status"
)

// Unconfirmed is a row that is kept beside a pack until a bureau has verified it.
type Unconfirmed struct {
	Row
	File   string             // RatesFile or BasesFile: where it would be moved to
	Payer  contribution.Payer // 0 any
	Status string             // what is known of it, and what is missing
}

// ReadUnconfirmed reads what is kept beside the pack in its folder; a folder need not have any.
func (p *Pack) ReadUnconfirmed(fsys fs.FS) ([]Unconfirmed, error) {
	rows, found := p.readUnconfirmed(fsys)
	if found.failed() {
		return nil, firstFault(found.list)
	}
	return rows, nil
}

func (p *Pack) readUnconfirmed(fsys fs.FS) ([]Unconfirmed, *findings) {
	found := &findings{}
	var rows []Unconfirmed
	for _, table := range []struct {
		name    string
		columns []string
	}{{BasesFile, baseColumns}, {RatesFile, rateColumns}} {
		file := unconfirmedPrefix + table.name
		data, err := readFile(fsys, file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			found.fail(file, 0, "", "policy_file_unreadable", "cause", err)
			continue
		case len(data) > maxFileSize:
			found.fail(file, 0, "", "policy_file_too_large", "most", maxFileSize)
			continue
		}
		columns := append(table.columns[:len(table.columns):len(table.columns)], statusColumn)
		eachLine(file, data, columns, requiredColumns, found, func(l *line) {
			row := Unconfirmed{Row: l.common(p.measureIndex), File: table.name, Status: l.text(statusColumn)}
			if table.name == RatesFile {
				row.Payer = word(l, "payer", contribution.ParsePayer, contribution.Payers, contribution.Payer.String)
			}
			if !l.broken {
				rows = append(rows, row)
			}
		})
	}
	return rows, found
}

// declared tells whether rows that are kept beside the pack name each month of a gap: it is known then, and why.
func declared(rows []Unconfirmed, g *gap) bool {
	month := g.months.From
	for {
		open, next := false, period.Period(0)
		for i := range rows {
			r := &rows[i]
			if r.File != RatesFile || !strings.HasPrefix(g.area.prefix, r.prefix) || !any0(r.Insurance, g.ins) || !any0(r.Payer, g.payer) ||
				!r.Range().Contains(month) {
				continue
			}
			open = open || r.To == 0
			next = max(next, r.To)
		}
		switch {
		case open || next != 0 && g.months.To != 0 && next >= g.months.To:
			return true
		case next == 0:
			return false
		}
		month = next.Next()
	}
}
