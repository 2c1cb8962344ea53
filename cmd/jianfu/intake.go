package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"jianfu/etl"
	"jianfu/etl/reader"
	"jianfu/internal/access"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/intake"
	"jianfu/internal/store"
	"jianfu/queries"
)

// intakeFolder is where files that are brought by way of pages wait, below the data directory.
const intakeFolder = "uploads"

// intaking gives the web server what takes in files, and what loads and computes them.
func (a *app) intaking(ctx context.Context, db *store.DB, q *queries.Queries, issues *handling.Issues, log *slog.Logger) (*intake.Intake, error) {
	work := intake.Work{
		Encodings: []string{reader.EncodingUTF8, reader.EncodingGB18030, reader.EncodingUTF16},
		Doubts:    etl.Doubts,
		Preview: func(ctx context.Context, path string, how intake.How) (intake.Preview, error) {
			previews, err := (&etl.Loader{Queries: q, Encoding: how.Encoding, Now: time.Now}).Preview(ctx, []string{path})
			if err != nil {
				return intake.Preview{}, err
			}
			return previews[0], nil
		},
		Load: func(ctx context.Context, by access.Principal, path string, how intake.How, progress intake.Progress) (intake.Loaded, error) {
			loader := &etl.Loader{Queries: q, By: by, Encoding: how.Encoding, Allow: how.Allow, Now: time.Now,
				Progress: func(_ string, done, total int64) { progress(done, total) }}
			loaded, err := loader.Load(ctx, []string{path})
			if err != nil {
				return intake.Loaded{}, err
			}
			return intake.Loaded{Load: loaded[0].ID, Already: loaded[0].Already}, nil
		},
		Recompute: func(ctx context.Context, by access.Principal, progress intake.Progress) (intake.Computed, error) {
			return a.recomputeFor(ctx, db, q, issues, by, progress)
		},
		InWords: func(err error) map[string]string {
			words := map[string]string{}
			for _, language := range i18n.Languages {
				words[language] = i18n.For(language).Error(err)
			}
			return words
		},
	}
	return intake.New(ctx, filepath.Join(db.Data(), intakeFolder), q, work, time.Now, log)
}

// recomputeFor computes all months once more, as the command does without flags, for somebody who asked for it on a page.
func (a *app) recomputeFor(ctx context.Context, db *store.DB, q *queries.Queries, issues *handling.Issues, by access.Principal, progress intake.Progress) (intake.Computed, error) {
	release, err := db.Lock(ctx, nil)
	if err != nil {
		return intake.Computed{}, err
	}
	defer release()
	pack, err := a.packOf(ctx, q)
	if err != nil {
		return intake.Computed{}, err
	}
	hold := etl.StandardHold
	result, err := etl.Recompute(ctx, q, etl.RecomputeOptions{Pack: pack, Program: version, By: by, Hold: &hold, Sample: sampleSize, Now: time.Now, Progress: progress})
	if err != nil {
		return intake.Computed{}, err
	}
	if len(result.Held) > 0 {
		return intake.Computed{Run: result.Run.ID, Held: true}, nil
	}
	if _, err := measure(ctx, issues, result.Run.ID); err != nil {
		return intake.Computed{Run: result.Run.ID}, err
	}
	return intake.Computed{Run: result.Run.ID}, nil
}
