package reader

import "testing"

func TestANumberThatNamesNobodyIsNoIdentity(t *testing.T) {
	blank, scientificForm, cut := PersonsBlank.String(), PersonsScientific.String(), PersonsCut.String()
	why := func(number []byte) string {
		if note, anonymous := anonymity(number); anonymous {
			return note.String()
		}
		return ""
	}
	for number, want := range map[string]string{
		"-": blank, "--": blank, "——": blank, "/": blank, "***": blank, "?": blank, "0": blank, "000000": blank,
		"NULL": blank, "null": blank, "N/A": blank, "#N/A": blank, "无": blank, "不详": blank, "None": blank,
		"111111": blank, "999999999999999999": blank, "888888888888888888": blank,
		"3.20102E+17": scientificForm, "3.20102E17": scientificForm, "4e+17": scientificForm, "3.2010219900101E+17": scientificForm,
		"320102199001011000": cut, "320102198507123000": cut,
		"a1": "", "7": "", "11": "", "11111": "", "20190001": "", "P-1": "", "1E": "", "E17": "", "1000": "",
		"320102199001011234": "", "11010519491231002X": "", "NAN001": "", "无锡001": "",
	} {
		if got := why([]byte(number)); got != want {
			t.Errorf("%q is %q, not %q", number, got, want)
		}
	}
	valid := "32010219900101000" // an identity number may end in 000, if its check character is 0
	for d := byte('0'); d <= '9'; d++ {
		number := []byte(valid[:14] + string(d) + "000")
		want := cut
		if identityCheck(number) == '0' {
			want = ""
		}
		if got := why(number); got != want {
			t.Errorf("%s is %q, not %q", number, got, want)
		}
	}
	if c := identityCheck([]byte("11010519491231002X")); c != 'X' { // the example of GB 11643-1999
		t.Errorf("check character %c", c)
	}
}
