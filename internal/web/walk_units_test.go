package web

import (
	"maps"

	"jianfu/internal/world"
)

// recordOf is a unit of each region and the place of a record of it.
var recordOf = map[string]struct{ unit, load, line string }{suzhou: {world.C, "2", "12"}, nanjing: {world.A, "2", "8"}}

// The pages of one unit: who sees units sees them, who sees records sees those too.
func init() {
	maps.Copy(letThrough, map[string]string{
		"GET /units/:id":                            "inspector",
		"GET /units/:id/answer":                     "inspector",
		"GET /units/:id/records":                    "inspector",
		"GET /units/:id/records/:load/:line":        "inspector",
		"GET /download/unit/:id/:table":             "inspector",
		"POST /download/unit/:id/:table":            "inspector",
		"GET /download/unit/:id/records/:table":     "inspector",
		"POST /download/unit/:id/records/:table":    "inspector",
		"GET /api/v1/units/:id":                     "inspector",
		"GET /api/v1/units/:id/answer":              "inspector",
		"GET /api/v1/units/:id/records":             "inspector",
		"GET /api/v1/units/:id/records/:load/:line": "inspector",
	})
	maps.Copy(apiSamples, map[string][]string{
		paramMonth: {"2019-04", "2019-05"}, paramSearch: {"虎丘"}, "id": {world.C}, "load": {"2"}, "line": {"12", "5"}, // C's records of May and of April
	})
}
