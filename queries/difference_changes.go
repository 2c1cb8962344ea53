package queries

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// recordChanges compares a unit's records by their keys and adds up what differs by month, insurance and load.
func recordChanges(then, now []loadedRecord) []RecordChange {
	type key struct {
		id string
		contribution.Insurance
		period.Period
	}
	keyOf := func(r loadedRecord) key { return key{r.ID, r.Insurance, r.Period} }
	before := map[key]loadedRecord{}
	for _, r := range then {
		before[keyOf(r)] = r
	}
	var changes []RecordChange
	add := func(r loadedRecord, kind string, wage, charged money.Fen) {
		changes = append(changes, RecordChange{r.Period, r.Insurance, kind, r.load, 1, wage, charged})
	}
	for _, r := range now {
		b, was := before[keyOf(r)]
		delete(before, keyOf(r))
		switch {
		case !was:
			add(r, "added", r.Wage, r.EmployerAmount+r.EmployeeAmount)
		case b.load != r.load:
			add(r, "replaced", r.Wage-b.Wage, r.EmployerAmount+r.EmployeeAmount-b.EmployerAmount-b.EmployeeAmount)
		}
	}
	for _, r := range before {
		add(r, "removed", -r.Wage, -r.EmployerAmount-r.EmployeeAmount)
	}
	return inOrder(changes)
}

// inOrder adds up changes of one month, insurance, kind and load, in this order.
func inOrder(changes []RecordChange) []RecordChange {
	slices.SortFunc(changes, func(a, b RecordChange) int {
		return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Insurance, b.Insurance), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Load, b.Load))
	})
	var sums []RecordChange
	for _, c := range changes {
		if n := len(sums); n > 0 {
			if last := &sums[n-1]; last.Period == c.Period && last.Insurance == c.Insurance && last.Kind == c.Kind && last.Load == c.Load {
				last.Records, last.Wage, last.Charged = last.Records+c.Records, last.Wage+c.Wage, last.Charged+c.Charged
				continue
			}
		}
		sums = append(sums, c)
	}
	return sums
}

// registrationField is a field of a registration, before and after.
type registrationField struct{ name, before, after string }

// registrationChanges compares the registrations that hold in a month: field, before and after.
func registrationChanges(then, now []contribution.Unit, m period.Period) [][3]string {
	before, was := burden.VersionFor(then, m)
	after, is := burden.VersionFor(now, m)
	if !was || !is {
		return nil
	}
	var changes [][3]string
	fields := []registrationField{{"region_code", before.RegionCode, after.RegionCode}, {"industry_code", before.IndustryCode, after.IndustryCode}}
	for _, d := range slices.Backward(dimension.OfUnits()) { // size comes last
		fields = append(fields, registrationField{d.Column, dimension.WordsOf(before).Of(d), dimension.WordsOf(after).Of(d)})
	}
	fields = append(fields, registrationField{"risk_class", riskText(before.RiskClass), riskText(after.RiskClass)},
		registrationField{"float_factor", before.FloatFactor.String(), after.FloatFactor.String()},
		registrationField{"elections", strings.Join(before.Elections, ";"), strings.Join(after.Elections, ";")})
	for _, f := range fields {
		if f.before != f.after {
			changes = append(changes, [3]string{f.name, f.before, f.after})
		}
	}
	return changes
}

func riskText(class uint8) string {
	if class == 0 {
		return ""
	}
	return strconv.Itoa(int(class))
}

// PolicyChanges lists what differs between the packs of the two runs, with documents.
func (d *Difference) PolicyChanges() []PolicyChange {
	if d.Before.Run.PackHash == d.After.Run.PackHash {
		return nil
	}
	return PolicyChanges(d.Before.Pack, d.After.Pack)
}

// PolicyChanges lists what differs between two packs, with documents.
func PolicyChanges(before, after *policy.Pack) []PolicyChange {
	var changes []PolicyChange
	for _, c := range policy.Diff(before, after) {
		document := documentOf(after, c.File, c.LineR)
		if document == "" {
			document = documentOf(before, c.File, c.LineL)
		}
		changes = append(changes, PolicyChange{c, document, cmp.Or(measureOf(after, c.Row), measureOf(before, c.Row))})
	}
	return changes
}

// measureOf is the title of the measure that a row's keys name, "" where they name none or the pack has it not.
func measureOf(p *policy.Pack, row string) string {
	for _, m := range p.Measures {
		if slices.Contains(strings.Fields(row), "measure="+m.ID) {
			return m.Title
		}
	}
	return ""
}

// documentOf is the document of a row, "" where there is no such row.
func documentOf(p *policy.Pack, file string, line int) string {
	for i := range p.Rates {
		if file == policy.RatesFile && line > 0 && p.Rates[i].Line == line {
			return p.Rates[i].DocumentNo
		}
	}
	for i := range p.Bases {
		if file == policy.BasesFile && line > 0 && p.Bases[i].Line == line {
			return p.Bases[i].DocumentNo
		}
	}
	return ""
}

// policy lists the differences of the packs that may concern the unit: of its areas, kinds, sizes and risk classes, and of
// its insurances in the months that moved; and the manifest's.
func (w *unitWork) policy(ctx context.Context) ([]PolicyChange, error) {
	changes := w.d.PolicyChanges()
	if len(changes) == 0 {
		return nil, nil
	}
	versions, err := w.d.q.UnitVersions(ctx, w.scope, w.visible, []string{w.unit.UnitID})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(changes, func(c PolicyChange) bool {
		return c.Column == "checked_on" || !slices.ContainsFunc(versions, func(u contribution.Unit) bool { return concerns(c.Change, u, w.view.Narrow.Insurance) })
	}), nil
}

// concerns tells whether a difference may concern a unit: no key of the row says that it does not.
func concerns(c policy.Change, u contribution.Unit, insurance string) bool {
	switch c.File {
	case policy.PackFile:
		return true
	case policy.RulesFile, policy.DeferralsFile: // by which nothing is computed
		return false
	}
	for pair := range strings.FieldsSeq(c.Row) {
		key, value, _ := strings.Cut(pair, "=")
		apart := false
		switch key {
		case "area":
			apart = !strings.HasPrefix(u.RegionCode, filter.AreaPrefix(value))
		case "insurance":
			apart = insurance != "" && value != insurance
		case "risk_class":
			apart = value != riskText(u.RiskClass)
		default:
			if d, ok := dimension.Named(key); ok && d.Listed != nil {
				apart = value != dimension.WordsOf(u).Of(d)
			}
		}
		if apart {
			return false
		}
	}
	return true
}
