package handling

import (
	"fmt"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/queries"
)

// checked is what becomes of a check of the ledger against the audit log.
func checked(t *testing.T, q *queries.Queries) audit.IssueVerdict {
	t.Helper()
	v, err := audit.New(q, fixture.Now).VerifyIssues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// written is a store with three issues of three steps each, a minute apart.
func written(t *testing.T) (*queries.Queries, []ledger.Issue) {
	t.Helper()
	q := fixture.Open(t)
	d := issuesAt(q)
	p := somebody("chen", access.Inspector, "320500")
	var issues []ledger.Issue
	for n := range 3 {
		issue, err := d.Open(t.Context(), p, draft(fmt.Sprintf("第 %d 个", n)))
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range []ledger.Action{ledger.Accept, ledger.Comment} {
			if issue, err = d.Act(t.Context(), p, issue.ID, issue.Seq, action, "看过", ledger.Data{}); err != nil {
				t.Fatal(err)
			}
		}
		issues = append(issues, issue)
	}
	return q, issues
}

func TestWhoeverChangesStepsInTheStoreIsFound(t *testing.T) {
	q, issues := written(t)
	if v := checked(t, q); v.Break != "" || v.Issues != 3 || v.Steps != 9 || v.Left != 0 {
		t.Fatalf("untouched: %+v", v)
	}
	id, number := issues[1].ID, issues[1].Number
	restore := func(table string) {
		t.Helper()
		for _, statement := range []string{"TRUNCATE TABLE " + table, "INSERT INTO " + table + " SELECT * FROM kept_" + table} {
			if err := q.Store().Exec(t.Context(), statement, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	tables := []string{"issue_events", "issue_heads", "audit"}
	for _, table := range tables {
		for _, statement := range []string{"CREATE TABLE kept_" + table + " AS " + table + " ENGINE = MergeTree ORDER BY tuple()", "INSERT INTO kept_" + table + " SELECT * FROM " + table} {
			if err := q.Store().Exec(t.Context(), statement, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	mutate := " SETTINGS mutations_sync = 2"
	for _, c := range []struct {
		name, statement, how string
		step                 uint32
	}{
		{"words of a step are changed", "ALTER TABLE issue_events UPDATE event = replaceOne(event, '看过', '没看') WHERE issue_id = '" + id + "' AND seq = 2" + mutate, audit.IssueAltered, 2},
		{"what the issue is after a step is changed", "ALTER TABLE issue_events UPDATE issue = replaceOne(issue, 'chen', 'wang') WHERE issue_id = '" + id + "' AND seq = 3" + mutate, audit.IssueAltered, 3},
		{"a column that lists read is changed", "ALTER TABLE issue_events UPDATE outstanding = 5 WHERE issue_id = '" + id + "' AND seq = 3" + mutate, audit.IssueColumns, 3},
		{"a step between is deleted", "ALTER TABLE issue_events DELETE WHERE issue_id = '" + id + "' AND seq = 2" + mutate, audit.IssueGap, 3},
		{"the last step is deleted", "ALTER TABLE issue_events DELETE WHERE issue_id = '" + id + "' AND seq = 3" + mutate, audit.IssueMissing, 3},
		{"an issue is deleted", "ALTER TABLE issue_events DELETE WHERE issue_id = '" + id + "'" + mutate, audit.IssueMissing, 1},
		{"a hash is taken away", "ALTER TABLE issue_events UPDATE hash = '' WHERE issue_id = '" + id + "' AND seq = 3" + mutate, audit.IssueMissing, 3},
		{"an entry about a step is deleted", "ALTER TABLE audit DELETE WHERE object = '" + number + "' AND details['seq'] = '3'" + mutate, audit.IssueUnrecorded, 3},
		{"lists show another state", "ALTER TABLE issue_heads UPDATE state = 'closed' WHERE issue_id = '" + id + "'" + mutate, audit.IssueHead, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := q.Store().Exec(t.Context(), c.statement, nil); err != nil {
				t.Fatal(err)
			}
			if v := checked(t, q); v.Break != c.how || v.Number != number || v.Step != c.step {
				t.Errorf("found %q at step %d of %s, want %q at step %d of %s", v.Break, v.Step, v.Number, c.how, c.step, number)
			}
			for _, table := range tables {
				restore(table)
			}
			if v := checked(t, q); v.Break != "" {
				t.Fatalf("restored: %+v", v)
			}
		})
	}
}

// TestStepsFromBeforeHashesAreSealedOnce: a store of an earlier program goes on, and what it had is sealed.
func TestStepsFromBeforeHashesAreSealedOnce(t *testing.T) {
	q, issues := written(t)
	for _, statement := range []string{"ALTER TABLE issue_events UPDATE hash = '' WHERE 1 SETTINGS mutations_sync = 2",
		"ALTER TABLE audit UPDATE details = map('event', 'accept') WHERE action = 'issue_changed' SETTINGS mutations_sync = 2"} { // as an earlier program wrote them
		if err := q.Store().Exec(t.Context(), statement, nil); err != nil {
			t.Fatal(err)
		}
	}
	if v := checked(t, q); v.Break != "" || !v.Unsealed || v.Sealed != 9 {
		t.Errorf("before it is sealed: %+v", v)
	}
	log := audit.New(q, fixture.Now)
	if _, err := log.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, p := issuesAt(q), somebody("chen", access.Inspector, "320500")
	for _, issue := range issues {
		if _, err := d.Act(t.Context(), p, issue.ID, issue.Seq, ledger.Comment, "接着办", ledger.Data{}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := log.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if v := checked(t, q); v.Break != "" || v.Unsealed || v.Sealed != 9 || v.Steps != 12 {
		t.Errorf("sealed: %+v", v)
	}
	entries, _, err := log.Search(t.Context(), access.CommandLine("test"), queries.AuditSearch{Actions: []string{string(audit.IssuesSealed)}, Rows: 5})
	if err != nil || len(entries) != 1 || entries[0].Details["steps"] != "9" || entries[0].Details["issues"] != "3" {
		t.Errorf("the entries about it are %+v, %v", entries, err)
	}
	if err := q.Store().Exec(t.Context(), "ALTER TABLE issue_events UPDATE event = replaceOne(event, '看过', '没看') WHERE issue_id = '"+issues[2].ID+"' AND seq = 2 SETTINGS mutations_sync = 2", nil); err != nil {
		t.Fatal(err)
	}
	if v := checked(t, q); v.Break == "" || v.Number != issues[2].Number {
		t.Errorf("a sealed step was changed, and found is %+v", v)
	}
}
