package money

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAmountsAreReadExactly(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Fen
		ok   bool
	}{
		"whole yuan":                             {"1234", 123400, true},
		"one decimal":                            {"1234.5", 123450, true},
		"two decimals":                           {"1234.56", 123456, true},
		"zeros beyond the fen":                   {"1234.5600000000000000", 123456, true},
		"a point at the end":                     {"12.", 1200, true},
		"a point at the start":                   {".5", 50, true},
		"a minus":                                {"-0.01", -1, true},
		"a plus":                                 {"+3.20", 320, true},
		"commas between thousands":               {"1,234,567.80", 123456780, true},
		"commas without decimals":                {"1,234", 123400, true},
		"leading zeros":                          {"000000000000000001.00", 100, true},
		"the largest amount":                     {"10000000000.00", Max, true},
		"the smallest amount":                    {"-10000000000", -Max, true},
		"a fen above the largest amount":         {"10000000000.01", 0, false},
		"far above 63 bits":                      {"99999999999999999999999999", 0, false},
		"above 63 bits only when made into fen":  {"99999999999999999", 0, false},
		"a third decimal is refused, not cut":    {"1.005", 0, false},
		"a ninth decimal is refused, not cut":    {"1.000000001", 0, false},
		"letters":                                {"12a", 0, false},
		"the letter O for a zero":                {"1O.00", 0, false},
		"an empty text":                          {"", 0, false},
		"only a point":                           {".", 0, false},
		"only a minus":                           {"-", 0, false},
		"two signs":                              {"--1", 0, false},
		"two points":                             {"1.2.3", 0, false},
		"an exponent":                            {"1E5", 0, false},
		"a group of two digits":                  {"1,23", 0, false},
		"a group of two digits before the point": {"1,23.00", 0, false},
		"four digits before the first comma":     {"1234,567", 0, false},
		"a comma at the start":                   {",123", 0, false},
		"a comma behind the point":               {"1.234,5", 0, false},
		"spaces":                                 {" 1", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(c.text)
			if (err == nil) != c.ok || c.ok && got != c.want {
				t.Errorf("Parse(%q) = %d, %v", c.text, got, err)
			}
		})
	}
}

func TestRatesAreReadInMillionths(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Rate
		ok   bool
	}{
		"a fraction":                                    {"0.16", 160_000, true},
		"a fraction with six decimals":                  {"0.005760", 5760, true},
		"a percentage":                                  {"16%", 160_000, true},
		"a percentage with decimals":                    {"0.576%", 5760, true},
		"a full-width percent sign":                     {"16％", 160_000, true},
		"zeros beyond the sixth decimal":                {"0.1600000000", 160_000, true},
		"a seventh decimal is refused, not rounded":     {"0.0000005", 0, false},
		"a fifth one of a percentage is, too":           {"0.00005%", 0, false},
		"a negative fraction":                           {"-0.000005", -5, true},
		"a whole percentage without its sign is itself": {"16", 16_000_000, true},
		"a factor above one":                            {"1.2", 1_200_000, true},
		"nothing before the percent sign":               {"%", 0, false},
		"two percent signs":                             {"1%%", 0, false},
		"a permille sign":                               {"5‰", 0, false},
		"letters":                                       {"abc", 0, false},
		"a number too large for millionths in 63 bits":  {"99999999999999999999", 0, false},
		"too large only once it is brought to millions": {"999999999999999999", 0, false},
		"an empty text":                                 {"", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseRate(c.text)
			if (err == nil) != c.ok || c.ok && got != c.want {
				t.Errorf("ParseRate(%q) = %d, %v", c.text, got, err)
			}
		})
	}
}

func TestAmountsAreWrittenWithTwoDecimals(t *testing.T) {
	for f, want := range map[Fen]string{0: "0.00", 5: "0.05", -5: "-0.05", 100: "1.00", -123456: "-1234.56", Max: "10000000000.00"} {
		if got := f.String(); got != want {
			t.Errorf("%d is written %q, want %q", int64(f), got, want)
		}
	}
}

func TestRatesAreWrittenShort(t *testing.T) {
	for r, want := range map[Rate][2]string{
		0: {"0", "0%"}, 160_000: {"0.16", "16%"}, 5760: {"0.00576", "0.576%"}, One: {"1", "100%"}, -1: {"-0.000001", "-0.0001%"}, 1_200_000: {"1.2", "120%"},
	} {
		if r.String() != want[0] || r.Percent() != want[1] {
			t.Errorf("%d is written %q and %q, want %q", int64(r), r.String(), r.Percent(), want)
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "fen"))
		if g, err := Parse(f.String()); err != nil || g != f {
			t.Fatalf("%s is read back as %d, %v", f, int64(g), err)
		}
		r := Rate(rapid.Int64Range(-10_000_000, 10_000_000).Draw(t, "rate"))
		for _, text := range []string{r.String(), r.Percent()} {
			if s, err := ParseRate(text); err != nil || s != r {
				t.Fatalf("%s is read back as %d, %v", text, int64(s), err)
			}
		}
	})
}

// FuzzParse holds the readers against math/big on any text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1234.56", "-0.01", "1,234.50", "0.16", "16%", "1e5", "0.0000005", "９", ".", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if amount, err := Parse(text); err == nil {
			if want := exact(t, text, 100); want.Cmp(new(big.Rat).SetInt64(int64(amount))) != 0 {
				t.Errorf("Parse(%q) = %d, exactly %s", text, amount, want)
			}
		}
		if rate, err := ParseRate(text); err == nil {
			scale := int64(1_000_000)
			number := strings.TrimSuffix(strings.TrimSuffix(text, "%"), "％")
			if number != text {
				scale = 10_000
			}
			if want := exact(t, number, scale); want.Cmp(new(big.Rat).SetInt64(int64(rate))) != 0 {
				t.Errorf("ParseRate(%q) = %d, exactly %s", text, rate, want)
			}
		}
	})
}

// exact is the number in the text times scale; a text that was read must be a number.
func exact(t *testing.T, text string, scale int64) *big.Rat {
	t.Helper()
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(strings.TrimSuffix(text, "."), ",", ""))
	if !ok {
		t.Fatalf("%q was read as a number", text)
	}
	return n.Mul(n, new(big.Rat).SetInt64(scale))
}

func BenchmarkParseBytes(b *testing.B) {
	text := []byte("22742.14")
	for b.Loop() {
		if _, ok := ParseBytes(text); !ok {
			b.Fatal()
		}
	}
}
