package main

import "jianfu/internal/period"

// month is a flag that names a period, such as --from 2019-05.
type month period.Period

// String writes the month, and nothing for none.
func (m *month) String() string { return period.Period(*m).String() }

// Type names the kind of value for the flag parser.
func (m *month) Type() string { return "month" }

// Set reads a month in any of the forms that input files use.
func (m *month) Set(text string) error {
	p, err := period.Parse(text)
	if err != nil {
		return err
	}
	*m = month(p)
	return nil
}
