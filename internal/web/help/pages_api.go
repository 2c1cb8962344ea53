package help

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/openapi"
	"jianfu/internal/web/kit"
)

// apiPage is the contents of the page on which people read about the JSON interface.
type apiPage struct {
	kit.Frame
	Version    string
	Language   string
	Root       string // where the interface is, for the commands that are shown
	MayToken   bool
	Rules      []string
	Groups     []apiGroup
	Components []apiComponent
	Refusals   []apiRefusal
	Refusal    string // an example
}

// apiGroup is the operations of one page and the pages below it.
type apiGroup struct {
	ID, Title  string
	Operations []apiOperation
}

// apiOperation is one operation as people read it.
type apiOperation struct {
	ID, Path, Summary, Rights string
	May                       bool // whether this reader may ask it
	Method                    string
	Parameters                []apiField
	Body                      []apiProperty // of what is sent
	Reply                     []apiProperty
	Name                      string // of the reply's component
	Example                   string
}

// apiField is a parameter, to be read about and to be filled in.
type apiField struct {
	Name, Text, Type, Default, Example string
	InPath                             bool
	Choices                            []string
}

// apiComponent is a kind of object that answers are made of.
type apiComponent struct {
	Name       string
	Properties []apiProperty
}

// apiProperty is one property of it; Component is the kind that it leads to.
type apiProperty struct {
	Name, Text, Type, Component string
	Always                      bool
}

type apiRefusal struct{ Status, Text string }

// newAPIPage puts the document into words: what every reader sees alike.
func newAPIPage(offers kit.Topic, document openapi.Document, p *i18n.Printer) apiPage {
	page := apiPage{Version: document.Info.Version, Language: p.Language(), Rules: strings.Split(strings.TrimSpace(document.Info.Description), "\n")}
	for _, tag := range document.Tags {
		group := apiGroup{ID: tag.Name, Title: tag.Description}
		for _, o := range offers.Operations {
			if o.Tag() == tag.Name {
				group.Operations = append(group.Operations, operationInWords(p, document, o, offers.Parameters))
			}
		}
		for _, sent := range offers.Submissions {
			if sent.Tag() == tag.Name {
				group.Operations = append(group.Operations, submissionInWords(p, document, sent))
			}
		}
		page.Groups = append(page.Groups, group)
	}
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		page.Components = append(page.Components, apiComponent{name, propertiesInWords(p, document.Components.Schemas[name])})
	}
	for _, status := range slices.Concat(apiRefusals, submissionRefusals) {
		page.Refusals = append(page.Refusals, apiRefusal{fmt.Sprint(status), document.Components.Responses[fmt.Sprint(status)].Description})
	}
	page.Refusal = document.Components.Example(&openapi.Schema{Ref: "#/components/schemas/Refusal"})
	return page
}

func operationInWords(p *i18n.Printer, document openapi.Document, o kit.Operation, declared map[string]kit.APIParameter) apiOperation {
	path := DocumentPath(o.Path)
	described := document.Paths[path].Get
	shown := apiOperation{ID: o.Name(), Method: fiber.MethodGet, Path: path, Summary: described.Summary, Rights: described.Description}
	for _, parameter := range described.Parameters {
		known := declared[parameter.Name]
		field := apiField{Name: parameter.Name, Text: parameter.Description, Type: typeInWords(p, parameter.Schema),
			Example: known.Example, InPath: parameter.In == "path", Choices: known.Choices}
		if len(known.Choices) > 0 && !known.Any {
			field.Default = known.Choices[0]
		}
		shown.Parameters = append(shown.Parameters, field)
	}
	if schema := described.Responses["200"].Content[fiber.MIMEApplicationJSON].Schema; o.Reply != nil {
		shown.Name, shown.Example = openapi.Component(schema), document.Components.Example(schema)
		shown.Reply = propertiesInWords(p, document.Components.Schemas[shown.Name])
	}
	return shown
}

// submissionInWords is a submission as people read it. The page sends none: what it would change is real.
func submissionInWords(p *i18n.Printer, document openapi.Document, s kit.Submission) apiOperation {
	path := DocumentPath(s.Path)
	described := document.Paths[path].Post
	reply := described.Responses["200"].Content[fiber.MIMEApplicationJSON].Schema
	shown := apiOperation{ID: s.ID(), Method: fiber.MethodPost, Path: path, Summary: described.Summary, Rights: described.Description,
		Name: openapi.Component(reply), Example: document.Components.Example(reply)}
	for _, media := range s.Media {
		shown.Body = append(shown.Body, apiProperty{Name: media, Text: described.RequestBody.Content[media].Schema.Description, Type: p.T("api.type.string")})
	}
	if s.Body != nil {
		shown.Body = propertiesInWords(p, document.Components.Schemas[openapi.Component(described.RequestBody.Content[fiber.MIMEApplicationJSON].Schema)])
	}
	shown.Reply = propertiesInWords(p, document.Components.Schemas[shown.Name])
	for _, parameter := range described.Parameters {
		shown.Parameters = append(shown.Parameters, apiField{Name: parameter.Name, Text: parameter.Description, Type: typeInWords(p, parameter.Schema)})
	}
	return shown
}

func propertiesInWords(p *i18n.Printer, schema *openapi.Schema) []apiProperty {
	var all []apiProperty
	for _, name := range openapi.Order(schema) {
		property := schema.Properties[name]
		all = append(all, apiProperty{Name: name, Text: property.Description, Type: typeInWords(p, property),
			Component: leadsTo(property), Always: slices.Contains(schema.Required, name)})
	}
	return all
}

// leadsTo is the component that a property is, or is a list or a map of.
func leadsTo(s *openapi.Schema) string {
	switch {
	case s.Items != nil:
		return leadsTo(s.Items)
	case s.AdditionalProperties != nil:
		return leadsTo(s.AdditionalProperties)
	}
	return openapi.Component(s)
}

// typeInWords says what a value looks like.
func typeInWords(p *i18n.Printer, s *openapi.Schema) string {
	word := func() string {
		switch {
		case len(s.AnyOf) > 0:
			return typeInWords(p, s.AnyOf[0])
		case s.Ref != "":
			return openapi.Component(s)
		case s.Items != nil:
			return p.T("api.type.list", "of", typeInWords(p, s.Items))
		case len(s.Enum) > 0:
			var words []string
			for _, value := range s.Enum {
				if value != nil {
					words = append(words, fmt.Sprint(value))
				}
			}
			return strings.Join(words, " | ")
		case s.Pattern == openapi.MoneyPattern:
			return p.T("api.type.money")
		case s.Pattern == openapi.RatePattern:
			return p.T("api.type.rate")
		case s.Pattern == openapi.MonthPattern:
			return p.T("api.type.month")
		case s.Format == "date-time":
			return p.T("api.type.time")
		case s.Minimum != nil && s.Maximum != nil && s.Type == "integer":
			return p.T("api.type.between", "least", int64(*s.Minimum), "most", int64(*s.Maximum))
		case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties.Not == nil:
			return p.T("api.type.map", "of", typeInWords(p, s.AdditionalProperties))
		}
		for _, kind := range append(s.Types, s.Type) {
			if kind != "" && kind != "null" {
				return p.T("api.type." + kind)
			}
		}
		return ""
	}()
	if slices.Contains(s.Types, "null") || len(s.AnyOf) > 1 {
		return p.T("api.type.or_null", "type", word)
	}
	return word
}

// apiReadable is GET /api.
func (h *helpPages) apiReadable(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p, who := i18n.For(st.Lang), kit.AskerOf(c).Principal
	page := h.described[st.Lang].page
	page.Frame = h.Frame(c, "api", "/api", st, p, p.T("api.title"))
	page.MayToken = who.Can(access.Tokens)
	scheme := "http://"
	if h.OverTLS(c) {
		scheme = "https://"
	}
	page.Root = scheme + string(c.Request().Host())
	may := map[string]bool{}
	for _, o := range h.offered.Operations {
		may[o.Name()] = !slices.ContainsFunc(o.Rights, func(right access.Right) bool { return !who.Can(right) })
	}
	for _, sent := range h.offered.Submissions {
		may[sent.ID()] = !slices.ContainsFunc(sent.Rights, func(right access.Right) bool { return !who.Can(right) })
	}
	groups := make([]apiGroup, len(page.Groups)) // the kept page is everybody's
	for i, group := range page.Groups {
		groups[i] = group
		groups[i].Operations = slices.Clone(group.Operations)
		for k := range groups[i].Operations {
			groups[i].Operations[k].May = may[groups[i].Operations[k].ID]
		}
	}
	page.Groups = groups
	return h.Pages.Send(c, st.Lang, "api", page)
}
