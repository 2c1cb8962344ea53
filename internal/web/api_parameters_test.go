package web

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"
)

// TestParametersAreDescribedAsTheyAreChecked: what the document's schema of a parameter allows is what is let through.
func TestParametersAreDescribedAsTheyAreChecked(t *testing.T) {
	tried := []string{"", "2019-05", "2019-13", "x", "both", "zh", "small", "320500", "32050x", "C26", "-", "0", "1", "500", "501", "-shortfall", "vs-april", "1.5", "é", "<"}
	for name, p := range apiParameters() {
		text, err := json.Marshal(p.schema())
		if err != nil {
			t.Fatal(err)
		}
		schema, err := compiler(t, string(text)).Compile(documentAddress)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, value := range append(tried, p.choices...) {
			if value == "" { // stands for the default
				continue
			}
			var given any = value
			if p.most != 0 {
				if n, err := strconv.Atoi(value); err == nil {
					given = n
				}
			}
			if p.several {
				given = []any{value}
			}
			described, checked := schema.Validate(given) == nil, p.check(name, value) == nil
			if described != checked {
				t.Errorf("%s=%q: the document allows it: %v, the check: %v", name, value, described, checked)
			}
		}
	}
}

// apiParameters are the parameters of all operations.
var apiParameters = sync.OnceValue(func() map[string]apiParameter {
	s, err := New(Config{})
	if err != nil {
		panic(err)
	}
	return s.offers.parameters
})
