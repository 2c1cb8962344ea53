package openapi

import (
	"encoding/json"
	"slices"
	"strings"
)

// refRoot is where references to components begin.
const refRoot = "#/components/schemas/"

// Component is the name of the component that a schema is, or refers to though it may be null; "" for any other.
func Component(s *Schema) string {
	if len(s.AnyOf) > 0 {
		return Component(s.AnyOf[0])
	}
	name, _ := strings.CutPrefix(s.Ref, refRoot)
	return name
}

// Example is an answer that the schema allows, indented: every property, one entry of each list. It shows the shape;
// where the schema has no example of its own, the values say nothing.
func (c Components) Example(s *Schema) string {
	var b strings.Builder
	c.example(&b, s, "")
	return b.String()
}

func (c Components) example(b *strings.Builder, s *Schema, indent string) {
	deeper := indent + "  "
	if name := Component(s); name != "" {
		s = c.Schemas[name]
	}
	switch {
	case s.Items != nil:
		b.WriteString("[\n" + deeper)
		c.example(b, s.Items, deeper)
		b.WriteString("\n" + indent + "]")
	case len(s.Properties) > 0:
		b.WriteString("{")
		for i, name := range Order(s) {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n" + deeper + quoted(name) + ": ")
			c.example(b, s.Properties[name], deeper)
		}
		b.WriteString("\n" + indent + "}")
	case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties.Not == nil:
		b.WriteString("{\n" + deeper + `"…": `)
		c.example(b, s.AdditionalProperties, deeper)
		b.WriteString("\n" + indent + "}")
	default:
		b.WriteString(quoted(value(s)))
	}
}

// value is an example of a schema without parts.
func value(s *Schema) any {
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "integer" || slices.Contains(s.Types, "integer"):
		return 1
	case s.Type == "boolean" || slices.Contains(s.Types, "boolean"):
		return false
	case s.Type == "object":
		return map[string]any{}
	}
	return "…"
}

func quoted(value any) string {
	text, err := json.Marshal(value)
	if err != nil { // texts, numbers and words alone come here
		panic(err)
	}
	return string(text)
}

// Order is the properties of a schema in the order in which they are written.
func Order(s *Schema) []string {
	names := slices.Clone(s.PropertyOrder)
	if len(names) == 0 { // read back from JSON, where the order is lost
		for name := range s.Properties {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	return names
}
