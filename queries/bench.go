package queries

import (
	"context"
	_ "embed"
	"io"

	"jianfu/internal/policy"
	"jianfu/internal/store"
)

// Bench runs the engine's bare statements that jianfu's own work is measured against. Only the benchmark calls it.
type Bench struct{ db *store.DB }

// NewBench makes the statements of a store.
func NewBench(db *store.DB) *Bench { return &Bench{db: db} }

//go:embed bench/create.sql
var benchCreateSQL string

//go:embed bench/drop.sql
var benchDropSQL string

// Prepare makes an empty table for BareLoad; Drop removes it.
func (b *Bench) Prepare(ctx context.Context) error {
	if err := b.Drop(ctx); err != nil {
		return err
	}
	return b.db.Exec(ctx, benchCreateSQL, nil)
}

// Drop removes the table of BareLoad.
func (b *Bench) Drop(ctx context.Context) error { return b.db.Exec(ctx, benchDropSQL, nil) }

// BareLoad is the engine's own INSERT of a CSV file with a header.
func (b *Bench) BareLoad(ctx context.Context, file io.Reader) error {
	return b.db.InsertFormat(ctx, "CSVWithNames", "INSERT INTO bench_contributions", file)
}

//go:embed bench/sum.sql
var benchSumSQL string

// BareSum adds up the wages of all records by unit, month and insurance.
func (b *Bench) BareSum(ctx context.Context) error { return b.db.Exec(ctx, benchSumSQL, nil) }

//go:embed bench/size.sql
var benchSizeSQL string

// Size is how many records there are and how many bytes they take on disk.
type Size struct {
	Rows  uint64 `ch:"rows"`
	Bytes uint64 `ch:"bytes"`
}

// Size measures the contributions on disk.
func (b *Bench) Size(ctx context.Context) (Size, error) {
	return store.One[Size](ctx, b.db, benchSizeSQL, nil)
}

//go:embed bench/issues.sql
var benchIssuesSQL string

// Issues makes up so many issues, registered until a day.
func (b *Bench) Issues(ctx context.Context, issues uint64, until uint32) error {
	if err := b.db.Exec(ctx, benchIssuesSQL, store.Params{"issues": issues, "until": until}); err != nil {
		return err
	}
	return New(b.db).MendIssues(ctx)
}

//go:embed bench/cases.sql
var benchCasesSQL string

//go:embed bench/findings.sql
var benchFindingsSQL string

//go:embed bench/finding_units.sql
var benchFindingUnitsSQL string

// Cases makes up so many cases and findings of a run 1 with a policy pack.
func (b *Bench) Cases(ctx context.Context, cases, findings uint64, pack *policy.Pack) error {
	for _, sql := range []string{benchCasesSQL, benchFindingsSQL, benchFindingUnitsSQL} {
		if err := b.db.Exec(ctx, sql, store.Params{"cases": cases, "findings": findings}); err != nil {
			return err
		}
	}
	q := New(b.db)
	for name, content := range pack.Files {
		if err := q.InsertPack(ctx, []PackFile{{Hash: pack.Hash, File: name, Content: string(content)}}); err != nil {
			return err
		}
	}
	return q.RecordRun(ctx, Run{
		ID: 1, State: "published", PackHash: pack.Hash, FirstEffect: uint32(pack.FirstEffect()), DataFrom: 201901, DataTo: 201912,
		Scenarios: pack.DefaultComparison().Steps(), Loads: []uint32{}, Computed: []uint32{},
	})
}
