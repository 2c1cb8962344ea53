package issues

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
	"jianfu/internal/dimension"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
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
	field func(*handling.IssueFilter) *string
}{
	{paramSource, "issue_source", kit.Words(ledger.Sources), nil, func(f *handling.IssueFilter) *string { return &f.Source }},
	{paramNature, "issue_nature", kit.Words(ledger.Natures), nil, func(f *handling.IssueFilter) *string { return &f.Nature }},
	{paramCategory, "issue_category", kit.Words(ledger.Categories), nil, func(f *handling.IssueFilter) *string { return &f.Category }},
	{paramSeverity, "issue_severity", kit.Words(ledger.Severities), nil, func(f *handling.IssueFilter) *string { return &f.Severity }},
	{paramDue, "issue_pace", queries.IssuePaces, nil, func(f *handling.IssueFilter) *string { return &f.Due }},
	{paramAge, "issue_age", queries.IssueAges, nil, func(f *handling.IssueFilter) *string { return &f.Age }},
	{paramMoney, "issue_money", queries.IssueMoneys, nil, func(f *handling.IssueFilter) *string { return &f.Money }},
	{kit.ParamCause, "reason", kit.Ids(burden.Reasons), nil, func(f *handling.IssueFilter) *string { return &f.Reason }},
	{paramMain, "reason", append(kit.Ids(burden.Reasons), queries.NobodyOrNothing), nil, func(f *handling.IssueFilter) *string { return &f.MainReason }},
	{paramBureau, "", nil, bureauForm, func(f *handling.IssueFilter) *string { return &f.Bureau }},
	{paramOnly, "", nil, bureauForm, func(f *handling.IssueFilter) *string { return &f.OnlyBureau }},
	{paramOwner, "", nil, accountForm, func(f *handling.IssueFilter) *string { return &f.Owner }},
	{paramHandler, "", nil, accountForm, func(f *handling.IssueFilter) *string { return &f.Handler }},
	{paramWho, "", nil, accountForm, func(f *handling.IssueFilter) *string { return &f.Account }},
	{paramMentioned, "", nil, accountForm, func(f *handling.IssueFilter) *string { return &f.Mentioned }},
	{kit.ParamUnit, "", nil, regexp.MustCompile(`^[0-9A-Z]{18}$`), func(f *handling.IssueFilter) *string { return &f.Unit }},
}

// statuses are what the parameter status can say of one state.
var statuses = append([]string{queries.StateOpen, queries.StateDone}, kit.Words(ledger.States)...)

// issuesState is what an address says of a list of issues.
type issuesState struct {
	st            kit.State // with what narrows to a region, an industry and a size
	filter        handling.IssueFilter
	sort          handling.IssueSort
	page, perPage uint64
	path          string // of the page
	printer       *i18n.Printer
}

// readIssues reads the address of a list or of counts of issues.
func readIssues(c *fiber.Ctx) (issuesState, error) {
	st, err := kit.StateOf(c)
	if err != nil {
		return issuesState{}, err
	}
	narrow := queries.Narrow{Region: st.Narrow.Region, Industry: st.Narrow.Industry, Size: st.Narrow.Size}
	a := issuesState{st: kit.State{Lang: st.Lang, Theme: st.Theme, Narrow: narrow}, sort: handling.LatestFirst, path: "/issues", printer: i18n.For(st.Lang)}
	f := &a.filter
	f.Region, f.Industry, f.Size = narrow.Region, narrow.Industry, narrow.Size
	bad := func(name, value string, known []string) error {
		return kit.Status(fiber.StatusBadRequest, kit.BadChoice(name, value, known))
	}
	for _, condition := range issueConditions {
		value := c.Query(condition.name)
		switch {
		case value == "":
		case condition.known != nil && !slices.Contains(condition.known, value):
			return a, bad(condition.name, value, condition.known)
		case condition.form != nil && !condition.form.MatchString(value), (condition.name == paramBureau || condition.name == paramOnly) && !region.Known(value):
			return a, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_form", "name", condition.name, "value", kit.Shortened(value), "example", issuesParameters[condition.name].Example))
		}
		*condition.field(f) = value
	}
	for one := range strings.SplitSeq(c.Query(paramStatus), ",") {
		if one != "" && !slices.Contains(statuses, one) {
			return a, bad(paramStatus, one, statuses)
		}
	}
	f.State, f.Asked, f.Text = c.Query(paramStatus), c.Query(paramAsked) == "yes", strings.TrimSpace(c.Query(kit.ParamSearch))
	for name, into := range map[string]*workday.Date{kit.ParamSince: &f.From, kit.ParamUntil: &f.To} {
		if text := c.Query(name); text != "" {
			if *into, err = workday.ParseDate(text); err != nil {
				return a, kit.Status(fiber.StatusBadRequest, err)
			}
		}
	}
	if sort := c.Query(kit.ParamSort); sort != "" {
		by, descending := strings.CutPrefix(sort, "-")
		if !slices.Contains(queries.IssueSorts, by) {
			return a, bad(kit.ParamSort, sort, queries.IssueSorts)
		}
		a.sort = handling.IssueSort{By: by, Descending: descending}
	}
	if a.page, a.perPage, err = kit.ReadPage(c); err != nil {
		return a, err
	}
	a.st.Extra = a.values()
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
	set(kit.ParamSearch, f.Text)
	if f.Asked {
		set(paramAsked, "yes")
	}
	for name, day := range map[string]workday.Date{kit.ParamSince: f.From, kit.ParamUntil: f.To} {
		if day != 0 {
			set(name, day.String())
		}
	}
	if a.sort != handling.LatestFirst {
		set(kit.ParamSort, map[bool]string{true: "-"}[a.sort.Descending]+a.sort.By)
	}
	if a.perPage != kit.UnitsPerPage && a.perPage != 0 {
		set(kit.ParamPerPage, strconv.FormatUint(a.perPage, 10))
	}
	if a.page > 1 {
		set(kit.ParamPage, strconv.FormatUint(a.page, 10))
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
	other.st.Narrow.Region, other.st.Narrow.Industry, other.st.Narrow.Size = other.filter.Region, other.filter.Industry, other.filter.Size
	other.st.Extra = other.values()
	return other.st.URL(path)
}

// at is the list's own conditions at another address, such as that of a download; sort and page are left out.
func (a *issuesState) at(path string, sorted bool) string {
	other := *a
	if other.page = 1; !sorted {
		other.sort, other.perPage = handling.LatestFirst, 0
	}
	other.st.Extra = other.values()
	return other.st.URL(path)
}

// link is the dashboards.Linker of lists and counts of issues: what a mark narrows the list to.
func (a *issuesState) link(marks ...string) string {
	if len(marks) >= 2 && marks[0] == "issue" {
		return kit.State{Lang: a.st.Lang, Theme: a.st.Theme}.URL(view.IssuePath(marks[1]))
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
func narrowTo(f *handling.IssueFilter, mark, key string) bool {
	switch mark {
	case "region":
		f.Region = key
		return region.Known(key)
	case "industry":
		if f.Industry = key; key == "" {
			f.Industry = dimension.Nothing
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
			if condition.name == mark {
				*condition.field(f) = key
				return key != ""
			}
		}
		return false
	}
	return true
}

// conditions are what the list is narrowed to, in words, each with the address without it.
func (a *issuesState) conditions(accounts map[string]string) []view.Chip {
	p, names := a.printer, dashboards.NewNames(a.printer)
	var chips []view.Chip
	add := func(name, text string, without func(*issuesState)) {
		title := p.T("web.issues.filter." + name)
		chips = append(chips, view.Condition(p, title, text, a.narrowed(a.path, without)))
	}
	f := a.filter
	for _, n := range dimension.Paged() {
		if key := a.st.Narrow.Value(n); key != "" {
			add(n.ID, view.NarrowedTo(p, n.ID, key), func(other *issuesState) {
				*map[string]*string{kit.ParamRegion: &other.filter.Region, kit.ParamIndustry: &other.filter.Industry, kit.ParamSize: &other.filter.Size}[n.ID] = ""
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
		add(kit.ParamSearch, f.Text, func(other *issuesState) { other.filter.Text = "" })
	}
	if f.From != 0 {
		add(kit.ParamSince, f.From.String(), func(other *issuesState) { other.filter.From = 0 })
	}
	if f.To != 0 {
		add(kit.ParamUntil, f.To.String(), func(other *issuesState) { other.filter.To = 0 })
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
func (s pages) namesOf(ctx context.Context, c *fiber.Ctx, shown, asked []string) (map[string]string, error) {
	names, err := s.Config.Accounts.Names(ctx, shown)
	if err != nil {
		return nil, err
	}
	near, err := s.Config.Accounts.NamesNear(ctx, kit.AskerOf(c).Principal, asked)
	maps.Copy(names, near)
	return names, err
}
