package classification

import (
	_ "embed"
	"strconv"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
)

//go:embed sizes.csv
var sizesCSV string

// tenThousandYuan is 万元, the unit of the thresholds, in fen.
const tenThousandYuan = 1_000_000

// SizeThreshold is one indicator of an industry group: persons for "employees", fen for "revenue" and "assets". Below
// Small a unit is micro.
type SizeThreshold struct {
	Group     string
	NameZH    string
	Indicator string
	Large     int64
	Medium    int64
	Small     int64
}

// sizeThresholds are the indicators by the code prefix that they hold for, such as "C", "F51" or "G591".
var sizeThresholds = readSizes()

func readSizes() map[string][]SizeThreshold {
	byPrefix := map[string][]SizeThreshold{}
	for _, row := range readTable(sizesCSV, 7) {
		scale := int64(1)
		if row[3] != "employees" {
			scale = tenThousandYuan
		}
		var limits [3]int64
		for i, text := range row[4:7] {
			limit, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				panic("classification: sizes.csv: " + err.Error())
			}
			limits[i] = limit * scale
		}
		for prefix := range strings.FieldsSeq(row[2]) {
			byPrefix[prefix] = append(byPrefix[prefix], SizeThreshold{
				Group: row[0], NameZH: row[1], Indicator: row[3], Large: limits[0], Medium: limits[1], Small: limits[2],
			})
		}
	}
	return byPrefix
}

// SizeThresholds returns the one or two indicators that decide the size of a unit of this industry; none where the
// method does not cover it (finance, education, health, railways, public bodies) or where the code is too short to
// tell: 59 alone is neither 591 nor the rest of warehousing, 70 alone neither developer nor property manager.
func SizeThresholds(industryCode string) []SizeThreshold {
	normal, ok := NormaliseIndustry(industryCode)
	if !ok {
		return nil
	}
	for length := min(len(normal), 4); length >= 1; length-- {
		if thresholds := sizeThresholds[normal[:length]]; thresholds != nil {
			return thresholds
		}
	}
	return nil
}

// SizeOf computes the size class of 统计上大中小微型企业划分办法(2017) (国统字〔2017〕213号): large, medium and small need
// every indicator at its lower bound, else one class down; what misses a small bound is micro. An indicator that is
// not known (negative) leaves the size unknown, as does an industry without thresholds.
func SizeOf(industryCode string, employees int64, revenue, assets money.Fen) contribution.Size {
	thresholds := SizeThresholds(industryCode)
	if thresholds == nil {
		return contribution.SizeUnknown
	}
	size := contribution.Large
	for _, threshold := range thresholds {
		value := employees
		switch threshold.Indicator {
		case "revenue":
			value = int64(revenue)
		case "assets":
			value = int64(assets)
		}
		if value < 0 {
			return contribution.SizeUnknown
		}
		size = max(size, threshold.class(value))
	}
	return size
}

// class is the class that one indicator alone would give; the sizes grow as numbers from large to micro.
func (t SizeThreshold) class(value int64) contribution.Size {
	switch {
	case value >= t.Large:
		return contribution.Large
	case value >= t.Medium:
		return contribution.Medium
	case value >= t.Small:
		return contribution.Small
	}
	return contribution.Micro
}
