package tabular

import "jianfu/internal/money"

// Sums adds up the amounts of a table's rows, for the row below them.
type Sums struct{ row []any }

// Add takes in a row. A column that holds an amount in one row adds up the amounts of all; the others do not add up.
func (s *Sums) Add(values []any) {
	if s.row == nil {
		s.row = make([]any, len(values))
	}
	for i, value := range values {
		if amount, ok := value.(money.Fen); ok {
			sum, _ := s.row[i].(money.Fen)
			s.row[i] = sum + amount
		}
	}
}

// Total is the row below: its name stands first, and none where nothing adds up. It is nil where there were no rows.
func (s *Sums) Total(name, none string) []any {
	for i, value := range s.row {
		if value == nil {
			s.row[i] = none
		}
	}
	if s.row != nil {
		s.row[0] = name
	}
	return s.row
}
