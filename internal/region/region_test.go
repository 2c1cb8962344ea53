package region

import (
	"slices"
	"testing"
)

func TestNamesAndHierarchy(t *testing.T) {
	tests := []struct {
		name, code, want, full, parent string
		level                          Tier
	}{
		{"a province has no parent", "320000", "江苏省", "江苏省", "", Province},
		{"a city lies in its province", "320100", "南京市", "江苏省南京市", "320000", City},
		{"a district lies in its city", "320102", "玄武区", "江苏省南京市玄武区", "320100", County},
		{"a district of a municipality lies right below it", "110105", "朝阳区", "北京市朝阳区", "110000", County},
		{"the city level of a municipality bears its name", "110100", "北京市", "北京市", "110000", City},
		{"the counties of Chongqing have a name of their own", "500200", "重庆市县", "重庆市县", "500000", City},
		{"a county under direct provincial rule skips the city", "429004", "仙桃市", "湖北省仙桃市", "420000", County},
		{"a county of Xinjiang likewise", "659001", "石河子市", "新疆维吾尔自治区石河子市", "650000", County},
		{"a city without counties", "441900", "东莞市", "广东省东莞市", "440000", City},
		{"an unknown code is its own name", "329999", "329999", "329999", "320000", TierUnknown},
		{"an unknown code of a city lies in it", "320199", "320199", "江苏省南京市320199", "320100", County},
		{"a code of no province", "990101", "990101", "990101", "", TierUnknown},
		{"a county of a city that is no more", "371202", "371202", "山东省371202", "370000", County},
		{"a city that is in no list", "329900", "329900", "329900", "320000", TierUnknown},
		{"a county that became a district", "320614", "海门区", "江苏省南通市海门区", "320600", County},
		{"its old code keeps its name", "320684", "海门市", "江苏省南通市海门市", "320600", County},
		{"a new district", "330113", "临平区", "浙江省杭州市临平区", "330100", County},
		{"a city of the corps in Xinjiang", "659012", "白杨市", "新疆维吾尔自治区白杨市", "650000", County},
		{"text that is no code", "", "", "", "", TierUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Name(test.code); got != test.want {
				t.Errorf("Name = %q, want %q", got, test.want)
			}
			if got := FullName(test.code); got != test.full {
				t.Errorf("FullName = %q, want %q", got, test.full)
			}
			if got := Parent(test.code); got != test.parent {
				t.Errorf("Parent = %q, want %q", got, test.parent)
			}
			if got := Level(test.code); got != test.level {
				t.Errorf("Level = %v, want %v", got, test.level)
			}
		})
	}
}

func TestChildren(t *testing.T) {
	if got := len(Children("")); got != 34 {
		t.Errorf("there are %d provinces, want 34", got)
	}
	if got := len(Children("320000")); got != 13 {
		t.Errorf("Jiangsu has %d cities, want 13", got)
	}
	if got := len(Children("110000")); got != 16 {
		t.Errorf("Beijing has %d districts, want 16", got)
	}
	if got := len(Children("500000")); got != 38 {
		t.Errorf("Chongqing has %d districts and counties, want 38", got)
	}
	hubei := Children("420000") // 12 cities, one prefecture, three cities and one forest district under the province
	if len(hubei) != 17 || !slices.Contains(hubei, "429021") || slices.Contains(hubei, "429000") {
		t.Errorf("Hubei has %v", hubei)
	}
	if got := Children("429000"); len(got) != 4 {
		t.Errorf("the direct counties of Hubei are %v", got)
	}
	if got := Children("441900"); len(got) != 0 {
		t.Errorf("Dongguan has counties: %v", got)
	}
	if slices.Contains(Children("320100"), "320101") {
		t.Error("the seat 市辖区 is listed as a county")
	}
}

func TestEveryCodeClimbsToItsProvince(t *testing.T) {
	for code := range names {
		top := code
		for steps := 0; Parent(top) != ""; steps++ {
			if top = Parent(top); steps > 2 {
				t.Fatalf("%s does not end", code)
			}
		}
		if top != ProvinceOf(code) {
			t.Errorf("%s ends at %s", code, top)
		}
	}
}

func TestTablesByCityGroupByWhatLiesBelowTheProvince(t *testing.T) {
	for code, want := range map[string]string{
		"320102": "320100", "320100": "320100", "110105": "110105", "429004": "429004", "320000": "320000", "441900": "441900",
	} {
		if got := CityOf(code); got != want {
			t.Errorf("CityOf(%s) = %s, want %s", code, got, want)
		}
	}
}

func TestEnglishNames(t *testing.T) {
	for code, want := range map[string]string{
		"320000": "Jiangsu", "320500": "Suzhou", "320102": "Xuanwu, Nanjing", "110100": "Beijing", "320101": "Nanjing urban districts",
		"430100": "长沙市", "999999": "999999",
	} {
		if got := NameIn("en", code); got != want {
			t.Errorf("NameIn(en, %s) = %q, want %q", code, got, want)
		}
	}
	if got := NameIn("zh", "320000"); got != "江苏省" {
		t.Errorf("NameIn(zh) = %q", got)
	}
	for code := range english {
		if !Known(code) {
			t.Errorf("english.csv names %s, which regions.csv lacks", code)
		}
	}
	for _, city := range Children("320000") {
		for _, code := range append(Children(city), city) {
			if english[code] == "" {
				t.Errorf("%s %s has no English name", code, Name(code))
			}
		}
	}
}
