package kit

import (
	"fmt"
	"io/fs"
	"maps"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
)

// Topic is what a topic of pages adds to the server. Everything that the frame, the guard, the JSON interface and its document
// know of a topic is in it.
type Topic struct {
	Routes      []Route
	Operations  []Operation
	Submissions []Submission
	Navigation  []NavigationEntry // in the order of the bar
	Parameters  map[string]APIParameter
	Choices     map[string][]string // that a property tagged choice:"…" is from
	Views       []ViewedPage
	Fleeting    []string            // parameters that no view keeps
	Regions     map[string]RegionOf // parameters that name a region among other things

	Templates fs.FS                 // of its pages, one file each; nil for a topic without pages of its own
	Ready     func(all Topic) error // what the topic does once all that is offered is known; nil for nothing

	BodyLimits []func(c *fiber.Ctx) int // how much of a body is taken, where that is more than of a form; else 0
}

// RegionOf is the region code that the value of a parameter names, "" for none.
type RegionOf func(value string) string

// NavigationEntry is a page of the bar, for who has its right. A reader's home is the first that he may see.
type NavigationEntry struct {
	Name, Path string
	Right      access.Right
}

// together is all topics as one. A parameter or a list is declared once.
func together(topics ...Topic) (Topic, error) {
	all := Topic{Parameters: maps.Clone(commonParameters), Choices: maps.Clone(commonChoices), Regions: map[string]RegionOf{}, Fleeting: []string{ParamPage}}
	for _, t := range topics {
		all.Routes = append(all.Routes, t.Routes...)
		all.Operations = append(all.Operations, t.Operations...)
		all.Submissions = append(all.Submissions, t.Submissions...)
		all.Navigation = append(all.Navigation, t.Navigation...)
		all.Views = append(all.Views, t.Views...)
		all.Fleeting = append(all.Fleeting, t.Fleeting...)
		all.BodyLimits = append(all.BodyLimits, t.BodyLimits...)
		maps.Copy(all.Regions, t.Regions)
		for name, parameter := range t.Parameters {
			if _, twice := all.Parameters[name]; twice {
				return all, fmt.Errorf("parameter %s is declared twice", name)
			}
			all.Parameters[name] = parameter
		}
		for name, list := range t.Choices {
			if _, twice := all.Choices[name]; twice {
				return all, fmt.Errorf("list %s is declared twice", name)
			}
			all.Choices[name] = list
		}
	}
	for _, o := range all.Operations {
		for _, name := range append(o.InPath(), o.InQuery()...) {
			if _, known := all.Parameters[name]; !known {
				return all, fmt.Errorf("parameter %s of %s is not declared", name, o.Path)
			}
		}
	}
	return all, nil
}
