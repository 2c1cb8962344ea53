package main

import (
	"encoding/json"
	"io"

	"jianfu/internal/i18n"
)

// app is what the subcommands share: the user's language, the streams, and the flags that every subcommand takes.
type app struct {
	printer     *i18n.Printer
	in          io.Reader
	out, errOut io.Writer

	data       string // data directory of the embedded engine
	clickhouse string // address of a ClickHouse server; empty means the embedded engine
	policy     string // folder of a policy pack, or the id of one that is built in; empty means the default
	calendar   string // folder of a bureau's own year files of working days; empty means those built in alone
	limits     string // a bureau's own table of time limits; empty means the one built in
	json       bool   // results for programs
	memory     size   // what the engine may use, in bytes; zero leaves it to the engine
	threads    int    // threads of the engine; zero leaves it to the engine

	trace io.Writer // is told every statement that reads; nil for none

	shown *progress // of the work that goes on; nil where none is shown
}

// T is the text of a key in the user's language.
func (a *app) T(key string, namesAndValues ...any) string {
	return a.printer.T(key, namesAndValues...)
}

// result prints what a command found: the value as JSON with --json, else what human writes.
func (a *app) result(value any, human func(w io.Writer)) error {
	a.endProgress(true)
	if !a.json {
		human(a.out)
		return nil
	}
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
