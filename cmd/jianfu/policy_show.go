package main

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// showFlags are the flags of `policy show` as they were typed.
type showFlags struct {
	area, insurance, kind, size, factor string
	risk                                int
	period                              month
	elections                           []string
}

func newPolicyShowCommand(a *app) *cobra.Command {
	var f showFlags
	cmd := &cobra.Command{
		Use:     "show",
		Short:   a.T("policy.show.short"),
		Long:    a.T("policy.show.long"),
		Example: "  jianfu policy show --area 310101 --period 2019-06 --insurance pension",
		Args:    arguments(0, 0),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.area, "area", "", a.T("policy.show.flag.area"))
	flags.Var(&f.period, "period", a.T("policy.show.flag.period"))
	flags.StringVar(&f.insurance, "insurance", "", a.T("policy.show.flag.insurance"))
	flags.StringVar(&f.kind, "unit-kind", contribution.Enterprise.String(), a.T("policy.show.flag.unit_kind"))
	flags.StringVar(&f.size, "size", contribution.SizeUnknown.String(), a.T("policy.show.flag.size"))
	flags.IntVar(&f.risk, "risk-class", 0, a.T("policy.show.flag.risk_class"))
	flags.StringVar(&f.factor, "float-factor", "1", a.T("policy.show.flag.float_factor"))
	flags.StringSliceVar(&f.elections, "elections", nil, a.T("policy.flag.elections"))
	require(cmd, "area", "period")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		class, insurances, err := f.read(cmd)
		if err != nil {
			return err
		}
		pack, err := policy.Open(a.policy)
		if err != nil {
			return err
		}
		held, err := pack.Show(class, period.Period(f.period), insurances)
		if err != nil {
			return err
		}
		result := showResult{Pack: pack.ID, Title: pack.Title, Hash: pack.Hash, Period: period.Period(f.period), Class: class,
			Kind: class.Kind.String(), Size: class.Size.String(), Rounding: pack.RoundingFor(class.RegionCode), Deferrals: []shownDeferral{}}
		for _, d := range pack.DeferralsOf(class.RegionCode, period.Period(f.period), insurances) {
			result.Deferrals = append(result.Deferrals, shownDeferral{d.Insurance.String(), d.Payer.String(), d.Who, d.PayableBy, d.DocumentNo})
		}
		for _, h := range held {
			result.Comparisons = append(result.Comparisons, shownOf(h))
		}
		return a.result(result, func(w io.Writer) { a.printShown(w, pack, result) })
	}
	return cmd
}

// read turns the flags into a class and the insurances asked for.
func (f *showFlags) read(cmd *cobra.Command) (policy.Class, []contribution.Insurance, error) {
	class := policy.Class{RegionCode: f.area, Elections: f.elections}
	insurances := contribution.Insurances
	bad := func(flag, value string, known []string) error {
		return misused(cmd, "policy_flag_word", "flag", flag, "value", value, "known", strings.Join(known, ", "))
	}
	if len(f.area) != 6 || strings.Trim(f.area, "0123456789") != "" {
		return class, nil, misused(cmd, "policy_flag_area", "value", f.area)
	}
	if f.insurance != "" {
		ins, ok := contribution.ParseInsurance(f.insurance)
		if !ok {
			return class, nil, bad("insurance", f.insurance, words(contribution.Insurances))
		}
		insurances = []contribution.Insurance{ins}
	}
	var ok bool
	if class.Kind, ok = contribution.ParseUnitKind(f.kind); !ok {
		return class, nil, bad("unit-kind", f.kind, words(contribution.UnitKinds))
	}
	if class.Size, ok = contribution.ParseSize(f.size); !ok {
		return class, nil, bad("size", f.size, words(contribution.Sizes))
	}
	if f.risk < 0 || f.risk > 8 {
		return class, nil, bad("risk-class", fmt.Sprint(f.risk), []string{"1", "2", "3", "4", "5", "6", "7", "8"})
	}
	class.RiskClass = uint8(f.risk) //nolint:gosec // 0 to 8
	factor, err := money.ParseRate(f.factor)
	if err != nil || factor <= 0 {
		return class, nil, bad("float-factor", f.factor, []string{"0.5", "0.8", "1", "1.2", "1.5"})
	}
	class.FloatFactor = factor
	return class, insurances, nil
}

func words[T fmt.Stringer](values []T) []string {
	var list []string
	for _, v := range values {
		list = append(list, v.String())
	}
	return list
}

// showResult is what `policy show --json` prints.
type showResult struct {
	Pack        string            `json:"pack"`
	Title       string            `json:"title"`
	Hash        string            `json:"hash"`
	Period      period.Period     `json:"period"`
	Class       policy.Class      `json:"class"`
	Kind        string            `json:"unit_kind"`
	Size        string            `json:"size"`
	Rounding    policy.Rounding   `json:"amount_rounding"`
	Comparisons []shownComparison `json:"comparisons"`
	Deferrals   []shownDeferral   `json:"deferrals"` // later dates of payment: no comparison knows them
}

type shownDeferral struct {
	Insurance  string        `json:"insurance"` // "" any
	Payer      string        `json:"payer"`     // "" both
	Who        string        `json:"who"`
	PayableBy  period.Period `json:"payable_by"` // 0: the place decides
	DocumentNo string        `json:"document_no"`
}

type shownComparison struct {
	ID    string      `json:"id"`
	Title string      `json:"title"`
	Steps []shownStep `json:"steps"`
}

type shownStep struct {
	Added    string      `json:"added"` // "" for the old policy
	Measures []string    `json:"measures"`
	Terms    []shownTerm `json:"terms"`
}

type shownTerm struct {
	Insurance string          `json:"insurance"`
	Covered   bool            `json:"covered"`
	Shares    []shownShare    `json:"shares"` // of the payers that have a rate
	Floor     *money.Fen      `json:"floor"`
	Cap       *money.Fen      `json:"cap"`
	Rounding  string          `json:"base_rounding"`
	LimitRow  *policy.BaseRow `json:"limit_row"`
}

type shownShare struct {
	Payer string            `json:"payer"`
	Rate  money.Rate        `json:"rate"`
	Rows  []*policy.RateRow `json:"rows"`
}

func shownOf(h policy.Held) shownComparison {
	c := shownComparison{ID: h.Comparison.ID, Title: h.Comparison.Title}
	for _, step := range h.Steps {
		s := shownStep{Added: step.Added, Measures: slices.Concat([]string{}, step.Measures)}
		for _, held := range step.Terms {
			t := held.Terms
			term := shownTerm{Insurance: held.Insurance.String(), Covered: t.Covered, Shares: []shownShare{},
				Rounding: t.Limit.Rounding.String(), LimitRow: t.Limit.Row}
			for _, payer := range contribution.Payers {
				if share := t.Share(payer); share.HasRate {
					term.Shares = append(term.Shares, shownShare{payer.String(), share.Rate, share.Rows})
				}
			}
			if t.Limit.HasFloor {
				term.Floor = &t.Limit.Floor
			}
			if t.Limit.HasCap {
				term.Cap = &t.Limit.Cap
			}
			s.Terms = append(s.Terms, term)
		}
		c.Steps = append(c.Steps, s)
	}
	return c
}

func (a *app) printShown(w io.Writer, pack *policy.Pack, r showResult) {
	fmt.Fprintln(w, a.T("policy.show.head", "pack", r.Pack, "title", r.Title, "area", r.Class.RegionCode, "period", r.Period,
		"kind", a.T("web.unit_kind."+r.Kind), "size", a.T("web.size."+r.Size), "risk", int(r.Class.RiskClass),
		"factor", r.Class.FloatFactor, "level", a.T("policy.level."+r.Rounding.Level.String()),
		"amount", a.T("policy.amount."+r.Rounding.Amount.String())))
	for _, c := range r.Comparisons {
		fmt.Fprintf(w, "\n%s\n", a.T("policy.show.comparison", "id", c.ID, "title", c.Title))
		for i, step := range c.Steps {
			if step.Added == "" {
				fmt.Fprintln(w, "  "+a.T("policy.show.old", "measures", orNone(strings.Join(step.Measures, ", "))))
			} else {
				measure, _ := pack.Measure(step.Added)
				fmt.Fprintln(w, "  "+a.T("policy.show.added", "id", measure.ID, "title", measure.Title, "document", measure.DocumentNo))
			}
			var unchanged []string
			for j, term := range step.Terms {
				if i > 0 && reflect.DeepEqual(term, c.Steps[i-1].Terms[j]) {
					unchanged = append(unchanged, a.T("web.insurance."+term.Insurance))
					continue
				}
				a.printTerm(w, r, term)
			}
			if unchanged != nil {
				fmt.Fprintln(w, "    "+a.T("policy.show.unchanged", "insurances", strings.Join(unchanged, a.T("policy.comma"))))
			}
		}
	}
	for _, d := range r.Deferrals {
		fmt.Fprintln(w, a.T("policy.show.deferral", "insurance", a.wordOr("web.insurance.", d.Insurance), "payer", a.wordOr("web.payer.", d.Payer), "who", d.Who,
			"by", d.PayableBy.String(), "document", d.DocumentNo))
	}
}

// wordOr names a key of a list; "" is any.
func (a *app) wordOr(list, key string) string {
	if key == "" {
		return a.T("web.policy.any")
	}
	return a.T(list + key)
}

func (a *app) printTerm(w io.Writer, r showResult, term shownTerm) {
	name := a.T("web.insurance." + term.Insurance)
	if !term.Covered {
		fmt.Fprintln(w, "    "+a.T("policy.show.uncovered", "insurance", name))
		return
	}
	for _, share := range term.Shares {
		first := share.Rows[0]
		fmt.Fprintln(w, "    "+a.T("policy.show.rate", "insurance", name, "payer", a.T("web.payer."+share.Payer),
			"rate", share.Rate.Percent(), "source", a.rowSource(policy.RatesFile, first.Row)))
		if first.Rate != share.Rate || len(share.Rows) > 1 {
			a.printFactors(w, r, term, share)
		}
	}
	if term.LimitRow == nil {
		fmt.Fprintln(w, "    "+a.T("policy.show.no_limit", "insurance", name))
		return
	}
	floor, ceiling := dashboards.NotApplicable, dashboards.NotApplicable
	if term.Floor != nil {
		floor = term.Floor.String()
	}
	if term.Cap != nil {
		ceiling = term.Cap.String()
	}
	fmt.Fprintln(w, "    "+a.T("policy.show.limit", "insurance", name, "floor", floor, "cap", ceiling,
		"rounding", a.T("policy.rounding."+term.Rounding), "source", a.rowSource(policy.BasesFile, term.LimitRow.Row)))
}

// printFactors shows how a rate came about that is not the row's own.
func (a *app) printFactors(w io.Writer, r showResult, term shownTerm, share shownShare) {
	fmt.Fprintln(w, "      "+a.T("policy.show.row_rate", "rate", share.Rows[0].Rate.Percent()))
	if term.Insurance == contribution.WorkInjury.String() && r.Class.FloatFactor != money.One {
		fmt.Fprintln(w, "      "+a.T("policy.show.float", "factor", r.Class.FloatFactor))
	}
	for _, row := range share.Rows[1:] {
		fmt.Fprintln(w, "      "+a.T("policy.show.factor", "factor", row.Factor, "measure", row.Measure,
			"source", a.rowSource(policy.RatesFile, row.Row)))
	}
}

func (a *app) rowSource(file string, row policy.Row) string {
	return a.T("policy.show.source", "document", orNone(row.DocumentNo), "file", file, "line", row.Line,
		"checked", orNone(row.CheckedOn))
}
