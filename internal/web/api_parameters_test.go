package web

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"

	"jianfu/internal/web/kit"
)

// TestParametersAreDescribedAsTheyAreChecked: what the document's schema of a parameter allows is what is let through.
func TestParametersAreDescribedAsTheyAreChecked(t *testing.T) {
	tried := []string{"", "2019-05", "2019-13", "x", "both", "zh", "small", "320500", "32050x", "C26", "-", "0", "1", "500", "501", "-shortfall", "vs-april", "1.5", "é", "<"}
	for name, p := range apiParameters() {
		text, err := json.Marshal(p.Schema())
		if err != nil {
			t.Fatal(err)
		}
		schema, err := compiler(t, string(text)).Compile(documentAddress)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, value := range append(tried, p.Choices...) {
			if value == "" { // stands for the default
				continue
			}
			var given any = value
			if p.Most != 0 {
				if n, err := strconv.Atoi(value); err == nil {
					given = n
				}
			}
			if p.Several {
				given = []any{value}
			}
			described, checked := schema.Validate(given) == nil, p.Check(name, value) == nil
			if described != checked {
				t.Errorf("%s=%q: the document allows it: %v, the check: %v", name, value, described, checked)
			}
		}
	}
}

// apiParameters are the parameters of all operations.
var apiParameters = sync.OnceValue(func() map[string]kit.APIParameter {
	s, err := New(kit.Config{})
	if err != nil {
		panic(err)
	}
	return s.Offers.Parameters
})
