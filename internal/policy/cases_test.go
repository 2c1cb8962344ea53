package policy

import (
	"os"
	"strings"
	"testing"
)

// TestPacksThatBureausBroughtAreDoubted checks the packs of testdata/cases: each could be read, and gave wrong figures
// without a word.
func TestPacksThatBureausBroughtAreDoubted(t *testing.T) {
	for folder, want := range map[string]string{
		"08-pack-implausible/pct": "warning rates.csv:7 rate policy_rate_implausible\nwarning rates.csv:9 rate policy_rate_implausible\n" +
			"warning rates.csv:10 rate policy_rate_implausible",
		"08-pack-implausible/typo":                                 "warning rates.csv:3 rate policy_rate_implausible\nwarning rates.csv:5 rate policy_rate_implausible",
		"08-pack-implausible/cap":                                  "warning bases.csv:3 cap policy_limit_jumps\nwarning bases.csv:3 cap policy_limits_apart",
		"08-pack-implausible/pack":                                 "",
		"09-pack-gap-in-limits/gap":                                "warning bases.csv:2  policy_limit_gap\nwarning bases.csv:2  policy_limit_gap",
		"09-pack-gap-in-limits/pack":                               "",
		"21-rounding-modes/rnd-jiao":                               "",
		"05-month-lost-zero/pack-dot":                              "error rates.csv:3 from policy_bad_month",
		"18-month-names-of-spreadsheets/pack-saved-by-spreadsheet": "error policy_month_name",
	} {
		t.Run(folder, func(t *testing.T) {
			got := whatIsWrong(CheckFolder(os.DirFS("../../testdata/cases/" + folder)))
			if strings.HasPrefix(want, "error policy") { // every cell of a month says so
				if code := strings.TrimPrefix(want, "error "); !strings.Contains(got, code) || strings.Contains(got, "policy_bad_month") {
					t.Errorf("got %s", got)
				}
				return
			}
			if got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}
