package reader

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
)

// change is the right line with one column's cell put in another's place, in the order of englishHeader.
func change(column, cell string) string {
	cells := strings.Split(strings.TrimSuffix(englishLine, "\n"), ",")
	for i, name := range strings.Split(strings.TrimSuffix(englishHeader, "\n"), ",") {
		if name == column {
			cells[i] = cell
		}
	}
	return strings.Join(cells, ",") + "\n"
}

func TestEachFaultyRecordIsRejectedWithItsColumnValueAndReason(t *testing.T) {
	for name, c := range map[string]struct {
		line   string
		column string
		value  string
		code   string
		values []any
	}{
		"an empty key":                               {change("record_id", " "), "record_id", "", "value_missing", nil},
		"a key that swallowed half a file":           {change("record_id", strings.Repeat("9", 129)), "record_id", strings.Repeat("9", 129), "record_id_long", []any{"limit", 128}},
		"a key that a spreadsheet destroyed":         {change("record_id", "1.23457E+15"), "record_id", "1.23457E+15", "record_id_spreadsheet", nil},
		"months that are more than one":              {change("period", "2019-04至2019-05"), "period", "2019-04至2019-05", "period_spans", []any{"first", period.Of(2019, 4), "last", period.Of(2019, 5)}},
		"no unit":                                    {change("unit_id", ""), "unit_id", "", "value_missing", nil},
		"a unit code of 17 characters":               {change("unit_id", "91320602Y7LLJY1JJ"), "unit_id", "91320602Y7LLJY1JJ", "unit_id_length", []any{"found", 17}},
		"a unit code with an O for a zero":           {change("unit_id", "9132O602Y7LLJY1JJJ"), "unit_id", "9132O602Y7LLJY1JJJ", "unit_id_character", []any{"place", 5, "character", "O"}},
		"a unit code with a wrong check character":   {change("unit_id", "91320602Y7LLJY1JJK"), "unit_id", "91320602Y7LLJY1JJK", "unit_id_check", []any{"expected", "J", "found", "K"}},
		"a unit code that a spreadsheet destroyed":   {change("unit_id", "9.13206E+17"), "unit_id", "9.13206E+17", "unit_id_spreadsheet", nil},
		"a unit that is not registered":              {change("unit_id", "91350100M000100Y43"), "unit_id", "91350100M000100Y43", "unit_not_registered", nil},
		"month 13":                                   {change("period", "2019-13"), "period", "2019-13", "period_invalid", nil},
		"no month":                                   {change("period", ""), "period", "", "value_missing", nil},
		"an unknown insurance":                       {change("insurance", "车辆保险"), "insurance", "车辆保险", "insurance_unknown", nil},
		"a person's number from kept lines":          {change("person_id", "***"), "person_id", "", "person_masked", nil},
		"no insurance":                               {change("insurance", ""), "insurance", "", "value_missing", nil},
		"an unknown entry type":                      {change("entry_type", "冲销"), "entry_type", "冲销", "entry_type_unknown", nil},
		"a headcount of zero":                        {change("headcount", "0"), "headcount", "0", "headcount_invalid", nil},
		"a negative headcount":                       {change("headcount", "-3"), "headcount", "-3", "headcount_invalid", nil},
		"half a head":                                {change("headcount", "1.5"), "headcount", "1.5", "headcount_invalid", nil},
		"a headcount in words":                       {change("headcount", "三"), "headcount", "三", "headcount_invalid", nil},
		"a headcount that is none":                   {change("headcount", "1000001"), "headcount", "1000001", "headcount_invalid", nil},
		"a headcount above 32 bits":                  {change("headcount", "4294967296"), "headcount", "4294967296", "headcount_invalid", nil},
		"letters in an amount":                       {change("wage", "50OO.00"), "wage", "50OO.00", "amount_not_number", nil},
		"an amount in scientific notation":           {change("wage", "5E+03"), "wage", "5E+03", "amount_not_number", nil},
		"an amount in percent":                       {change("wage", "50%"), "wage", "50%", "amount_not_number", nil},
		"an amount with three decimals":              {change("base", "5000.005"), "base", "5000.005", "amount_decimals", nil},
		"a long amount with three decimals":          {change("base", "10000000000000.005"), "base", "10000000000000.005", "amount_decimals", nil},
		"an amount above ten billion":                {change("base", "10000000000.01"), "base", "10000000000.01", "amount_too_large", nil},
		"an amount of thirty digits":                 {change("base", strings.Repeat("9", 30)), "base", strings.Repeat("9", 30), "amount_too_large", nil},
		"no wage":                                    {change("wage", ""), "wage", "", "value_missing", nil},
		"a negative wage":                            {change("wage", "-1"), "wage", "-1", "wage_negative", nil},
		"a base below zero":                          {change("base", "-0.01"), "base", "-0.01", "base_negative", nil},
		"a negative amount that is no refund":        {change("employer_amount", "-800.00"), "employer_amount", "-800.00", "amount_negative", nil},
		"a negative employee amount":                 {change("employee_amount", "-1"), "employee_amount", "-1", "amount_negative", nil},
		"a negative received amount":                 {change("received_amount", "-1"), "received_amount", "-1", "amount_negative", nil},
		"a rate of 16":                               {change("employer_rate", "16"), "employer_rate", "16", "rate_percent_forgotten", []any{"percent", "16%", "fraction", "0.16"}},
		"a rate of 0.5 meant in percent, above one":  {change("employee_rate", "1.5"), "employee_rate", "1.5", "rate_percent_forgotten", []any{"percent", "1.5%", "fraction", "0.015"}},
		"a rate of 1600":                             {change("employer_rate", "1600"), "employer_rate", "1600", "rate_above_one", nil},
		"a negative rate":                            {change("employer_rate", "-0.16"), "employer_rate", "-0.16", "rate_negative", nil},
		"a rate that is no number":                   {change("employer_rate", "十六"), "employer_rate", "十六", "rate_not_number", nil},
		"a rate that would have to be rounded":       {change("employer_rate", "0.1234567"), "employer_rate", "0.1234567", "rate_decimals", nil},
		"a percentage that would have to be rounded": {change("employee_rate", "8.00001%"), "employee_rate", "8.00001%", "rate_decimals", nil},
		"no employer rate":                           {change("employer_rate", ""), "employer_rate", "", "value_missing", nil},
		"30 February":                                {change("received_on", "2019-02-30"), "received_on", "2019-02-30", "date_invalid", nil},
		"a month where a day is meant":               {change("received_on", "2019-05"), "received_on", "2019-05", "date_invalid", nil},
		"a month that lost its zero":                 {change("period", "2019.1"), "period", "2019.1", "period_invalid", nil},
		"a month of a spreadsheet":                   {change("period", "May-19"), "period", "May-19", "date_month_name", nil},
		"a month as a spreadsheet's number":          {change("period", "43586"), "period", "43586", "date_serial", nil},
		"the last minute of April":                   {change("period", "2019/4/30 23:59:17"), "period", "2019/4/30 23:59:17", "date_unsure_day", nil},
		"a month of a day that is none":              {change("period", "2019-02-31"), "period", "2019-02-31", "period_invalid", nil},
		"the last minute of a day":                   {change("received_on", "2019-05-14 23:59:59"), "received_on", "2019-05-14 23:59:59", "date_unsure_day", nil},
		"a day in words":                             {change("received_on", "yesterday"), "received_on", "yesterday", "date_invalid", nil},
		"an unknown channel":                         {change("channel", "飞鸽"), "channel", "飞鸽", "channel_unknown", nil},
		"a cell too few":                             {strings.TrimSuffix(englishLine, ",etax\n") + "\n", "channel", "", "columns_too_few", []any{"expected", 16, "found", 15}},
		"one cell":                                   {"R2\n", "unit_id", "", "columns_too_few", []any{"expected", 16, "found", 1}},
		"a cell too many":                            {strings.TrimSuffix(englishLine, "\n") + ",x\n", "", "", "columns_too_many", []any{"expected", 16, "found", 17}},
		"a quote within a cell":                      {change("insurance", `pen"sion`), "", "", "quotes", nil},
		"text behind a closing quote":                {change("insurance", `"pension"x`), "", "", "quotes", nil},
		"a quote that is never closed":               {change("insurance", `"pension`), "", "", "quotes", nil},
		"a line of totals":                           {"合计,,,,,,2,10000.00,10000.00,,1600.00,,800.00,,2400.00,\n", "record_id", "合计", "total_line", nil},
		"a line of totals with few cells":            {"小计：,,10000.00\n", "record_id", "小计", "total_line", nil},
		"a key in bytes that are no UTF-8":           {change("record_id", "R\xff1"), "record_id", "R\ufffd1", "encoding", []any{"encoding", "UTF-8"}},
		"an insurance in bytes that are no UTF-8":    {change("insurance", gb18030("车辆")), "insurance", "\ufffd", "encoding", []any{"encoding", "UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			good := strings.ReplaceAll(englishLine, "pension", "失业保险") // so that the file is seen to be UTF-8
			all := mustRead(t, englishHeader+good+c.line+good+good)
			if len(all.Rejects) != 1 {
				t.Fatalf("%+v", all.Rejects)
			}
			got := all.Rejects[0]
			checkText(t, got)
			want := Reject{Line: 3, Column: c.column, Value: c.value, Code: c.code, Values: c.values, Raw: got.Raw}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff([]uint64{2, 4, 5}, all.Lines); d != "" {
				t.Errorf("the lines around are not all accepted:\n%s", d)
			}
		})
	}
}

const (
	unitHeader = "unit_id,name,region_code,industry_code,registration_type,unit_kind,employees,revenue,assets,size,risk_class,float_factor,elections,valid_from\n"
	unitLine   = unitA + ",南通明珠纺织有限公司,320602,1751,173,企业,120,1500.25,900,小型,4,1.2,b;a,2019-05\n"
)

func changeUnit(column, cell string) string {
	cells := strings.Split(strings.TrimSuffix(unitLine, "\n"), ",")
	for i, name := range strings.Split(strings.TrimSuffix(unitHeader, "\n"), ",") {
		if name == column {
			cells[i] = cell
		}
	}
	return strings.Join(cells, ",") + "\n"
}

func TestEachFaultyUnitIsRejectedWithItsColumnValueAndReason(t *testing.T) {
	for name, c := range map[string]struct {
		column, cell, code string
		values             []any
	}{
		"a wrong check character":                   {"unit_id", "91320602Y7LLJY1JJ0", "unit_id_check", []any{"expected", "J", "found", "0"}},
		"an identity number in place of a code":     {"unit_id", "11010519491231002X", "unit_id_check", []any{"expected", "B", "found", "X"}},
		"no code":                                   {"unit_id", "", "value_missing", nil},
		"no region":                                 {"region_code", "", "value_missing", nil},
		"a region of nine digits":                   {"region_code", "320602001", "region_invalid", nil},
		"a region by name":                          {"region_code", "南通市", "region_invalid", nil},
		"a region of no province":                   {"region_code", "990101", "region_unknown", []any{"province", "99"}},
		"an unknown industry":                       {"industry_code", "9999", "industry_unknown", nil},
		"a letter of the edition of 2011":           {"industry_code", "Q8311", "industry_of_2011", nil},
		"no kind":                                   {"unit_kind", "", "value_missing", nil},
		"an unknown kind":                           {"unit_kind", "农场主", "unit_kind_unknown", nil},
		"employees below zero":                      {"employees", "-1", "employees_invalid", nil},
		"employees in words":                        {"employees", "约百人", "employees_invalid", nil},
		"negative revenue":                          {"revenue", "-5", "ten_thousands_invalid", nil},
		"revenue finer than a fen":                  {"revenue", "1.0000001", "ten_thousands_invalid", nil},
		"assets with letters":                       {"assets", "1k", "ten_thousands_invalid", nil},
		"an unknown size":                           {"size", "巨型", "size_unknown", nil},
		"a risk class of 9":                         {"risk_class", "9", "risk_class_invalid", nil},
		"a risk class of 0":                         {"risk_class", "0", "risk_class_invalid", nil},
		"a float factor whose percent sign is gone": {"float_factor", "120", "float_factor_invalid", nil},
		"a float factor of zero":                    {"float_factor", "0", "float_factor_invalid", nil},
		"a month 2019-13":                           {"valid_from", "2019-13", "period_invalid", nil},
		"a total":                                   {"unit_id", "总计", "total_line", nil},
	} {
		t.Run(name, func(t *testing.T) {
			all := mustRead(t, unitHeader+changeUnit(c.column, c.cell)+unitLine)
			if len(all.Rejects) != 1 || len(all.Units) != 1 || all.Lines[0] != 3 {
				t.Fatalf("%+v", all)
			}
			got := all.Rejects[0]
			checkText(t, got)
			want := Reject{Line: 2, Column: c.column, Value: c.cell, Code: c.code, Values: c.values, Raw: strings.TrimSpace(changeUnit(c.column, c.cell))}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestUnitsAreReadWithWhatIsKnownOfThem(t *testing.T) {
	full := contribution.Unit{
		ID: unitA, Name: "南通明珠纺织有限公司", RegionCode: "320602", IndustryCode: "C1751", RegistrationType: "173",
		EconomicType: contribution.Private, Kind: contribution.Enterprise, Employees: 120, Revenue: 1_500_250_000,
		Assets: 900_000_000, Size: contribution.Small, SizeDeclared: true, RiskClass: 4, FloatFactor: 1_200_000,
		Elections: []string{"a", "b"}, ValidFrom: 201905,
	}
	with := func(f func(u *contribution.Unit)) contribution.Unit {
		u := full
		f(&u)
		return u
	}
	for name, c := range map[string]struct {
		line string
		want contribution.Unit
	}{
		"every column":                           {unitLine, full},
		"a registration type by name":            {changeUnit("registration_type", "私营有限责任公司"), full},
		"an industry with its letter":            {changeUnit("industry_code", "c1751"), full},
		"a float factor in percent":              {changeUnit("float_factor", "１２０％"), full},
		"a risk class in words":                  {changeUnit("risk_class", "四类"), full},
		"elections with a full-width semicolon":  {changeUnit("elections", " b；a；b "), full},
		"a date in place of a month":             {changeUnit("valid_from", "2019年5月1日"), full},
		"a size in a word":                       {changeUnit("size", "small"), full},
		"employees with a decimal point":         {changeUnit("employees", "120.0"), full},
		"a size that is left to be computed":     {changeUnit("size", ""), with(func(u *contribution.Unit) { u.SizeDeclared = false })},
		"a size that is said not to be known":    {changeUnit("size", "未划型"), with(func(u *contribution.Unit) { u.SizeDeclared = false })},
		"a development zone outside the listing": {changeUnit("region_code", "320671"), with(func(u *contribution.Unit) { u.RegionCode = "320671" })},
		"only what is required": {
			unitA + ",,320602,,,institution,,,,,,,,\n",
			contribution.Unit{
				ID: unitA, RegionCode: "320602", EconomicType: contribution.OtherType, Kind: contribution.Institution, Employees: -1,
				Revenue: -1, Assets: -1, Size: contribution.SizeUnknown, FloatFactor: 1_000_000,
			},
		},
		"a name with a comma, quotes and a line end": {
			changeUnit("name", "\"“明珠”, \"\"珠\"\"\r\n有限公司\""),
			with(func(u *contribution.Unit) { u.Name = "“明珠”, \"珠\"\n有限公司" }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			for encoding, encode := range map[string]func(string) string{"UTF-8": strings.Clone, "GB18030": gb18030} {
				all := mustRead(t, encode(strings.Replace(unitHeader, "unit_id", "统一社会信用代码", 1)+c.line))
				if len(all.Rejects) > 0 || len(all.Units) != 1 {
					t.Fatalf("%s: %+v", encoding, all)
				}
				if d := cmp.Diff(c.want, all.Units[0]); d != "" {
					t.Errorf("%s: %s", encoding, d)
				}
			}
		})
	}
}

func TestOptionalCellsOfRecordsHaveTheirDefaults(t *testing.T) {
	all := mustRead(t, "record_id,unit_id,period,insurance,wage,base,employer_rate,employer_amount\n"+
		"1,"+unitA+",201905,失业保险,5000,5000,0.005,25\n")
	want := contribution.Record{
		ID: "1", UnitID: unitA, Period: 201905, Insurance: contribution.Unemployment, EntryType: contribution.Normal, Headcount: 1,
		Wage: 500000, Base: 500000, EmployerRate: 5000, EmployerAmount: 2500,
	}
	if len(all.Rejects) > 0 || len(all.Records) != 1 {
		t.Fatalf("%+v", all)
	}
	if d := cmp.Diff(want, all.Records[0]); d != "" {
		t.Error(d)
	}
	blank := mustRead(t, englishHeader+"1,"+unitA+",201905,失业保险,,,,5000,5000,0.005,25,,,,,\n")
	if d := cmp.Diff(all.Records, blank.Records); d != "" {
		t.Errorf("empty cells mean something else than absent columns:\n%s", d)
	}
}

func TestARefundIsNegativeHoweverItIsWritten(t *testing.T) {
	plus := strings.Replace(englishLine, "normal", "退费", 1)
	minus := strings.NewReplacer("normal", "refund", "5000.00", "-5000.00", "800.00", "-800.00", "400.00", "-400.00", "1200.00", "-1200.00").Replace(englishLine)
	all := mustRead(t, englishHeader+plus+minus)
	if len(all.Records) != 2 {
		t.Fatalf("%+v", all)
	}
	for _, r := range all.Records {
		if r.EmployerAmount != -80000 || r.EmployeeAmount != -40000 || r.ReceivedAmount != -120000 || r.Wage != 500000 || r.Base != 500000 {
			t.Errorf("%+v", r)
		}
	}
}

func TestPersonsAreHashedAlikeHoweverTheyAreWritten(t *testing.T) {
	hash := func(key [16]byte, person string) uint64 {
		f := open(t, englishHeader+change("insurance", "失业保险")+change("person_id", person), Options{PersonKey: key})
		all, err := readAll(t, f, registered)
		if err != nil || len(all.Records) != 2 {
			t.Fatalf("%v, %+v", err, all)
		}
		return all.Records[1].Person
	}
	key := [16]byte{7}
	if hash(key, "11010519491231002x") != hash(key, "\t１１010519491231002X ") {
		t.Error("one identity number gives two persons")
	}
	if hash(key, "P1") == hash(key, "P2") || hash(key, "P1") == hash([16]byte{8}, "P1") {
		t.Error("the hash does not depend on person and key")
	}
	if hash(key, " ") != 0 {
		t.Error("no person has a hash")
	}
}

func TestARejectNeverShowsThePersonsNumber(t *testing.T) {
	const number = "320102199001011234"
	for name, line := range map[string]string{
		"another cell is at fault":   strings.Replace(change("person_id", number), "5000.00", "x", 1),
		"the number has bad bytes":   change("person_id", number+"\xff"),
		"a cell too many before it":  strings.Replace(change("person_id", number), "R1,", "R1,x,", 1),
		"a cell too few before it":   strings.Replace(change("person_id", number), "R1,", "", 1),
		"an unclosed quote":          strings.Replace(change("person_id", number), "normal", `"normal`, 1),
		"the number in quotes":       strings.Replace(change("person_id", `"`+number+`"`), "5000.00", "x", 1),
		"the number stands as a key": strings.Replace(change("record_id", number), "5000.00", "x", 1),
	} {
		t.Run(name, func(t *testing.T) {
			all := mustRead(t, englishHeader+change("insurance", "失业保险")+line)
			if len(all.Rejects) != 1 {
				t.Fatalf("%+v", all)
			}
			if r := all.Rejects[0]; strings.Contains(r.Raw, number) || name != "the number stands as a key" && strings.Contains(r.Value, number) || !strings.Contains(r.Raw, "***") {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestTheRawLineIsDecodedAndCutBetweenCharacters(t *testing.T) {
	long := strings.Repeat("超", 3000)
	all := mustRead(t, gb18030(unitHeader+changeUnit("name", long)+strings.Replace(changeUnit("name", long), "企业", "厂", 1)))
	if len(all.Units) != 1 || len(all.Rejects) != 1 {
		t.Fatalf("%d, %+v", len(all.Units), all.Rejects)
	}
	raw := all.Rejects[0].Raw
	if len(raw) > 4096 || len(raw) < 4090 || !strings.HasPrefix(raw, unitA+",超超") || strings.Contains(raw, "\ufffd") {
		t.Errorf("%d bytes: %q…", len(raw), raw[:40])
	}
}

func TestLinesAreNumberedAsInTheFile(t *testing.T) {
	all := mustRead(t, "\n"+unitHeader+changeUnit("name", "\"a\nb\nc\"")+"\n"+changeUnit("size", "x")+unitLine)
	if d := cmp.Diff([]uint64{3, 8}, all.Lines); d != "" {
		t.Error(d)
	}
	if len(all.Rejects) != 1 || all.Rejects[0].Line != 7 || all.Counts.Blank != 1 {
		t.Errorf("%+v", all)
	}
}

func TestKeysAreWatchedForTheirOrder(t *testing.T) {
	for name, c := range map[string]struct {
		keys      []string
		ascending bool
	}{
		"ascending":          {[]string{"R1", "R2", "R3"}, true},
		"one twice":          {[]string{"R1", "R2", "R2"}, false},
		"descending":         {[]string{"R3", "R2", "R1"}, false},
		"by bytes, not size": {[]string{"R10", "R9"}, true},
		"none":               {nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			content := englishHeader
			for _, key := range c.keys {
				content += change("record_id", key)
			}
			counts := mustRead(t, content).Counts
			if counts.RecordIDsAscending != c.ascending {
				t.Errorf("%+v", counts)
			}
			if len(c.keys) == 3 && (counts.MinRecordID != "R1" || counts.MaxRecordID != max(c.keys[0], c.keys[2])) {
				t.Errorf("%+v", counts)
			}
		})
	}
}

func TestAnErrorOfTheCallerEndsTheReading(t *testing.T) {
	full := errors.New("disk full")
	content := englishHeader + strings.Repeat(englishLine, 20_000) + change("wage", "x")
	_, err := open(t, content, Options{ChunkBytes: 1}).Contributions(context.Background(), registered,
		func(*contribution.Block) error { return full }, func(Reject) error { return nil })
	if !errors.Is(err, full) {
		t.Errorf("block: %v", err)
	}
	_, err = open(t, content, Options{ChunkBytes: 1}).Contributions(context.Background(), registered,
		func(*contribution.Block) error { return nil }, func(Reject) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("reject: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	blocks := 0
	_, err = open(t, content, Options{ChunkBytes: 1}).Contributions(ctx, registered,
		func(*contribution.Block) error { blocks++; cancel(); return nil }, func(Reject) error { return nil })
	if !errors.Is(err, context.Canceled) || blocks > 5 {
		t.Errorf("cancel: %v after %d blocks", err, blocks)
	}
}

// checkText sees that a reject's reason can be put into words with the values that it carries.
func checkText(t *testing.T, r Reject) {
	t.Helper()
	for _, lang := range i18n.Languages {
		if text := i18n.For(lang).T("reject."+r.Code, r.Values...); strings.Contains(text, "reject.") || strings.Contains(text, "no value") {
			t.Errorf("%s: %s: %s", lang, r.Code, text)
		}
	}
}

// TestEveryReasonIsInTheCatalogueAndTestedAbove looks into the sources for the codes of rejects.
func TestEveryReasonIsInTheCatalogueAndTestedAbove(t *testing.T) {
	code := regexp.MustCompile(`(?:reject|word|wordOr|count)\(.*?"([a-z_]+)"|Code: +"([a-z_]+)"|Code.* = "([a-z_]+)"|return "(amount_[a-z_]+)"`)
	tests, err := os.ReadFile("rejects_test.go")
	if err != nil {
		t.Fatal(err)
	}
	ofTables, err := os.ReadFile("tables_test.go")
	if err != nil {
		t.Fatal(err)
	}
	tests = append(tests, ofTables...)
	found := map[string]bool{}
	for _, file := range []string{"cells.go", "reject.go", "contributions.go", "units.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range code.FindAllStringSubmatch(string(source), -1) {
			found[match[1]+match[2]+match[3]+match[4]] = true
		}
	}
	if len(found) < 30 {
		t.Fatalf("the sources have changed their form: only %d codes found", len(found))
	}
	for code := range found {
		if !strings.Contains(string(tests), `"`+code+`"`) {
			t.Errorf("no test rejects a line for %s", code)
		}
		for _, lang := range i18n.Languages {
			if !i18n.For(lang).Has("reject." + code) {
				t.Errorf("%s has no text for %s", lang, code)
			}
		}
	}
}
