package classification

import "testing"

func TestACodeIsReadWhole(t *testing.T) {
	for code, want := range map[string]struct {
		normal string
		how    Reading
	}{
		"0610": {"B0610", AsWritten}, "610": {"B0610", Restored}, "61": {"H61", Unsure}, "b610": {"B0610", Restored}, "H61": {"H61", AsWritten},
		"111": {"B111", Unsure}, "A111": {"A0111", Restored}, "B111": {"B111", AsWritten}, "0111": {"A0111", AsWritten}, "011": {"A011", AsWritten},
		"190": {"A0190", Restored}, "911": {"B0911", Restored}, "710": {"B0710", Restored}, // 0710 is of 2011
		"A13": {"A013", Restored}, "1": {"A01", Restored}, "9": {"B09", Restored}, "6": {"B06", Restored}, "10": {"B10", AsWritten},
		"1391": {"C1391", AsWritten}, "C13": {"C13", AsWritten}, "C": {"C", AsWritten}, "3262": {"C3262", Unlisted}, "139": {"C139", AsWritten},
		"6100": {"H6100", AsWritten}, "0600": {"B0600", AsWritten}, "0620": {"B0620", AsWritten}, "0650": {"B0650", Unlisted},
		"1200": {"B1200", AsWritten}, "120": {"B120", AsWritten}, "970": {"T970", AsWritten}, "9700": {"T9700", AsWritten},
	} {
		if normal, how, ok := ReadIndustry(code); !ok || normal != want.normal || how != want.how {
			t.Errorf("%s is %s, %d, %v; want %s, %d", code, normal, how, ok, want.normal, want.how)
		}
	}
	for _, code := range []string{"", "Z", "98", "980", "0", "00", "13911", "制造业", "X0610", "-1", "6.1"} {
		if normal, _, ok := ReadIndustry(code); ok {
			t.Errorf("%q is read as %s", code, normal)
		}
	}
}

// TestTheGroupsAreAllThere: GB/T 4754-2017 has 473 groups.
func TestTheGroupsAreAllThere(t *testing.T) {
	groups := 0
	for code := range listedCodes {
		if _, ok := NormaliseIndustry(code); !ok {
			t.Errorf("%s is in no division", code)
		}
		if len(code) == 3 {
			groups++
		} else if !listedCodes[code[:3]] {
			t.Errorf("%s is in no group", code)
		}
	}
	if groups != 473 {
		t.Errorf("%d groups, want 473", groups)
	}
}

func TestCodesOfTheEditionOf2011AreToldByTheirLetter(t *testing.T) {
	for code, want := range map[string]bool{"Q8311": true, "P82": true, "O79": true, "S9010": true, "T96": true, "P8311": false, "C1391": false, "A13": false, "8311": false, "Q99": false, "Q8": false} {
		if got := Of2011(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}
