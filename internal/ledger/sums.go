package ledger

import (
	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// Sums are the money that an issue is about. At every step found = corrected + exempted + outstanding + reassessed, so that
// no step loses an amount or makes one.
type Sums struct {
	Found       money.Fen `json:"found"`                // what was charged too much; more where new records show the same
	Corrected   money.Fen `json:"corrected,omitempty"`  // of it, what changed records have given back
	Exempted    money.Fen `json:"exempted,omitempty"`   // what stays as it is, for a named ground
	Outstanding money.Fen `json:"outstanding"`          // what is left
	Reassessed  money.Fen `json:"reassessed,omitempty"` // what another pack or rule finds no more; negative where it finds more
}

// Balanced tells whether the parts come to what was found, and none but the reassessed is negative.
func (s Sums) Balanced() bool {
	return s.Found == s.Corrected+s.Exempted+s.Outstanding+s.Reassessed && min(s.Found, s.Corrected, s.Exempted, s.Outstanding) >= 0
}

// Held is what the data still show of what was found: what is outstanding and what is exempted.
func (s Sums) Held() money.Fen { return s.Outstanding + s.Exempted }

// Reassess is the sums after what another pack or rule makes of the same records: what is outstanding gives way first, then
// what is exempted.
func (s Sums) Reassess(by money.Fen) Sums {
	s.Reassessed += by
	s.lower(by)
	return s
}

// Measure is the sums after what changed records show.
func (s Sums) Measure(found, corrected money.Fen) Sums {
	s.Found += found
	s.Corrected += corrected
	s.lower(corrected - found)
	return s
}

// lower takes an amount from what is outstanding, and then from what is exempted.
func (s *Sums) lower(by money.Fen) {
	s.Outstanding -= by
	if s.Outstanding < 0 && s.Exempted > 0 {
		part := min(-s.Outstanding, s.Exempted)
		s.Exempted -= part
		s.Outstanding += part
	}
}

// Add is the sums of two issues that become one.
func (s Sums) Add(o Sums) Sums {
	return Sums{s.Found + o.Found, s.Corrected + o.Corrected, s.Exempted + o.Exempted, s.Outstanding + o.Outstanding, s.Reassessed + o.Reassessed}
}

// exempt is the sums once what is outstanding stays as it is.
func (s Sums) exempt() Sums {
	s.Exempted, s.Outstanding = s.Exempted+s.Outstanding, 0
	return s
}

// Settle completes the sums of issues that were stored before corrected, exempted and reassessed were kept apart.
func (i *Issue) Settle() {
	if i.State == Merged && i.Moved == nil && i.Found > 0 {
		moved := i.Sums
		i.Moved, i.Sums = &moved, Sums{}
	}
	if i.Balanced() {
		return
	}
	if i.Exemption != "" {
		i.Sums = i.exempt()
	}
	i.Corrected = i.Found - i.Exempted - i.Outstanding - i.Reassessed
}

// take sets the sums after a step. Those that a step names must add up; where the step is older than the sums, found and
// outstanding say what came back.
func (i *Issue) take(d Data) error {
	if d.Sums == nil {
		i.Found, i.Outstanding = max(i.Found, d.Found, d.Outstanding), d.Outstanding
		i.Corrected = i.Found - i.Exempted - i.Outstanding - i.Reassessed
		return nil
	}
	if !d.Sums.Balanced() {
		return unbalanced(*d.Sums)
	}
	i.Sums = *d.Sums
	return nil
}

func unbalanced(s Sums) error {
	return problem.New("ledger_unbalanced", "found", s.Found, "corrected", s.Corrected, "exempted", s.Exempted, "outstanding", s.Outstanding, "reassessed", s.Reassessed)
}
