package dashboards

import (
	"strings"

	"jianfu/queries"
)

// wording are what words are looked up in.
type wording interface {
	T(key string, namesAndValues ...any) string
}

// Waiting says what was loaded and is not in the figures yet, and "" where nothing waits.
func Waiting(p wording, s queries.Stamp) string {
	w := s.Waiting
	switch {
	case w == nil:
		return ""
	case w.Part:
		return p.T("web.waiting.part", "at", Moment(w.LoadedAt))
	}
	var parts []string
	if w.Loads > 0 {
		parts = append(parts, p.T("web.waiting", "loads", count(w.Loads), "records", count(w.Records), "rejected", count(w.Rejected), "at", Moment(w.LoadedAt)))
	}
	if w.Withdrawn > 0 {
		parts = append(parts, p.T("web.waiting.withdrawn", "loads", count(w.Withdrawn), "at", Moment(w.LoadedAt)))
	}
	return strings.Join(parts, " ")
}

// waitingItem is the same as a fact of the stamp, which downloads and prints bear.
func waitingItem(p wording, w *queries.Waiting) StampItem {
	if w.Part {
		return StampItem{p.T("web.stamp.waiting"), p.T("web.stamp.waiting.part")}
	}
	if w.Loads == 0 {
		return StampItem{p.T("web.stamp.waiting"), p.T("web.stamp.waiting.withdrawn", "loads", count(w.Withdrawn))}
	}
	return StampItem{p.T("web.stamp.waiting"), p.T("web.stamp.waiting.value", "loads", count(w.Loads), "records", count(w.Records), "rejected", count(w.Rejected))}
}
