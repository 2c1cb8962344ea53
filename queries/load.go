package queries

import (
	"context"
	_ "embed"
	"math"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/store"
)

// Load is one file that was loaded. Read = Accepted + Rejected + Unchanged, always.
type Load struct {
	ID             uint32    `ch:"load_id" json:"load"`
	Kind           string    `ch:"kind" json:"kind"` // units, contributions
	File           string    `ch:"file" json:"file"` // base name
	Hash           string    `ch:"hash" json:"hash"` // SHA-256 of the file's bytes, hexadecimal
	Encoding       string    `ch:"encoding" json:"encoding"`
	Compression    string    `ch:"compression" json:"compression"`
	Bytes          uint64    `ch:"bytes" json:"bytes"`
	StartedAt      time.Time `ch:"started_at" json:"started_at"`
	FinishedAt     time.Time `ch:"finished_at" json:"finished_at"`
	Read           uint64    `ch:"read" json:"read"` // lines
	Accepted       uint64    `ch:"accepted" json:"accepted"`
	Rejected       uint64    `ch:"rejected" json:"rejected"`
	Unchanged      uint64    `ch:"unchanged" json:"unchanged"` // lines that say what is there already
	Replaced       uint64    `ch:"replaced" json:"replaced"`   // rows of earlier loads that accepted lines took the place of
	Periods        []uint32  `ch:"periods" json:"periods"`     // months that the load touches, yyyymm; of units those from which, 0 all
	UnknownColumns []string  `ch:"unknown_columns" json:"unknown_columns"`
	Payable        money.Fen `ch:"payable" json:"payable"`   // control total of the accepted lines, both payers
	Received       money.Fen `ch:"received" json:"received"` // control total of the accepted lines
	FirstKey       string    `ch:"first_key" json:"-"`       // smallest and largest record_id of the rows, in the order of bytes
	LastKey        string    `ch:"last_key" json:"-"`        //
	Format         string    `ch:"format" json:"format"`     // CSV, XLSX, Parquet
	Sheet          string    `ch:"sheet" json:"sheet"`       // of a workbook
}

//go:embed load/loads.sql
var loadsSQL string

// Loads lists the visible loads, oldest first. It names no unit and no region, so that it takes no scope.
func (q *Queries) Loads(ctx context.Context) ([]Load, error) {
	return store.Select[Load](ctx, q.db, loadsSQL, store.Params{"withdrawn": false})
}

// LoadIDs are the ids of loads.
func LoadIDs(loads []Load) []uint32 {
	ids := make([]uint32, len(loads))
	for i, l := range loads {
		ids[i] = l.ID
	}
	return ids
}

// PublishLoads makes loads visible: all of their rows at once.
func (q *Queries) PublishLoads(ctx context.Context, loads []Load) error {
	return store.Insert(ctx, q.db, `INSERT INTO loads (load_id, kind, file, hash, encoding, compression, bytes, started_at,
		finished_at, read, accepted, rejected, unchanged, replaced, periods, unknown_columns, payable, received, first_key,
		last_key, format, sheet)`, loads)
}

type number struct {
	Number  uint32    `ch:"number"`
	LoadID  uint32    `ch:"load_id"`
	RunID   uint32    `ch:"run_id"`
	TakenAt time.Time `ch:"taken_at"`
}

//go:embed load/last_number.sql
var lastLoadNumberSQL string

// NextLoad takes a load id that no load has taken before, killed ones included. The caller holds the store's lock.
func (q *Queries) NextLoad(ctx context.Context, now time.Time) (uint32, error) {
	last, err := store.One[number](ctx, q.db, lastLoadNumberSQL, nil)
	if err != nil {
		return 0, err
	}
	next := number{LoadID: last.Number + 1, TakenAt: now}
	return next.LoadID, store.Insert(ctx, q.db, "INSERT INTO load_numbers (load_id, taken_at)", []number{next})
}

//go:embed load/known_units.sql
var knownUnitsSQL string

// KnownUnits lists the units that the loads register, as 18-character ids, in order. It is for checking files, not for
// readers.
func (q *Queries) KnownUnits(ctx context.Context, loads []uint32) ([]string, error) {
	type row struct {
		UnitID string `ch:"unit_id"`
	}
	var ids []string
	for r, err := range store.Each[row](ctx, q.db, knownUnitsSQL, store.Params{"loads": loads}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, r.UnitID)
	}
	return ids, nil
}

type unitRow struct {
	LoadID           uint32     `ch:"load_id"`
	Line             uint32     `ch:"line"`
	UnitID           string     `ch:"unit_id"`
	Name             string     `ch:"name"`
	RegionCode       string     `ch:"region_code"`
	IndustryCode     string     `ch:"industry_code"`
	RegistrationType string     `ch:"registration_type"`
	EconomicType     int8       `ch:"economic_type"`
	UnitKind         int8       `ch:"unit_kind"`
	Employees        int64      `ch:"employees"`
	Revenue          money.Fen  `ch:"revenue"`
	Assets           money.Fen  `ch:"assets"`
	Size             int8       `ch:"size"`
	SizeDeclared     bool       `ch:"size_declared"`
	RiskClass        uint8      `ch:"risk_class"`
	FloatFactor      money.Rate `ch:"float_factor"`
	Elections        []string   `ch:"elections"`
	ValidFrom        uint32     `ch:"valid_from"`
}

func (r unitRow) unit() contribution.Unit {
	return contribution.Unit{
		ID:               r.UnitID,
		Name:             r.Name,
		RegionCode:       r.RegionCode,
		IndustryCode:     r.IndustryCode,
		RegistrationType: r.RegistrationType,
		EconomicType:     contribution.EconomicType(r.EconomicType), //nolint:gosec // Enum8 from 1
		Kind:             contribution.UnitKind(r.UnitKind),         //nolint:gosec // Enum8 from 1
		Employees:        r.Employees,
		Revenue:          r.Revenue,
		Assets:           r.Assets,
		Size:             contribution.Size(r.Size), //nolint:gosec // Enum8 from 1
		SizeDeclared:     r.SizeDeclared,
		RiskClass:        r.RiskClass,
		FloatFactor:      r.FloatFactor,
		Elections:        r.Elections,
		ValidFrom:        period.Period(r.ValidFrom),
	}
}

//go:embed load/unit_versions.sql
var unitVersionsSQL string

// UnitVersions lists the registrations of the named units, or of all when none is named, by unit and valid_from.
func (q *Queries) UnitVersions(ctx context.Context, scope filter.Scope, loads []uint32, units []string) ([]contribution.Unit, error) {
	if units == nil {
		units = []string{}
	}
	p := store.Params{"loads": loads, "units": units, "scope": scope.Prefixes()}
	var versions []contribution.Unit
	for r, err := range store.Each[unitRow](ctx, q.db, unitVersionsSQL, p) {
		if err != nil {
			return nil, err
		}
		versions = append(versions, r.unit())
	}
	return versions, nil
}

// UnitLine is a unit and the line of the file that registers it.
type UnitLine struct {
	Line uint32
	contribution.Unit
}

// InsertUnits writes registrations of a load that is not visible yet.
func (q *Queries) InsertUnits(ctx context.Context, load uint32, units []UnitLine) error {
	n := len(units)
	line, loads := make([]uint32, n), make([]uint32, n)
	ids, regions := store.Fixed{Size: 18}, store.Fixed{Size: 6}
	name, industry, registration := make([]string, n), make([]string, n), make([]string, n)
	economic, kind, size := make([]int8, n), make([]int8, n), make([]int8, n)
	declared, risk := make([]uint8, n), make([]uint8, n)
	employees, revenue, assets := make([]int64, n), make([]int64, n), make([]int64, n)
	factor, validFrom := make([]int32, n), make([]uint32, n)
	elections := make([][]string, n)
	for i, u := range units {
		line[i], loads[i] = u.Line, load
		ids.Bytes = append(ids.Bytes, u.ID...)
		regions.Bytes = append(regions.Bytes, u.RegionCode...)
		name[i], industry[i], registration[i] = u.Name, u.IndustryCode, u.RegistrationType
		economic[i], kind[i], size[i] = int8(u.EconomicType), int8(u.Kind), int8(u.Size) //nolint:gosec // small enums
		if u.SizeDeclared {
			declared[i] = 1
		}
		risk[i], employees[i], revenue[i], assets[i] = u.RiskClass, u.Employees, int64(u.Revenue), int64(u.Assets)
		factor[i], validFrom[i], elections[i] = int32(u.FloatFactor), uint32(u.ValidFrom), u.Elections //nolint:gosec // checked on reading
	}
	stream := q.db.Stream(ctx, `INSERT INTO units (load_id, line, unit_id, name, region_code, industry_code, registration_type,
		economic_type, unit_kind, employees, revenue, assets, size, size_declared, risk_class, float_factor, elections, valid_from)`)
	err := stream.Write([]store.Column{
		{Name: "load_id", Type: "UInt32", Values: loads},
		{Name: "line", Type: "UInt32", Values: line},
		{Name: "unit_id", Type: "FixedString(18)", Values: ids},
		{Name: "name", Type: "String", Values: name},
		{Name: "region_code", Type: "FixedString(6)", Values: regions},
		{Name: "industry_code", Type: "String", Values: industry},
		{Name: "registration_type", Type: "String", Values: registration},
		{Name: "economic_type", Type: economicTypeEnum, Values: economic},
		{Name: "unit_kind", Type: unitKindEnum, Values: kind},
		{Name: "employees", Type: "Int64", Values: employees},
		{Name: "revenue", Type: "Decimal(18, 2)", Values: revenue},
		{Name: "assets", Type: "Decimal(18, 2)", Values: assets},
		{Name: "size", Type: sizeEnum, Values: size},
		{Name: "size_declared", Type: "Bool", Values: declared},
		{Name: "risk_class", Type: "UInt8", Values: risk},
		{Name: "float_factor", Type: "Decimal(9, 6)", Values: factor},
		{Name: "elections", Type: "Array(String)", Values: elections},
		{Name: "valid_from", Type: "UInt32", Values: validFrom},
	})
	return endStream(stream, err)
}

func endStream(s *store.Stream, err error) error {
	if err != nil {
		s.Abort(err)
		return err
	}
	return s.Close()
}

// The Enum8 types of the schema, as blocks on their way in must name them.
const (
	insuranceEnum    = "Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5)"
	entryTypeEnum    = "Enum8('normal' = 1, 'back_payment' = 2, 'refund' = 3)"
	channelEnum      = "Enum8('' = 0, 'client' = 1, 'etax' = 2, 'bank' = 3, 'app' = 4, 'terminal' = 5, 'entrusted' = 6, 'hall' = 7)"
	economicTypeEnum = "Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6)"
	unitKindEnum     = "Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4)"
	sizeEnum         = "Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5)"
)

// RecordStream takes the records of one load, block by block.
type RecordStream struct {
	stream *store.Stream
	load   uint32
	loads  []uint32
	ids    []byte
}

// InsertRecords starts to take the records of a load that is not visible yet.
func (q *Queries) InsertRecords(ctx context.Context, load uint32) *RecordStream {
	return &RecordStream{load: load, stream: q.db.Stream(ctx, `INSERT INTO contributions (load_id, line, record_id, unit_id,
		period, insurance, entry_type, person, headcount, wage, base, employer_rate, employer_amount, employee_rate,
		employee_amount, received_on, received_amount, channel)`)}
}

// Write takes one block.
func (s *RecordStream) Write(b *contribution.Block) error {
	for len(s.loads) < len(b.Line) {
		s.loads = append(s.loads, s.load)
	}
	s.ids = s.ids[:0]
	for i := range b.UnitID {
		s.ids = append(s.ids, b.UnitID[i][:]...)
	}
	return s.stream.Write([]store.Column{
		{Name: "load_id", Type: "UInt32", Values: s.loads[:len(b.Line)]},
		{Name: "line", Type: "UInt32", Values: b.Line},
		{Name: "record_id", Type: "String", Values: b.RecordID},
		{Name: "unit_id", Type: "FixedString(18)", Values: store.Fixed{Size: 18, Bytes: s.ids}},
		{Name: "period", Type: "UInt32", Values: b.Period},
		{Name: "insurance", Type: insuranceEnum, Values: b.Insurance},
		{Name: "entry_type", Type: entryTypeEnum, Values: b.EntryType},
		{Name: "person", Type: "UInt64", Values: b.Person},
		{Name: "headcount", Type: "UInt32", Values: b.Headcount},
		{Name: "wage", Type: "Decimal(18, 2)", Values: b.Wage},
		{Name: "base", Type: "Decimal(18, 2)", Values: b.Base},
		{Name: "employer_rate", Type: "Decimal(9, 6)", Values: b.EmployerRate},
		{Name: "employer_amount", Type: "Decimal(18, 2)", Values: b.EmployerAmount},
		{Name: "employee_rate", Type: "Decimal(9, 6)", Values: b.EmployeeRate},
		{Name: "employee_amount", Type: "Decimal(18, 2)", Values: b.EmployeeAmount},
		{Name: "received_on", Type: "Date", Values: b.ReceivedOn},
		{Name: "received_amount", Type: "Decimal(18, 2)", Values: b.ReceivedAmount},
		{Name: "channel", Type: channelEnum, Values: b.Channel},
	})
}

// Close waits until all blocks are stored.
func (s *RecordStream) Close() error { return s.stream.Close() }

// Abort gives up; the rows that came through stay invisible for ever.
func (s *RecordStream) Abort(cause error) { s.stream.Abort(cause) }

//go:embed load/repeats.sql
var repeatsSQL string

// MarkRepeats notes in which groups, of the units and months that a load touches, a person may have more than one normal
// record.
func (q *Queries) MarkRepeats(ctx context.Context, load uint32, periods []uint32) error {
	return q.db.Exec(ctx, repeatsSQL, store.Params{"load": load, "periods": periods})
}

//go:embed load/settle.sql
var settleSQL string

//go:embed load/settled.sql
var settledSQL string

// Settled is how many rows of a month settling a load has found not to count.
type Settled struct {
	Cause  string `ch:"cause"` // replaced, unchanged, repeated
	Period uint32 `ch:"period"`
	Rows   uint64 `ch:"rows"`
}

// Settle finds the rows of a load, not visible yet, whose key is there more than once, in the load or in the visible
// ones, and marks those that do not count. The keys of the load lie between from and to.
func (q *Queries) Settle(ctx context.Context, load uint32, visible []uint32, from, to string) ([]Settled, error) {
	p := store.Params{"load": load, "loads": visible, "from_key": from, "to_key": to}
	if err := q.db.Exec(ctx, settleSQL, p); err != nil {
		return nil, err
	}
	return store.Select[Settled](ctx, q.db, settledSQL, store.Params{"load": load})
}

// Amounts are control totals.
type Amounts struct {
	Payable  money.Fen `ch:"payable"` // both payers
	Received money.Fen `ch:"received"`
}

//go:embed load/acceptable.sql
var acceptableSQL string

// Acceptable counts the lines that a visible load rejected and that would be accepted now, since their unit has been
// registered by one of the loads.
func (q *Queries) Acceptable(ctx context.Context, load Load, loads []uint32) (uint64, error) {
	if load.Rejected == 0 {
		return 0, nil
	}
	type row struct {
		Lines uint64 `ch:"lines"`
	}
	found, err := store.One[row](ctx, q.db, acceptableSQL, store.Params{"load": load.ID, "loads": loads})
	return found.Lines, err
}

//go:embed load/repeated.sql
var repeatedSQL string

// RepeatedLine is a line that repeats a key of its own file with other contents.
type RepeatedLine struct {
	Line     uint32 `ch:"line"`
	RecordID string `ch:"record_id"`
}

// Repeated lists the lines of a settled load that repeat a key of their own file with other contents.
func (q *Queries) Repeated(ctx context.Context, load uint32) ([]RepeatedLine, error) {
	return store.Select[RepeatedLine](ctx, q.db, repeatedSQL, store.Params{"load": load})
}

// Reject is one line that was not accepted: where, what stood there and why.
type Reject struct {
	LoadID  uint32            `ch:"load_id" json:"load"`
	Line    uint64            `ch:"line" json:"line"`
	Column  string            `ch:"column" json:"column"`
	Value   string            `ch:"value" json:"value"`
	Code    string            `ch:"code" json:"code"`       // key of the reason in the message catalogue
	Details map[string]string `ch:"details" json:"details"` // values that the reason names
	Raw     string            `ch:"raw" json:"raw"`         // the line itself
}

// InsertRejects writes rejects of a load that is not visible yet.
func (q *Queries) InsertRejects(ctx context.Context, rejects []Reject) error {
	return store.Insert(ctx, q.db, "INSERT INTO rejects (load_id, line, column, value, code, details, raw)", rejects)
}

//go:embed load/reject_reasons.sql
var rejectReasonsSQL string

// RejectReasons counts the rejected lines of a load by the code of their reason.
func (q *Queries) RejectReasons(ctx context.Context, load uint32) (map[string]uint64, error) {
	type row struct {
		Code  string `ch:"code"`
		Lines uint64 `ch:"lines"`
	}
	rows, err := store.Select[row](ctx, q.db, rejectReasonsSQL, store.Params{"load": load})
	reasons := make(map[string]uint64, len(rows))
	for _, r := range rows {
		reasons[r.Code] = r.Lines
	}
	return reasons, err
}

//go:embed load/rejects.sql
var rejectsSQL string

// AllRejects is for Rejects, where none is to be left out.
const AllRejects = math.MaxUint64

// Rejects calls each for the rejected lines of the loads, by load and line, and for so many at most.
func (q *Queries) Rejects(ctx context.Context, loads []uint32, most uint64, each func(*Reject) error) error {
	for r, err := range store.Each[Reject](ctx, q.db, rejectsSQL, store.Params{"loads": loads, "most": most}) {
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
