package policy

import (
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// Deferral is months whose premiums may be paid later (缓缴). It changes the day of payment and nothing else: what is owed, and
// what counts as reduced, is the same with it and without it (人社厅发〔2022〕16号).
type Deferral struct {
	Row
	Payer     contribution.Payer // 0 any
	Who       string             // the units that may ask for it, in words of the document
	PayableBy period.Period      // the month by which it is to be paid; 0 where the place decides
}

var deferralColumns = []string{"area", "insurance", "payer", "from", "who", "unit_kind", "to", "payable_by", "document_no", "checked_on"}

// parseDeferrals reads deferrals.csv, if the pack has one; rows with a problem are reported and left out.
func parseDeferrals(data []byte, found *findings) []Deferral {
	var rows []Deferral
	if data == nil {
		return rows
	}
	eachLine(DeferralsFile, data, deferralColumns, requiredColumns, found, func(l *line) {
		row := Deferral{Row: l.common(nil), Who: l.text("who"), PayableBy: l.month("payable_by"),
			Payer: word(l, "payer", contribution.ParsePayer, contribution.Payers, contribution.Payer.String)}
		if row.Who == "" {
			l.fail("who", "policy_who_missing")
		}
		if row.PayableBy != 0 && row.PayableBy < row.From {
			l.fail("payable_by", "policy_to_before_from", "from", row.From)
		}
		if !l.broken {
			rows = append(rows, row)
		}
	})
	return rows
}

// DeferralsOf lists what may be paid later of a region's premiums of a month, for some insurances.
func (p *Pack) DeferralsOf(regionCode string, m period.Period, insurances []contribution.Insurance) []Deferral {
	var list []Deferral
	for _, d := range p.Deferrals {
		if strings.HasPrefix(regionCode, d.prefix) && d.Range().Contains(m) && (d.Insurance == 0 || slices.Contains(insurances, d.Insurance)) {
			list = append(list, d)
		}
	}
	return list
}

// DeferralsIn lists the deferrals that touch an area, an insurance and payers.
func (p *Pack) DeferralsIn(a Asked) []Deferral {
	var list []Deferral
	for _, d := range p.Deferrals {
		if a.touches(d.prefix) && any0(a.Insurance, d.Insurance) && (len(a.Payers) == 0 || d.Payer == 0 || slices.Contains(a.Payers, d.Payer)) {
			list = append(list, d)
		}
	}
	return list
}
