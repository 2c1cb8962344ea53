package reader

import (
	"context"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// A control file is what a source says that its files add up to: a line a sum, of all of a file or of an insurance or month of it. It
// is read as any other file is, but every line must be right.

// Declared is a line of a control file.
type Declared struct {
	Line      uint64
	File      string                 // name of the file that it is of; "" where the control file does not say
	Insurance contribution.Insurance // 0 of all
	Period    period.Period          // 0 of all
	Figures   map[string]money.Fen   // by measure; a number of lines or persons as yuan
}

// MeasureRecords is how many lines a file has.
const MeasureRecords = "records"

// Measures are what a control file can give.
var Measures = []string{MeasureRecords, "headcount", "wage", "base", "employer_amount", "employee_amount", "payable", "received_amount"}

// kindControl is no kind of file that is loaded.
const kindControl = KindIssues + 1

// The columns of a control file, as indices of controlColumns. Those behind controlPeriod are measures.
const (
	controlFile = iota
	controlInsurance
	controlPeriod
	controlRecords
	controlHeadcount
)

var controlColumns = []column{
	controlFile:          {"file", "文件名", []string{"文件"}, "", false},
	controlInsurance:     {"insurance", "险种", []string{"险种名称", "征收项目"}, "", false},
	controlPeriod:        {"period", "费款所属期", []string{"所属期", "所属月份"}, "", false},
	controlRecords:       {MeasureRecords, "行数", []string{"明细行数", "明细条数", "记录数", "笔数", "条数"}, "", false},
	controlHeadcount:     {"headcount", "人数", []string{"缴费人数", "人次"}, "人", false},
	controlHeadcount + 1: {"wage", "缴费工资", []string{"缴费工资合计", "工资"}, "元", false},
	controlHeadcount + 2: {"base", "缴费基数", []string{"缴费基数合计", "基数"}, "元", false},
	controlHeadcount + 3: {"employer_amount", "单位应缴额", []string{"单位应缴额合计", "单位应缴金额", "单位应缴"}, "元", false},
	controlHeadcount + 4: {"employee_amount", "个人应缴额", []string{"个人应缴额合计", "个人应缴金额", "个人应缴"}, "元", false},
	controlHeadcount + 5: {"payable", "应缴合计", []string{"应缴额合计", "应缴额", "应缴金额"}, "元", false},
	controlHeadcount + 6: {"received_amount", "实缴金额", []string{"实缴金额合计", "实缴合计", "实缴额", "实缴"}, "元", false},
}

// parsedControl is what a chunk of a control file gives.
type parsedControl struct {
	lines   []Declared
	rejects []Reject
	counts  Counts
}

// Control reads a control file. Any line that is not understood makes the whole of it a problem.
func Control(ctx context.Context, path string, o Options) ([]Declared, error) {
	o.control = true
	f, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []Declared
	err = run(ctx, f, func() func(*chunk[parsedControl]) {
		p := &controlParser{newLine(f)}
		return p.parse
	}, func(r *parsedControl) error {
		if len(r.rejects) > 0 {
			bad := r.rejects[0]
			return problem.New("reader_control_line", "file", f.name, "line", bad.Line, "column", bad.Column, "value", bad.Value)
		}
		all = append(all, r.lines...)
		return nil
	})
	if err == nil && len(all) == 0 {
		return nil, problem.New("reader_empty", "file", f.name)
	}
	return all, err
}

// controlHeader tells that a file has none of the columns with figures.
func (f *File) controlHeader() error {
	for i := range controlColumns[controlRecords:] {
		if f.layout.has(controlRecords + i) {
			return nil
		}
	}
	var names []string
	for _, c := range controlColumns {
		names = append(names, c.String())
	}
	return problem.New("reader_control_header", "file", f.name, "found", list(f.Columns, "、"), "columns", strings.Join(names, "、"))
}

type controlParser struct{ line }

func (p *controlParser) parse(c *chunk[parsedControl]) {
	r := &c.result
	r.lines = nil
	p.rejects = r.rejects
	p.eachLine(c.data, c.line, &r.counts, func() bool {
		d := Declared{Line: p.number, Figures: map[string]money.Fen{}}
		if !p.read(&d) {
			return false
		}
		r.lines = append(r.lines, d)
		return true
	})
	r.rejects = p.rejects
}

// allWords are what control files write for all insurances or months.
var allWords = []string{"", "合计", "全部", "所有", "总计", "all", "total"}

// all tells whether a cell stands for all.
func (p *controlParser) all(column int) bool {
	text, ok := p.code(column)
	return ok && slices.Contains(allWords, strings.ToLower(string(text)))
}

func (p *controlParser) read(d *Declared) bool {
	file, ok := p.text(controlFile)
	if !ok {
		return false
	}
	d.File = string(file)
	if !p.all(controlInsurance) {
		if d.Insurance, ok = word(&p.line, controlInsurance, insuranceWords, "insurance_unknown"); !ok {
			return false
		}
	}
	if !p.all(controlPeriod) {
		if d.Period, ok = p.period(controlPeriod); !ok {
			return false
		}
	}
	for i := controlRecords; i < len(controlColumns); i++ {
		if p.missing(i) {
			continue
		}
		text, ok := p.code(i)
		if !ok {
			return false
		}
		sum, ok := money.ParseSum(text)
		if !ok || i <= controlHeadcount && (sum < 0 || sum%100 != 0) {
			return p.reject(i, "amount_not_number")
		}
		d.Figures[controlColumns[i].id] = sum
	}
	return true
}
