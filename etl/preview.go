package etl

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/etl/reader"
	"jianfu/internal/contribution"
	"jianfu/internal/intake"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

const (
	firstLines     = 5
	previewRejects = 10
)

// Preview reads files as a load would, and stores nothing. Keys and contents are not held against earlier files, which a load does before
// anything is visible.
func (l *Loader) Preview(ctx context.Context, paths []string) ([]intake.Preview, error) {
	files, err := l.look(paths)
	if err != nil {
		return nil, err
	}
	visible, err := l.Queries.Visible(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the loads: %w", err)
	}
	known, err := l.knownUnits(ctx, queries.LoadIDs(visible.Loads))
	if err != nil {
		return nil, err
	}
	previews := []intake.Preview{}
	for _, f := range files {
		p, err := l.preview(ctx, f.path, visible, known)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", filepath.Base(f.path), err)
		}
		previews = append(previews, p)
	}
	return previews, nil
}

// preview reads one file. Units that it registers are known to the files behind it.
func (l *Loader) preview(ctx context.Context, path string, visible queries.Visible, known map[[18]byte]struct{}) (intake.Preview, error) {
	file, err := reader.Open(path, reader.Options{Encoding: l.Encoding, Columns: l.Columns})
	if err != nil {
		return intake.Preview{}, err
	}
	defer file.Close()
	file.Today = l.Now()
	p := preview{Preview: intake.Preview{
		File: filepath.Base(path), Kind: file.Kind.String(), Format: file.Format, Sheet: file.Sheet, Encoding: file.Encoding, Compression: file.Compression,
		Found: foundIn(file), Columns: understood(file), Unknown: append([]string{}, file.UnknownColumns...), First: []intake.FirstLine{}, Reasons: map[string]uint64{},
		Notes: []queries.LoadNote{}, Rates: []queries.RateTotal{}, Before: []queries.RateTotal{}, AskedCodes: []string{},
	}}
	doubting := &load{loader: l, file: file, records: withRecords(visible.Loads), row: queries.Load{File: p.File}}
	var counts reader.Counts
	switch file.Kind {
	case reader.KindUnits:
		counts, err = p.units(ctx, file, doubting, known)
	case reader.KindIssues:
		counts, err = p.issues(ctx, file, workday.DateOf(l.Now()).String())
	default:
		if len(known) == 0 {
			return p.Preview, problem.New("load_no_units", "file", p.File)
		}
		counts, err = p.records(ctx, file, known)
		if err == nil {
			p.ask(doubting.doubtMonths(counts))
			err = p.compare(ctx, l.Queries, visible, counts)
		}
	}
	if err != nil {
		return p.Preview, err
	}
	p.Read, p.Rejected = counts.Read, p.Rejected+counts.Rejected
	p.Acceptable = p.Read - p.Rejected
	file.NoteLayout(&counts.Notes)
	for n, lines := range counts.Notes {
		if lines > 0 {
			p.Notes = append(p.Notes, queries.LoadNote{Code: reader.Note(n).String(), Lines: lines})
		}
	}
	return p.Preview, nil
}

// preview is one that is being made.
type preview struct{ intake.Preview }

// understood are the columns of a file that are taken in.
func understood(file *reader.File) []intake.Column {
	columns := []intake.Column{}
	for _, c := range file.Understood() {
		columns = append(columns, intake.Column(c))
	}
	return columns
}

// ask notes what the load would stop at.
func (p *preview) ask(err error) {
	if err != nil {
		p.Asked, p.AskedCodes = append(p.Asked, err), append(p.AskedCodes, strings.TrimPrefix(problem.Code(err), "load_"))
	}
}

func (p *preview) reject(r reader.Reject) error {
	p.Reasons[r.Code]++
	if len(p.Rejects) < previewRejects {
		p.Rejects = append(p.Rejects, keptReject(0, r))
	}
	return nil
}

// first keeps a line, if it is among the first, with those of its values that the file has.
func (p *preview) first(line uint64, values func() map[string]string) {
	if len(p.First) >= firstLines {
		return
	}
	has := map[string]bool{}
	for _, c := range p.Columns {
		has[c.Column] = true
	}
	kept := values()
	maps.DeleteFunc(kept, func(column, _ string) bool { return !has[column] })
	p.First = append(p.First, intake.FirstLine{Line: line, Values: kept})
}

func (p *preview) units(ctx context.Context, file *reader.File, doubting *load, known map[[18]byte]struct{}) (reader.Counts, error) {
	var ahead uint64
	var latest period.Period
	counts, err := file.Units(ctx, func(u contribution.Unit, line uint64) error {
		known[[18]byte([]byte(u.ID))] = struct{}{}
		if u.ValidFrom > doubting.month().Add(farMonths) {
			ahead, latest = ahead+1, max(latest, u.ValidFrom)
		}
		p.first(line, func() map[string]string {
			values := map[string]string{"unit_id": u.ID, "name": u.Name, "region_code": u.RegionCode, "industry_code": u.IndustryCode, "registration_type": u.RegistrationType,
				"unit_kind": u.Kind.String(), "size": u.Size.String(), "risk_class": strconv.Itoa(int(u.RiskClass)), "float_factor": u.FloatFactor.String(),
				"elections": strings.Join(u.Elections, ";")}
			if u.ValidFrom != 0 {
				values["valid_from"] = u.ValidFrom.String()
			}
			return values
		})
		return nil
	}, p.reject)
	if err == nil && ahead > 0 {
		p.ask(doubting.doubtAhead(latest, ahead))
	}
	return counts, err
}

func (p *preview) issues(ctx context.Context, file *reader.File, today string) (reader.Counts, error) {
	return file.Issues(ctx, func(i reader.Issue, line uint64) error {
		if i.RaisedOn > today {
			p.Rejected++
			return p.reject(reader.Reject{Line: line, Column: file.ColumnName("raised_on"), Value: i.RaisedOn, Code: "issue_raised_later"})
		}
		p.first(line, func() map[string]string {
			return map[string]string{"source": string(i.Source), "title": i.Title, "unit_id": i.Unit, "region_code": i.Region, "nature": string(i.Nature),
				"category": string(i.Category), "severity": string(i.Severity), "raised_on": i.RaisedOn, "text": i.Text}
		})
		return nil
	}, p.reject)
}

// rateKey is what records of a file are added up by.
type rateKey struct {
	period             uint32
	insurance          int8
	employer, employee int32
}

func (p *preview) records(ctx context.Context, file *reader.File, known map[[18]byte]struct{}) (reader.Counts, error) {
	sums := map[rateKey]*queries.RateTotal{}
	counts, err := file.Contributions(ctx, func(id []byte) bool {
		_, ok := known[[18]byte(id)]
		return ok
	}, func(b *contribution.Block) error {
		for i := range b.Line {
			p.first(uint64(b.Line[i]), func() map[string]string { return recordValues(b, i) })
			key := rateKey{b.Period[i], b.Insurance[i], b.EmployerRate[i], b.EmployeeRate[i]}
			if sums[key] == nil {
				sums[key] = &queries.RateTotal{EmployerRate: money.Rate(key.employer), EmployeeRate: money.Rate(key.employee),
					LoadTotal: queries.LoadTotal{Insurance: contribution.Insurance(key.insurance).String(), Period: key.period}} //nolint:gosec // one of five
			}
			sums[key].Add(queries.LoadTotal{Records: 1, Headcount: uint64(b.Headcount[i]), Wage: money.Fen(b.Wage[i]), Base: money.Fen(b.Base[i]),
				EmployerAmount: money.Fen(b.EmployerAmount[i]), EmployeeAmount: money.Fen(b.EmployeeAmount[i]), ReceivedAmount: money.Fen(b.ReceivedAmount[i])})
		}
		return nil
	}, p.reject)
	for _, key := range slices.SortedFunc(maps.Keys(sums), func(a, b rateKey) int {
		return cmp.Or(cmp.Compare(a.insurance, b.insurance), cmp.Compare(a.period, b.period), cmp.Compare(a.employer, b.employer), cmp.Compare(a.employee, b.employee))
	}) {
		p.Rates = append(p.Rates, *sums[key])
	}
	return counts, err
}

// recordValues is a record in words. Whose it is nobody sees.
func recordValues(b *contribution.Block, i int) map[string]string {
	values := map[string]string{
		"record_id": b.RecordID[i], "unit_id": string(b.UnitID[i][:]), "period": period.Period(b.Period[i]).String(), "insurance": contribution.Insurance(b.Insurance[i]).String(), //nolint:gosec // small enums
		"entry_type": contribution.EntryType(b.EntryType[i]).String(), "headcount": strconv.FormatUint(uint64(b.Headcount[i]), 10), //nolint:gosec // small enums
		"wage": money.Fen(b.Wage[i]).String(), "base": money.Fen(b.Base[i]).String(), "employer_rate": money.Rate(b.EmployerRate[i]).String(),
		"employer_amount": money.Fen(b.EmployerAmount[i]).String(), "employee_rate": money.Rate(b.EmployeeRate[i]).String(),
		"employee_amount": money.Fen(b.EmployeeAmount[i]).String(), "received_amount": money.Fen(b.ReceivedAmount[i]).String(),
		"channel": contribution.Channel(b.Channel[i]).String(), //nolint:gosec // small enums
	}
	if b.Person[i] != 0 {
		values["person_id"] = "***"
	}
	if b.ReceivedOn[i] != 0 {
		values["received_on"] = time.Unix(int64(b.ReceivedOn[i])*86400, 0).UTC().Format(time.DateOnly)
	}
	return values
}

// compare reads what the store has of the months before those of the file.
func (p *preview) compare(ctx context.Context, q *queries.Queries, visible queries.Visible, counts reader.Counts) error {
	months := map[uint32]bool{}
	for _, m := range counts.Periods {
		months[uint32(m.Period)] = true
	}
	var before []uint32
	for _, m := range counts.Periods {
		if month := uint32(m.Period.Add(-1)); !months[month] {
			before = append(before, month)
		}
	}
	p.SameMonths = slices.ContainsFunc(withRecords(visible.Loads), func(l queries.Load) bool {
		return slices.ContainsFunc(l.Periods, func(m uint32) bool { return months[m] })
	})
	rates, err := q.MonthRates(ctx, visible.IDs(), before)
	if err != nil {
		return fmt.Errorf("add up the months before: %w", err)
	}
	p.Before = append(p.Before, rates...)
	return nil
}
