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

	// Types of market entities, which registers hold since 2014 in place of those of 国统字〔2011〕86号.
	"有限责任公司(自然人独资)": "173", "自然人独资": "173", "有限责任公司(自然人投资或控股)": "173", "自然人投资或控股": "173",
	"有限责任公司(自然人投资或控股的法人独资)": "173", "有限责任公司(自然人独资或控股)": "173",
	"一人有限责任公司": "159", "有限责任公司(法人独资)": "159", "法人独资": "159",
	"有限责任公司(非自然人投资或控股的法人独资)": "159", "非自然人投资或控股的法人独资": "159", "其他有限责任": "159",
	"有限责任公司(国有独资)": "151", "有限责任公司(国有控股)": "159", "国有控股": "159", "全民所有制企业": "110", "集体所有制企业": "120",
	"有限责任公司(外商投资、非独资)": "310", "有限责任公司(中外合资)": "310", "有限责任公司(中外合作)": "320",
	"有限责任公司(外国法人独资)": "330", "有限责任公司(外国自然人独资)": "330", "有限责任公司(外商独资)": "330", "有限责任公司(外商合资)": "330",
	"有限责任公司(外商投资企业法人独资)": "330", "有限责任公司(外商投资企业合资)": "330",
	"有限责任公司(台港澳法人独资)": "230", "有限责任公司(港澳台法人独资)": "230", "有限责任公司(台港澳自然人独资)": "230", "有限责任公司(港澳台自然人独资)": "230",
	"有限责任公司(台港澳与境内合资)": "210", "有限责任公司(港澳台投资、非独资)": "210", "有限责任公司(台港澳与境内合作)": "220", "有限责任公司(台港澳合资)": "230",
	"股份有限公司(上市)": "160", "股份有限公司(非上市)": "160", "股份有限公司(上市、国有控股)": "160", "股份有限公司(非上市、国有控股)": "160",
	"股份有限公司(上市、自然人投资或控股)": "174", "股份有限公司(非上市、自然人投资或控股)": "174",
	"股份有限公司(上市、外商投资)": "340", "股份有限公司(非上市、外商投资)": "340", "股份有限公司(台港澳与境内合资、上市)": "240",
	"个人独资企业": "171", "个人独资": "171", "合伙企业": "172", "普通合伙": "172", "普通合伙企业": "172", "有限合伙": "172", "有限合伙企业": "172",
	"特殊普通合伙": "172", "特殊的普通合伙企业": "172", "农民专业合作社": "190", "农民专业合作社联合社": "190",
	"事业单位": "190", "机关": "190", "机关法人": "190", "社会团体": "190", "民办非企业单位": "190", "社会服务机构": "190", "基金会": "190",
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
	text := strings.TrimSuffix(strings.TrimSpace(codeOrName), ".0")
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
