package reader

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/contribution"
)

// words is a code list as files write it: each word in UTF-8 and in GB18030, so that a cell is looked up as it stands,
// without decoding. The two cannot be mistaken for each other: no word is valid in both.
type words[T any] map[string]T

// wordsOf takes the words of each value, separated by spaces.
func wordsOf[T any](lists map[string]T) words[T] {
	all := words[T]{}
	encoder := simplifiedchinese.GB18030.NewEncoder()
	for list, value := range lists {
		for word := range strings.FieldsSeq(list) {
			all[word] = value
			if encoded, err := encoder.String(word); err == nil {
				all[encoded] = value
			}
		}
	}
	return all
}

var insuranceWords = wordsOf(map[string]contribution.Insurance{
	"pension 企业职工基本养老保险 机关事业单位基本养老保险 城镇职工基本养老保险 职工基本养老保险 基本养老保险 养老保险 养老 " +
		"企业职工基本养老保险费 机关事业单位基本养老保险费 基本养老保险费 养老保险费": contribution.Pension,
	"unemployment 失业保险 失业保险费 失业": contribution.Unemployment,
	"work_injury 工伤保险 工伤保险费 工伤":  contribution.WorkInjury,
	"medical 职工基本医疗保险 城镇职工基本医疗保险 基本医疗保险 医疗保险 职工基本医疗保险费 基本医疗保险费 医疗保险费 医疗": contribution.Medical,
	"maternity 生育保险 生育保险费 生育": contribution.Maternity,
})

var entryTypeWords = wordsOf(map[string]contribution.EntryType{
	"normal 正常 正常申报 正常缴费 正常应缴": contribution.Normal,
	"back_payment 补缴 补缴费":      contribution.BackPayment,
	"refund 退费 退款 退还":          contribution.Refund,
})

var channelWords = wordsOf(map[string]contribution.Channel{
	"client 单位客户端 客户端":      contribution.Client,
	"etax 电子税务局":            contribution.ETax,
	"bank 网上银行 网银":          contribution.Bank,
	"app 手机app 手机APP 移动终端":  contribution.App,
	"terminal 自助终端":         contribution.Terminal,
	"entrusted 委托代收":        contribution.Entrusted,
	"hall 办税服务厅 服务厅 办税厅 大厅": contribution.Hall,
})

var unitKindWords = wordsOf(map[string]contribution.UnitKind{
	"enterprise 企业": contribution.Enterprise,
	"institution 机关事业单位 机关 事业单位":             contribution.Institution,
	"self_employed 有雇工的个体工商户 个体工商户 有雇工个体工商户": contribution.SelfEmployed,
	"organization 社会组织 社会团体 民办非企业单位":         contribution.Organization,
})

var sizeWords = wordsOf(map[string]contribution.Size{
	"large 大型 大型企业 大":            contribution.Large,
	"medium 中型 中型企业 中":           contribution.Medium,
	"small 小型 小型企业 小":            contribution.Small,
	"micro 微型 微型企业 微":            contribution.Micro,
	"unknown 未知 不详 未划型 不适用 无法划分": contribution.SizeUnknown,
})
