// Package declaration checks what a unit is about to declare before it is sent: every line against the policy, by the rule of
// package burden and no other, what the unit will pay, what is right and what the cut gives it, and who is new or missing
// against the month before. It stores nothing. etl reads the files and knows the store; the command, the page and the JSON
// interface show the result.
package declaration

import (
	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
)

// Input is what is checked, and what it is checked against.
type Input struct {
	Pack       *policy.Pack
	Comparison policy.Comparison
	Lines      []Declared // in the order of the file, each record_id once
	// Registrations are those of the units of all lines, by unit.
	Registrations map[string][]contribution.Unit
	// Stored are records that the store has of these units, by unit: of the declared months and of those before each. Those
	// that the declaration replaces are not among them.
	Stored map[string][]contribution.Record
	// Rejects are the lines that a load would refuse.
	Rejects []RejectedLine
	// Notes are what a load would take in and tell.
	Notes []Note
	// Read and Unchanged count lines: all of them, and those that say once more what a line before them says.
	Read, Unchanged uint64
}

// Note is something that lines say which nothing is refused for and which should be looked at. Its text is "load_note." + Code of
// the catalogue.
type Note struct {
	Code  string `json:"code"`
	Lines uint64 `json:"lines"`
}

// Doubt tells whether the note is to be looked at; that lines above the header were skipped is not.
func (n Note) Doubt() bool { return n.Code != linesAbove }

const linesAbove = "lines_above"

// MonthsAhead is the code of the note on lines of months that are still to come.
const MonthsAhead = "months_ahead"

// Declared is a line of the declaration that a load would accept.
type Declared struct {
	Line uint64
	contribution.Record
}

// RejectedLine is a line that a load would refuse; it is in no sum. Its text is "reject." + Code of the catalogue.
type RejectedLine struct {
	Line    uint64            `json:"line"`
	Column  string            `json:"column"`
	Value   string            `json:"value"` // never a person's number
	Code    string            `json:"code"`
	Message string            `json:"message"` // in the reader's language; whoever shows the result fills it in
	Details map[string]string `json:"-"`       // of the text
}

// Result is what the check found. It holds no person's number.
type Result struct {
	Pack            string         `json:"pack"`
	PackTitle       string         `json:"pack_title"`
	Comparison      string         `json:"comparison"`
	ComparisonTitle string         `json:"comparison_title"`
	Clean           bool           `json:"clean"` // nothing is to be looked at
	Read            uint64         `json:"read"`  // lines: accepted, rejected and unchanged ones
	Accepted        uint64         `json:"accepted"`
	Rejected        uint64         `json:"rejected_lines"`
	Unchanged       uint64         `json:"unchanged"`
	Faulty          uint64         `json:"faulty_lines"` // of those accepted, how many there is something to say about
	Totals          []PayerTotal   `json:"totals"`       // of all units
	Uncovered       UncoveredTotal `json:"uncovered"`
	Units           []UnitResult   `json:"units"` // in the order of the file
	Lines           []LineResult   `json:"lines"` // only those that there is something to say about, in the order of the file
	Rejects         []RejectedLine `json:"rejects"`
	Notes           []Note         `json:"notes"`
}

// PayerTotal is what one payer will be charged and what is right. A line that nothing covers is in none.
type PayerTotal struct {
	Payer     contribution.Payer `json:"payer"`
	Charged   money.Fen          `json:"charged"`
	Old       money.Fen          `json:"old"`
	New       money.Fen          `json:"new"`
	Due       money.Fen          `json:"due"`       // what the cut gives: old − new
	Shortfall money.Fen          `json:"shortfall"` // charged − new
	Reasons   []ReasonShare      `json:"reasons"`   // they add up to the shortfall
}

// ReasonShare is the part of a difference that one reason explains, as burden.ReasonAmount is.
type ReasonShare struct {
	Reason burden.Reason `json:"reason"`
	Amount money.Fen     `json:"amount"`
}

// UncoveredTotal is what lines declare for which the policy has no rate.
type UncoveredTotal struct {
	Lines  uint64    `json:"lines"`
	Amount money.Fen `json:"amount"` // of both payers
}

// UnitResult is what the declaration comes to for one unit.
type UnitResult struct {
	UnitID     string          `json:"unit_id"`
	Name       string          `json:"name"`
	RegionCode string          `json:"region_code"`
	Months     []period.Period `json:"months"`
	Lines      uint64          `json:"lines"`
	Faulty     uint64          `json:"faulty_lines"`
	Totals     []PayerTotal    `json:"totals"`
	Uncovered  UncoveredTotal  `json:"uncovered"`
	// Before are the months before that the store or the declaration itself has records of, against which persons were held.
	Before  []period.Period `json:"months_before"`
	New     []PersonChange  `json:"persons_new"`     // were not in the month before
	Missing []PersonChange  `json:"persons_missing"` // were, and are not any more
}

// PersonChange stands for somebody in one month and insurance, by the record that names them: the declared one of who is new, that
// of the month before of who is missing.
type PersonChange struct {
	Period    period.Period `json:"period"` // that is declared
	Insurance string        `json:"insurance"`
	RecordID  string        `json:"record_id"`
	Line      uint64        `json:"line,omitempty"` // 0 where the store has the record
}

// LineResult is a line that there is something to say about.
type LineResult struct {
	Line      uint64           `json:"line"`
	RecordID  string           `json:"record_id"`
	UnitID    string           `json:"unit_id"`
	Period    period.Period    `json:"period"`
	Insurance string           `json:"insurance"`
	EntryType string           `json:"entry_type"`
	Treatment burden.Treatment `json:"treatment"`
	Estimate  bool             `json:"estimate"` // a summary of several persons
	Twin      *Twin            `json:"twin,omitempty"`
	Shares    []ShareResult    `json:"shares"` // by contribution.Payers
}

// Twin is another record that charges the same person for the same month and insurance.
type Twin struct {
	RecordID string `json:"record_id"`
	Line     uint64 `json:"line,omitempty"` // 0 where the store has it
}

// ShareResult is one payer's part of a line.
type ShareResult struct {
	Payer      contribution.Payer `json:"payer"`
	Declared   DeclaredValues     `json:"declared"`
	Right      *RightValues       `json:"right"`      // null where the policy has no rate
	Difference money.Fen          `json:"difference"` // declared amount − right one
	Reasons    []ReasonShare      `json:"reasons"`    // they add up to the difference
}

// DeclaredValues are what stands in a line.
type DeclaredValues struct {
	Base   money.Fen  `json:"base"`
	Rate   money.Rate `json:"rate"`
	Amount money.Fen  `json:"amount"`
}

// RightValues is what should stand there, and by which documents. The amount of a duplicate and of a refund is nought.
type RightValues struct {
	DeclaredValues
	RateDocument string `json:"rate_document"` // several are joined by ";"; "" where this payer owes nothing
	BaseDocument string `json:"base_document"` // "" where there are no limits
}
