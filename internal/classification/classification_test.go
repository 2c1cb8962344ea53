package classification

import (
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
)

func TestIndustryCodesAreReadInEveryForm(t *testing.T) {
	tests := []struct {
		name, code, want string
		ok               bool
	}{
		{"four digits", "1391", "C1391", true},
		{"letter and four digits", "C1391", "C1391", true},
		{"small letter", "c13", "C13", true},
		{"three digits", "591", "G591", true},
		{"two digits", "13", "C13", true},
		{"a section alone", "C", "C", true},
		{"leading zero", "0111", "A0111", true},
		{"spaces around", " C 13 ", "C13", true},
		{"a letter that contradicts the digits", "A13", "", false},
		{"a division that does not exist", "98", "", false},
		{"a section that does not exist", "Z", "", false},
		{"one digit", "1", "", false},
		{"five digits", "13911", "", false},
		{"letters among the digits", "13X1", "", false},
		{"nothing", "", "", false},
		{"a name", "制造业", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := NormaliseIndustry(test.code)
			if got != test.want || ok != test.ok {
				t.Errorf("NormaliseIndustry(%q) = %q, %v, want %q, %v", test.code, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestIndustryTableIsWhole(t *testing.T) {
	if len(Sections()) != 20 || len(Divisions("")) != 97 || len(Divisions("C")) != 31 {
		t.Errorf("%d sections, %d divisions, %d of manufacturing; want 20, 97, 31",
			len(Sections()), len(Divisions("")), len(Divisions("C")))
	}
	if got := IndustryName("zh", "1391"); got != "农副食品加工业" {
		t.Errorf("name of 1391 is %q", got)
	}
	if got := IndustryName("en", "C"); got != "Manufacturing" {
		t.Errorf("English name of C is %q", got)
	}
	if got := IndustryName("zh", "??"); got != "??" {
		t.Errorf("an unknown code is named %q", got)
	}
	for code, class := range map[string]uint8{"6510": 1, "5211": 2, "1391": 3, "E47": 6, "0610": 8, "79": 0, "C": 0, "591": 5, "5920": 2} {
		if got := WorkInjuryClass(code); got != class {
			t.Errorf("class of %s is %d, want %d", code, got, class)
		}
	}
	if SectionOf("47") != "E" || SectionOf("xx") != "" || DivisionOf("E") != "" || DivisionOf("4710") != "E47" {
		t.Error("SectionOf or DivisionOf is wrong")
	}
}

func TestRegistrationTypesRollUp(t *testing.T) {
	tests := []struct {
		text, code   string
		economicType contribution.EconomicType
	}{
		{"110", "110", contribution.State},
		{"私营有限责任公司", "173", contribution.Private},
		{"私营", "170", contribution.Private},
		{"170", "170", contribution.Private},
		{"413", "413", contribution.Private},
		{"个体工商户", "400", contribution.Private},
		{"合资经营企业（港或澳、台资）", "210", contribution.HongKongMacauTaiwan},
		{"港、澳、台商独资经营企业", "230", contribution.HongKongMacauTaiwan},
		{"港澳台商独资经营企业", "230", contribution.HongKongMacauTaiwan},
		{"外资企业", "330", contribution.Foreign},
		{"股份合作企业", "130", contribution.Collective},
		{"其他有限责任公司", "159", contribution.OtherType},
	}
	for _, test := range tests {
		code, economicType, ok := RegistrationType(test.text)
		if !ok || code != test.code || economicType != test.economicType {
			t.Errorf("RegistrationType(%q) = %q, %v, %v", test.text, code, economicType, ok)
		}
	}
	for _, text := range []string{"", "999", "4", "不详", "41x"} {
		if _, _, ok := RegistrationType(text); ok {
			t.Errorf("RegistrationType(%q) is accepted", text)
		}
	}
}

func TestSizeClasses(t *testing.T) {
	const unknown = -1
	wan := func(n int64) int64 {
		if n < 0 {
			return n
		}
		return n * tenThousandYuan
	}
	tests := []struct {
		name                       string
		code                       string
		employees, revenue, assets int64 // revenue and assets in 万元
		want                       contribution.Size
	}{
		{"industry: both at the large bound", "1391", 1000, 40000, unknown, contribution.Large},
		{"industry: one person short of large", "1391", 999, 40000, unknown, contribution.Medium},
		{"industry: revenue alone drops it two classes", "C13", 1000, 1999, unknown, contribution.Small},
		{"industry: micro by employees", "3311", 19, 40000, unknown, contribution.Micro},
		{"industry: micro by revenue", "3311", 2000, 299, unknown, contribution.Micro},
		{"agriculture looks at revenue only", "0111", unknown, 50, unknown, contribution.Small},
		{"construction looks at revenue and assets", "4710", unknown, 80000, 79999, contribution.Medium},
		{"wholesale", "5162", 20, 5000, unknown, contribution.Medium},
		{"retail", "5211", 9, 20000, unknown, contribution.Micro},
		{"loading and agency counts as transport", "5910", 200, 30000, unknown, contribution.Small},
		{"warehousing does not", "5920", 200, 30000, unknown, contribution.Large},
		{"software", "6510", 100, 1000, unknown, contribution.Medium},
		{"real estate developer", "7010", unknown, 1000, 5000, contribution.Medium},
		{"property manager", "7020", 100, 500, unknown, contribution.Small},
		{"estate agent", "7030", 10, unknown, unknown, contribution.Small},
		{"leasing looks at assets, not revenue", "7110", 300, unknown, 120000, contribution.Large},
		{"other services look at employees only", "8010", 9, unknown, unknown, contribution.Micro},
		{"the section alone is enough where all of it shares bounds", "C", 20, 300, unknown, contribution.Small},
		{"a missing input leaves the size unknown", "1391", unknown, 300, unknown, contribution.SizeUnknown},
		{"education is not covered", "8310", 500, 5000, 5000, contribution.SizeUnknown},
		{"railways are not covered", "5310", 5000, 500000, 500000, contribution.SizeUnknown},
		{"59 alone does not tell which", "59", 200, 30000, 30000, contribution.SizeUnknown},
		{"no industry", "", 200, 30000, 30000, contribution.SizeUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := SizeOf(test.code, test.employees, money.Fen(wan(test.revenue)), money.Fen(wan(test.assets)))
			if got != test.want {
				t.Errorf("size is %v, want %v", got, test.want)
			}
		})
	}
}
