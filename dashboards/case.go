package dashboards

import (
	"strconv"

	"jianfu/internal/detection"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// CaseSection is what the page of a unit says of it as a case: what was found, why, how bad it is, and what is being done.
type CaseSection struct {
	Choice  string // which case it is, for who opens an issue
	Place   string // county of the case, where the unit has several
	Found   bool
	State   Mark
	Level   Mark
	Score   string
	Parts   []ScorePart
	Reasons CaseSums
	Causes  CaseSums
	Risks   CaseSums
	Growth  []CaseChange // why the bill differs from that of the reference month
	Since   string       // the reference month, "" where there is none
	Peers   string
	Below   bool
	Facts   []StampItem
	Issues  []CaseLink
	Open    bool // an issue is open
	Money   bool // more was charged than owed, so that an issue can be about it
}

// ScorePart is what one rule adds to the score.
type ScorePart struct {
	Name, Fact, Points string
	Width              float32 // in percent of what the rule can add at most
}

// CaseSums are reasons, causes or risks with what they come to.
type CaseSums struct {
	Title string
	Lines []CaseLine
	Total string // what the lines add up to, "" where they do not add up to anything
	Check Check
}

// CaseLine is a reason, a cause or a risk: what it is, what it comes to, which rule it breaks and what to do.
type CaseLine struct {
	ID, Name, Text, Basis, Remedy string
	Amount, Records               string
	Tone                          Tone
}

// CaseChange is a part of the change of a bill.
type CaseChange struct {
	Name, Amount string
	Tone         Tone
}

// NewCaseSection makes the contents; rules are those of the run's pack, and link leads to an issue ("issue", by number).
func NewCaseSection(c *queries.Case, rules detection.Rules, link Linker, p *i18n.Printer) *CaseSection {
	b := caseBuilder{builder{p: p, names: NewNames(p), link: link}, rules, c}
	s := &CaseSection{
		Choice: CaseChoice(c.UnitID, c.RegionCode), Place: b.names.Region(c.RegionCode), Found: c.Found, State: Mark{c.State, b.names.Word("state")(c.State)}, Score: strconv.Itoa(int(c.Score)),
		Reasons: b.sums("reasons", c.Reasons), Causes: b.sums("causes", c.Causes), Risks: b.sums("risks", c.Risks), Issues: b.issueLinks(c.Issues), Money: c.Shortfall() > 0,
	}
	if c.Level != "" {
		s.Level, s.Parts = Mark{c.Level, levelName(b.names, c.Level)}, b.score()
	}
	s.Reasons.Total, s.Reasons.Check = exact(c.Shortfall()), CheckWrong
	sum := c.Shortfall()
	for _, r := range c.Reasons {
		sum -= r.Amount
	}
	if sum == 0 {
		s.Reasons.Check = CheckEqual
	}
	for _, i := range c.Issues {
		s.Open = s.Open || i.Open
	}
	s.Facts, s.Peers, s.Below = b.facts(), b.peers(), c.Peers.Below
	if g := c.Growth; g.Reference != 0 {
		s.Since = Month(p, g.Reference)
		for _, part := range []CaseChange{{"change", signed(g.Change()), ToneNone}, {"headcount", signed(g.Headcount), toneOf(-g.Headcount)}, {"wage", signed(g.Wage), toneOf(-g.Wage)}, {"policy", signed(g.Policy), toneOf(-g.Policy)}} {
			part.Name = p.T("web.case.growth." + part.Name)
			s.Growth = append(s.Growth, part)
		}
	}
	return s
}

type caseBuilder struct {
	builder
	rules detection.Rules
	c     *queries.Case
}

// score takes the score apart, rule by rule.
func (b caseBuilder) score() []ScorePart {
	c, p := b.c, b.p
	_, _, parts := b.rules.Score(detection.Facts{Amount: c.Stake(), Months: int(c.MonthsShort), Persons: int(c.Persons), Small: c.Small(), Repeated: int(c.Repeated)})
	facts := map[string]string{
		"amount": p.T("web.amount.yuan", "amount", exact(c.Stake())), "months": p.T("web.case.months", "count", c.MonthsShort), "persons": p.T("web.case.persons", "count", count(uint64(c.Persons))),
		"small": b.names.Word("size")(c.Size), "repeated": p.T("web.case.times", "count", c.Repeated),
	}
	var lines []ScorePart
	for _, part := range parts {
		line := ScorePart{Name: p.T("web.case.score." + part.Rule), Fact: facts[part.Rule], Points: strconv.Itoa(part.Points) + " / " + strconv.Itoa(part.Most)}
		if part.Most > 0 {
			line.Width = float32(part.Points) * 100 / float32(part.Most)
		}
		lines = append(lines, line)
	}
	return lines
}

// sums are reasons, causes or risks by the rules that found them.
func (b caseBuilder) sums(kind string, list []queries.CaseAmount) CaseSums {
	sums := CaseSums{Title: b.p.T("web.case." + kind)}
	for _, one := range list {
		rule, _ := b.rules.Rule(one.ID)
		line := CaseLine{ID: one.ID, Name: b.markName(one.ID), Text: rule.Text.In(b.p.Language()), Basis: rule.Basis.In(b.p.Language()), Remedy: rule.Remedy.In(b.p.Language())}
		if one.Amount != 0 {
			line.Amount, line.Tone = exact(one.Amount), toneOf(-one.Amount)
		}
		if one.Records > 0 {
			line.Records = b.p.T("web.case.records", "count", count(one.Records))
		}
		sums.Lines = append(sums.Lines, line)
	}
	return sums
}

// peers compares the share of the due cut that arrived with that of units of the same kind.
func (b caseBuilder) peers() string {
	c := b.c
	if c.Peers.Median == nil { // too few
		return b.p.T("web.case.no_peers")
	}
	return b.p.T("web.case.peers", "county", b.names.Region(c.RegionCode), "industry", b.names.Industry(section(c.IndustryCode)), "size", b.names.Word("size")(c.Size),
		"units", count(uint64(c.Peers.Units)), "median", percentOf(*c.Peers.Median), "own", percentOf(c.Peers.Own))
}

// facts are the rest of what was found.
func (b caseBuilder) facts() []StampItem {
	c, p := b.c, b.p
	facts := []StampItem{{p.T("web.column.due"), exact(c.Due())}, {p.T("web.column.real"), exact(c.Real())}, {p.T("web.column.shortfall"), exact(c.Shortfall())},
		{p.T("web.column.rate"), rate(p, c.Real(), c.Due())}, {p.T("web.cases.column.months"), p.T("web.case.months_of", "short", c.MonthsShort, "all", c.Months)}}
	for _, i := range c.Insurances {
		if i.Amount != 0 {
			facts = append(facts, StampItem{b.names.Word("insurance")(i.ID), exact(i.Amount)})
		}
	}
	if c.Channel != "" {
		facts = append(facts, StampItem{p.T("web.cases.column.channel"), b.channel(c.Channel)})
	}
	return facts
}
