package web

import (
	"maps"

	"jianfu/internal/web/kit"
)

// The systemic findings of the staffed store: a charge twice in Suzhou, an old rate in Nanjing.
const (
	suzhouFinding  = "b925fafc51aacae2"
	nanjingFinding = "04204a390f84cf48"
)

// Cases name units and rest on records of persons: who inspects sees them, and nobody else.
func init() {
	for _, route := range []string{
		"GET /cases", "GET /download/cases/:table", "POST /download/cases/:table", "POST /cases/sample",
		"POST /cases/issues", "GET /download/cases/:id/evidence", "POST /download/cases/:id/evidence", "GET /findings", "GET /findings/:finding",
		"POST /findings/:finding/issue", "GET /download/findings/:finding/:table", "POST /download/findings/:finding/:table",
		"GET /api/v1/cases", "GET /api/v1/findings", "GET /api/v1/findings/:finding",
	} {
		letThrough[route] = "inspector"
	}
	maps.Copy(inPath, map[string][]string{":finding": {suzhouFinding, nanjingFinding}})
	maps.Copy(tablesOf, map[string][]string{
		"/download/cases/:table":             {"cases.csv", "cases.xlsx"},
		"/download/findings/:finding/:table": {"units.csv", "units.xlsx"},
	})
	apiSamples["finding"] = []string{suzhouFinding}
	apiSamples["sample"] = []string{"random"}
	parameters = append(parameters, "mark", kit.ParamLevel, "channel", "finding", kit.ParamIssue, "repeated", "below", "every", "sample", "count", "seed")
}
