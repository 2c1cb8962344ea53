package etl

import (
	"context"
	"fmt"

	"jianfu/etl/reader"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// rejects collects a load's rejects and writes them in batches.
type rejects struct {
	load    uint32
	queries *queries.Queries
	waiting []queries.Reject
	later   map[uint64]reader.Reject // by line: those that are found when the line is no longer at hand
}

// addLater notes a reject whose line is still to be read again.
func (r *rejects) addLater(x reader.Reject) error {
	if r.later == nil {
		r.later = map[uint64]reader.Reject{}
	}
	r.later[x.Line] = x
	return nil
}

const rejectBatch = 10_000

func (r *rejects) add(ctx context.Context) func(reader.Reject) error {
	return func(x reader.Reject) error {
		r.waiting = append(r.waiting, keptReject(r.load, x))
		if len(r.waiting) < rejectBatch {
			return nil
		}
		return r.flush(ctx)
	}
}

// keptReject is a reject as it is kept.
func keptReject(load uint32, x reader.Reject) queries.Reject {
	details := make(map[string]string, len(x.Values)/2)
	for i := 0; i+1 < len(x.Values); i += 2 {
		details[fmt.Sprint(x.Values[i])] = fmt.Sprint(x.Values[i+1])
	}
	return queries.Reject{LoadID: load, Line: x.Line, Column: x.Column, Value: x.Value, Code: x.Code, Details: details, Raw: x.Raw}
}

func (r *rejects) flush(ctx context.Context) error {
	if err := r.queries.InsertRejects(ctx, r.waiting); err != nil {
		return fmt.Errorf("write the rejects: %w", err)
	}
	r.waiting = r.waiting[:0]
	return nil
}

// addWholeLines reads the file again for the lines that were found wrong beside others, so that they too are whole in the file to
// correct.
func (l *load) addWholeLines(ctx context.Context) error {
	if len(l.rejects.later) == 0 {
		return nil
	}
	file, err := reader.Open(l.path, l.options)
	if err != nil {
		return err
	}
	defer file.Close()
	add, found := l.rejects.add(ctx), 0
	err = file.Raw(ctx, func(line uint64) bool {
		_, wanted := l.rejects.later[line]
		return wanted
	}, func(line uint64, raw string) error {
		x := l.rejects.later[line]
		x.Raw = raw
		found++
		return add(x)
	})
	if err != nil {
		return fmt.Errorf("read rejected lines again: %w", err)
	}
	if found != len(l.rejects.later) || file.ContentHash() != l.row.Hash {
		return problem.New("load_file_changed", "file", l.row.File)
	}
	return nil
}
