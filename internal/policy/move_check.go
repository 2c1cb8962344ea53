package policy

import (
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// mostOfAverage bounds a limit by the average wage; the law knows 60 % and 300 %.
const mostOfAverage = 5 * money.One

// Check refuses a change that says nothing that could be done.
func (c Move) Check() error {
	switch {
	case !slices.Contains(Targets, c.Target):
		return problem.New("what_if_bad_target", "value", string(c.Target))
	case !slices.Contains(c.Target.Ways(), c.Way):
		return problem.New("what_if_bad_way", "target", string(c.Target), "value", string(c.Way))
	case c.Insurance > contribution.Maternity || c.Insurance == 0 && c.Target == MoveRate:
		return problem.New("what_if_one_insurance")
	case c.Target == MoveRate && c.Payer != contribution.Employer && c.Payer != contribution.Employee:
		return problem.New("what_if_one_payer")
	case len(c.Area) != 6 || !areaOK(c.Area):
		return problem.New("what_if_bad_area", "value", c.Area)
	case c.From == 0:
		return problem.New("what_if_bad_start")
	case c.Target == MoveRate && c.Way == SetTo && (c.Rate < 0 || c.Rate > money.One):
		return problem.New("what_if_rate_bounds", "value", c.Rate.Percent())
	case (c.Way == ByPoints || c.Way == ByPercent) && (c.Rate < -money.One || c.Rate > money.One):
		return problem.New("what_if_change_bounds", "value", c.Rate.Percent())
	case c.Way == OfAverage && (c.Rate <= 0 || c.Rate > mostOfAverage):
		return problem.New("what_if_average_bounds", "value", c.Rate.Percent(), "most", mostOfAverage.Percent())
	case c.Target != MoveRate && c.Way == SetTo && (c.Amount < 0 || c.Amount > money.Max):
		return problem.New("what_if_amount_bounds", "value", c.Amount)
	}
	return nil
}

// SetValue reads to or by how much a change goes, as people write it: a percentage, with its sign or without, or yuan.
func (c *Move) SetValue(text string) error {
	var err error
	if c.Way == SetTo && c.Target != MoveRate {
		c.Amount, err = money.Parse(text)
	} else {
		c.Rate, err = money.ParseRate(strings.TrimSuffix(strings.TrimSuffix(text, "%"), "％") + "%")
	}
	if err != nil {
		return problem.Wrap(err, "what_if_bad_value", "value", text)
	}
	return nil
}

// Value writes to or by how much a change goes as SetValue reads it.
func (c Move) Value() string {
	if c.Way == SetTo && c.Target != MoveRate {
		return strings.TrimSuffix(c.Amount.String(), ".00")
	}
	return strings.TrimSuffix(c.Rate.Percent(), "%")
}

// String writes a change in one line, for addresses and for the store: rate:set:pension:employer:320000:2019-05:15.
func (c Move) String() string {
	return strings.Join([]string{string(c.Target), string(c.Way), c.Insurance.String(), c.Payer.String(), c.Area, c.From.String(), c.Value()}, ":")
}

// ParseMove reads what String writes, and checks it.
func ParseMove(text string) (Move, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 7 {
		return Move{}, problem.New("what_if_bad_line", "value", text)
	}
	c := Move{Target: Target(parts[0]), Way: Way(parts[1]), Area: parts[4]}
	var known bool
	if c.Insurance, known = contribution.ParseInsurance(parts[2]); !known && parts[2] != "" {
		return Move{}, problem.New("what_if_bad_line", "value", text)
	}
	if c.Payer, known = contribution.ParsePayer(parts[3]); !known && parts[3] != "" {
		return Move{}, problem.New("what_if_bad_line", "value", text)
	}
	var err error
	if c.From, err = period.Parse(parts[5]); err != nil {
		return Move{}, problem.Wrap(err, "what_if_bad_line", "value", text)
	}
	if err := c.SetValue(parts[6]); err != nil {
		return Move{}, err
	}
	return c, c.Check()
}

// MostMoves is how many changes a scenario may have: each is one more policy that every record is computed by.
const MostMoves = 8

// CommonArea is the smallest area that holds those of all changes; outside of it they change nothing.
func CommonArea(moves []Move) string {
	if len(moves) == 0 {
		return nationwide
	}
	prefix := areaPrefix(moves[0].Area)
	for _, m := range moves[1:] {
		for !strings.HasPrefix(m.Area, prefix) {
			prefix = prefix[:len(prefix)-2]
		}
	}
	return (prefix + nationwide)[:6]
}

// nationwide is the area of a change that holds everywhere.
const nationwide = "000000"

// whatIfMeasureOf is the measure of a scenario's change, counted from 0.
func whatIfMeasureOf(i int) string {
	if i == 0 {
		return WhatIfMeasure
	}
	return WhatIfMeasure + "_" + strconv.Itoa(i+1)
}
