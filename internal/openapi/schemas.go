package openapi

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/jsonschema-go/jsonschema"

	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/workday"
)

// Patterns of the texts that stand for values of our own.
const (
	MoneyPattern  = `^-?(0|[1-9][0-9]*)\.[0-9]{2}$`
	RatePattern   = `^-?(0|[1-9][0-9]*)(\.[0-9]{1,6})?$`
	HalvesPattern = `^(0|[1-9][0-9]*)(\.5)?$` // days
	MonthPattern  = `^[0-9]{4}-(0[1-9]|1[0-2])$`
)

// leaves are the types that write themselves, and what they write. A type that writes itself and is not here is an
// error: its fields would say something else than its JSON.
var leaves = map[reflect.Type]*Schema{
	reflect.TypeFor[money.Fen]():      {Type: "string", Pattern: MoneyPattern, Examples: []any{"1234567.89"}},
	reflect.TypeFor[money.Rate]():     {Type: "string", Pattern: RatePattern, Examples: []any{"0.16"}},
	reflect.TypeFor[period.Period]():  {Type: "string", Pattern: MonthPattern, Examples: []any{"2019-05"}},
	reflect.TypeFor[workday.Halves](): {Type: "string", Pattern: HalvesPattern, Examples: []any{"3.5"}},
	reflect.TypeFor[time.Time]():      {Type: "string", Format: "date-time", Examples: []any{"2020-01-16T02:00:00Z"}},
}

// Schemas collects the schemas of types: a struct becomes a component under its name, and wherever it stands the
// component is referred to. No property that the type has not got is allowed. A property is required unless it is left
// out when empty, or comes with an embedded pointer. A list is never null, a pointer may be unless it is left out.
//
// A tag choice:"size" names the list of Choices that a text is from; example:"320500" gives an example of it.
type Schemas struct {
	Choices  map[string][]string
	Words    map[reflect.Type][]string // types that write themselves as one of these words
	Describe func(component, property string) string
	Meanings func(list string) string // what the choices of a list mean, put behind a property's description; may be nil

	Components map[string]*Schema
	types      map[string]reflect.Type
}

// Of is the schema of a value's type.
func (s *Schemas) Of(value any) (*Schema, error) {
	if s.Components == nil {
		s.Components, s.types = map[string]*Schema{}, map[string]reflect.Type{}
	}
	t := reflect.TypeOf(value)
	if err := s.collect(t); err != nil {
		return nil, err
	}
	schema, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: s.known(nil)})
	if err != nil {
		return nil, err
	}
	return settled(schema, false), nil
}

// collect makes components of the structs that a type is made of.
func (s *Schemas) collect(t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if leaves[t] != nil || s.Words[t] != nil {
		return nil
	}
	for _, writer := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(writer) || reflect.PointerTo(t).Implements(writer) {
			return fmt.Errorf("%s writes itself: say in leaves what it writes", t)
		}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return s.collect(t.Elem())
	case reflect.Struct:
		return s.component(t)
	case reflect.Interface, reflect.Float32, reflect.Float64:
		return fmt.Errorf("%s: an answer holds neither floats nor values of unknown type", t)
	}
	return nil
}

// known are the schemas of leaves and components, without those of the types that another embeds, whose fields are its own.
func (s *Schemas) known(embedding reflect.Type) map[reflect.Type]*Schema {
	all := map[reflect.Type]*Schema{}
	for t, schema := range leaves {
		all[t] = schema
	}
	for t, words := range s.Words {
		all[t] = &Schema{Type: "string"}
		choose(all[t], words)
	}
	for name, t := range s.types {
		all[t] = &Schema{Ref: "#/components/schemas/" + name}
	}
	if embedding != nil {
		delete(all, embedding)
		for _, field := range reflect.VisibleFields(embedding) {
			if field.Anonymous {
				delete(all, field.Type)
				if field.Type.Kind() == reflect.Pointer {
					delete(all, field.Type.Elem())
				}
			}
		}
	}
	return all
}

func (s *Schemas) component(t reflect.Type) error {
	name := nameOf(t)
	if name == "" {
		return fmt.Errorf("%s has no name to be referred to by", t)
	}
	if known, ok := s.types[name]; ok {
		if known != t {
			return fmt.Errorf("%s and %s have the same name", known, t)
		}
		return nil
	}
	s.types[name] = t
	fields := fieldsOf(t)
	for _, field := range fields {
		if err := s.collect(field.Type); err != nil {
			return fmt.Errorf("%s.%s: %w", t, field.Name, err)
		}
	}
	schema, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: s.known(t)})
	if err != nil {
		return err
	}
	for property, field := range fields {
		p := settled(schema.Properties[property], omitted(field) || field.Type.Kind() != reflect.Pointer)
		if list := field.Tag.Get("choice"); list != "" {
			if len(s.Choices[list]) == 0 {
				return fmt.Errorf("%s.%s: there is no list of choices %q", t, field.Name, list)
			}
			choose(p, s.Choices[list])
		}
		if example := field.Tag.Get("example"); example != "" {
			p.Examples = []any{example}
		}
		p.Description = s.Describe(name, property)
		if list := field.Tag.Get("choice"); list != "" && s.Meanings != nil {
			p.Description += s.Meanings(list)
		}
		schema.Properties[property] = p
		if throughPointer(t, field) {
			schema.Required = slices.DeleteFunc(schema.Required, func(r string) bool { return r == property })
		}
	}
	s.Components[name] = schema
	return nil
}

// fieldsOf are the fields that are written out, by their names there.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		if other, ok := all[name]; !ok || len(field.Index) < len(other.Index) {
			all[name] = field
		}
	}
	return all
}

// omitted tells whether a field is left out when it is empty.
func omitted(field reflect.StructField) bool {
	_, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
}

// throughPointer tells whether a field is there only when an embedded pointer is set.
func throughPointer(t reflect.Type, field reflect.StructField) bool {
	for depth := 1; depth < len(field.Index); depth++ {
		if t.FieldByIndex(field.Index[:depth]).Type.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// settled corrects what the library cannot know: lists are never null, and a reference that may be null says so.
func settled(p *Schema, neverNull bool) *Schema {
	if p.Items != nil {
		p.Items = settled(p.Items, true)
		neverNull = neverNull || slices.Contains(p.Types, "array")
	}
	if p.Type == "object" && p.AdditionalProperties != nil {
		p.AdditionalProperties = settled(p.AdditionalProperties, true)
	}
	if p.Type == "integer" || slices.Contains(p.Types, "integer") {
		p.Maximum = nil // the bound of a Go type is none of the interface
	}
	nullable := slices.Contains(p.Types, "null") && !neverNull
	if slices.Contains(p.Types, "null") {
		p.Types = slices.DeleteFunc(p.Types, func(t string) bool { return t == "null" })
		if len(p.Types) == 1 {
			p.Type = p.Types[0]
		}
		p.Types = nil
	}
	if !nullable {
		return p
	}
	if p.Ref != "" {
		return &Schema{AnyOf: []*Schema{p, {Type: "null"}}}
	}
	p.Types, p.Type = []string{p.Type, "null"}, ""
	return p
}

// choose limits a text, or the texts of a list, to choices.
func choose(p *Schema, choices []string) {
	if p.Items != nil {
		choose(p.Items, choices)
		return
	}
	for _, choice := range choices {
		p.Enum = append(p.Enum, choice)
	}
	if slices.Contains(p.Types, "null") {
		p.Enum = append(p.Enum, nil)
	}
}

// parameterOf matches the arguments of a generic type and the paths of their packages.
var parameterOf = regexp.MustCompile(`\[(?:[^\]]*[./])?(\w+)\]`)

// nameOf is a type's name as a component: overviewJSON is Overview, listOf[web.unitJSON] is ListOfUnit.
func nameOf(t reflect.Type) string {
	var name strings.Builder
	for part := range strings.SplitSeq(parameterOf.ReplaceAllString(t.Name(), " $1"), " ") {
		part = strings.TrimSuffix(part, "JSON")
		if part != "" {
			name.WriteString(string(unicode.ToUpper(rune(part[0]))) + part[1:])
		}
	}
	return name.String()
}
