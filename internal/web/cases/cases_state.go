package cases

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/detection"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// The parameters of a list of cases, besides those that narrow every list. A case's reason has a name of its own, since
// "reason" says why a file is taken away.
const (
	paramMark     = "mark"     // id of a reason, cause or risk
	paramChannel  = "channel"  // of declaring
	paramFinding  = "finding"  // id of a systemic finding
	paramRepeated = "repeated" // only cases that earlier runs had found
	paramBelow    = "below"    // only units below their peers
	paramEvery    = "every"    // units without anything found too
	paramSample   = "sample"   // how a sample is drawn
	paramCount    = "count"    // how many units it has
	paramSeed     = "seed"     // of its draw
)

// How many units a sample can have, and has where nobody says.
const (
	mostDrawn   = 500
	usualSample = "20"
)

// casesState is what an address says of a list of cases.
type casesState struct {
	search, state, level, mark, channel, finding, issue string
	repeated, below, every                              bool
	sort                                                string
	descending                                          bool
	columns                                             []string
	page, perPage                                       uint64
	sample                                              string // "" where the list is no sample
	count                                               int
	seed                                                uint64
}

// usualCaseSort is the order of a list for which nobody has chosen: the most severe first.
const usualCaseSort = "score"

// marks are what cases can be looked for by: reasons, causes and risks.
func marks() []string {
	var ids []string
	for _, kind := range []detection.Kind{detection.Reason, detection.Cause, detection.Risk} {
		ids = append(ids, detection.Shipped.IDs(kind)...)
	}
	return ids
}

// readCases reads the parameters of a list of cases.
func readCases(c *fiber.Ctx) (casesState, error) {
	u := casesState{search: strings.TrimSpace(c.Query(kit.ParamSearch)), sort: usualCaseSort, descending: true}
	bad := func(name, value string, known []string) error {
		return kit.Status(fiber.StatusBadRequest, kit.BadChoice(name, value, known))
	}
	for _, word := range []struct {
		into  *string
		name  string
		known []string
	}{
		{&u.state, kit.ParamState, kit.Ids(burden.States)}, {&u.level, kit.ParamLevel, kit.Words(ledger.Severities)}, {&u.mark, paramMark, marks()},
		{&u.channel, paramChannel, kit.Ids(contribution.Channels)}, {&u.issue, kit.ParamIssue, queries.CaseIssueStates}, {&u.sample, paramSample, sampleWays},
	} {
		value := c.Query(word.name)
		if value != "" && !slices.Contains(word.known, value) {
			return u, bad(word.name, value, word.known)
		}
		*word.into = value
	}
	for _, box := range []struct {
		into *bool
		name string
	}{{&u.repeated, paramRepeated}, {&u.below, paramBelow}, {&u.every, paramEvery}} {
		value := c.Query(box.name)
		if value != "" && value != kit.Yes {
			return u, bad(box.name, value, []string{kit.Yes})
		}
		*box.into = value == kit.Yes
	}
	if u.finding = c.Query(paramFinding); u.finding != "" && !findingForm.MatchString(u.finding) {
		return u, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_form", "name", paramFinding, "value", kit.Shortened(u.finding), "example", findingExample))
	}
	if sort := c.Query(kit.ParamSort); sort != "" {
		by, descending := strings.CutPrefix(sort, "-")
		if !slices.Contains(queries.CaseSorts, by) {
			return u, bad(kit.ParamSort, sort, queries.CaseSorts)
		}
		u.sort, u.descending = by, descending
	}
	var err error
	if u.columns, err = readColumns(c, dashboards.CaseColumns); err != nil {
		return u, err
	}
	if err := u.readSample(c); err != nil {
		return u, err
	}
	u.page, u.perPage, err = kit.ReadPage(c)
	return u, err
}

// readSample reads how large a sample is and by which seed it was drawn, 0 where nobody drew; a list that is none has neither.
func (u *casesState) readSample(c *fiber.Ctx) error {
	if u.sample == "" {
		return nil
	}
	count, err := strconv.Atoi(c.Query(paramCount, usualSample))
	if err != nil || count < 1 || count > mostDrawn {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", paramCount, "value", kit.Shortened(c.Query(paramCount)), "least", 1, "most", mostDrawn))
	}
	seed, err := strconv.ParseUint(c.Query(paramSeed, "0"), 10, 32)
	if err != nil {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", paramSeed, "value", kit.Shortened(c.Query(paramSeed)), "least", 0, "most", 1<<32-1))
	}
	u.count, u.seed = count, seed
	return nil
}

// readColumns reads which columns a list has; a form sends one parameter for each box.
func readColumns(c *fiber.Ctx, known []string) ([]string, error) {
	var columns []string
	for _, several := range c.Context().QueryArgs().PeekMulti(kit.ParamColumns) {
		for column := range strings.SplitSeq(string(several), ",") {
			if column == "" || slices.Contains(columns, column) {
				continue
			}
			if !slices.Contains(known, column) {
				return nil, kit.Status(fiber.StatusBadRequest, kit.BadChoice(kit.ParamColumns, column, known))
			}
			columns = append(columns, column)
		}
	}
	return columns, nil
}

// columnsOr are the columns of the list.
func (u *casesState) columnsOr() []string {
	if len(u.columns) == 0 {
		return dashboards.UsualCaseColumns
	}
	return u.columns
}

// values are the parameters of the list as an address has them, defaults left out.
func (u *casesState) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	box := func(name string, ticked bool) {
		if ticked {
			v.Set(name, kit.Yes)
		}
	}
	set(kit.ParamSearch, u.search)
	set(kit.ParamState, u.state)
	set(kit.ParamLevel, u.level)
	set(paramMark, u.mark)
	set(paramChannel, u.channel)
	set(paramFinding, u.finding)
	set(kit.ParamIssue, u.issue)
	box(paramRepeated, u.repeated)
	box(paramBelow, u.below)
	box(paramEvery, u.every)
	if u.sort != usualCaseSort || !u.descending {
		set(kit.ParamSort, map[bool]string{true: "-"}[u.descending]+u.sort)
	}
	set(kit.ParamColumns, strings.Join(u.columns, ","))
	if u.sample != "" {
		set(paramSample, u.sample)
		set(paramCount, strconv.Itoa(u.count))
		set(paramSeed, strconv.FormatUint(u.seed, 10))
	}
	if u.perPage != kit.UnitsPerPage {
		set(kit.ParamPerPage, strconv.FormatUint(u.perPage, 10))
	}
	if u.page > 1 {
		set(kit.ParamPage, strconv.FormatUint(u.page, 10))
	}
	return v
}
