package queries

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"time"

	"jianfu/internal/money"
	"jianfu/internal/store"
)

// LoadTotal is what lines of a load add up to, of one insurance and month.
type LoadTotal struct {
	Unchanged      bool      `ch:"unchanged" json:"unchanged"` // the lines say what was there already; else they were accepted
	Insurance      string    `ch:"insurance" json:"insurance"`
	Period         uint32    `ch:"period" json:"period"`
	Records        uint64    `ch:"records" json:"records"`
	Headcount      uint64    `ch:"headcount" json:"headcount"`
	Wage           money.Fen `ch:"wage" json:"wage"`
	Base           money.Fen `ch:"base" json:"base"`
	EmployerAmount money.Fen `ch:"employer_amount" json:"employer_amount"`
	EmployeeAmount money.Fen `ch:"employee_amount" json:"employee_amount"`
	ReceivedAmount money.Fen `ch:"received_amount" json:"received_amount"`
}

// Add adds other lines.
func (t *LoadTotal) Add(other LoadTotal) {
	t.Records += other.Records
	t.Headcount += other.Headcount
	t.Wage += other.Wage
	t.Base += other.Base
	t.EmployerAmount += other.EmployerAmount
	t.EmployeeAmount += other.EmployeeAmount
	t.ReceivedAmount += other.ReceivedAmount
}

// Less takes lines out that were added.
func (t *LoadTotal) Less(other LoadTotal) {
	t.Records -= other.Records
	t.Headcount -= other.Headcount
	t.Wage -= other.Wage
	t.Base -= other.Base
	t.EmployerAmount -= other.EmployerAmount
	t.EmployeeAmount -= other.EmployeeAmount
	t.ReceivedAmount -= other.ReceivedAmount
}

// InsertLoadTotals keeps the totals of a load that is not visible yet.
func (q *Queries) InsertLoadTotals(ctx context.Context, load uint32, totals []LoadTotal) error {
	type row struct {
		LoadID uint32 `ch:"load_id"`
		LoadTotal
	}
	rows := make([]row, len(totals))
	for i, t := range totals {
		rows[i] = row{load, t}
	}
	return store.Insert(ctx, q.db, `INSERT INTO load_totals (load_id, unchanged, insurance, period, records, headcount, wage, base, employer_amount,
		employee_amount, received_amount)`, rows)
}

//go:embed load/totals.sql
var loadTotalsSQL string

// LoadTotals lists the totals of a load; none where an older program loaded it, or it holds no records. They are of the whole
// store, so that their caller asks for nobody who sees only a part.
func (q *Queries) LoadTotals(ctx context.Context, load uint32) ([]LoadTotal, error) {
	return store.Select[LoadTotal](ctx, q.db, loadTotalsSQL, store.Params{"load": load})
}

//go:embed load/settled_totals.sql
var settledTotalsSQL string

// SettledTotal is what lines add up to that settling a load took out of the count.
type SettledTotal struct {
	Cause string `ch:"cause"` // unchanged, repeated
	LoadTotal
}

// SettledTotals adds up the lines of a load that settling it took out of the count.
func (q *Queries) SettledTotals(ctx context.Context, load uint32) ([]SettledTotal, error) {
	return store.Select[SettledTotal](ctx, q.db, settledTotalsSQL, store.Params{"load": load})
}

// DeclaredTotal is a figure that the source of a load gives, beside what was found.
type DeclaredTotal struct {
	Line      uint32    `ch:"line" json:"line"`           // of the control file
	Measure   string    `ch:"measure" json:"measure"`     // records, or one of the columns of contributions, or payable
	Insurance string    `ch:"insurance" json:"insurance"` // "" of all
	Period    uint32    `ch:"period" json:"period"`       // 0 of all
	Declared  money.Fen `ch:"declared" json:"declared"`   // of records and persons: their number, as yuan
	Found     money.Fen `ch:"found" json:"found"`
}

// counted are the measures that are no amounts.
var counted = []string{"records", "headcount"}

// Counts tells whether the figures are numbers of lines or persons.
func (d DeclaredTotal) Counts() bool { return slices.Contains(counted, d.Measure) }

// Figure writes one of the figures: an amount to the fen, a number of lines or persons as a whole one.
func (d DeclaredTotal) Figure(f money.Fen) string {
	if d.Counts() {
		return strconv.FormatInt(int64(f/100), 10)
	}
	return f.String()
}

// Equal tells whether the source and the file agree.
func (d DeclaredTotal) Equal() bool { return d.Declared == d.Found }

// InsertDeclaredTotals keeps what the source of a load says, in place of what it said before.
func (q *Queries) InsertDeclaredTotals(ctx context.Context, load uint32, at time.Time, declared []DeclaredTotal) error {
	type row struct {
		LoadID uint32    `ch:"load_id"`
		At     time.Time `ch:"at"`
		DeclaredTotal
	}
	rows := make([]row, len(declared))
	for i, d := range declared {
		rows[i] = row{load, at, d}
	}
	return store.Insert(ctx, q.db, "INSERT INTO declared_totals (load_id, at, line, measure, insurance, period, declared, found)", rows)
}

//go:embed load/declared.sql
var declaredTotalsSQL string

// DeclaredTotals lists what the source of a load says; none where nobody gave it. They are of the whole store, so that their
// caller asks for nobody who sees only a part.
func (q *Queries) DeclaredTotals(ctx context.Context, load uint32) ([]DeclaredTotal, error) {
	return store.Select[DeclaredTotal](ctx, q.db, declaredTotalsSQL, store.Params{"load": load})
}

//go:embed load/month_rates.sql
var monthRatesSQL string

// RateTotal is what the records of an insurance and month add up to that were charged at one pair of rates.
type RateTotal struct {
	EmployerRate money.Rate `ch:"employer_rate" json:"employer_rate"`
	EmployeeRate money.Rate `ch:"employee_rate" json:"employee_rate"`
	LoadTotal
}

// MonthRates adds up the records of months that count, by their rates. They are of the whole store, so that their caller asks for
// nobody who sees only a part.
func (q *Queries) MonthRates(ctx context.Context, loads, periods []uint32) ([]RateTotal, error) {
	return store.Select[RateTotal](ctx, q.db, monthRatesSQL, store.Params{"loads": loads, "periods": periods})
}
