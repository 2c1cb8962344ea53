package reader

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/region"
)

// parsedUnits is what a chunk of a units file gives.
type parsedUnits struct {
	units   []contribution.Unit
	lines   []uint64
	rejects []Reject
	counts  Counts
	codes   industryCodes
}

// Units reads the file. It calls unit for every accepted line and reject for every other, each in the order of the
// file, from one goroutine; an error of either ends the reading.
func (f *File) Units(
	ctx context.Context, unit func(u contribution.Unit, line uint64) error, reject func(Reject) error,
) (Counts, error) {
	var total Counts
	var codes industryCodes
	err := run(ctx, f, func() func(*chunk[parsedUnits]) {
		p := &unitParser{line: newLine(f)}
		return p.parse
	}, func(r *parsedUnits) error {
		for i, u := range r.units {
			if err := unit(u, r.lines[i]); err != nil {
				return err
			}
		}
		for _, rejected := range r.rejects {
			if err := reject(rejected); err != nil {
				return err
			}
		}
		total.add(r.counts)
		codes.add(&r.codes)
		return nil
	})
	total.Notes[IndustriesShort] = codes.short()
	total.RecordIDsAscending = false
	return total, err
}

// unitParser turns lines into units; each worker has one.
type unitParser struct {
	line
	codes industryCodes
}

func (p *unitParser) parse(c *chunk[parsedUnits]) {
	r := &c.result
	r.units, r.lines = r.units[:0], r.lines[:0]
	p.rejects = r.rejects
	p.codes = industryCodes{}
	p.eachLine(c.data, c.line, &r.counts, func() bool {
		var u contribution.Unit
		if !p.read(&u) {
			return false
		}
		r.units = append(r.units, u)
		r.lines = append(r.lines, p.number)
		return true
	})
	r.rejects, r.codes = p.rejects, p.codes
}

func (p *unitParser) read(u *contribution.Unit) bool {
	id, ok := p.unit(unitID)
	if !ok || !p.checked(unitID, id) {
		return false
	}
	u.ID = string(id[:])
	name, ok := p.text(unitName)
	if !ok {
		return false
	}
	u.Name = string(name)
	return p.readRegion(u) && p.readClasses(u) && p.readFigures(u) && p.readSize(u) && p.readRisk(u) && p.readRest(u)
}

// readRegion takes any six digits of a known province: the codes of development zones and of districts that were merged
// since are in no edition of the standard, yet units are registered there.
func (p *unitParser) readRegion(u *contribution.Unit) bool {
	code, ok := p.required(unitRegion)
	if !ok {
		return false
	}
	u.RegionCode = string(code)
	if len(code) != 6 || strings.Trim(u.RegionCode, "0123456789") != "" {
		return p.reject(unitRegion, "region_invalid")
	}
	if region.ProvinceOf(u.RegionCode) == "" {
		return p.reject(unitRegion, "region_unknown", "province", u.RegionCode[:2])
	}
	return true
}

func (p *unitParser) readClasses(u *contribution.Unit) bool {
	if !p.readIndustry(u) {
		return false
	}
	registration, ok := p.code(unitRegistration)
	if !ok {
		return false
	}
	u.EconomicType = contribution.OtherType
	if len(registration) > 0 {
		if u.RegistrationType, u.EconomicType, ok = classification.RegistrationType(string(registration)); !ok {
			u.EconomicType = contribution.OtherType // a name that no list has must not cost the unit and all its records
			p.notes[RegistrationsOther]++
		}
	}
	u.Kind, ok = word(&p.line, unitKind, unitKindWords, "unit_kind_unknown")
	return ok
}

// readIndustry reads the whole code against the standard. A spreadsheet that took it for a number cut its leading zero off:
// 610 is coal, 0610, since there is no group 610.
func (p *unitParser) readIndustry(u *contribution.Unit) bool {
	text, ok := p.code(unitIndustry)
	if !ok || len(text) == 0 {
		return ok
	}
	code := strings.TrimSuffix(string(text), ".0")
	digits := strings.TrimLeft(strings.ToUpper(code), "ABCDEFGHIJKLMNOPQRST ")
	var reading classification.Reading
	if u.IndustryCode, reading, ok = classification.ReadIndustry(code); !ok {
		if classification.Of2011(code) {
			return p.reject(unitIndustry, "industry_of_2011")
		}
		return p.reject(unitIndustry, "industry_unknown")
	}
	p.codes.zero = p.codes.zero || strings.HasPrefix(digits, "0")
	p.codes.digits[len(digits)] = true
	switch reading {
	case classification.Restored:
		p.notes[IndustriesRestored]++
	case classification.Unlisted:
		p.notes[IndustriesUnlisted]++
	case classification.Unsure:
		p.codes.unsure[len(digits)]++
	}
	return true
}

// readFigures reads persons, revenue and assets; -1 where a cell is empty.
func (p *unitParser) readFigures(u *contribution.Unit) (ok bool) {
	u.Employees = -1
	if !p.missing(unitEmployees) {
		if u.Employees, ok = p.count(unitEmployees, "employees_invalid"); !ok {
			return false
		}
		if u.Employees < 0 {
			return p.reject(unitEmployees, "employees_invalid")
		}
	}
	if u.Revenue, ok = p.tenThousands(unitRevenue); !ok {
		return false
	}
	u.Assets, ok = p.tenThousands(unitAssets)
	return ok
}

// tenThousands reads an amount in 万元.
func (p *unitParser) tenThousands(column int) (money.Fen, bool) {
	if p.missing(column) {
		return -1, true
	}
	text, ok := p.code(column)
	if !ok {
		return 0, false
	}
	fen, ok := money.ParseTenThousands(text)
	if !ok || fen < 0 {
		return 0, p.reject(column, "ten_thousands_invalid")
	}
	return fen, true
}

// readSize takes the size that the file declares, else computes it. 未划型 and the like declare none.
func (p *unitParser) readSize(u *contribution.Unit) (ok bool) {
	if u.Size, ok = wordOr(&p.line, unitSize, sizeWords, "size_unknown", contribution.SizeUnknown); !ok {
		return false
	}
	if u.SizeDeclared = u.Size != contribution.SizeUnknown; !u.SizeDeclared {
		u.Size = classification.SizeOf(u.IndustryCode, u.Employees, u.Revenue, u.Assets)
	}
	return true
}

// largestFloat is twice what 人社部发〔2015〕71号 and its forerunners allow at most (150 %); more is a slip, such as a
// percentage without its sign.
const largestFloat = 3 * money.One

func (p *unitParser) readRisk(u *contribution.Unit) bool {
	if !p.missing(unitRiskClass) {
		text, ok := p.code(unitRiskClass)
		if !ok {
			return false
		}
		digit := strings.TrimSuffix(strings.TrimSuffix(string(text), "类"), ".0")
		if i := strings.Index("一二三四五六七八", digit); len(digit) == 3 && i >= 0 && i%3 == 0 {
			digit = string(rune('1' + i/3))
		}
		if len(digit) != 1 || digit[0] < '1' || digit[0] > '8' {
			return p.reject(unitRiskClass, "risk_class_invalid")
		}
		u.RiskClass = digit[0] - '0'
	}
	u.FloatFactor = money.One
	if !p.missing(unitFloatFactor) {
		text, ok := p.code(unitFloatFactor)
		if !ok {
			return false
		}
		u.FloatFactor, ok = money.ParseRateBytes(text)
		if !ok && money.IsNumber(text) {
			return p.reject(unitFloatFactor, "rate_decimals")
		}
		if !ok || u.FloatFactor <= 0 || u.FloatFactor > largestFloat {
			return p.reject(unitFloatFactor, "float_factor_invalid")
		}
	}
	return true
}

func (p *unitParser) readRest(u *contribution.Unit) (ok bool) {
	elections, ok := p.code(unitElections)
	if !ok {
		return false
	}
	for _, id := range bytes.FieldsFunc(elections, func(r rune) bool { return strings.ContainsRune(";,、| ", r) }) {
		u.Elections = append(u.Elections, strings.ToLower(string(id)))
	}
	slices.Sort(u.Elections)
	u.Elections = slices.Compact(u.Elections)
	if p.missing(unitValidFrom) {
		return true
	}
	u.ValidFrom, ok = p.period(unitValidFrom)
	return ok
}
