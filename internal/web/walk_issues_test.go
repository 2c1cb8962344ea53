package web

import (
	"maps"

	"jianfu/internal/fixture"
	"jianfu/internal/web/issues"
)

// The issue ledger: who reads figures reads it, who inspects writes in it; what may be done with an issue is asked of the
// ledger. The walk asks for an issue of each city, and for both as everybody.
func init() {
	maps.Copy(letThrough, map[string]string{
		"GET /issues":                               "leadership inspector reporter",
		"POST /issues/bulk":                         "inspector",
		"GET /download/issues/:table":               "leadership inspector reporter",
		"POST /download/issues/:table":              "leadership inspector reporter",
		"GET /issues/mine":                          "leadership inspector reporter",
		"GET /issues/statistics":                    "leadership inspector reporter",
		"GET /issues/bureaus":                       "leadership inspector reporter",
		"GET /download/issues/statistics/:table":    "leadership inspector reporter",
		"POST /download/issues/statistics/:table":   "leadership inspector reporter",
		"GET /download/issues/bureaus/:table":       "leadership inspector reporter",
		"POST /download/issues/bureaus/:table":      "leadership inspector reporter",
		"GET /issues/new":                           "inspector",
		"POST /issues/new":                          "inspector",
		"POST /api/v1/issues":                       "inspector",
		"GET /issues/:number":                       "leadership inspector reporter",
		"POST /issues/:number/:action":              "leadership inspector reporter",
		"GET /download/issues/:number/files/:hash":  "leadership inspector reporter",
		"POST /download/issues/:number/files/:hash": "leadership inspector reporter",
		"GET /api/v1/issues":                        "leadership inspector reporter",
		"GET /api/v1/issues/mine":                   "leadership inspector reporter",
		"GET /api/v1/issues/statistics":             "leadership inspector reporter",
		"GET /api/v1/issues/bureaus":                "leadership inspector reporter",
		"GET /api/v1/issues/:number":                "leadership inspector reporter",
	})
	maps.Copy(inPath, map[string][]string{
		":number": {suzhouIssue, nanjingIssue},
		":action": {"comment", "accept", "attach", "cure"},
		":hash":   {suzhouFile, nanjingFile},
	})
	tablesOf["/download/issues/:table"] = []string{"issues.csv", "issues.xlsx"}
	tablesOf["/download/issues/statistics/:table"] = []string{"issues_region.csv", "issues_funnel.xlsx", "issues_handler.csv"}
	tablesOf["/download/issues/bureaus/:table"] = []string{"issues_bureaus.csv", "issues_bureaus.xlsx"}
	for _, operation := range []string{"issues", "issues_statistics", "issues_bureaus"} {
		for _, name := range issues.IssueViewing { // each is read alike: one value of each list will do
			if choices := apiParameters()[name].Choices; choices != nil {
				apiSamples[operation+"."+name] = choices[:1]
			}
		}
		apiSamples[operation+".unit"], apiSamples[operation+".industry"] = []string{fixture.C}, []string{"I"}
	}
	apiSamples["issues.sort"] = []string{"-found"}
	apiSamples["number"] = []string{suzhouIssue}
}
