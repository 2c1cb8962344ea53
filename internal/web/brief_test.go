package web

import (
	"errors"
	"testing"
)

func TestWhatIsKnownBrieflyIsAskedForOnceAndForgotten(t *testing.T) {
	var known brief[int]
	asked := 0
	ask := func() (int, error) { asked++; return asked, nil }
	get := func(want int) {
		t.Helper()
		if got, err := known.get("a", ask); got != want || err != nil {
			t.Errorf("%d, %v; want %d", got, err, want)
		}
	}
	get(1)
	get(1)
	known.forget("a")
	get(2)
	if _, err := known.get("b", func() (int, error) { return 0, errors.New("away") }); err == nil {
		t.Error("a fault is not handed on")
	}
	known.forget("a")
	if got, _ := known.get("a", func() (int, error) { known.forget("a"); return 7, nil }); got != 7 { // changed while it was asked for
		t.Errorf("%d", got)
	}
	get(3)
}
