package burden

import (
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

const sample = "../../testdata/jiangsu-mini/"

// The words of the sample's files; the loader of the product has its own, complete table.
var (
	kindWords = map[string]contribution.UnitKind{"企业": contribution.Enterprise, "机关事业单位": contribution.Institution,
		"有雇工的个体工商户": contribution.SelfEmployed, "社会组织": contribution.Organization}
	sizeWords = map[string]contribution.Size{"大型": contribution.Large, "中型": contribution.Medium, "小型": contribution.Small,
		"微型": contribution.Micro}
	insuranceWords = map[string]contribution.Insurance{"企业职工基本养老保险": contribution.Pension, "失业保险": contribution.Unemployment,
		"工伤保险": contribution.WorkInjury}
	entryWords = map[string]contribution.EntryType{"正常": contribution.Normal, "补缴": contribution.BackPayment, "退费": contribution.Refund}
)

// world is the sample in memory, by unit.
type world struct {
	pack    *policy.Pack
	order   []string // unit ids, sorted
	units   map[string]contribution.Unit
	records map[string][]contribution.Record
}

// readTable reads a CSV file of the sample as rows by column name.
func readTable(t testing.TB, name string, gb18030 bool) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(sample + name)
	if err != nil {
		t.Fatal(err)
	}
	if gb18030 {
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func readWorld(t testing.TB) *world {
	t.Helper()
	pack, err := policy.Load(os.DirFS(sample + "policy"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{pack: pack, units: map[string]contribution.Unit{}, records: map[string][]contribution.Record{}}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for _, row := range readTable(t, "units.csv", true) {
		risk, err := strconv.ParseUint(row["工伤风险类别"], 10, 8)
		must(err)
		factor, err := money.ParseRate(row["工伤浮动系数"])
		must(err)
		unit := contribution.Unit{
			ID: row["统一社会信用代码"], RegionCode: row["行政区划代码"], Kind: kindWords[row["单位类型"]],
			Size: sizeWords[row["企业规模"]], RiskClass: uint8(risk), FloatFactor: factor,
			Elections: strings.FieldsFunc(row["申请享受"], func(c rune) bool { return c == ';' }),
		}
		w.units[unit.ID] = unit
		w.order = append(w.order, unit.ID)
	}
	slices.Sort(w.order)
	for _, row := range readTable(t, "contributions.csv", true) {
		m, err := period.Parse(row["费款所属期"])
		must(err)
		r := contribution.Record{
			ID: row["明细序号"], UnitID: row["统一社会信用代码"], Period: m, Insurance: insuranceWords[row["险种"]],
			EntryType: entryWords[row["征缴类型"]], Person: hashPerson(row["个人编号"]), Headcount: 1,
		}
		for column, into := range map[string]*money.Fen{"缴费工资": &r.Wage, "缴费基数": &r.Base, "单位应缴额": &r.EmployerAmount,
			"个人应缴额": &r.EmployeeAmount, "实缴金额": &r.ReceivedAmount} {
			*into, err = money.Parse(row[column])
			must(err)
		}
		r.EmployerRate, err = money.ParseRate(row["单位费率"])
		must(err)
		r.EmployeeRate, err = money.ParseRate(row["个人费率"])
		must(err)
		w.records[r.UnitID] = append(w.records[r.UnitID], r)
	}
	return w
}

func hashPerson(number string) uint64 {
	if number == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(number))
	return h.Sum64()
}

var summer = period.Range{From: 201905, To: 201908}

// TestJiangsuMiniBurdens compares every cell of expected/burdens.csv, which an independent program computed.
func TestJiangsuMiniBurdens(t *testing.T) {
	w := readWorld(t)
	cmp := w.pack.DefaultComparison()
	var got []map[string]string
	for _, id := range w.order {
		assessment, err := Assess(w.pack, cmp, []contribution.Unit{w.units[id]}, w.records[id])
		if err != nil {
			t.Fatal(err)
		}
		lines := slices.DeleteFunc(assessment.Lines, func(l Line) bool { return !summer.Contains(l.Period) })
		slices.SortFunc(lines, func(a, b Line) int { return strings.Compare(exportKey(a), exportKey(b)) })
		for _, l := range lines {
			row := map[string]string{
				"unit_id": l.UnitID, "period": l.Period.String(), "insurance": l.Insurance.String(), "payer": l.Payer.String(),
				"headcount": strconv.FormatUint(l.Headcount, 10), "wage": l.Wage.String(), "old": l.Old.String(),
				"new": l.New.String(), "charged": l.Charged.String(), "due": l.Due().String(), "real": l.Real().String(),
				"shortfall": l.Shortfall().String(),
			}
			for i, measure := range cmp.Added() {
				row["effect_"+measure] = l.Effects[i].String()
			}
			got = append(got, row)
		}
	}
	compareTables(t, got, readTable(t, "expected/burdens.csv", false))
}

// exportKey orders as the export does: unit, period, insurance, payer, as text.
func exportKey(l Line) string {
	return fmt.Sprint(l.UnitID, " ", l.Period, " ", l.Insurance, " ", l.Payer)
}

// TestJiangsuMiniCases compares every cell of expected/cases.csv: the employer's part over the window.
func TestJiangsuMiniCases(t *testing.T) {
	w := readWorld(t)
	var got []map[string]string
	for _, id := range w.order {
		assessment, err := Assess(w.pack, w.pack.DefaultComparison(), []contribution.Unit{w.units[id]}, w.records[id])
		if err != nil {
			t.Fatal(err)
		}
		var sum Line
		var reasons reasonSums
		for _, l := range assessment.Lines {
			if !summer.Contains(l.Period) || l.Payer != contribution.Employer {
				continue
			}
			sum.Old, sum.New, sum.Charged = sum.Old+l.Old, sum.New+l.New, sum.Charged+l.Charged
			for _, r := range l.Reasons {
				reasons[r.Reason] += r.Amount
			}
		}
		list := reasons.list()
		slices.SortStableFunc(list, func(a, b ReasonAmount) int { return int(b.Amount - a.Amount) })
		var texts []string
		for _, r := range list {
			texts = append(texts, r.Reason.String()+":"+r.Amount.String())
		}
		got = append(got, map[string]string{
			"unit_id": id, "state": StateOf(sum.Old, sum.New, sum.Charged).String(), "old": sum.Old.String(),
			"new": sum.New.String(), "charged": sum.Charged.String(), "due": sum.Due().String(), "real": sum.Real().String(),
			"shortfall": sum.Shortfall().String(), "reasons": strings.Join(texts, ";"),
		})
	}
	compareTables(t, got, readTable(t, "expected/cases.csv", false))
}

func compareTables(t *testing.T, got, want []map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	wrong := 0
	for i := range min(len(got), len(want)) {
		for column, value := range want[i] {
			if got[i][column] != value {
				t.Errorf("row %d (%s %s %s %s) %s = %s, want %s", i+1, want[i]["unit_id"], want[i]["period"],
					want[i]["insurance"], want[i]["payer"], column, got[i][column], value)
				if wrong++; wrong == 20 {
					t.FailNow()
				}
			}
		}
	}
}
