package queries

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// KeptReport is a report as it was prepared, and how far it is.
type KeptReport struct {
	ID           string    `ch:"id" json:"id"`
	Set          string    `ch:"report_set" json:"set"`
	Title        string    `ch:"title" json:"title"`
	Organisation string    `ch:"organisation" json:"organisation"`
	From         uint32    `ch:"period_from" json:"from"`
	To           uint32    `ch:"period_to" json:"to"`
	Comparison   string    `ch:"comparison" json:"comparison"`
	Run          uint32    `ch:"run_id" json:"run"`
	PackHash     string    `ch:"pack_hash" json:"pack_hash"`
	Scope        []string  `ch:"scope" json:"scope"` // beginnings of the region codes that it is about
	Few          bool      `ch:"few" json:"few"`     // it shows figures about few persons
	Tables       uint16    `ch:"tables" json:"tables"`
	Checks       string    `ch:"checks" json:"-"` // as JSON
	Waived       uint16    `ch:"waived" json:"waived"`
	Version      uint16    `ch:"version" json:"version"`           // from 1
	Revises      string    `ch:"revises" json:"revises,omitempty"` // id of the version before, "" of the first
	FileNames    []string  `ch:"file_names" json:"file_names"`
	FileSizes    []uint64  `ch:"file_sizes" json:"file_sizes"`
	FileHashes   []string  `ch:"file_hashes" json:"file_hashes"`
	PreparedBy   string    `ch:"prepared_by" json:"prepared_by"`
	PreparedAt   time.Time `ch:"prepared_at" json:"prepared_at"`
	State        string    `ch:"state" json:"state"` // prepared, or the last of its steps
}

// ReportStep is a step in the life of a report after its preparation.
type ReportStep struct {
	Seq     uint32    `ch:"seq" json:"seq"`
	Step    string    `ch:"step" json:"step"`
	At      time.Time `ch:"at" json:"at"`
	Account string    `ch:"account" json:"account"`
	Note    string    `ch:"note" json:"note,omitempty"`
	Nonce   string    `ch:"nonce" json:"-"`
}

//go:embed report/list.sql
var reportListSQL string

//go:embed report/steps.sql
var reportStepsSQL string

// KeepReport stores a report; its files are attachments already. It is there whole or not at all.
func (q *Queries) KeepReport(ctx context.Context, r KeptReport) error {
	type row struct {
		ID           string    `ch:"report_id"`
		Set          string    `ch:"report_set"`
		Title        string    `ch:"title"`
		Organisation string    `ch:"organisation"`
		From         uint32    `ch:"period_from"`
		To           uint32    `ch:"period_to"`
		Comparison   string    `ch:"comparison"`
		Run          uint32    `ch:"run_id"`
		PackHash     string    `ch:"pack_hash"`
		Scope        []string  `ch:"scope"`
		Few          bool      `ch:"few"`
		Tables       uint16    `ch:"tables"`
		Checks       string    `ch:"checks"`
		Waived       uint16    `ch:"waived"`
		Version      uint16    `ch:"version"`
		Revises      string    `ch:"revises"`
		FileNames    []string  `ch:"file_names"`
		FileSizes    []uint64  `ch:"file_sizes"`
		FileHashes   []string  `ch:"file_hashes"`
		PreparedBy   string    `ch:"prepared_by"`
		PreparedAt   time.Time `ch:"prepared_at"`
	}
	return store.InsertOnce(ctx, q.db, `INSERT INTO reports (report_id, report_set, title, organisation, period_from, period_to, comparison, run_id, pack_hash,
		scope, few, tables, checks, waived, version, revises, file_names, file_sizes, file_hashes, prepared_by, prepared_at)`, r.ID, []row{{
		r.ID, r.Set, r.Title, r.Organisation, r.From, r.To, r.Comparison, r.Run, r.PackHash, r.Scope, r.Few, r.Tables, r.Checks, r.Waived,
		r.Version, r.Revises, r.FileNames, r.FileSizes, r.FileHashes, r.PreparedBy, r.PreparedAt}})
}

// Reports lists the reports that a reader with this scope may see, the latest first; of those whose id begins so, "" for all.
func (q *Queries) Reports(ctx context.Context, scope filter.Scope, id string) ([]KeptReport, error) {
	return store.Select[KeptReport](ctx, q.db, reportListSQL, store.Params{"scope": scope.Prefixes(), "few": !scope.ConcealsFew(), "id": id})
}

// ReportSteps lists the steps of a report that its reader has found.
func (q *Queries) ReportSteps(ctx context.Context, report string) ([]ReportStep, error) {
	return store.Select[ReportStep](ctx, q.db, reportStepsSQL, store.Params{"report": report})
}

// StepReport writes the next step of a report. Of several writers who saw the same state one wins; the others get the problem
// report_changed, and nothing of theirs counts.
func (q *Queries) StepReport(ctx context.Context, report string, s ReportStep) error {
	type row struct {
		ReportID string `ch:"report_id"`
		ReportStep
	}
	inserted := store.InsertOnce(ctx, q.db, `INSERT INTO report_steps (report_id, seq, step, at, account, note, nonce)`,
		fmt.Sprintf("%s:%d", report, s.Seq), []row{{report, s}})
	steps, err := q.ReportSteps(ctx, report)
	switch i := slices.IndexFunc(steps, func(o ReportStep) bool { return o.Seq == s.Seq }); {
	case err != nil && inserted != nil:
		return fmt.Errorf("write step %d of report %s: %w", s.Seq, report, inserted)
	case err != nil:
		return fmt.Errorf("read back step %d of report %s: %w", s.Seq, report, err)
	case i < 0:
		return fmt.Errorf("step %d of report %s was not written: %w", s.Seq, report, inserted)
	case steps[i].Nonce != s.Nonce:
		return problem.New("report_changed")
	}
	return nil
}
