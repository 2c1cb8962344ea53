package classification

import (
	_ "embed"
	"strings"

	"jianfu/internal/contribution"
)

//go:embed registration_types.csv
var registrationTypesCSV string

// Registration is one registration type (登记注册类型, 国统字〔2011〕86号) and the economic type it rolls up to.
type Registration struct {
	Code         string
	NameZH       string
	EconomicType contribution.EconomicType
}

// registrationAliases are ways in which registers write a type or a group of types, by its code.
var registrationAliases = map[string]string{
	"国有": "110", "全民所有制": "110", "集体": "120", "集体所有制": "120", "股份合作": "130", "国有独资": "151",
	"联营": "140", "有限责任": "150", "股份有限": "160", "股份制": "160",
	"私营": "170", "民营": "170", "民营企业": "170", "私营独资": "171", "私营合伙": "172", "私营有限": "173", "私营股份": "174",
	"港澳台": "200", "港澳台商投资": "200", "外资": "300", "外商投资": "300", "中外合资": "310", "中外合作": "320", "外商独资": "330",
	"个体": "400", "个体户": "400", "个体经营": "400", "其他": "190", "内资": "100",
	"合资经营企业(港澳台资)": "210", "合作经营企业(港澳台资)": "220", "港澳台商独资经营企业": "230",
	"港澳台商投资股份有限公司": "240", "港澳台商投资企业": "200",
}

var (
	registrations       = readRegistrations()
	registrationsByCode = map[string]Registration{}
	registrationsByName = map[string]Registration{}
)

func init() {
	for _, r := range registrations {
		registrationsByCode[r.Code] = r
		registrationsByName[plainName(r.NameZH)] = r
	}
	for alias, code := range registrationAliases {
		registrationsByName[plainName(alias)] = registrationsByCode[code]
	}
}

func readRegistrations() []Registration {
	var list []Registration
	for _, row := range readTable(registrationTypesCSV, 3) {
		economicType, ok := contribution.ParseEconomicType(row[2])
		if !ok {
			panic("classification: registration_types.csv: economic type " + row[2])
		}
		list = append(list, Registration{Code: row[0], NameZH: row[1], EconomicType: economicType})
	}
	return list
}

// plainName makes names comparable: brackets half-width, no separators and no spaces.
func plainName(name string) string {
	return strings.NewReplacer("（", "(", "）", ")", "、", "", "，", "", ",", "", "。", "", " ", "", "　", "").Replace(name)
}

// RegistrationTypes lists the types in the order of their codes.
func RegistrationTypes() []Registration { return append([]Registration(nil), registrations...) }

// RegistrationType reads a three-digit code or a Chinese name, such as 私营有限责任公司 or 私营, and returns the code and
// the economic type. The codes 410 to 419, which registers use for 个体工商户, keep their digits.
func RegistrationType(codeOrName string) (code string, economicType contribution.EconomicType, ok bool) {
	text := strings.TrimSpace(codeOrName)
	if r, found := registrationsByCode[text]; found {
		return r.Code, r.EconomicType, true
	}
	if len(text) == 3 && text[:2] == "41" && text[2] >= '0' && text[2] <= '9' {
		return text, contribution.Private, true
	}
	if r, found := registrationsByName[plainName(text)]; found && text != "" {
		return r.Code, r.EconomicType, true
	}
	return "", 0, false
}
