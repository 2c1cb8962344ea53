package main

import (
	"log/slog"
	"slices"
	"time"

	"jianfu/internal/handling"
	"jianfu/internal/preparation"
	"jianfu/internal/report"
	"jianfu/internal/store"
	"jianfu/internal/web"
	"jianfu/queries"
)

// reportSets are the definitions in some folders before those in the program; a folder takes the place of what has its id.
func reportSets(folders []string) ([]*report.Set, error) {
	var all []*report.Set
	for _, folder := range append(slices.Clone(folders), "") {
		set, err := reportSet(folder)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(s *report.Set) bool { return s.ID == set.ID }) {
			all = append(all, set)
		}
	}
	return all, nil
}

// preparing gives the web server what prepares reports.
func preparing(db *store.DB, q *queries.Queries, issues *handling.Issues, named served, least int64, log *slog.Logger) *preparation.Jobs {
	preparer := preparation.New(q, issues, web.ChartKit, least, time.Now)
	return preparation.NewJobs(q, preparer, named.sets, lockSoon(db, "report_store_busy"), named.calendar, time.Now, log)
}
