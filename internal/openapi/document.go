// Package openapi describes a JSON interface: a document as OpenAPI 3.1 has it, and the schemas of the Go values that
// are answered with. It is read off the very types that are written out, so that description and answer cannot part;
// package web fills it from its table of routes, serves it and shows it.
//
// danielgtaylor/huma, which speaks fiber and OpenAPI 3.1 too, was weighed and not taken. It reads an operation's parameters, what they
// may be and what they mean from tags of one struct an operation, as fixed text; here texts are in two languages and choices are the
// code lists of the program, and the one declaration of a parameter also serves pages, their addresses and their filters, which
// huma does not know. Its refusals are English constants without the codes and words that ours have.
package openapi

import "github.com/google/jsonschema-go/jsonschema"

// Version is the version of OpenAPI that documents are written in. Its schemas are JSON Schema 2020-12.
const Version = "3.1.0"

// Schema is a JSON Schema.
type Schema = jsonschema.Schema

// Document is a whole description.
type Document struct {
	OpenAPI    string                `json:"openapi"`
	Info       Info                  `json:"info"`
	Servers    []Address             `json:"servers"`
	Security   []map[string][]string `json:"security"` // one of them is enough
	Tags       []Tag                 `json:"tags"`
	Paths      map[string]Path       `json:"paths"`
	Components Components            `json:"components"`
}

// Info says what the interface is.
type Info struct {
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Version     string  `json:"version"`
	License     License `json:"license"`
}

// License is under which conditions the program may be used.
type License struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier"` // SPDX
}

// Address is where the paths begin.
type Address struct {
	URL string `json:"url"`
}

// Tag is a group of operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Path is what can be done at an address.
type Path struct {
	Get  *Operation `json:"get,omitempty"`
	Post *Operation `json:"post,omitempty"`
}

// Operation is one question and its answers.
type Operation struct {
	ID          string              `json:"operationId"`
	Tags        []string            `json:"tags"`
	Summary     string              `json:"summary"`
	Description string              `json:"description,omitempty"`
	Parameters  []Parameter         `json:"parameters,omitempty"`
	RequestBody *Body               `json:"requestBody,omitempty"`
	Responses   map[string]Response `json:"responses"` // by status
}

// Body is what is sent.
type Body struct {
	Required bool               `json:"required"`
	Content  map[string]Content `json:"content"` // by media type
}

// Parameter is a part of the address.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"` // path, query or header
	Required    bool    `json:"required,omitempty"`
	Description string  `json:"description"`
	Schema      *Schema `json:"schema"`
	Explode     *bool   `json:"explode,omitempty"` // false for a list whose values commas part
}

// Response is an answer, or a reference to one that several operations share.
type Response struct {
	Ref         string             `json:"$ref,omitempty"`
	Description string             `json:"description,omitempty"`
	Headers     map[string]Header  `json:"headers,omitempty"`
	Content     map[string]Content `json:"content,omitempty"` // by media type
}

// Header is a header of an answer.
type Header struct {
	Description string  `json:"description"`
	Schema      *Schema `json:"schema"`
}

// Content is the body of an answer.
type Content struct {
	Schema *Schema `json:"schema"`
}

// Components is what the document refers to.
type Components struct {
	Schemas         map[string]*Schema        `json:"schemas"`
	Responses       map[string]Response       `json:"responses"`
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes"`
}

// SecurityScheme is a way to say who asks.
type SecurityScheme struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme,omitempty"`
	In          string `json:"in,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description"`
}
