package internal_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// documents visits the pages for people: those at the top and those in docs.
func documents(t *testing.T, visit func(file, text string)) {
	t.Helper()
	each(t, func(file string) {
		if path.Ext(file) != ".md" || path.Dir(file) != "." && !strings.HasPrefix(file, "docs/") {
			return
		}
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		visit(file, string(text))
	})
}

var link = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

func TestEveryLinkOfTheDocumentsLeadsSomewhere(t *testing.T) {
	documents(t, func(file, text string) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				t.Errorf("%s links to %s; documents must be of use without the internet", file, m[1])
				continue
			}
			if _, err := os.Stat(filepath.Join(top, path.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
	})
}

func TestEveryDocumentIsInBothLanguages(t *testing.T) {
	for _, languages := range [][2]string{{"zh", "en"}, {"en", "zh"}} {
		pages, err := filepath.Glob(filepath.Join(top, "docs", languages[0], "*.md"))
		if err != nil || len(pages) == 0 {
			t.Fatalf("docs/%s: %d pages, %v", languages[0], len(pages), err)
		}
		for _, page := range pages {
			if _, err := os.Stat(filepath.Join(top, "docs", languages[1], filepath.Base(page))); err != nil {
				t.Errorf("docs/%s/%s is not there in the other language", languages[0], filepath.Base(page))
			}
		}
	}
}

// The pack and the records of the worked example in docs/zh/definitions.md.
const (
	examplePack = `
id: example
title: 算例
measures:
  - {id: rate, title: 降低费率, document_no: 国办发〔2019〕13号}
  - {id: base, title: 调整上下限, document_no: 国办发〔2019〕13号}
comparisons:
  - {id: all, title: 全部, old: [], new: [rate, base], default: true}
rounding:
  default: {level: person, amount: fen}
`
	exampleRates = `area,insurance,payer,unit_kind,size,risk_class,from,to,rate,factor,measure,elective,document_no,checked_on
320000,pension,employer,,,,2018-05,,0.19,,,,人社部发〔2018〕25号,2026-11-01
320000,pension,employer,,,,2019-05,,0.16,,rate,,国办发〔2019〕13号,2026-11-01
`
	exampleBases = `area,insurance,unit_kind,from,to,floor,cap,rounding,average_wage,measure,elective,document_no,checked_on
320000,,,2018-07,,3125,19935,,,,,苏人社发〔2018〕171号,2026-11-01
320000,,,2019-05,,3368,16842,,,base,,国办发〔2019〕13号,2026-11-01
`
)

// exampleLine works the example out by the rule that the product uses.
func exampleLine(t *testing.T) burden.Line {
	t.Helper()
	pack, err := policy.Parse(map[string][]byte{
		policy.PackFile: []byte(examplePack), policy.RatesFile: []byte(exampleRates), policy.BasesFile: []byte(exampleBases),
	})
	if err != nil {
		t.Fatal(err)
	}
	unit := contribution.Unit{
		ID: "91320102EXAMPLE001", RegionCode: "320102", Kind: contribution.Enterprise, RiskClass: 1, FloatFactor: money.One,
		ValidFrom: period.Of(2019, 1),
	}
	record := func(id string, person uint64, wage, base money.Fen, rate money.Rate, amount money.Fen) contribution.Record {
		return contribution.Record{
			ID: id, UnitID: unit.ID, Period: period.Of(2019, 5), Insurance: contribution.Pension, EntryType: contribution.Normal,
			Person: person, Headcount: 1, Wage: wage, Base: base, EmployerRate: rate, EmployerAmount: amount,
		}
	}
	assessment, err := burden.Assess(pack, pack.Comparisons[0], []contribution.Unit{unit}, []contribution.Record{
		record("1", 1, 3_000_00, 3_125_00, 160_000, 500_00),
		record("2", 2, 8_000_00, 8_000_00, 190_000, 1_520_00),
		record("3", 3, 25_000_00, 19_935_00, 160_000, 3_189_60),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range assessment.Lines {
		if line.Payer == contribution.Employer {
			return line
		}
	}
	t.Fatal("the example has no line for the employer")
	return burden.Line{}
}

func TestTheWorkedExampleOfTheDocumentsIsRight(t *testing.T) {
	line := exampleLine(t)
	wanted := map[string]money.Fen{
		"old": line.Old, "new": line.New, "charged": line.Charged, "due": line.Due(), "real": line.Real(), "shortfall": line.Shortfall(),
		"effect of the rate": line.Effects[0], "effect of the limits": line.Effects[1],
	}
	for _, r := range line.Reasons {
		wanted[r.Reason.String()] = r.Amount
	}
	if len(line.Reasons) != 3 || burden.StateOf(line.Old, line.New, line.Charged) != burden.Partial {
		t.Errorf("the example has the reasons %v and the state %v", line.Reasons, burden.StateOf(line.Old, line.New, line.Charged))
	}
	for _, page := range []string{"docs/zh/definitions.md", "docs/en/definitions.md"} {
		text, err := os.ReadFile(filepath.Join(top, page))
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.ReplaceAll(strings.ReplaceAll(string(text), ",", ""), "−", "-")
		for name, amount := range wanted {
			if !strings.Contains(plain, amount.String()) {
				t.Errorf("%s does not say that the %s is %s", page, name, amount)
			}
		}
	}
}
