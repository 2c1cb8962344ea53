package web

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
	"jianfu/internal/fault"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
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

func (s *Server) policyRoutes() []route {
	take := []access.Right{access.PolicyRead, access.Export}
	return []route{
		reading("/policy", policyRights, s.policyPage),
		reading("/download/policy/:table", take, s.policyDownload),
		writing("/download/policy/:table", take, s.policyDownload),
	}
}

// policyAnswer is what the three forms of the policy page are made from.
type policyAnswer struct {
	asked
	pack     *policy.Pack
	question dashboards.PolicyAsked
	contents *dashboards.Policy
}

// policyPageContents is the policy page.
type policyPageContents struct {
	figuresFrame
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
	Regions, Insurances, Payers, Months, Kinds, Sizes, Risks, Elections []option
	Comparisons                                                         []option
	Float                                                               string
	Hidden                                                              []option
}

// packOf is the policy pack of the current run, which stands with it for ever.
func (s *Server) packOf(ctx context.Context, a asked) (*policy.Pack, error) {
	return kept(ctx, s.kept, question{Kind: "pack", Run: a.stamp.Run}, func(ctx context.Context) (*policy.Pack, uint32, error) {
		figures, err := s.config.Figures(ctx)
		if err != nil {
			return nil, 0, err
		}
		return figures.Pack, figures.Run.ID, nil
	})
}

// askPolicy reads the address of the policy page and asks the pack.
func (s *Server) askPolicy(c *fiber.Ctx) (policyAnswer, error) {
	a, err := s.ask(c, "/policy", queries.Narrow{})
	if err != nil {
		return policyAnswer{asked: a}, err
	}
	answer := policyAnswer{asked: a}
	ctx, cancel := asking(c)
	defer cancel()
	if answer.pack, err = s.packOf(ctx, a); err != nil {
		return answer, err
	}
	q, err := policyQuestion(c, &answer.asked, answer.pack, askerOf(c).Principal.Regions())
	if err != nil {
		return answer, status(fiber.StatusBadRequest, err)
	}
	principal := askerOf(c).Principal
	q.Plain = !principal.Can(access.FiguresRecord) && !principal.Can(access.LoadsRead)
	if q.Coverage, err = s.coverageOf(ctx, answer, q.Comparison); err != nil {
		return answer, err
	}
	answer.question = q
	if answer.contents, err = dashboards.NewPolicy(answer.pack, q, a.printer); fault.Code(err) == "policy_tie" {
		err = status(fiber.StatusUnprocessableEntity, err)
	}
	return answer, err
}

// coverageOf is what the pack of the current run covers, worked out once a run and comparison.
func (s *Server) coverageOf(ctx context.Context, a policyAnswer, comparison policy.Comparison) ([]policy.CoverageRow, error) {
	asked := question{Kind: "coverage", Run: a.stamp.Run, More: []string{comparison.ID}}
	return kept(ctx, s.kept, asked, func(context.Context) ([]policy.CoverageRow, uint32, error) {
		return dashboards.Coverage(a.pack, comparison), a.stamp.Run, nil
	})
}

// policyQuestion reads what is asked of the pack; what is left out is the reader's region, the last month with data, an
// enterprise of no known size with the usual factor.
func policyQuestion(c *fiber.Ctx, a *asked, pack *policy.Pack, regions []string) (dashboards.PolicyAsked, error) {
	a.st.extra = url.Values{}
	keep := func(name string) string {
		value := c.Query(name)
		if value != "" {
			a.st.extra.Set(name, value)
		}
		return value
	}
	narrow := a.view.Narrow
	q := dashboards.PolicyAsked{Month: a.stamp.DataTo, DataTo: a.stamp.DataTo}
	q.Area = narrow.Region
	if q.Area == "" {
		q.Area = policyArea(pack, regions)
	}
	q.Insurance, _ = contribution.ParseInsurance(narrow.Insurance) // checked when the address was read
	q.Payers = a.view.Payers
	if text := keep(paramAt); text != "" {
		month, err := period.Parse(text)
		if err != nil {
			return q, fault.New("web_bad_month", "name", paramAt, "value", shortened(text))
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
			return q, fault.New("web_bad_integer", "name", paramRisk, "value", shortened(text), "least", 1, "most", 8)
		}
		q.Class.RiskClass = uint8(risk)
	}
	if text := keep(paramFloat); text != "" {
		factor, err := money.ParseRate(text)
		if err != nil || factor <= 0 || factor > 10*money.One {
			return q, fault.New("web_bad_form", "name", paramFloat, "value", shortened(text), "example", "1.2")
		}
		q.Class.FloatFactor = factor
	}
	for value := range strings.SplitSeq(strings.Join(queryAll(c, paramElections), ","), ",") {
		if _, known := pack.Measure(value); known && !slices.Contains(q.Class.Elections, value) {
			q.Class.Elections = append(q.Class.Elections, value)
		}
	}
	if len(q.Class.Elections) > 0 {
		a.st.extra.Set(paramElections, strings.Join(q.Class.Elections, ","))
	}
	var err error
	q.Comparison, err = pack.Comparison(a.view.Comparison)
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
func (s *Server) policyPage(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return s.noFigures(c, "policy", a.asked, err)
	}
	page := policyPageContents{
		figuresFrame: s.figuresFrame(c, "policy", a.asked, a.contents.Title),
		Policy:       a.contents,
		Pack:         a.pack.Title,
		Hash:         a.pack.Hash,
		Form:         a.form(askerOf(c).Principal.Regions()),
		MayTryOut:    askerOf(c).Principal.Can(access.FiguresAggregate),
	}
	if a.question.Plain {
		page.Hash = ""
	}
	page.WhatIf = page.At("/policy/what-if")
	return s.pages.send(c, a.st.lang, "policy", page)
}

// form is the page's form as it was asked.
func (a policyAnswer) form(regions []string) policyForm {
	p, q := a.printer, a.question
	names := dashboards.NewNames(p)
	f := policyForm{Action: a.path, Float: q.Class.FloatFactor.String(), Regions: regionOptions(p, q.Area, regions)}
	word := func(list, key, chosen string) option {
		return option{Value: key, Text: names.Word(list)(key), Selected: key == chosen}
	}
	for _, key := range ids(contribution.Insurances) {
		f.Insurances = append(f.Insurances, word("insurance", key, a.view.Narrow.Insurance))
	}
	for _, key := range payerChoices {
		f.Payers = append(f.Payers, word("payer", key, a.st.payerWord()))
	}
	for _, key := range ids(contribution.UnitKinds) {
		f.Kinds = append(f.Kinds, word("unit_kind", key, q.Class.Kind.String()))
	}
	for _, key := range ids(contribution.Sizes) {
		f.Sizes = append(f.Sizes, word("size", key, q.Class.Size.String()))
	}
	for risk := range 8 {
		f.Risks = append(f.Risks, option{Value: strconv.Itoa(risk + 1), Text: strconv.Itoa(risk + 1), Selected: int(q.Class.RiskClass) == risk+1})
	}
	months := period.Range{From: min(a.stamp.DataFrom, q.Month), To: max(a.stamp.DataTo, q.Month)}
	for _, m := range slices.Backward(months.Months()) {
		f.Months = append(f.Months, option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == q.Month})
	}
	for _, m := range a.pack.Measures {
		f.Elections = append(f.Elections, option{Value: m.ID, Text: m.Title, Selected: slices.Contains(q.Class.Elections, m.ID)})
	}
	for _, comparison := range a.pack.Comparisons {
		f.Comparisons = append(f.Comparisons, option{Value: comparison.ID, Text: comparison.Title, Selected: comparison.ID == q.Comparison.ID})
	}
	f.Hidden = languageAndTheme(a.st)
	return f
}

// policyDownload is /download/policy/<table>.csv and .xlsx.
func (s *Server) policyDownload(c *fiber.Ctx) error {
	a, err := s.askPolicy(c)
	if err != nil {
		return err
	}
	id, _ := formatOf(c)
	table, found := a.contents.Table(id)
	if !found {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	note := a.printer.T("web.policy.file_note", "pack", a.pack.Title, "hash", a.pack.Hash)
	return s.takeTable(c, a.asked, a.contents.Title, a.contents.Place, note, table)
}
