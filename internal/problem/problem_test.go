package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestTheTextForTheLogNamesCodeValuesAndCause(t *testing.T) {
	err := Wrap(fs.ErrNotExist, "file_missing", "file", "a.csv", "line", 3)
	if got, want := err.Error(), "file_missing file=a.csv line=3: file does not exist"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error("the cause is not in the chain")
	}
}

func TestTheCodeOfTheOutermostFaultCounts(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"of a problem":              {New("one"), "one"},
		"of a wrapped problem":      {fmt.Errorf("doing it: %w", New("one")), "one"},
		"of a problem in a problem": {Wrap(New("inner"), "outer"), "outer"},
		"none of another error":     {errors.New("plain"), ""},
		"none of no error":          {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Code(c.err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
