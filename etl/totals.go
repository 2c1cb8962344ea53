package etl

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"jianfu/etl/reader"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// totals are what lines of a file add up to, by month and insurance. Neighbouring lines mostly share the month.
type totals struct {
	of   map[uint32]*sums
	last *sums
	at   uint32 // month of last
}

// sums are those of a month, by insurance.
type sums [contribution.Maternity + 1]queries.LoadTotal

func newTotals() *totals { return &totals{of: map[uint32]*sums{}} }

// add counts the lines of a block.
func (t *totals) add(b *contribution.Block) {
	for i, month := range b.Period {
		if t.last == nil || month != t.at {
			if t.of[month] == nil {
				t.of[month] = new(sums)
			}
			t.last, t.at = t.of[month], month
		}
		sum := &t.last[b.Insurance[i]]
		sum.Records++
		sum.Headcount += uint64(b.Headcount[i])
		sum.Wage += money.Fen(b.Wage[i])
		sum.Base += money.Fen(b.Base[i])
		sum.EmployerAmount += money.Fen(b.EmployerAmount[i])
		sum.EmployeeAmount += money.Fen(b.EmployeeAmount[i])
		sum.ReceivedAmount += money.Fen(b.ReceivedAmount[i])
	}
}

// list are the totals in order.
func (t *totals) list() []queries.LoadTotal {
	list := []queries.LoadTotal{}
	for month, sums := range t.of {
		for insurance, sum := range sums {
			if sum.Records > 0 {
				sum.Period, sum.Insurance = month, contribution.Insurance(insurance).String() //nolint:gosec // one of five
				list = append(list, sum)
			}
		}
	}
	sortTotals(list)
	return list
}

// sortTotals orders totals as the store lists them.
func sortTotals(list []queries.LoadTotal) {
	place := map[string]int{}
	for i, insurance := range contribution.Insurances {
		place[insurance.String()] = i
	}
	slices.SortFunc(list, func(a, b queries.LoadTotal) int {
		byPart := 0
		if a.Unchanged != b.Unchanged {
			if byPart = -1; a.Unchanged {
				byPart = 1
			}
		}
		return cmp.Or(place[a.Insurance]-place[b.Insurance], cmp.Compare(a.Period, b.Period), byPart)
	})
}

// keepTotals works out what the accepted and the unchanged lines of a settled load add up to, and keeps it. What was settled is added
// up where it is stored, what was read as it was read: that both fit is seen here.
func (l *load) keepTotals(ctx context.Context, read *totals) error {
	list := read.list()
	var lines uint64
	for _, t := range list {
		lines += t.Records
	}
	if l.row.Accepted < lines {
		settled, err := l.loader.Queries.SettledTotals(ctx, l.row.ID)
		if err != nil {
			return fmt.Errorf("add up the lines that do not count: %w", err)
		}
		for _, s := range settled {
			i := slices.IndexFunc(list, func(t queries.LoadTotal) bool {
				return !t.Unchanged && t.Insurance == s.Insurance && t.Period == s.Period
			})
			if i < 0 || list[i].Records < s.Records {
				return fmt.Errorf("%d lines of %s in %d do not count, which is more than were read", s.Records, s.Insurance, s.Period)
			}
			list[i].Less(s.LoadTotal)
			if s.Cause == "unchanged" {
				s.Unchanged = true
				list = append(list, s.LoadTotal)
			}
		}
		list = slices.DeleteFunc(list, func(t queries.LoadTotal) bool { return t.Records == 0 })
		sortTotals(list)
	}
	var accepted uint64
	l.row.Payable, l.row.Received = 0, 0
	for _, t := range list {
		if t.Unchanged {
			continue
		}
		accepted += t.Records
		l.row.Payable += t.EmployerAmount + t.EmployeeAmount
		l.row.Received += t.ReceivedAmount
	}
	if accepted != l.row.Accepted {
		return fmt.Errorf("the totals are of %d lines, and %d were accepted", accepted, l.row.Accepted)
	}
	l.totals = list
	if err := l.loader.Queries.InsertLoadTotals(ctx, l.row.ID, list); err != nil {
		return fmt.Errorf("keep the totals: %w", err)
	}
	return nil
}

// controlled are the figures of a control file, by the file that they are of.
type controlled map[string][]reader.Declared

// readControl reads the control file of the files that are about to be loaded, and finds out of which file each of its lines is.
func (l *Loader) readControl(ctx context.Context, files []opened) (controlled, error) {
	if l.Control == "" {
		return nil, nil
	}
	lines, err := reader.Control(ctx, l.Control, reader.Options{Encoding: l.Encoding})
	if err != nil {
		return nil, err
	}
	kinds := map[string]reader.Kind{}
	var names, records []string
	for _, f := range files {
		name := filepath.Base(f.path)
		names = append(names, name)
		kinds[name] = f.kind
		if f.kind == reader.KindContributions {
			records = append(records, name)
		}
	}
	control := filepath.Base(l.Control)
	of := controlled{}
	for _, line := range lines {
		name := line.File
		switch {
		case name == "" && len(records) == 1:
			name = records[0]
		case name == "" && len(names) == 1:
			name = names[0]
		case name == "":
			return nil, problem.New("load_control_which", "control", control, "line", line.Line)
		case kinds[name] == 0:
			return nil, problem.New("load_control_file", "control", control, "line", line.Line, "file", name, "files", strings.Join(names, ", "))
		}
		for measure := range line.Figures {
			if kinds[name] != reader.KindContributions && (measure != reader.MeasureRecords || line.Insurance != 0 || line.Period != 0) {
				return nil, problem.New("load_control_kind", "control", control, "line", line.Line, "file", name)
			}
		}
		of[name] = append(of[name], line)
	}
	return of, nil
}

// agreement holds the figures of the source against the lines of a load that are in the store because of it or were there already.
func agreement(lines []reader.Declared, row queries.Load, totals []queries.LoadTotal) []queries.DeclaredTotal {
	compared := []queries.DeclaredTotal{}
	for _, line := range lines {
		var found queries.LoadTotal
		for _, t := range totals {
			if (line.Insurance == 0 || line.Insurance.String() == t.Insurance) && (line.Period == 0 || uint32(line.Period) == t.Period) {
				found.Add(t)
			}
		}
		if row.Kind != reader.KindContributions.String() {
			found.Records = row.Accepted + row.Unchanged
		}
		for _, measure := range reader.Measures {
			figure, given := line.Figures[measure]
			if !given {
				continue
			}
			d := queries.DeclaredTotal{Line: uint32(line.Line), Measure: measure, Period: uint32(line.Period), Declared: figure, Found: figureOf(found, measure)} //nolint:gosec // lines of a file
			if line.Insurance != 0 {
				d.Insurance = line.Insurance.String()
			}
			compared = append(compared, d)
		}
	}
	return compared
}

func figureOf(t queries.LoadTotal, measure string) money.Fen {
	switch measure {
	case reader.MeasureRecords:
		return money.Fen(t.Records) * 100 //nolint:gosec // lines of a file
	case "headcount":
		return money.Fen(t.Headcount) * 100 //nolint:gosec // persons
	case "wage":
		return t.Wage
	case "base":
		return t.Base
	case "employer_amount":
		return t.EmployerAmount
	case "employee_amount":
		return t.EmployeeAmount
	case "received_amount":
		return t.ReceivedAmount
	}
	return t.EmployerAmount + t.EmployeeAmount // payable
}

// keepDeclared compares what the source says of a load, and keeps it.
func (l *Loader) keepDeclared(ctx context.Context, lines []reader.Declared, row queries.Load, totals []queries.LoadTotal) ([]queries.DeclaredTotal, error) {
	if len(lines) == 0 {
		return []queries.DeclaredTotal{}, nil
	}
	compared := agreement(lines, row, totals)
	if err := l.Queries.InsertDeclaredTotals(ctx, row.ID, l.Now(), compared); err != nil {
		return nil, fmt.Errorf("keep what the source declares: %w", err)
	}
	return compared, nil
}
