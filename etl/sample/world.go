package sample

import (
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"slices"
)

// world is what all units have in common.
type world struct {
	options    Options
	pack       *policy.Pack
	comparison policy.Comparison
	months     []period.Period
	monthText  []string // the months as the files write them
	effect     int      // index of the first month in which a measure holds; len(months) where none does
	average    int64
	counties   []county
	weight     int64    // of all counties
	elective   []string // measures that a unit may ask for
	unswitched string   // county whose rate table was switched late
	clearing   string   // county that clears old arrears in a campaign
}

// county is where units are registered.
type county struct {
	code   string
	city   string
	weight int64 // share of the units
	wages  int64 // level of wages, in thousandths of the province's
}

// cityShares are the shares of units and the wage levels of the cities of Jiangsu, after the numbers of their market
// entities and wages; elsewhere the first city counts four times and the others alike.
var cityShares = map[string]struct{ weight, wages int64 }{
	"320100": {150, 1180}, "320200": {130, 1090}, "320300": {72, 880}, "320400": {92, 1060}, "320500": {220, 1150},
	"320600": {100, 960}, "320700": {32, 860}, "320800": {36, 850}, "320900": {56, 860}, "321000": {52, 920},
	"321100": {42, 950}, "321200": {50, 910}, "321300": {34, 800},
}

func newWorld(o Options, pack *policy.Pack) (*world, error) {
	w := &world{options: o, pack: pack, comparison: pack.DefaultComparison(), months: o.Months.Months()}
	for w.effect < len(w.months) && w.months[w.effect] < pack.FirstEffect() {
		w.effect++
	}
	for _, m := range w.months {
		w.monthText = append(w.monthText, m.String())
	}
	if err := w.findCounties(); err != nil {
		return nil, err
	}
	w.findElective()
	if err := w.findAverage(); err != nil {
		return nil, err
	}
	// The two counties with a trouble of their own are of middling size, so that they show and do not dominate.
	draw := mix(o.Seed ^ 0x5a17)
	w.unswitched = w.counties[draw%uint64(len(w.counties))].code
	w.clearing = w.counties[(draw/1009)%uint64(len(w.counties))].code
	return w, nil
}

// findCounties lists the counties of the province in which an enterprise's pension has a rate.
func (w *world) findCounties() error {
	cities := region.Children(w.options.Province)
	for i, city := range cities {
		below := slices.DeleteFunc(region.Children(city), func(code string) bool { return region.Came(code) > 0 }) // the sample is of 2019
		if len(below) == 0 {                                                                                       // a district of a municipality, or a city without counties
			below = []string{city}
		}
		share, known := cityShares[city]
		if !known {
			share.weight, share.wages = 40, 950
			if i == 0 {
				share.weight, share.wages = 160, 1150
			}
		}
		for _, code := range below {
			class := policy.Class{RegionCode: code, Kind: contribution.Enterprise, RiskClass: 1, FloatFactor: money.One}
			terms, err := w.pack.Terms(class, w.months[len(w.months)-1], contribution.Pension, w.comparison.New)
			if err != nil {
				return err
			}
			if !terms.Covered {
				continue
			}
			draw := mix(hashText(code))
			weight := max(1, share.weight*int64(500+draw%1000)/int64(len(below))) //nolint:gosec // small numbers
			wages := share.wages + int64(draw>>20%120) - 60                       //nolint:gosec // small numbers
			w.counties = append(w.counties, county{code: code, city: city, weight: weight, wages: wages})
			w.weight += weight
		}
	}
	if len(w.counties) == 0 {
		return problem.New("sample_province_uncovered", "province", region.Name(w.options.Province), "pack", w.pack.ID)
	}
	return nil
}

func (w *world) findElective() {
	for _, m := range w.pack.Measures {
		named := false
		for i := range w.pack.Rates {
			named = named || w.pack.Rates[i].Elective && w.pack.Rates[i].Measure == m.ID
		}
		for i := range w.pack.Bases {
			named = named || w.pack.Bases[i].Elective && w.pack.Bases[i].Measure == m.ID
		}
		if named {
			w.elective = append(w.elective, m.ID)
		}
	}
}

// findAverage takes a third of the cap, which is the average wage that the law has in mind.
func (w *world) findAverage() error {
	w.average = 5_500_00
	class := policy.Class{RegionCode: w.counties[0].code, Kind: contribution.Enterprise, RiskClass: 1, FloatFactor: money.One}
	terms, err := w.pack.Terms(class, w.months[len(w.months)-1], contribution.Pension, w.comparison.New)
	if err == nil && terms.Limit.HasCap {
		w.average = int64(terms.Limit.Cap) / 3
	}
	return err
}

// sector is a section of industry as the registers of a province show it.
type sector struct {
	section   string
	units     int64 // share of the units, in thousandths
	headcount int64 // size of its units, in thousandths of the average
	wages     int64 // in thousandths of the average
	divisions []string
	word      string // what stands in a unit's name
}

// sectors: manufacturing has 43 % of the workers and trade 14 %, as published for Guangdong in 2020; small and micro
// enterprises are most units, and public bodies are a good sixth of the payroll, which Shandong's relief of 2019 suggests.
var sectors = []sector{
	{"A", 15, 700, 720, []string{"0111", "0151", "0391", "0411"}, "农业"},
	{"B", 2, 3000, 1250, []string{"0610", "1019"}, "矿业"},
	{"C", 282, 1800, 980, []string{
		"1391", "1711", "1761", "1811", "2231", "2311", "2614", "2770", "2926", "3021", "3311", "3360", "3484", "3562",
		"3670", "3829", "3831", "3911", "3976", "4011",
	}, "制造"},
	{"D", 5, 2000, 1500, []string{"4417", "4430", "4610"}, "能源"},
	{"E", 62, 1500, 900, []string{"4710", "4813", "4910", "5011"}, "建设"},
	{"F", 292, 640, 880, []string{"5162", "5175", "5193", "5211", "5231", "5253", "5292"}, "商贸"},
	{"G", 31, 1200, 1080, []string{"5411", "5430", "5910", "5920", "6010"}, "物流"},
	{"H", 32, 800, 680, []string{"6110", "6121", "6210", "6220"}, "餐饮"},
	{"I", 30, 800, 1650, []string{"6420", "6510", "6520", "6540"}, "科技"},
	{"J", 4, 2600, 2050, []string{"6621", "6811", "6990"}, "金融服务"},
	{"K", 26, 900, 1050, []string{"7010", "7020", "7030"}, "置业"},
	{"L", 88, 800, 950, []string{"7111", "7212", "7241", "7264", "7291"}, "商务服务"},
	{"M", 42, 700, 1350, []string{"7320", "7482", "7510"}, "技术"},
	{"N", 6, 1800, 850, []string{"7721", "7810", "7840"}, "环境"},
	{"O", 32, 500, 720, []string{"8010", "8111", "8219"}, "服务"},
	{"P", 16, 6000, 1250, []string{"8321", "8331", "8391"}, "学校"},
	{"Q", 10, 7000, 1300, []string{"8411", "8423", "8514"}, "医院"},
	{"R", 10, 600, 950, []string{"8810", "8870", "9051"}, "文化"},
	{"S", 15, 5000, 1300, []string{"9221", "9413", "9521"}, "中心"},
}

// mix is the finaliser of splitmix64: it turns a sequence number into 64 well-spread bits.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func hashText(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// riskClass is the class of the industry; the classes lack 土地管理业, which no sector has.
func riskClass(industryCode string) uint8 {
	return max(1, classification.WorkInjuryClass(industryCode))
}
