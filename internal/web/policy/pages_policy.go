package policy

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// The parameters that only pages about policy take.
const (
	paramRisk      = "risk_class"   // work-injury risk class, 1 to 8
	paramFloat     = "float_factor" // work-injury float factor
	paramElections = "elections"    // measures that the unit has applied for, parted by commas
)

// What the pages need: whoever tries something out sees what it does to figures, and the scope is that of figures.
var (
	policyRights = []access.Right{access.PolicyRead}
)

func (s pages) policyRoutes() []kit.Route {
	take := []access.Right{access.PolicyRead, access.Export}
	return []kit.Route{
		kit.Reading("/policy", policyRights, s.policyPage),
		kit.Reading("/download/policy/:table", take, s.policyDownload),
		kit.Writing("/download/policy/:table", take, s.policyDownload),
	}
}

// policyAnswer is what the three forms of the policy page are made from.
type policyAnswer struct {
	view.Asked
	pack     *policy.Pack
	question dashboards.PolicyAsked
	contents *dashboards.Policy
}

// policyPageContents is the policy page.
type policyPageContents struct {
	view.FiguresFrame
	*dashboards.Policy
	Pack      string
	Hash      string
	Form      policyForm
	MayTryOut bool
	WhatIf    string // address
}

// policyForm is the form of the policy page, filled in.
type policyForm struct {
	Action                                                              string
	Regions, Insurances, Payers, Months, Kinds, Sizes, Risks, Elections []kit.Option
	Comparisons                                                         []kit.Option
	Float                                                               string
	Hidden                                                              []kit.Option
}

// packOf is the policy pack of the current run, which stands with it for ever.
func (s pages) packOf(ctx context.Context, a view.Asked) (*policy.Pack, error) {
	return cache.Kept(ctx, s.Kept, cache.Question{Kind: "pack", Run: a.Stamp.Run}, func(ctx context.Context) (*policy.Pack, uint32, error) {
		figures, err := s.Config.Figures(ctx)
		if err != nil {
			return nil, 0, err
		}
		return figures.Pack, figures.Run.ID, nil
	})
}

// askPolicy reads the address of the policy page and asks the pack.
func (s pages) askPolicy(c *fiber.Ctx) (policyAnswer, error) {
	a, err := s.Ask(c, "/policy", queries.Narrow{})
	if err != nil {
		return policyAnswer{Asked: a}, err
	}
	answer := policyAnswer{Asked: a}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if answer.pack, err = s.packOf(ctx, a); err != nil {
		return answer, err
	}
	q, err := policyQuestion(c, &answer.Asked, answer.pack, kit.AskerOf(c).Principal.Regions())
	if err != nil {
		return answer, kit.Status(fiber.StatusBadRequest, err)
	}
	principal := kit.AskerOf(c).Principal
	q.Plain = !principal.Can(access.FiguresRecord) && !principal.Can(access.LoadsRead)
	if q.Coverage, err = s.coverageOf(ctx, answer, q.Comparison); err != nil {
		return answer, err
	}
	answer.question = q
	if answer.contents, err = dashboards.NewPolicy(answer.pack, q, a.Printer); problem.Code(err) == "policy_tie" {
		err = kit.Status(fiber.StatusUnprocessableEntity, err)
	}
	return answer, err
}

// coverageOf is what the pack of the current run covers, worked out once a run and comparison.
func (s pages) coverageOf(ctx context.Context, a policyAnswer, comparison policy.Comparison) ([]policy.CoverageRow, error) {
	asked := cache.Question{Kind: "coverage", Run: a.Stamp.Run, More: []string{comparison.ID}}
	return cache.Kept(ctx, s.Kept, asked, func(context.Context) ([]policy.CoverageRow, uint32, error) {
		return dashboards.Coverage(a.pack, comparison), a.Stamp.Run, nil
	})
}

// policyQuestion reads what is asked of the pack; what is left out is the reader's region, the last month with data, an
// enterprise of no known size with the usual factor.
func policyQuestion(c *fiber.Ctx, a *view.Asked, pack *policy.Pack, regions []string) (dashboards.PolicyAsked, error) {
	a.St.Extra = url.Values{}
	keep := func(name string) string {
		value := c.Query(name)
		if value != "" {
			a.St.Extra.Set(name, value)
		}
		return value
	}
	narrow := a.View.Narrow
	q := dashboards.PolicyAsked{Month: a.Stamp.DataTo, DataTo: a.Stamp.DataTo}
	q.Area = narrow.Region
	if q.Area == "" {
		q.Area = policyArea(pack, regions)
	}
	q.Insurance, _ = contribution.ParseInsurance(narrow.Insurance) // checked when the address was read
	q.Payers = a.View.Payers
	if text := keep(kit.ParamAt); text != "" {
		month, err := period.Parse(text)
		if err != nil {
			return q, problem.New("web_bad_month", "name", kit.ParamAt, "value", kit.Shortened(text))
		}
		q.Month = month
	}
	q.Class = policy.Class{RegionCode: q.Area, Kind: contribution.Enterprise, Size: contribution.SizeUnknown, FloatFactor: money.One, Elections: []string{}}
	if kind, ok := contribution.ParseUnitKind(narrow.UnitKind); ok {
		q.Class.Kind = kind
	}
	if size, ok := contribution.ParseSize(narrow.Size); ok {
		q.Class.Size = size
	}
	if text := keep(paramRisk); text != "" {
		risk, err := strconv.ParseUint(text, 10, 8)
		if err != nil || risk < 1 || risk > 8 {
			return q, problem.New("web_bad_integer", "name", paramRisk, "value", kit.Shortened(text), "least", 1, "most", 8)
		}
		q.Class.RiskClass = uint8(risk)
	}
	if text := keep(paramFloat); text != "" {
		factor, err := money.ParseRate(text)
		if err != nil || factor <= 0 || factor > 10*money.One {
			return q, problem.New("web_bad_form", "name", paramFloat, "value", kit.Shortened(text), "example", "1.2")
		}
		q.Class.FloatFactor = factor
	}
	for value := range strings.SplitSeq(strings.Join(view.QueryAll(c, paramElections), ","), ",") {
		if _, known := pack.Measure(value); known && !slices.Contains(q.Class.Elections, value) {
			q.Class.Elections = append(q.Class.Elections, value)
		}
	}
	if len(q.Class.Elections) > 0 {
		a.St.Extra.Set(paramElections, strings.Join(q.Class.Elections, ","))
	}
	var err error
	q.Comparison, err = pack.Comparison(a.View.Comparison)
	return q, err
}

// policyArea is where somebody looks first: the only region of a reader, and for one who sees the nation the first
// province that the pack has a row for.
func policyArea(pack *policy.Pack, regions []string) string {
	if len(regions) > 0 && regions[0] != "000000" {
		return regions[0]
	}
	for _, prefix := range pack.AreaPrefixes() {
		if len(prefix) >= 2 {
			return prefix[:2] + "0000"
		}
	}
	return "000000"
}

// policyPage is GET /policy.
func (s pages) policyPage(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return s.NoFigures(c, "policy", a.Asked, err)
	}
	page := policyPageContents{
		FiguresFrame: s.FiguresFrame(c, "policy", a.Asked, a.contents.Title),
		Policy:       a.contents,
		Pack:         a.pack.Title,
		Hash:         a.pack.Hash,
		Form:         a.form(kit.AskerOf(c).Principal.Regions()),
		MayTryOut:    kit.AskerOf(c).Principal.Can(access.FiguresAggregate),
	}
	if a.question.Plain {
		page.Hash = ""
	}
	page.WhatIf = page.At("/policy/what-if")
	return s.Pages.Send(c, a.St.Lang, "policy", page)
}

// form is the page's form as it was asked.
func (a policyAnswer) form(regions []string) policyForm {
	p, q := a.Printer, a.question
	names := dashboards.NewNames(p)
	f := policyForm{Action: a.Path, Float: q.Class.FloatFactor.String(), Regions: view.RegionOptions(p, q.Area, regions)}
	word := func(list, key, chosen string) kit.Option {
		return kit.Option{Value: key, Text: names.Word(list)(key), Selected: key == chosen}
	}
	for _, key := range kit.Ids(contribution.Insurances) {
		f.Insurances = append(f.Insurances, word("insurance", key, a.View.Narrow.Insurance))
	}
	for _, key := range kit.PayerChoices {
		f.Payers = append(f.Payers, word("payer", key, a.St.PayerWord()))
	}
	for _, key := range kit.Ids(contribution.UnitKinds) {
		f.Kinds = append(f.Kinds, word("unit_kind", key, q.Class.Kind.String()))
	}
	for _, key := range kit.Ids(contribution.Sizes) {
		f.Sizes = append(f.Sizes, word("size", key, q.Class.Size.String()))
	}
	for risk := range 8 {
		f.Risks = append(f.Risks, kit.Option{Value: strconv.Itoa(risk + 1), Text: strconv.Itoa(risk + 1), Selected: int(q.Class.RiskClass) == risk+1})
	}
	months := period.Range{From: min(a.Stamp.DataFrom, q.Month), To: max(a.Stamp.DataTo, q.Month)}
	for _, m := range slices.Backward(months.Months()) {
		f.Months = append(f.Months, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == q.Month})
	}
	for _, m := range a.pack.Measures {
		f.Elections = append(f.Elections, kit.Option{Value: m.ID, Text: m.Title, Selected: slices.Contains(q.Class.Elections, m.ID)})
	}
	for _, comparison := range a.pack.Comparisons {
		f.Comparisons = append(f.Comparisons, kit.Option{Value: comparison.ID, Text: comparison.Title, Selected: comparison.ID == q.Comparison.ID})
	}
	f.Hidden = kit.LanguageAndTheme(a.St)
	return f
}

// policyDownload is /download/policy/<table>.csv and .xlsx.
func (s pages) policyDownload(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return err
	}
	id, _ := view.FormatOf(c)
	table, found := a.contents.Table(id)
	if !found {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	note := a.Printer.T("web.policy.file_note", "pack", a.pack.Title, "hash", a.pack.Hash)
	return s.TakeTable(c, a.Asked, a.contents.Title, a.contents.Place, note, table)
}
