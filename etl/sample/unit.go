package sample

import (
	"math/rand/v2"
	"strings"

	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/region"
)

// unit is the plan of one unit: its registrations, how it grows, what it pays, and what is wrong with it. All of it
// follows from the seed and the unit's number, so that a plan need not be kept between the months.
type unit struct {
	registrations []contribution.Unit // one, or two where the float factor changes
	seed          uint64
	heads         int64 // at the start
	growth        int64 // heads a month, in thousandths of the start
	start, end    int   // months in which it is active, by index, both included
	wage          int64 // middle wage in fen
	raiseMonth    int   // when wages are fixed anew
	raise         int64 // at most, in thousandths
	payDay        int
	channel       contribution.Channel
	summary       bool // reports one record for all heads
	plan          plan
}

// plan draws the unit with this number.
func (w *world) unit(number int) unit {
	draw := rand.New(rand.NewPCG(w.options.Seed, uint64(number))) //nolint:gosec // a sample is to repeat, not to be secret
	place := w.pickCounty(draw)
	trade := pickSector(draw)
	u := unit{seed: draw.Uint64(), end: len(w.months) - 1}

	u.heads = max(1, pickHeads(draw)*trade.headcount/1000)
	r := contribution.Unit{RegionCode: place.code, FloatFactor: money.One}
	r.IndustryCode, _ = classification.NormaliseIndustry(trade.divisions[draw.IntN(len(trade.divisions))])
	w.pickKind(draw, &r, trade, &u.heads)
	r.RiskClass = riskClass(r.IndustryCode)
	r.FloatFactor = pickFloat(draw, r.RiskClass)
	r.ID = unitCode(number, w.options.Seed, &r)
	r.Name = unitName(draw, place, trade, r.Kind)
	pickAccounts(draw, &r, u.heads)
	for _, measure := range w.elective {
		if draw.IntN(5) < 2 {
			r.Elections = append(r.Elections, measure)
		}
	}
	u.wage = w.average * place.wages / 1000 * trade.wages / 1000 * (700 + draw.Int64N(480)) / 1000
	u.raiseMonth, u.raise = pickRaise(draw, w.months), 20+draw.Int64N(120)
	u.payDay = 6 + draw.IntN(14)
	u.channel = pickChannel(draw, u.heads)
	w.pickGrowth(draw, &u)
	u.registrations = []contribution.Unit{r}
	u.plan = w.pickPlan(draw, &u, place)
	if u.plan.fault == healthy {
		u.summary = u.heads >= 5 && draw.IntN(1000) < 12
	} else {
		u.start, u.end = 0, len(w.months)-1
	}
	if draw.IntN(1000) < 12 && w.effect > 0 && w.effect < len(w.months) && r.FloatFactor == money.One {
		later := r
		later.FloatFactor = raisedFloat(r.RiskClass)
		later.ValidFrom = w.months[w.effect]
		u.registrations = append(u.registrations, later)
	}
	return u
}

func (w *world) pickCounty(draw *rand.Rand) county {
	at := draw.Int64N(w.weight)
	for _, c := range w.counties {
		if at -= c.weight; at < 0 {
			return c
		}
	}
	return w.counties[len(w.counties)-1]
}

func pickSector(draw *rand.Rand) sector {
	at := draw.Int64N(1000)
	for _, s := range sectors {
		if at -= s.units; at < 0 {
			return s
		}
	}
	return sectors[len(sectors)-1]
}

// pickHeads draws the size of a unit: most have a handful of people, few have hundreds.
func pickHeads(draw *rand.Rand) int64 {
	at := draw.Int64N(1000)
	for _, band := range []struct{ share, least, most int64 }{
		{560, 1, 4}, {250, 5, 9}, {120, 10, 19}, {50, 20, 49}, {14, 50, 99}, {5, 100, 299}, {1, 300, 1200},
	} {
		if at -= band.share; at < 0 {
			return band.least + draw.Int64N(band.most-band.least+1)
		}
	}
	return 1
}

// pickKind draws the kind of the unit and its registration type.
func (w *world) pickKind(draw *rand.Rand, r *contribution.Unit, trade sector, heads *int64) {
	r.Kind = contribution.Enterprise
	switch n := draw.IntN(100); {
	case trade.section == "S":
		r.Kind = contribution.Institution
		if n < 35 {
			r.Kind = contribution.Organization
		}
	case strings.Contains("PQ", trade.section) && n < 70, strings.Contains("NMR", trade.section) && n < 12:
		r.Kind = contribution.Institution
	case strings.Contains("PQR", trade.section) && n < 85:
		r.Kind = contribution.Organization
	case strings.Contains("FHO", trade.section) && n < 16:
		r.Kind = contribution.SelfEmployed
		*heads = min(*heads, 1+int64(n%6))
	}
	code := "173"
	switch n := draw.IntN(1000); {
	case r.Kind == contribution.Institution:
		code = "110"
	case r.Kind == contribution.Organization:
		code = "190"
	case r.Kind == contribution.SelfEmployed:
		code = "400"
	case n < 620: // 私营有限责任公司
	case n < 700:
		code = "171"
	case n < 715:
		code = "172"
	case n < 735:
		code = "174"
	case n < 855:
		code = "159"
	case n < 885:
		code = "160"
	case n < 905:
		code = "151"
	case n < 920:
		code = "110"
	case n < 935:
		code = "120"
	case n < 942:
		code = "130"
	case n < 968:
		code = "230"
	case n < 978:
		code = "310"
	default:
		code = "330"
	}
	r.RegistrationType, r.EconomicType, _ = classification.RegistrationType(code)
}

// pickFloat draws the float factor: class 1 floats in three steps, the others in five.
func pickFloat(draw *rand.Rand, class uint8) money.Rate {
	n := draw.IntN(100)
	switch {
	case n < 74:
		return money.One
	case n < 85:
		return money.One * 12 / 10
	case n < 89:
		return money.One * 15 / 10
	case class == 1:
		return money.One
	case n < 96:
		return money.One * 8 / 10
	}
	return money.One / 2
}

func raisedFloat(class uint8) money.Rate {
	if class == 1 {
		return money.One * 12 / 10
	}
	return money.One * 15 / 10
}

// pickAccounts draws the figures of the registration; a few registers lack the revenue, and every seventh the size.
func pickAccounts(draw *rand.Rand, r *contribution.Unit, heads int64) {
	const wan = 1_000_000 // 万元 in fen
	r.Employees = heads
	r.Revenue = money.Fen(heads*(15+draw.Int64N(95))) * wan
	r.Assets = money.Fen(heads*(10+draw.Int64N(110))) * wan
	if draw.IntN(100) < 4 {
		r.Revenue = -1
	}
	r.Size = classification.SizeOf(r.IndustryCode, r.Employees, r.Revenue, r.Assets)
	r.SizeDeclared = r.Size != contribution.SizeUnknown && draw.IntN(7) > 0
}

// pickRaise draws the month in which a unit fixes wages anew: July as a rule, January for some.
func pickRaise(draw *rand.Rand, months []period.Period) int {
	month := 7
	if draw.IntN(4) == 0 {
		month = 1 + draw.IntN(12)
	}
	for i, m := range months {
		if m.Month() == month {
			return i
		}
	}
	return len(months)
}

// pickGrowth draws how the unit develops: most stay, some grow or shrink, a few open or close.
func (w *world) pickGrowth(draw *rand.Rand, u *unit) {
	switch n := draw.IntN(100); {
	case n < 56:
	case n < 78:
		u.growth = 5 + draw.Int64N(45)
	case n < 94:
		u.growth = -5 - draw.Int64N(35)
	case n < 97 && len(w.months) > 2:
		u.start = 1 + draw.IntN(len(w.months)-2)
	case len(w.months) > 2:
		u.end = draw.IntN(len(w.months) - 1)
	}
}

func pickChannel(draw *rand.Rand, heads int64) contribution.Channel {
	n := draw.IntN(100)
	switch {
	case n < 42:
		return contribution.Client
	case n < 76:
		return contribution.ETax
	case n < 83:
		return contribution.Bank
	case n < 88 && heads < 20:
		return contribution.App
	case n < 91:
		return contribution.Terminal
	case n < 97:
		return contribution.Entrusted
	}
	return contribution.Hall
}

// headcount is the number of people in a month; none outside the unit's life.
func (u *unit) headcount(m int) int64 {
	if m < u.start || m > u.end {
		return 0
	}
	return max(1, u.heads+u.heads*u.growth*int64(m)/1000)
}

// registration is the one that holds in a month.
func (u *unit) registration(m period.Period) *contribution.Unit {
	for i := len(u.registrations) - 1; i > 0; i-- {
		if u.registrations[i].ValidFrom <= m {
			return &u.registrations[i]
		}
	}
	return &u.registrations[0]
}

var (
	brandFirst  = []rune("华鑫恒瑞金宏盛泰永安嘉东新天海中万富百长德美兴同顺")
	brandSecond = []rune("源达辉康宇丰利业远诚信和祥晟润博隆凯创联益邦成阳")
)

// unitName invents a name.
func unitName(draw *rand.Rand, place county, trade sector, kind contribution.UnitKind) string {
	town := region.Name(place.city)
	if region.Level(place.city) == region.County {
		town = region.Name(place.code)
	}
	for _, suffix := range []string{"市", "地区", "自治州"} {
		town = strings.TrimSuffix(town, suffix)
	}
	brand := string(brandFirst[draw.IntN(len(brandFirst))]) + string(brandSecond[draw.IntN(len(brandSecond))])
	switch kind {
	case contribution.Institution:
		return region.Name(place.code) + brand + trade.word
	case contribution.Organization:
		return town + brand + trade.word + "协会"
	case contribution.SelfEmployed:
		return region.Name(place.code) + brand + trade.word + "部"
	}
	return town + brand + trade.word + "有限公司"
}
