package workday

import (
	"encoding/json"
	"strconv"
)

// Halves is a length in half working days: the median of an even number of lengths may lie between two of them. Texts, and
// JSON, which holds no floats, have it in days: "3", "3.5". It is never negative.
type Halves int64

func (h Halves) String() string {
	text := strconv.FormatInt(int64(h/2), 10)
	if h%2 != 0 {
		text += ".5"
	}
	return text
}

// MarshalJSON writes the days as a text.
func (h Halves) MarshalJSON() ([]byte, error) { return json.Marshal(h.String()) }
