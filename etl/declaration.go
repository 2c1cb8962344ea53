package etl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"jianfu/etl/reader"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/declaration"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// DeclarationOptions say how a declaration is checked.
type DeclarationOptions struct {
	Open       func(reader.Options) (*reader.File, error) // called twice: which units there are is known only after reading
	Scope      filter.Scope                               // a unit outside of it is as one that is not registered
	Pack       *policy.Pack
	Comparison string                         // "" for the pack's default
	Units      map[string][]contribution.Unit // registrations by unit; nil to take those of the store
	Most       uint64                         // lines that a file may have; 0 for any number
	Now        time.Time                      // in Beijing: months after this one are still to come; zero: none is
}

// CheckDeclaration checks a file of contributions against a policy before it is sent. Nothing is stored. With registrations
// of its own the store is not asked, and may be nil.
func CheckDeclaration(ctx context.Context, q *queries.Queries, o DeclarationOptions) (declaration.Result, error) {
	var none declaration.Result
	c := declared{q: q, o: o, in: declaration.Input{Pack: o.Pack, Registrations: o.Units}}
	var err error
	c.in.Comparison, err = o.Pack.Comparison(o.Comparison)
	if err != nil {
		return none, err
	}
	if o.Units == nil {
		if err := c.prepare(ctx); err != nil {
			return none, err
		}
	}
	if err := c.read(ctx); err != nil {
		return none, err
	}
	if o.Units == nil {
		if err := c.readStored(ctx); err != nil {
			return none, err
		}
	}
	return declaration.Check(ctx, &c.in)
}

// declared is a declaration on its way through the check.
type declared struct {
	q       *queries.Queries
	o       DeclarationOptions
	in      declaration.Input
	options reader.Options
	lines   uint64   // read so far
	loads   []uint32 // visible ones
	records []uint32 // those of them that hold records
}

// prepare takes from the store what its records were read with, and the registrations of the file's units.
func (c *declared) prepare(ctx context.Context) error {
	visible, err := c.q.Visible(ctx)
	if err != nil {
		return fmt.Errorf("list the loads: %w", err)
	}
	records := withRecords(visible.Loads)
	c.loads, c.records = queries.LoadIDs(visible.Loads), append(queries.LoadIDs(records), visible.WithdrawalIDs()...)
	if c.options.PersonKey, err = knownPersonKey(c.q, len(records) > 0); err != nil {
		return err
	}
	named, err := c.unitsNamed(ctx)
	if err != nil {
		return err
	}
	c.in.Registrations = map[string][]contribution.Unit{}
	for few := range slices.Chunk(named, askedUnits) {
		versions, err := c.q.UnitVersions(ctx, filter.Everything(), c.loads, few)
		if err != nil {
			return fmt.Errorf("read the units of the declaration: %w", err)
		}
		for _, v := range versions {
			c.in.Registrations[v.ID] = append(c.in.Registrations[v.ID], v)
		}
	}
	return nil
}

// knownPersonKey is the key with which the store's persons were hashed. A store without records needs none.
func knownPersonKey(q *queries.Queries, needed bool) (key [16]byte, err error) {
	path := filepath.Join(q.Store().Data(), KeyName)
	data, err := os.ReadFile(path) //nolint:gosec // in the data directory
	switch {
	case errors.Is(err, fs.ErrNotExist) && !needed:
		return key, nil
	case errors.Is(err, fs.ErrNotExist):
		return key, problem.New("person_key_missing", "file", path)
	case err != nil:
		return key, problem.Wrap(err, "person_key_unreadable", "file", path)
	case len(data) != len(key):
		return key, problem.New("person_key_damaged", "file", path)
	}
	copy(key[:], data)
	return key, nil
}

// open opens the file and sees that it holds contributions.
func (c *declared) open() (*reader.File, error) {
	file, err := c.o.Open(c.options)
	if err != nil {
		return nil, err
	}
	if file.Kind != reader.KindContributions {
		file.Close()
		return nil, problem.New("declaration_kind", "kind", problem.Word("etl.kind."+file.Kind.String()))
	}
	return file, nil
}

// unitsNamed lists the units that the file names.
func (c *declared) unitsNamed(ctx context.Context) ([]string, error) {
	file, err := c.open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var mutex sync.Mutex
	named := map[string]bool{}
	_, err = file.Contributions(ctx, func(id []byte) bool {
		mutex.Lock()
		defer mutex.Unlock()
		named[string(id)] = true
		return true
	}, func(b *contribution.Block) error { return c.within(b.Len()) }, func(reader.Reject) error { return c.within(1) })
	return slices.Sorted(maps.Keys(named)), err
}

// within counts lines, and ends the reading of a file with too many: a small file may unfold to a large one.
func (c *declared) within(lines int) error {
	if c.lines += uint64(lines); c.o.Most > 0 && c.lines > c.o.Most { //nolint:gosec // a count
		return problem.New("declaration_too_long", "most", c.o.Most)
	}
	return nil
}

// visible tells whether the reader may see a unit as it is registered in a month.
func (c *declared) visible(id string, m period.Period) bool {
	unit, ok := burden.VersionFor(c.in.Registrations[id], m)
	return ok && c.o.Scope.Allows(unit.RegionCode)
}

// read reads the lines. Of lines with the same key the first stands, as in a load; a line whose unit the reader may not see in
// its month is refused as one of a unit that is not registered.
func (c *declared) read(ctx context.Context) error {
	file, err := c.open()
	if err != nil {
		return err
	}
	defer file.Close()
	reject := func(r reader.Reject) error {
		details := map[string]string{}
		for i := 0; i+1 < len(r.Values); i += 2 {
			details[fmt.Sprint(r.Values[i])] = fmt.Sprint(r.Values[i+1])
		}
		c.in.Rejects = append(c.in.Rejects, declaration.RejectedLine{Line: r.Line, Column: r.Column, Value: r.Value, Code: r.Code, Details: details})
		return nil
	}
	first := map[string]contribution.Record{}
	registered := func(id []byte) bool { return len(c.in.Registrations[string(id)]) > 0 }
	counts, err := file.Contributions(ctx, registered, func(b *contribution.Block) error {
		for i := range b.Line {
			record := recordAt(b, i)
			before, repeated := first[record.ID]
			switch {
			case repeated && before == record:
				c.in.Unchanged++
			case repeated:
				_ = reject(reader.Reject{Line: uint64(b.Line[i]), Column: file.ColumnName("record_id"), Value: record.ID, Code: "record_repeated"})
			case !c.visible(record.UnitID, record.Period):
				_ = reject(reader.Reject{Line: uint64(b.Line[i]), Column: file.ColumnName("unit_id"), Value: record.UnitID, Code: "unit_not_registered"})
			default:
				first[record.ID] = record
				c.in.Lines = append(c.in.Lines, declaration.Declared{Line: uint64(b.Line[i]), Record: record})
			}
		}
		return nil
	}, reject)
	if c.in.Read = counts.Read; err == nil && counts.Read == 0 {
		return problem.New("declaration_empty")
	}
	c.in.Notes = c.notes(file, counts)
	return err
}

// notes are what a load would tell of the file.
func (c *declared) notes(file *reader.File, counts reader.Counts) (notes []declaration.Note) {
	file.NoteLayout(&counts.Notes)
	for n, lines := range counts.Notes {
		if lines > 0 {
			notes = append(notes, declaration.Note{Code: reader.Note(n).String(), Lines: lines})
		}
	}
	ahead, now := uint64(0), period.Of(c.o.Now.Year(), int(c.o.Now.Month()))
	for _, l := range c.in.Lines {
		if l.Period > now && !c.o.Now.IsZero() {
			ahead++
		}
	}
	if ahead > 0 {
		notes = append(notes, declaration.Note{Code: declaration.MonthsAhead, Lines: ahead})
	}
	return notes
}

// recordAt is a record of a block.
func recordAt(b *contribution.Block, i int) contribution.Record {
	return contribution.Record{
		ID: b.RecordID[i], UnitID: string(b.UnitID[i][:]), Period: period.Period(b.Period[i]),
		Insurance: contribution.Insurance(b.Insurance[i]), EntryType: contribution.EntryType(b.EntryType[i]), //nolint:gosec // Enum8 from 1
		Person: b.Person[i], Headcount: b.Headcount[i], Wage: money.Fen(b.Wage[i]), Base: money.Fen(b.Base[i]),
		EmployerRate: money.Rate(b.EmployerRate[i]), EmployerAmount: money.Fen(b.EmployerAmount[i]),
		EmployeeRate: money.Rate(b.EmployeeRate[i]), EmployeeAmount: money.Fen(b.EmployeeAmount[i]),
		ReceivedOn: b.ReceivedOn[i], ReceivedAmount: money.Fen(b.ReceivedAmount[i]), Channel: contribution.Channel(b.Channel[i]), //nolint:gosec // Enum8 from 0
	}
}

// readStored reads what the store has of the units in the declared months and in those before, but for what the declaration
// replaces and for months in which the reader may not see the unit.
func (c *declared) readStored(ctx context.Context) error {
	units, months, replaced := map[string]bool{}, map[uint32]bool{}, map[string]bool{}
	for _, l := range c.in.Lines {
		units[l.UnitID], replaced[l.ID] = true, true
		months[uint32(l.Period)], months[uint32(l.Period.Add(-1))] = true, true
	}
	c.in.Stored = map[string][]contribution.Record{}
	if len(units) == 0 || len(c.records) == 0 {
		return nil
	}
	for few := range slices.Chunk(slices.Sorted(maps.Keys(units)), askedUnits) {
		records, err := c.q.SampleRecords(ctx, c.records, few, slices.Sorted(maps.Keys(months)))
		if err != nil {
			return fmt.Errorf("read what the units declared before: %w", err)
		}
		for _, r := range records {
			if !replaced[r.ID] && c.visible(r.UnitID, r.Period) {
				c.in.Stored[r.UnitID] = append(c.in.Stored[r.UnitID], r)
			}
		}
	}
	return nil
}

// askedUnits is of how many units is asked at once: their ids travel in the address of a statement.
const askedUnits = 1_000

// RegistrationsIn reads a file of registrations, by unit; its rejects stop it, for a check by half of them would mislead.
func RegistrationsIn(ctx context.Context, path string) (map[string][]contribution.Unit, error) {
	file, err := reader.Open(path, reader.Options{})
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if file.Kind != reader.KindUnits {
		return nil, problem.New("declaration_units_kind", "kind", file.Kind)
	}
	units := map[string][]contribution.Unit{}
	_, err = file.Units(ctx, func(u contribution.Unit, _ uint64) error {
		units[u.ID] = append(units[u.ID], u)
		return nil
	}, func(r reader.Reject) error {
		return problem.New("declaration_units_line", "file", filepath.Base(path), "line", r.Line, "column", r.Column)
	})
	return units, err
}
