package cache

import (
	"errors"
	"testing"
)

func TestWhatIsKnownBrieflyIsAskedForOnceAndForgotten(t *testing.T) {
	known := NewBrief[int]()
	asked := 0
	ask := func() (int, error) { asked++; return asked, nil }
	get := func(want int) {
		t.Helper()
		if got, err := known.Get("a", ask); got != want || err != nil {
			t.Errorf("%d, %v; want %d", got, err, want)
		}
	}
	get(1)
	get(1)
	known.Forget("a")
	get(2)
	if _, err := known.Get("b", func() (int, error) { return 0, errors.New("away") }); err == nil {
		t.Error("a problem is not handed on")
	}
	known.Forget("a")
	if got, _ := known.Get("a", func() (int, error) { known.Forget("a"); return 7, nil }); got != 7 { // changed while it was asked for
		t.Errorf("%d", got)
	}
	get(3)
}
