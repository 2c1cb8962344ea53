package reader

import (
	"context"
	"time"
	"unicode/utf8"

	"jianfu/internal/ledger"
	"jianfu/internal/region"
	"jianfu/internal/typed"
)

// Issue is a line of a file of issues.
type Issue struct {
	Source   ledger.Source
	Nature   ledger.Nature
	Category ledger.Category
	Severity ledger.Severity
	Title    string
	Unit     string // "" where it is about none
	Region   string
	RaisedOn string // 2019-06-03; "" where the file does not say
	Contact  string
	Text     string
}

// parsedIssues is what a chunk of a file of issues gives.
type parsedIssues struct {
	issues  []Issue
	lines   []uint64
	rejects []Reject
	counts  Counts
}

// Issues reads the file. It calls issue for every accepted line and reject for every other, each in the order of the file,
// from one goroutine; an error of either ends the reading.
func (f *File) Issues(ctx context.Context, issue func(i Issue, line uint64) error, reject func(Reject) error) (Counts, error) {
	var total Counts
	err := run(ctx, f, func() func(*chunk[parsedIssues]) {
		p := &issueParser{newLine(f)}
		return p.parse
	}, func(r *parsedIssues) error {
		for i, one := range r.issues {
			if err := issue(one, r.lines[i]); err != nil {
				return err
			}
		}
		for _, rejected := range r.rejects {
			if err := reject(rejected); err != nil {
				return err
			}
		}
		total.add(r.counts)
		return nil
	})
	total.RecordIDsAscending = false
	return total, err
}

// issueParser turns lines into issues; each worker has one.
type issueParser struct{ line }

func (p *issueParser) parse(c *chunk[parsedIssues]) {
	r := &c.result
	r.issues, r.lines = r.issues[:0], r.lines[:0]
	p.rejects = r.rejects
	p.eachLine(c.data, c.line, &r.counts, func() bool {
		var i Issue
		if !p.read(&i) {
			return false
		}
		r.issues = append(r.issues, i)
		r.lines = append(r.lines, p.number)
		return true
	})
	r.rejects = p.rejects
}

func (p *issueParser) read(i *Issue) (ok bool) {
	if i.Source, ok = word(&p.line, issueSource, sourceWords, "issue_source_unknown"); !ok {
		return false
	}
	if i.Title, ok = p.words(issueTitle, ledger.LongestTitle); !ok {
		return false
	}
	if i.Title == "" {
		return p.reject(issueTitle, "value_missing")
	}
	return p.readMatter(i) && p.readClasses(i) && p.readRest(i)
}

// readMatter reads what the issue is about. A unit need not be registered: whoever asks may be about to be.
func (p *issueParser) readMatter(i *Issue) bool {
	if !p.missing(issueUnit) {
		id, ok := p.unit(issueUnit)
		if !ok || !p.checked(issueUnit, id) {
			return false
		}
		i.Unit = string(id[:])
	}
	code, ok := p.required(issueRegion)
	if !ok {
		return false
	}
	if i.Region = string(code); !region.Known(i.Region) {
		return p.reject(issueRegion, "issue_region_unknown")
	}
	return true
}

// readClasses reads what kind of issue it is. A file that does not say so has questions of ordinary weight.
func (p *issueParser) readClasses(i *Issue) (ok bool) {
	if i.Nature, ok = wordOr(&p.line, issueNature, natureWords, "issue_nature_unknown", "consult"); !ok {
		return false
	}
	if i.Category, ok = wordOr(&p.line, issueCategory, categoryWords, "issue_category_unknown", "other"); !ok {
		return false
	}
	i.Severity, ok = wordOr(&p.line, issueSeverity, severityWords, "issue_severity_unknown", "normal")
	return ok
}

func (p *issueParser) readRest(i *Issue) bool {
	day, ok := p.day(issueRaisedOn)
	if !ok {
		return false
	}
	if day != 0 {
		i.RaisedOn = time.Unix(int64(day)*86400, 0).UTC().Format("2006-01-02")
	}
	if i.Contact, ok = p.words(issueContact, ledger.LongestTitle); !ok {
		return false
	}
	i.Text, ok = p.words(issueText, ledger.LongestWords)
	return ok
}

// words reads free text of so many characters at most.
func (p *issueParser) words(column, most int) (string, bool) {
	text, ok := p.text(column)
	if !ok {
		return "", false
	}
	if n := utf8.RuneCount(text); n > most {
		return "", p.reject(column, "text_too_long", "found", n, "most", most)
	}
	return typed.Words(string(text)), true
}

var sourceWords = wordsOf(map[string]ledger.Source{
	"hotline_12366 12366 12366热线 12366纳税服务热线 12366网络平台 12366纳税缴费服务热线": "hotline_12366",
	"transfer_12333 12333 12333转办 12333热线 12333转接":                    "transfer_12333",
	"hotline_12345 12345 12345热线 12345转办 12345政务服务便民热线":               "hotline_12345",
	"hall 办税服务厅 服务厅 办税厅 大厅 窗口":                                        "hall",
	"web 网站 门户网站 税务网站 网络 网上":                                          "web",
	"letter 来信 信件 信访":                                                 "letter",
	"visit 来访 上门 走访":                                                  "visit",
	"seminar 座谈 座谈会":                                                  "seminar",
	"inspection 督察检查 检查 督查 督察 督察内审":                                   "inspection",
})

var natureWords = wordsOf(map[string]ledger.Nature{
	"consult 咨询 求助": "consult", "complaint 投诉": "complaint", "report 举报 检举": "report", "suggestion 意见建议 建议 意见": "suggestion",
	"found 主动发现 发现": "found",
})

var categoryWords = wordsOf(map[string]ledger.Category{
	"policy 政策落实 政策执行 政策": "policy", "enforcement 执法 执法规范": "enforcement", "service 服务 纳税服务 缴费服务": "service",
	"system 信息系统 系统": "system", "relief 法律救济 救济": "relief", "other 其他 其它": "other",
})

var severityWords = wordsOf(map[string]ledger.Severity{
	"low 轻 轻微 低": "low", "normal 一般 普通 中": "normal", "high 重 较重 严重 高": "high", "urgent 紧急 特急": "urgent",
})
