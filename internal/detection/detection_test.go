package detection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/detection"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
)

// TestTheShippedRulesAreWhole: every reason and cause of the rule in Go has its rule, all texts are there in both
// languages, and the points of a score add up to 100.
func TestTheShippedRulesAreWhole(t *testing.T) {
	var reasons, causes []string
	for _, r := range burden.Reasons {
		reasons = append(reasons, r.String())
	}
	for _, c := range burden.Causes {
		causes = append(causes, string(c))
	}
	for kind, want := range map[detection.Kind][]string{
		detection.Reason: reasons, detection.Cause: causes, detection.Growth: {"headcount_growth", "wage_growth"},
		detection.Risk:    {"back_payment_after_cut", "refund_pending", "uncovered", "estimates"},
		detection.Finding: {"county", "channel", "province"}, detection.Severity: {"amount", "months", "persons", "small", "repeated"},
	} {
		got := detection.Shipped.IDs(kind)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s rules are %v, want %v", kind, got, want)
		}
	}
	points, seen := 0, map[string]bool{}
	for _, rule := range detection.Shipped.All() {
		points += rule.Weight
		acts := rule.Kind != detection.Severity && rule.Kind != detection.Level
		for _, w := range []detection.Words{rule.Text, rule.Basis, rule.Remedy} {
			if (w.ZH == "" || w.EN == "") && (acts || w != rule.Remedy) || strings.TrimSpace(w.ZH) != w.ZH {
				t.Errorf("%s: the words %+v", rule.ID, w)
			}
		}
		if seen[rule.ID] {
			t.Errorf("%s is there twice", rule.ID)
		}
		seen[rule.ID] = true
	}
	if points != 100 {
		t.Errorf("the weights add up to %d", points)
	}
}

// TestSeverity holds scores against those worked out by hand from the shipped steps: amount 100;1000;10000;100000 of 40
// points, months 1;3;6 of 20, persons 10;50;200 of 15, a small firm 15, repeated 1;2;3 of 10; levels from 30, 50, 70.
func TestSeverity(t *testing.T) {
	for name, c := range map[string]struct {
		facts detection.Facts
		score int
		level ledger.Severity
		parts string
	}{
		"nothing":                          {detection.Facts{}, 0, "low", "0 0 0 0 0"},
		"a fen below the first step":       {detection.Facts{Amount: 9_999, Months: 1}, 6, "low", "0 6 0 0 0"},
		"on the first step":                {detection.Facts{Amount: 10_000, Months: 1}, 16, "low", "10 6 0 0 0"},
		"a micro firm, two months":         {detection.Facts{Amount: 25_000, Months: 2, Persons: 3, Small: true}, 31, "normal", "10 6 0 15 0"},
		"a large firm for half a year":     {detection.Facts{Amount: 5_000_000, Months: 6, Persons: 300}, 65, "high", "30 20 15 0 0"},
		"the same again in two later runs": {detection.Facts{Amount: 5_000_000, Months: 6, Persons: 300, Repeated: 2}, 71, "urgent", "30 20 15 0 6"},
		"everything":                       {detection.Facts{Amount: 10_000_000_00, Months: 12, Persons: 5000, Small: true, Repeated: 9}, 100, "urgent", "40 20 15 15 10"},
	} {
		score, level, parts := detection.Shipped.Score(c.facts)
		var words []string
		for _, p := range parts {
			words = append(words, fmt.Sprint(p.Points))
		}
		if score != c.score || level != c.level || strings.Join(words, " ") != c.parts {
			t.Errorf("%s: %d %s of %v, want %d %s of %s", name, score, level, words, c.score, c.level, c.parts)
		}
	}
}

func TestARowOfABureauChangesItsRuleAndNoOther(t *testing.T) {
	changed, wrong := detection.Shipped.With(map[string]string{"id": "amount", "thresholds": "50; 500.50", "weight": "30", "text_zh": "金额"})
	if wrong != nil {
		t.Fatal(wrong.Fault)
	}
	rule, _ := changed.Rule("amount")
	if fmt.Sprint(rule.Thresholds) != "[50 500.50]" || rule.Weight != 30 || rule.Text.In("zh") != "金额" || !strings.HasPrefix(rule.Text.In("en"), "Amount in yuan") {
		t.Errorf("the rule is %+v", rule)
	}
	if before, _ := detection.Shipped.Rule("amount"); before.Weight != 40 || len(before.Thresholds) != 4 {
		t.Errorf("the shipped rule is %+v", before)
	}
	off, wrong := changed.With(map[string]string{"id": "rate_below_policy", "thresholds": detection.Never})
	if rule, _ := off.Rule("rate_below_policy"); wrong != nil || len(rule.Thresholds) != 0 {
		t.Errorf("switched off: %+v, %v", rule, wrong)
	}
	if score, _, _ := changed.Score(detection.Facts{Amount: money.Fen(50_050)}); score != 30 {
		t.Errorf("the score is %d", score)
	}
}

func TestARowThatCannotBeIsRefusedWithItsColumn(t *testing.T) {
	for name, c := range map[string]struct{ cells, column, code string }{
		"no such rule":              {"id=amounts", "id", "detection_rule_unknown"},
		"another kind":              {"id=amount kind=risk", "kind", "detection_kind_differs"},
		"no number":                 {"id=amount thresholds=1;x", "thresholds", "detection_threshold"},
		"nothing":                   {"id=amount thresholds=0", "thresholds", "detection_threshold"},
		"below nothing":             {"id=amount thresholds=-5", "thresholds", "detection_threshold"},
		"three decimals":            {"id=amount thresholds=1.005", "thresholds", "detection_threshold"},
		"an end without a number":   {"id=amount thresholds=1;", "thresholds", "detection_threshold"},
		"two for one":               {"id=refund_pending thresholds=1;2", "thresholds", "detection_threshold_count"},
		"two levels":                {"id=level thresholds=30;50", "thresholds", "detection_threshold_count"},
		"falling":                   {"id=months thresholds=3;1", "thresholds", "detection_threshold_order"},
		"twice the same":            {"id=level thresholds=30;30;50", "thresholds", "detection_threshold_order"},
		"a share above one":         {"id=county thresholds=10;1.01", "thresholds", "detection_threshold_share"},
		"half a unit":               {"id=county thresholds=10.5;0.3", "thresholds", "detection_threshold_share"},
		"switched off, not allowed": {"id=county thresholds=-", "thresholds", "detection_threshold"},
		"a weight above a hundred":  {"id=amount weight=101", "weight", "detection_weight"},
		"a weight that is none":     {"id=amount weight=4.5", "weight", "detection_weight"},
		"a weight for a reason":     {"id=rounding weight=5", "weight", "detection_weight"},
	} {
		cells := map[string]string{}
		for pair := range strings.FieldsSeq(c.cells) {
			column, value, _ := strings.Cut(pair, "=")
			cells[column] = value
		}
		got, wrong := detection.Shipped.With(cells)
		if wrong == nil || wrong.Column != c.column || wrong.Fault.Code != c.code {
			t.Errorf("%s: %+v, want %s in %s", name, wrong, c.code, c.column)
		} else if rule, _ := got.Rule(cells["id"]); cells["id"] != "amounts" {
			if before, _ := detection.Shipped.Rule(cells["id"]); fmt.Sprint(rule) != fmt.Sprint(before) {
				t.Errorf("%s: the rule was changed", name)
			}
		}
	}
}

// candidates are n of each stratum, mixed.
func candidates(strata map[string]int) []detection.Candidate {
	var list []detection.Candidate
	for name, n := range strata {
		for i := range n {
			list = append(list, detection.Candidate{fmt.Sprint(name, "-", i), name})
		}
	}
	return list
}

func TestTheSameSeedDrawsTheSameSampleInAnyOrder(t *testing.T) {
	list := candidates(map[string]int{"a": 300, "b": 40})
	first := detection.Random("run 3", 42, list, 25)
	slices.Reverse(list)
	if again := detection.Random("run 3", 42, list, 25); !slices.Equal(first, again) || len(first) != 25 {
		t.Errorf("%v and %v", first, again)
	}
	if more := detection.Random("run 3", 42, list, 60); !slices.Equal(more[:25], first) {
		t.Error("a larger sample does not hold the smaller one")
	}
	if slices.Equal(detection.Random("run 3", 43, list, 25), first) || slices.Equal(detection.Random("run 4", 42, list, 25), first) {
		t.Error("another seed or another frame, the same sample")
	}
	if all := detection.Random("", 1, list, 1000); len(all) != 340 {
		t.Errorf("%d of 340", len(all))
	}
	if none := detection.Random("", 1, list, -1); len(none) != 0 {
		t.Errorf("%d of none", len(none))
	}
}

// TestEveryCandidateIsAsLikely draws many samples: each candidate is in about as many as any other.
func TestEveryCandidateIsAsLikely(t *testing.T) {
	list, times := candidates(map[string]int{"a": 20}), map[string]int{}
	for seed := range uint64(4000) {
		for _, c := range detection.Random("frame", seed, list, 5) {
			times[c.ID]++
		}
	}
	for id, n := range times { // 1000 each; the deviation is 27
		if n < 860 || n > 1140 {
			t.Errorf("%s was drawn %d times of 4000, want about 1000", id, n)
		}
	}
}

func TestStrataHaveTheirShare(t *testing.T) {
	for name, c := range map[string]struct {
		strata map[string]int
		n      int
		want   string
	}{
		"one of each, the rest by size":     {map[string]int{"a": 90, "b": 9, "c": 1}, 10, "a 7/90, b 2/9, c 1/1"},
		"fewer than strata, the largest":    {map[string]int{"a": 5, "b": 50, "c": 20}, 2, "a 0/5, b 1/50, c 1/20"},
		"all":                               {map[string]int{"a": 3, "b": 2}, 9, "a 3/3, b 2/2"},
		"none":                              {map[string]int{"a": 3}, 0, "a 0/3"},
		"equal strata, the first gets more": {map[string]int{"a": 10, "b": 10}, 5, "a 3/10, b 2/10"},
		"nothing to draw from":              {map[string]int{}, 5, ""},
	} {
		drawn, strata := detection.Stratified("frame", 7, candidates(c.strata), c.n)
		var words []string
		total := 0
		for _, s := range strata {
			words = append(words, fmt.Sprintf("%s %d/%d", s.Name, s.Drawn, s.Of))
			total += s.Drawn
		}
		if got := strings.Join(words, ", "); got != c.want || total != len(drawn) {
			t.Errorf("%s: %s and %d drawn, want %s", name, got, len(drawn), c.want)
		}
		seen := map[string]bool{}
		for _, d := range drawn {
			if seen[d.ID] || c.strata[d.Stratum] == 0 {
				t.Errorf("%s: %s was drawn twice or is none", name, d.ID)
			}
			seen[d.ID] = true
		}
	}
}
