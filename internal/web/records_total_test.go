package web

import (
	"encoding/csv"
	"strings"
	"testing"

	"jianfu/internal/fixture"
)

// TestTheRecordsFileHasItsTotal: of D, in May 2019, three records of 800 and 400, one of them charged twice; a fourth, which said 810,
// was replaced and does not count.
func TestTheRecordsFileHasItsTotal(t *testing.T) {
	o := staffed(t)
	_, file := o.signedIn("sz-inspector").take("/download/unit/" + fixture.D + "/records/records.csv?month=2019-05")
	reader := csv.NewReader(strings.NewReader(file))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const want = "合计（计入的明细）|—|—|—|—|—|—|—|—|—|2400.00|—|1200.00|1600.00|800.00|—|—|0.00|—|—"
	if got := strings.Join(lines[len(lines)-1], "|"); got != want {
		t.Errorf("the last row is\n%s, want\n%s\n%s", got, want, file)
	}
}
