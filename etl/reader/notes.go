package reader

// Note is something that a file says, which is taken in and should be looked at: nothing is wrong enough to reject a line.
type Note uint8

// The notes. Those on persons count lines, accepted or not, whose person's number names nobody; the person of such a record
// is unknown.
const (
	PersonsBlank       Note = iota // a word or mark for none, or one digit repeated
	PersonsCut                     // 18 digits of which a spreadsheet kept 15
	PersonsScientific              // 3.20102E+17
	IndustriesRestored             // a code that had lost its leading zero
	IndustriesShort                // a code that means one thing as it stands and another with a leading zero
	IndustriesUnlisted             // a code whose group is in no edition of the standard
	RegistrationsOther             // a registration type that is in no list; the unit counts as "other"
	ReceivedEarly                  // received more than a month before the month that is paid for
	ReceivedAhead                  // received after the day of the load
	LinesAbove                     // lines above the header
	RowsHidden                     // rows with something in them that the sheet does not show
	ColumnsHidden                  // columns that it does not show
	SheetHidden                    // the sheet is not shown
	noteCount
)

var noteCodes = [noteCount]string{"persons_blank", "persons_cut", "persons_scientific", "industries_restored", "industries_short",
	"industries_unlisted", "registrations_other", "received_early", "received_ahead", "lines_above", "rows_hidden", "columns_hidden", "sheet_hidden"}

func (n Note) String() string { return noteCodes[n] }

// Notes counts the lines that each note is about.
type Notes [noteCount]uint64

func (n *Notes) add(others *Notes) {
	for i, lines := range others {
		n[i] += lines
	}
}

// industryCodes tells whether the industry codes of a file lost their leading zeros: a three-digit code that is a group is
// one unless it stands beside codes of four digits of which none begins with a zero.
type industryCodes struct {
	zero   bool                  // a code begins with a zero
	digits [maxDigits + 1]bool   // whether there are codes of so many digits
	unsure [maxDigits + 1]uint64 // codes of so many digits that mean something else with a zero
}

// maxDigits is how long an industry code is at most, without its letter.
const maxDigits = 4

func (c *industryCodes) add(others *industryCodes) {
	c.zero = c.zero || others.zero
	for i := range c.digits {
		c.digits[i] = c.digits[i] || others.digits[i]
		c.unsure[i] += others.unsure[i]
	}
}

// short counts the codes that may have lost a zero.
func (c *industryCodes) short() uint64 {
	var lines uint64
	for n := 1; n < maxDigits && !c.zero; n++ {
		if c.digits[n+1] {
			lines += c.unsure[n]
		}
	}
	return lines
}
