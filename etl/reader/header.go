package reader

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"jianfu/internal/problem"
)

// column is one column of design §4.
type column struct {
	id       string   // the English name
	chinese  string   // the Chinese name
	aliases  []string // other names met in files
	unit     string   // a unit that the name may bear in brackets; any other would change the figures
	required bool
}

func (c column) String() string { return c.chinese + " (" + c.id + ")" }

// The columns of a units file, as indices of unitColumns.
const (
	unitID = iota
	unitName
	unitRegion
	unitIndustry
	unitRegistration
	unitKind
	unitEmployees
	unitRevenue
	unitAssets
	unitSize
	unitRiskClass
	unitFloatFactor
	unitElections
	unitValidFrom
)

// The kind of a unit is required, because guessing it would choose its rates.
var unitColumns = []column{
	unitID:           {"unit_id", "统一社会信用代码", creditCodeNames, "", true},
	unitName:         {"name", "单位名称", []string{"名称", "缴费单位名称", "纳税人名称", "企业名称", "缴费人名称"}, "", false},
	unitRegion:       {"region_code", "行政区划代码", []string{"行政区划", "区划代码", "region"}, "", true},
	unitIndustry:     {"industry_code", "行业代码", []string{"国民经济行业代码", "行业", "industry"}, "", false},
	unitRegistration: {"registration_type", "登记注册类型", []string{"注册类型", "登记注册类型代码"}, "", false},
	unitKind:         {"unit_kind", "单位类型", []string{"缴费单位类型"}, "", true},
	unitEmployees:    {"employees", "从业人员", []string{"从业人数", "从业人员数", "从业人员期末人数"}, "人", false},
	unitRevenue:      {"revenue", "营业收入", nil, "万元", false},
	unitAssets:       {"assets", "资产总额", []string{"资产总计"}, "万元", false},
	unitSize:         {"size", "企业规模", []string{"规模", "单位规模"}, "", false},
	unitRiskClass:    {"risk_class", "工伤风险类别", []string{"风险类别", "工伤保险风险类别"}, "", false},
	unitFloatFactor:  {"float_factor", "工伤浮动系数", []string{"浮动系数", "工伤保险浮动系数"}, "", false},
	unitElections:    {"elections", "申请享受", []string{"申请享受政策", "申请享受措施"}, "", false},
	unitValidFrom:    {"valid_from", "生效日期", []string{"生效期", "生效所属期"}, "", false},
}

// The columns of a contributions file, as indices of contributionColumns.
const (
	recordID = iota
	recordUnit
	recordPeriod
	recordPeriodEnd
	recordInsurance
	recordEntryType
	recordPerson
	recordHeadcount
	recordWage
	recordBase
	recordEmployerRate
	recordEmployerAmount
	recordEmployeeRate
	recordEmployeeAmount
	recordReceivedOn
	recordReceivedAmount
	recordChannel
)

var contributionColumns = []column{
	recordID:             {"record_id", "明细序号", []string{"明细编号", "序号", "流水号", "明细流水号"}, "", true},
	recordUnit:           {"unit_id", "统一社会信用代码", creditCodeNames, "", true},
	recordPeriod:         {"period", "费款所属期", []string{"所属期", "费款所属期间", "所属月份", "费款所属期起", "所属期起", "费款所属日期起", "所属日期起"}, "", true},
	recordPeriodEnd:      {"period_end", "费款所属期止", []string{"所属期止", "费款所属日期止", "所属日期止"}, "", false},
	recordInsurance:      {"insurance", "险种", []string{"险种名称", "征收项目", "险种类型"}, "", true},
	recordEntryType:      {"entry_type", "征缴类型", []string{"缴费类型"}, "", false},
	recordPerson:         {"person_id", "个人编号", []string{"人员编号", "社会保障号码", "社会保障号", "身份证号", "证件号码"}, "", false},
	recordHeadcount:      {"headcount", "人数", []string{"缴费人数"}, "人", false},
	recordWage:           {"wage", "缴费工资", []string{"工资", "申报工资"}, "元", true},
	recordBase:           {"base", "缴费基数", []string{"基数"}, "元", true},
	recordEmployerRate:   {"employer_rate", "单位费率", []string{"单位缴费比例", "单位缴费费率"}, "", true},
	recordEmployerAmount: {"employer_amount", "单位应缴额", []string{"单位应缴金额", "单位应缴", "单位缴费额"}, "元", true},
	recordEmployeeRate:   {"employee_rate", "个人费率", []string{"个人缴费比例", "个人缴费费率"}, "", false},
	recordEmployeeAmount: {"employee_amount", "个人应缴额", []string{"个人应缴金额", "个人应缴", "个人缴费额"}, "元", false},
	recordReceivedOn:     {"received_on", "入库日期", []string{"入库时间"}, "", false},
	recordReceivedAmount: {"received_amount", "实缴金额", []string{"实缴额", "实缴", "入库金额"}, "元", false},
	recordChannel:        {"channel", "缴费渠道", []string{"渠道", "缴费方式"}, "", false},
}

var creditCodeNames = []string{"社会信用代码", "信用代码", "单位信用代码", "统一社会信用代码/纳税人识别号", "纳税人识别号"}

// The columns of a file of issues, as indices of issueColumns.
const (
	issueSource = iota
	issueTitle
	issueUnit
	issueRegion
	issueNature
	issueCategory
	issueSeverity
	issueRaisedOn
	issueContact
	issueText
)

var issueColumns = []column{
	issueSource:   {"source", "来源", []string{"问题来源"}, "", true},
	issueTitle:    {"title", "标题", []string{"问题标题"}, "", true},
	issueUnit:     {"unit_id", "统一社会信用代码", creditCodeNames, "", false},
	issueRegion:   {"region_code", "行政区划代码", []string{"行政区划", "区划代码", "region"}, "", true},
	issueNature:   {"nature", "诉求性质", []string{"性质"}, "", false},
	issueCategory: {"category", "类别", []string{"问题类别"}, "", false},
	issueSeverity: {"severity", "严重程度", []string{"紧急程度"}, "", false},
	issueRaisedOn: {"raised_on", "提出日期", []string{"登记日期"}, "", false},
	issueContact:  {"contact", "联系方式", []string{"联系人"}, "", false},
	issueText:     {"text", "内容", []string{"问题内容"}, "", false},
}

var columnsOf = map[Kind][]column{KindUnits: unitColumns, KindContributions: contributionColumns, KindIssues: issueColumns, kindControl: controlColumns}

// columnNames finds a kind's columns by the plain form of every name that they may bear.
var columnNames = func() map[Kind]map[string]int {
	all := map[Kind]map[string]int{}
	for kind, columns := range columnsOf {
		names := map[string]int{}
		for i, c := range columns {
			for _, name := range append([]string{c.id, c.chinese}, c.aliases...) {
				names[plainColumn(name)] = i
				if c.unit != "" {
					names[plainColumn(name+"("+c.unit+")")] = i
				}
			}
		}
		all[kind] = names
	}
	return all
}()

// plainColumn makes names comparable: half-width, lower case, without spaces, underscores, dashes and the asterisk or
// the word that forms put at what must be filled in.
func plainColumn(name string) string {
	name = strings.ToLower(norm.NFKC.String(name))
	name = strings.TrimSuffix(strings.Trim(name, "* \t"), "(必填)")
	return strings.NewReplacer(" ", "", "_", "", "-", "", "\ufeff", "", "\u200b", "", "\t", "", "\r", "", "\n", "").Replace(name)
}

// layout says where in a file the columns of its kind stand.
type layout struct {
	at    []int    // by the index of the column: where it stands in the file, or -1
	names []string // the file's header
}

func (l layout) has(column int) bool { return l.at[column] >= 0 }

// ColumnName returns what the file's header calls a column, given its English name; that name where it has none.
func (f *File) ColumnName(id string) string {
	for i, c := range columnsOf[f.Kind] {
		if c.id == id && f.layout.has(i) {
			return f.Columns[f.layout.at[i]]
		}
	}
	return id
}

// Delimiter is what stands between the cells of a line.
func (f *File) Delimiter() string { return string(rune(f.delimiter)) }

// readHeader finds the header and what it says. It returns where the header ends.
func (f *File) readHeader(text []byte, final bool) (end int, err error) {
	if end, err = f.findHeader(text, final); err != nil {
		return 0, err
	}
	if err := f.readColumns(); err != nil {
		return 0, err
	}
	if err := f.unitAbove(); err != nil {
		return 0, err
	}
	f.fitColumns(text[end:], final)
	return end, nil
}

// titleLines is how many lines may stand above the header: a title, who made the table and when, merged cells.
const titleLines = 20

// findHeader finds the header in the file's start: of its first lines the one with most names of columns, or the first
// that is not blank where none has two. Two lines are one header where names are cells merged over both.
func (f *File) findHeader(text []byte, final bool) (end int, err error) {
	line, at, most := uint64(1), 0, 0
	var above uint64
	var before []string // the line above
	var texts []string  // of the lines so far
	for seen := 0; seen <= titleLines && at < len(text); {
		var candidate row
		length, delimiter := f.headerRecord(&candidate, text[at:], final)
		if length == 0 {
			if most > 0 {
				break
			}
			return 0, problem.New("reader_line_too_long", "file", f.name, "line", line)
		}
		record, first := text[at:at+length], line
		line += uint64(bytes.Count(record, []byte{'\n'})) //nolint:gosec // a count
		at += length
		if candidate.blank() {
			continue
		}
		names := f.names(&candidate)
		header, known, lines := f.headerOf(before, names)
		if most == 0 || known >= leastNames && known > most {
			most = max(known, 1)
			f.Columns, f.delimiter, f.firstLine, f.HeaderLine, f.LinesAbove, end = header, delimiter, line, first, above, at
			if lines > 1 {
				f.LinesAbove--
			}
		}
		before = names
		if seen++; !separatorLine(record) {
			above++
			texts = append(texts, strings.Join(names, " "))
		}
	}
	if most == 0 {
		return 0, problem.New("reader_empty", "file", f.name)
	}
	f.titles = texts[:min(int(f.LinesAbove), len(texts))] //nolint:gosec // a few
	return end, nil
}

// titleUnit is how a title says in which unit amounts are.
var titleUnit = regexp.MustCompile(`单位\s*[:：]\s*(?:人民币)?\s*(百元|千元|万元|百万元|亿元)`)

// unitAbove refuses a file of contributions whose title says that its amounts are not in yuan: taken as yuan, they would be wrong a
// thousandfold in silence.
func (f *File) unitAbove() error {
	for _, title := range f.titles {
		if m := titleUnit.FindStringSubmatch(title); m != nil && f.Kind == KindContributions {
			return problem.New("reader_title_unit", "file", f.name, "title", title, "unit", m[1])
		}
	}
	return nil
}

// names are the cells of a line as names of columns.
func (f *File) names(r *row) []string {
	names := make([]string, len(r.ends))
	for i := range r.ends {
		cell, _ := f.encoding.decode(r.cell(i))
		names[i] = strings.TrimFunc(string(cell), invisible)
	}
	return names
}

// headerOf is the header that a line is, alone or with the line above it, and how many names of columns it has.
func (f *File) headerOf(above, line []string) (header []string, known, lines int) {
	known = f.knownNames(line)
	both := f.mergedNames(above, line)
	if n := f.knownNames(both); len(above) > 0 && n > known && n > f.knownNames(above) {
		return both, n, 2
	}
	return line, known, 1
}

// mergedNames reads two lines as one header. A name that is merged over both lines stands in the upper one; one that is
// merged over several columns stands in the first of them, and with what stands below may be a name: 单位 over 费率.
func (f *File) mergedNames(above, line []string) []string {
	both := make([]string, max(len(above), len(line)))
	over := ""
	for i := range both {
		upper, lower := "", ""
		if i < len(above) {
			upper = above[i]
		}
		if i < len(line) {
			lower = line[i]
		}
		if upper != "" || lower == "" {
			over = upper
		}
		switch {
		case lower == "":
			both[i] = upper
		case f.knownName(lower) || !f.knownName(over+lower):
			both[i] = lower
		default:
			both[i] = over + lower
		}
	}
	return both
}

// kinds are those that the file may be of.
func (f *File) kinds() []Kind {
	if f.options.control {
		return []Kind{kindControl}
	}
	return Kinds
}

// knownName tells whether a text is a column's name in any kind of file that this may be.
func (f *File) knownName(text string) bool {
	return knownIn(f.kinds(), f.plainName(text))
}

// knownNames counts the texts that are a column's name.
func (f *File) knownNames(texts []string) int {
	known := 0
	for _, text := range texts {
		if f.knownName(text) {
			known++
		}
	}
	return known
}

// leastNames is how many names of columns make a line a header.
const leastNames = 2

// separatorLine tells sep=, by which spreadsheets are told what stands between the cells.
func separatorLine(record []byte) bool {
	return len(record) <= 16 && bytes.HasPrefix(bytes.ToLower(bytes.Trim(record, "\"")), []byte("sep="))
}

// sampledLines is how many lines are looked at to see whether all have more or fewer cells than the header.
const sampledLines = 1000

// fitColumns makes the header as wide as the lines, where only empty cells at the end of either make the difference: some
// programs end each line with a separator. Whether they do is seen by all lines of the file's start together, since one
// line with a cell too many may have a comma in a name.
func (f *File) fitColumns(text []byte, final bool) {
	if !final {
		text = text[:wholeRecords(text, f.delimiter)]
	}
	named := len(f.Columns)
	for named > 0 && f.Columns[named-1] == "" {
		named--
	}
	width := 0
	var r row
	for n := 0; n < sampledLines && len(text) > 0; n++ {
		length, end := r.nextRecord(text, f.delimiter)
		text = text[length:]
		if end == misquoted || r.blank() {
			continue
		}
		if width == 0 {
			width = len(r.ends)
		}
		if len(r.ends) != width || width < named || !r.emptyFrom(named) {
			return
		}
	}
	if width == 0 || width == len(f.Columns) {
		return
	}
	f.Columns = append(slices.Clone(f.Columns[:named]), make([]string, width-named)...)
	f.layout.names, f.surplus = f.Columns, width-named
}

// headerRecord cuts the first record off text by the delimiter that gives most columns with a known name; a comma if
// none does.
func (f *File) headerRecord(header *row, text []byte, final bool) (length int, delimiter byte) {
	most := -1
	for _, candidate := range []byte{',', '\t', ';'} {
		whole := len(text)
		if !final {
			whole = wholeRecords(text, candidate)
		}
		if whole == 0 {
			continue
		}
		var r row
		n, end := r.nextRecord(text[:whole], candidate)
		if end != misquoted {
			if known := f.knownNames(f.names(&r)); known > most {
				most, length, delimiter = known, n, candidate
				*header = r
			}
		} else if most < 0 { // quotes gone wrong: show the line uncut
			most, length, delimiter = 0, n, candidate
			header.splitPlain(bytes.TrimRight(text[:n], "\r\n"), 0)
		}
	}
	return length, delimiter
}

// readColumns decides on the kind, the one that knows most of the columns, and lays the columns out.
func (f *File) readColumns() error {
	plain := make([]string, len(f.Columns))
	for i, name := range f.Columns {
		plain[i] = f.plainName(name)
	}
	best := 0
	for _, kind := range f.kinds() {
		known := 0
		for _, name := range plain {
			if _, ok := columnNames[kind][name]; ok {
				known++
			}
		}
		if known > best {
			f.Kind, best = kind, known
		}
	}
	if best < leastNames && !f.options.control {
		return problem.New("reader_no_header", "file", f.name, "found", list(f.Columns, "、"), "encoding", f.Encoding,
			"units", required(KindUnits), "contributions", required(KindContributions), "issues", required(KindIssues))
	}
	if f.options.control {
		f.Kind = kindControl
	}
	columns := columnsOf[f.Kind]
	f.layout = layout{at: make([]int, len(columns)), names: f.Columns}
	for i := range f.layout.at {
		f.layout.at[i] = -1
	}
	for i, name := range plain {
		column, ok := columnNames[f.Kind][name]
		if !ok {
			if name != "" {
				f.UnknownColumns = append(f.UnknownColumns, f.Columns[i])
			}
			continue
		}
		if before := f.layout.at[column]; before >= 0 {
			return problem.New("reader_duplicate_column", "file", f.name, "column", columns[column].String(),
				"first", before+1, "second", i+1)
		}
		f.layout.at[column] = i
	}
	if f.options.control {
		return f.controlHeader()
	}
	return f.requireColumns(columns)
}

func (f *File) requireColumns(columns []column) error {
	var missing []string
	for i, c := range columns {
		if c.required && !f.layout.has(i) {
			missing = append(missing, c.String())
		}
	}
	// A rate without its amount, or the other way round, would make one of them zero.
	if f.Kind == KindContributions && f.layout.has(recordEmployeeRate) != f.layout.has(recordEmployeeAmount) {
		for _, i := range []int{recordEmployeeRate, recordEmployeeAmount} {
			if !f.layout.has(i) {
				missing = append(missing, columns[i].String())
			}
		}
	}
	if len(missing) > 0 {
		return problem.New("reader_columns_missing", "file", f.name, "kind", f.Kind.String(),
			"columns", strings.Join(missing, "、"), "found", list(f.Columns, "、"))
	}
	return nil
}

// required lists the columns that a file of this kind must have.
func required(kind Kind) string {
	var names []string
	for _, c := range columnsOf[kind] {
		if c.required {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, "、")
}

// list shows a file's own column names, however long they are.
func list(names []string, comma string) string {
	shown := slices.Clone(names[:min(len(names), 30)])
	for i, name := range shown {
		shown[i] = shorten(name, 40)
	}
	if len(names) > len(shown) {
		shown = append(shown, "…")
	}
	return strings.Join(shown, comma)
}
