package intake

import (
	"cmp"
	"maps"
	"slices"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Month is what the records of an insurance and a month add up to.
type Month struct {
	queries.LoadTotal
	Rates  []RateLines // of employers, the most frequent first
	Before *Month      // the month before, of the file or else of the store; nil where there is none
	Stored bool        // it is the store's
}

// RateLines is on how many lines a rate stands.
type RateLines struct {
	Rate  money.Rate
	Lines uint64
}

// monthKey is what records are added up by.
type monthKey struct {
	insurance string
	month     uint32
}

// Months are the insurances and months of the file in its order, each beside the month before.
func (p Preview) Months() []*Month {
	inFile, order := addedUp(p.Rates)
	stored, _ := addedUp(p.Before)
	months := make([]*Month, len(order))
	for i, key := range order {
		months[i] = inFile[key]
		before := monthKey{key.insurance, uint32(period.Period(key.month).Add(-1))}
		if months[i].Before = inFile[before]; months[i].Before == nil && stored[before] != nil {
			months[i].Before = stored[before]
			months[i].Before.Stored = true
		}
	}
	return months
}

// addedUp adds up records of each rate by insurance and month.
func addedUp(list []queries.RateTotal) (months map[monthKey]*Month, order []monthKey) {
	months, lines := map[monthKey]*Month{}, map[monthKey]map[money.Rate]uint64{}
	for _, r := range list {
		key := monthKey{r.Insurance, r.Period}
		if months[key] == nil {
			months[key] = &Month{LoadTotal: queries.LoadTotal{Insurance: r.Insurance, Period: r.Period}}
			lines[key] = map[money.Rate]uint64{}
			order = append(order, key)
		}
		months[key].Add(r.LoadTotal)
		lines[key][r.EmployerRate] += r.Records
	}
	for key, of := range lines {
		for _, rate := range slices.SortedFunc(maps.Keys(of), func(x, y money.Rate) int { return cmp.Or(cmp.Compare(of[y], of[x]), cmp.Compare(x, y)) }) {
			months[key].Rates = append(months[key].Rates, RateLines{rate, of[rate]})
		}
	}
	return months, order
}
