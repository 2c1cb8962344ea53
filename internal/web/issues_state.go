package web

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/burden"
	"jianfu/internal/desk"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/region"
	"jianfu/internal/tabular"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// The parameters of lists of issues, besides those that all lists have. What narrows to a region, an industry or a size is
// called as it is on pages of figures.
const (
	paramStatus    = "status" // states, joined by commas, or open or done
	paramSource    = "source"
	paramNature    = "nature"
	paramCategory  = "category"
	paramSeverity  = "severity"
	paramDue       = "due" // how issues do against their limits
	paramAge       = "age"
	paramMoney     = "money"
	paramMain      = "main"   // the reason that most of the money was found for
	paramBureau    = "bureau" // region code; those below it too
	paramOnly      = "only"   // region code of a bureau, without those below it
	paramOwner     = "owner"
	paramHandler   = "handler"
	paramWho       = "who" // owner or handler
	paramMentioned = "mentioned"
	paramAsked     = "asked" // yes: an extension waits for approval
)

// accountForm is what the name of an account looks like; a minus is nobody.
var accountForm = regexp.MustCompile(`^(-|[a-z0-9][a-z0-9._@-]{1,63})$`)

// bureauForm is what the region code of a bureau looks like.
var bureauForm = regexp.MustCompile(`^[0-9]{6}$`)

// issueConditions are what a list of issues can be narrowed by, in the order of chips and of addresses.
var issueConditions = []struct {
	name  string
	list  string   // of the words that name its choices
	known []string // nil for anything that the form fits
	form  *regexp.Regexp
	field func(*desk.IssueFilter) *string
}{
	{paramSource, "issue_source", words(ledger.Sources), nil, func(f *desk.IssueFilter) *string { return &f.Source }},
	{paramNature, "issue_nature", words(ledger.Natures), nil, func(f *desk.IssueFilter) *string { return &f.Nature }},
	{paramCategory, "issue_category", words(ledger.Categories), nil, func(f *desk.IssueFilter) *string { return &f.Category }},
	{paramSeverity, "issue_severity", words(ledger.Severities), nil, func(f *desk.IssueFilter) *string { return &f.Severity }},
	{paramDue, "issue_pace", queries.IssuePaces, nil, func(f *desk.IssueFilter) *string { return &f.Due }},
	{paramAge, "issue_age", queries.IssueAges, nil, func(f *desk.IssueFilter) *string { return &f.Age }},
	{paramMoney, "issue_money", queries.IssueMoneys, nil, func(f *desk.IssueFilter) *string { return &f.Money }},
	{paramCause, "reason", ids(burden.Reasons), nil, func(f *desk.IssueFilter) *string { return &f.Reason }},
	{paramMain, "reason", append(ids(burden.Reasons), queries.NobodyOrNothing), nil, func(f *desk.IssueFilter) *string { return &f.MainReason }},
	{paramBureau, "", nil, bureauForm, func(f *desk.IssueFilter) *string { return &f.Bureau }},
	{paramOnly, "", nil, bureauForm, func(f *desk.IssueFilter) *string { return &f.OnlyBureau }},
	{paramOwner, "", nil, accountForm, func(f *desk.IssueFilter) *string { return &f.Owner }},
	{paramHandler, "", nil, accountForm, func(f *desk.IssueFilter) *string { return &f.Handler }},
	{paramWho, "", nil, accountForm, func(f *desk.IssueFilter) *string { return &f.Account }},
	{paramMentioned, "", nil, accountForm, func(f *desk.IssueFilter) *string { return &f.Mentioned }},
	{paramUnit, "", nil, regexp.MustCompile(`^[0-9A-Z]{18}$`), func(f *desk.IssueFilter) *string { return &f.Unit }},
}

// statuses are what the parameter status can say of one state.
var statuses = append([]string{queries.StateOpen, queries.StateDone}, words(ledger.States)...)

// issuesState is what an address says of a list of issues.
type issuesState struct {
	st            state // with what narrows to a region, an industry and a size
	filter        desk.IssueFilter
	sort          desk.IssueSort
	page, perPage uint64
	path          string // of the page
	printer       *i18n.Printer
}

// readIssues reads the address of a list or of counts of issues.
func readIssues(c *fiber.Ctx) (issuesState, error) {
	st, err := stateOf(c)
	if err != nil {
		return issuesState{}, err
	}
	narrow := queries.Narrow{Region: st.narrow.Region, Industry: st.narrow.Industry, Size: st.narrow.Size}
	a := issuesState{st: state{lang: st.lang, theme: st.theme, narrow: narrow}, sort: desk.LatestFirst, path: "/issues", printer: i18n.For(st.lang)}
	f := &a.filter
	f.Region, f.Industry, f.Size = narrow.Region, narrow.Industry, narrow.Size
	bad := func(name, value string, known []string) error {
		return status(fiber.StatusBadRequest, badChoice(name, value, known))
	}
	for _, condition := range issueConditions {
		value := c.Query(condition.name)
		switch {
		case value == "":
		case condition.known != nil && !slices.Contains(condition.known, value):
			return a, bad(condition.name, value, condition.known)
		case condition.form != nil && !condition.form.MatchString(value), (condition.name == paramBureau || condition.name == paramOnly) && !region.Known(value):
			return a, status(fiber.StatusBadRequest, fault.New("web_bad_form", "name", condition.name, "value", shortened(value), "example", issuesParameters[condition.name].example))
		}
		*condition.field(f) = value
	}
	for one := range strings.SplitSeq(c.Query(paramStatus), ",") {
		if one != "" && !slices.Contains(statuses, one) {
			return a, bad(paramStatus, one, statuses)
		}
	}
	f.State, f.Asked, f.Text = c.Query(paramStatus), c.Query(paramAsked) == "yes", strings.TrimSpace(c.Query(paramSearch))
	for name, into := range map[string]*workday.Date{paramSince: &f.From, paramUntil: &f.To} {
		if text := c.Query(name); text != "" {
			if *into, err = workday.ParseDate(text); err != nil {
				return a, status(fiber.StatusBadRequest, err)
			}
		}
	}
	if sort := c.Query(paramSort); sort != "" {
		by, descending := strings.CutPrefix(sort, "-")
		if !slices.Contains(queries.IssueSorts, by) {
			return a, bad(paramSort, sort, queries.IssueSorts)
		}
		a.sort = desk.IssueSort{By: by, Descending: descending}
	}
	if a.page, a.perPage, err = readPage(c); err != nil {
		return a, err
	}
	a.st.extra = a.values()
	return a, nil
}

// values are the parameters of the list as an address has them, defaults left out.
func (a *issuesState) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	f := a.filter
	for _, condition := range issueConditions {
		set(condition.name, *condition.field(&f))
	}
	set(paramStatus, f.State)
	set(paramSearch, f.Text)
	if f.Asked {
		set(paramAsked, "yes")
	}
	for name, day := range map[string]workday.Date{paramSince: f.From, paramUntil: f.To} {
		if day != 0 {
			set(name, day.String())
		}
	}
	if a.sort != desk.LatestFirst {
		set(paramSort, map[bool]string{true: "-"}[a.sort.Descending]+a.sort.By)
	}
	if a.perPage != unitsPerPage && a.perPage != 0 {
		set(paramPerPage, strconv.FormatUint(a.perPage, 10))
	}
	if a.page > 1 {
		set(paramPage, strconv.FormatUint(a.page, 10))
	}
	return v
}

// with is the address of a list of issues with other conditions; its first page.
func (a *issuesState) with(change func(*issuesState)) string { return a.narrowed("/issues", change) }

// narrowed is the address of a page with other conditions.
func (a *issuesState) narrowed(path string, change func(*issuesState)) string {
	other := *a
	other.page = 1
	change(&other)
	other.st.narrow.Region, other.st.narrow.Industry, other.st.narrow.Size = other.filter.Region, other.filter.Industry, other.filter.Size
	other.st.extra = other.values()
	return other.st.url(path)
}

// at is the list's own conditions at another address, such as that of a download; sort and page are left out.
func (a *issuesState) at(path string, sorted bool) string {
	other := *a
	if other.page = 1; !sorted {
		other.sort, other.perPage = desk.LatestFirst, 0
	}
	other.st.extra = other.values()
	return other.st.url(path)
}

// link is the dashboards.Linker of lists and counts of issues: what a mark narrows the list to.
func (a *issuesState) link(marks ...string) string {
	if len(marks) >= 2 && marks[0] == "issue" {
		return state{lang: a.st.lang, theme: a.st.theme}.url(issuePath(marks[1]))
	}
	reachable := true
	address := a.with(func(other *issuesState) {
		f := &other.filter
		for i := 0; i+1 < len(marks); i += 2 {
			reachable = reachable && narrowTo(f, marks[i], marks[i+1])
		}
	})
	if !reachable {
		return ""
	}
	return address
}

// narrowTo narrows a filter to a member of a dimension of counts, and tells whether there is a list of it.
func narrowTo(f *desk.IssueFilter, dimension, key string) bool {
	switch dimension {
	case "region":
		f.Region = key
		return region.Known(key)
	case "industry":
		if f.Industry = key; key == "" {
			f.Industry = queries.NoIndustry
		}
	case "size":
		f.Size = key
		return key != "" // a page of figures has no name for units without one
	case "state", paramStatus:
		f.State = key
	case "reason":
		f.MainReason = cmp.Or(key, queries.NobodyOrNothing)
	case "owner":
		f.Owner = cmp.Or(key, queries.NobodyOrNothing)
	case "handler":
		f.Handler = cmp.Or(key, queries.NobodyOrNothing)
	case "bureau":
		f.OnlyBureau = key
	default:
		for _, condition := range issueConditions {
			if condition.name == dimension {
				*condition.field(f) = key
				return key != ""
			}
		}
		return false
	}
	return true
}

// conditions are what the list is narrowed to, in words, each with the address without it.
func (a *issuesState) conditions(accounts map[string]string) []chip {
	p, names := a.printer, dashboards.NewNames(a.printer)
	var chips []chip
	add := func(name, text string, without func(*issuesState)) {
		title := p.T("web.issues.filter." + name)
		chips = append(chips, condition(p, title, text, a.narrowed(a.path, without)))
	}
	f := a.filter
	for _, n := range narrowings[:3] {
		if key := *n.field(&a.st.narrow); key != "" {
			add(n.name, narrowedTo(p, n.name, key), func(other *issuesState) {
				*map[string]*string{paramRegion: &other.filter.Region, paramIndustry: &other.filter.Industry, paramSize: &other.filter.Size}[n.name] = ""
			})
		}
	}
	if f.State != "" {
		var states []string
		for one := range strings.SplitSeq(f.State, ",") {
			states = append(states, names.Word("issue_state")(one))
		}
		add(paramStatus, strings.Join(states, p.T("web.list_separator")), func(other *issuesState) { other.filter.State = "" })
	}
	for _, condition := range issueConditions {
		key := *condition.field(&f)
		if key == "" {
			continue
		}
		text := key
		switch {
		case key == queries.NobodyOrNothing:
			text = p.T("web.issues.filter.none")
		case condition.list != "":
			text = names.Word(condition.list)(key)
		case condition.name == paramBureau, condition.name == paramOnly:
			text = names.Region(key)
		case accounts[key] != "":
			text = accounts[key]
		}
		add(condition.name, text, func(other *issuesState) { *condition.field(&other.filter) = "" })
	}
	if f.Asked {
		add(paramAsked, p.T("web.issues.filter.asked.yes"), func(other *issuesState) { other.filter.Asked = false })
	}
	if f.Text != "" {
		add(paramSearch, f.Text, func(other *issuesState) { other.filter.Text = "" })
	}
	if f.From != 0 {
		add(paramSince, f.From.String(), func(other *issuesState) { other.filter.From = 0 })
	}
	if f.To != 0 {
		add(paramUntil, f.To.String(), func(other *issuesState) { other.filter.To = 0 })
	}
	return chips
}

// lines are the conditions as downloads bear them.
func (a *issuesState) lines(accounts map[string]string) []tabular.Line {
	var lines []tabular.Line
	for _, chip := range a.conditions(accounts) {
		lines = append(lines, tabular.Line{Name: chip.Name, Value: chip.Text})
	}
	return lines
}

// accounts are those that the conditions name.
func (a *issuesState) accounts() []string { // as somebody typed them
	return []string{a.filter.Owner, a.filter.Handler, a.filter.Account, a.filter.Mentioned}
}

// namesOf are the names of accounts that a page shows, and of those that its address asks for: the latter only as far as the
// reader has to do with them, or one could ask for the names of all colleagues of the province, one by one.
func (s *Server) namesOf(ctx context.Context, c *fiber.Ctx, shown, asked []string) (map[string]string, error) {
	names, err := s.config.Accounts.Names(ctx, shown)
	if err != nil {
		return nil, err
	}
	near, err := s.config.Accounts.NamesNear(ctx, askerOf(c).Principal, asked)
	maps.Copy(names, near)
	return names, err
}
