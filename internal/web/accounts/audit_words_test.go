package accounts

import (
	"testing"

	"jianfu/internal/i18n"
)

func TestDetailsOfTheAuditLogAreInWords(t *testing.T) {
	for _, c := range []struct {
		details map[string]string
		zh, en  string
	}{
		{map[string]string{"right": "figures.aggregate"}, "权限：查看汇总数", "Right: see totals"},
		{map[string]string{"roles": "leadership reporter", "roles_before": "auditor"}, "角色：局领导、报表岗；角色（原）：审计", "Roles: Leadership, Reporter; Roles (before): Auditor"},
		{map[string]string{"regions": "320500 000000"}, "地区：苏州市、全部地区", "Regions: Suzhou, all regions"},
		{map[string]string{"scope": ""}, "地区范围：无", "Regions: none"},
		{map[string]string{"cause": "password"}, "原因：密码不正确", "Cause: wrong password"},
		{map[string]string{"rows": "12", "format": "csv", "filters": "期间=2019-05"}, "筛选条件：期间=2019-05；格式：csv；行数：12", "Filters: 期间=2019-05; Format: csv; Rows: 12"},
		{map[string]string{"payer": "employer", "by": "city, size,period", "comparison": "vs-april 较4月"}, "汇总维度：市、企业规模、费款所属期；对比口径：vs-april 较4月；缴费主体：单位", "By: City, Size, Period; Comparison: vs-april 较4月; Payer: Employer"},
		{map[string]string{"event": "register", "state": "registered"}, "事项：登记；状态：已登记", "Event: registered; State: Registered"},
		{map[string]string{"state": "published", "area": "320500"}, "地区：苏州市；状态：已发布", "Area: Suzhou; State: published"},
		{map[string]string{"later": "x"}, "later：x", "later: x"},
	} {
		if got := detailsInWords(i18n.For("zh"), c.details); got != c.zh {
			t.Errorf("%v: %s, want %s", c.details, got, c.zh)
		}
		if got := detailsInWords(i18n.For("en"), c.details); got != c.en {
			t.Errorf("%v: %s, want %s", c.details, got, c.en)
		}
	}
}
