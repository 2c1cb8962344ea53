package policy

import (
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// The measure of a what-if's first change, from which the others have their names, and its comparison.
const (
	WhatIfMeasure    = "what_if"
	WhatIfComparison = "what-if"
)

// WhatIf makes a pack in which some things differ: its own rows, a last measure for each change, that moves what the
// change names, and one comparison, of the default comparison's new policy with that policy and the changes. Each change
// starts from what those before it left. Nothing else is compared, so that nothing else is computed. The rows of a measure
// name every area, class and month that the pack tells apart and hold what the policy before it gives there, moved; that
// they do is verified before the pack is returned. Where units that elected a measure have another rate or limit than
// others, only a rate can be set; the rest is a problem.
func (p *Pack) WhatIf(changes ...Move) (*Pack, error) {
	if len(changes) == 0 || len(changes) > MostMoves {
		return nil, problem.New("what_if_moves", "count", len(changes), "most", MostMoves)
	}
	for i := range changes {
		measure := whatIfMeasureOf(i)
		if _, taken := p.measureIndex[measure]; taken || len(p.Measures)+len(changes) > maxMeasures {
			return nil, problem.New("what_if_taken", "measure", measure, "pack", p.ID)
		}
	}
	changed, start := p, p.DefaultComparison().New
	for i, c := range changes {
		var err error
		if changed, err = changed.moved(c, whatIfMeasureOf(i), start); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// moved is the pack with one change to the new policy of its default comparison; start is the policy that it is compared with.
func (p *Pack) moved(c Move, measure string, start []string) (*Pack, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	m := &mover{pack: p, change: c, measure: measure, active: p.activeMask(p.DefaultComparison().New), prefix: areaPrefix(c.Area)}
	var rows tableRows
	var err error
	if c.Target == MoveRate {
		rows.rates, err = m.rates()
	} else {
		rows.bases, err = m.bases()
	}
	if err != nil {
		return nil, err
	}
	if !m.moved {
		return nil, problem.New("what_if_nothing", "area", c.Area, "from", c.From)
	}
	changed, err := p.with(rows, measure, start)
	if err != nil {
		return nil, err
	}
	return changed, m.verify(changed)
}

// mover works out the rows of a change.
type mover struct {
	pack    *Pack
	change  Move
	measure string
	active  uint64 // the measures of the policy that is changed
	prefix  string // of the change's area
	moved   bool   // whether anything that the change names was there
	shares  []expectedShare
	limits  []expectedLimit
}

// expectedShare and expectedLimit are what the changed pack must give for a class in the first month of a stretch.
type expectedShare struct {
	class Class
	month period.Period
	has   bool
	rate  money.Rate
}

type expectedLimit struct {
	class     Class
	month     period.Period
	insurance contribution.Insurance
	limit     Limit
}
