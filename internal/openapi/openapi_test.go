package openapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/money"
	"jianfu/internal/period"
)

type unitJSON struct {
	ID      string        `json:"id" example:"91320000000000001X"`
	Size    string        `json:"size" choice:"size"`
	Sizes   []string      `json:"sizes" choice:"size"`
	Month   period.Period `json:"month"`
	At      time.Time     `json:"at"`
	Paid    *money.Fen    `json:"paid"`
	Left    *money.Fen    `json:"left,omitempty"`
	Rate    money.Rate    `json:"rate"`
	Parent  *placeJSON    `json:"parent"`
	Word    word          `json:"word"`
	private int
	Secret  string `json:"-"`
	*countsJSON
	shared
}

type countsJSON struct {
	Units uint64 `json:"units"`
}

type shared struct {
	Places map[string][]placeJSON `json:"places"`
}

type placeJSON struct {
	Name string `json:"name"`
	Open bool   `json:"open,omitzero"`
}

type word int

func (word) MarshalText() ([]byte, error) { return []byte("a"), nil }

type listOf[T any] struct {
	Rows []T `json:"rows"`
}

func schemas() *Schemas {
	return &Schemas{
		Choices:  map[string][]string{"size": {"large", "small"}},
		Words:    map[reflect.Type][]string{reflect.TypeFor[word](): {"a", "b"}},
		Describe: func(component, property string) string { return component + " " + property },
		Meanings: func(list string) string { return " (" + list + ")" },
	}
}

func TestASchemaSaysWhatTheTypeWrites(t *testing.T) {
	_ = unitJSON{}.private
	s := schemas()
	root, err := s.Of(listOf[unitJSON]{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"root": root, "components": s.Components})
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{
	"root": {"$ref": "#/components/schemas/ListOfUnit"},
	"components": {
		"ListOfUnit": {"type": "object", "additionalProperties": false, "required": ["rows"], "properties": {
			"rows": {"type": "array", "items": {"$ref": "#/components/schemas/Unit"}, "description": "ListOfUnit rows"}}},
		"Unit": {"type": "object", "additionalProperties": false,
			"required": ["id", "size", "sizes", "month", "at", "paid", "rate", "parent", "word", "places"], "properties": {
			"id": {"type": "string", "examples": ["91320000000000001X"], "description": "Unit id"},
			"size": {"type": "string", "enum": ["large", "small"], "description": "Unit size (size)"},
			"sizes": {"type": "array", "items": {"type": "string", "enum": ["large", "small"]}, "description": "Unit sizes (size)"},
			"month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "examples": ["2019-05"], "description": "Unit month"},
			"at": {"type": "string", "format": "date-time", "examples": ["2020-01-16T02:00:00Z"], "description": "Unit at"},
			"paid": {"type": ["string", "null"], "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{2}$", "examples": ["1234567.89"], "description": "Unit paid"},
			"left": {"type": "string", "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{2}$", "examples": ["1234567.89"], "description": "Unit left"},
			"rate": {"type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$", "examples": ["0.16"], "description": "Unit rate"},
			"parent": {"anyOf": [{"$ref": "#/components/schemas/Place"}, {"type": "null"}], "description": "Unit parent"},
			"word": {"type": "string", "enum": ["a", "b"], "description": "Unit word"},
			"units": {"type": "integer", "minimum": 0, "description": "Unit units"},
			"places": {"type": "object", "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Place"}}, "description": "Unit places"}}},
		"Place": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
			"name": {"type": "string", "description": "Place name"},
			"open": {"type": "boolean", "description": "Place open"}}}}}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

type sameName struct {
	Other struct{ A int } `json:"other"`
}

type anything struct {
	Value any `json:"value"`
}

type floating struct {
	Share float64 `json:"share"`
}

type unknownWriter struct {
	Moment writer `json:"moment"`
}

type writer int

func (*writer) MarshalJSON() ([]byte, error) { return nil, nil }

type wrongChoice struct {
	Size string `json:"size" choice:"sizes"`
}

func TestWhatCannotBeDescribedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		says  string
	}{
		"a struct without a name":       {sameName{}, "has no name"},
		"a value of unknown type":       {anything{}, "unknown type"},
		"a float":                       {floating{}, "floats"},
		"a type that writes itself":     {unknownWriter{}, "say in leaves"},
		"a list of choices there isn't": {wrongChoice{}, `no list of choices "sizes"`},
	} {
		if _, err := schemas().Of(c.value); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := schemas()
	if _, err := s.Of(placeJSON{}); err != nil {
		t.Fatal(err)
	}
	type place struct{}
	if _, err := s.Of(place{}); err == nil || !strings.Contains(err.Error(), "same name") {
		t.Errorf("two types of one name: %v", err)
	}
}

func TestAnExampleHasTheShapeOfTheAnswer(t *testing.T) {
	s := schemas()
	root, err := s.Of(unitJSON{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "id": "91320000000000001X",
  "size": "large",
  "sizes": [
    "large"
  ],
  "month": "2019-05",
  "at": "2020-01-16T02:00:00Z",
  "paid": "1234567.89",
  "left": "1234567.89",
  "rate": "0.16",
  "parent": {
    "name": "…",
    "open": false
  },
  "word": "a",
  "units": 1,
  "places": {
    "…": [
      {
        "name": "…",
        "open": false
      }
    ]
  }
}`
	if diff := cmp.Diff(want, Components{Schemas: s.Components}.Example(root)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
