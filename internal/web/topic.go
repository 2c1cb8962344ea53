package web

import (
	"fmt"
	"io/fs"
	"maps"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
)

// topic is what a topic of pages adds to the server. Everything that the frame, the guard, the JSON interface and its document
// know of a topic is in it.
type topic struct {
	routes      []route
	operations  []operation
	submissions []submission
	navigation  []navigationEntry // in the order of the bar
	parameters  map[string]apiParameter
	choices     map[string][]string // that a property tagged choice:"…" is from
	views       []viewedPage
	fleeting    []string            // parameters that no view keeps
	regions     map[string]regionOf // parameters that name a region among other things

	templates fs.FS                 // of its pages, one file each; nil for a topic without pages of its own
	ready     func(all topic) error // what the topic does once all that is offered is known; nil for nothing

	bodyLimits []func(c *fiber.Ctx) int // how much of a body is taken, where that is more than of a form; else 0
}

// regionOf is the region code that the value of a parameter names, "" for none.
type regionOf func(value string) string

// navigationEntry is a page of the bar, for who has its right. A reader's home is the first that he may see.
type navigationEntry struct {
	name, path string
	right      access.Right
}

// together is all topics as one. A parameter or a list is declared once.
func together(topics ...topic) (topic, error) {
	all := topic{parameters: maps.Clone(commonParameters), choices: maps.Clone(commonChoices), regions: map[string]regionOf{}, fleeting: []string{paramPage}}
	for _, t := range topics {
		all.routes = append(all.routes, t.routes...)
		all.operations = append(all.operations, t.operations...)
		all.submissions = append(all.submissions, t.submissions...)
		all.navigation = append(all.navigation, t.navigation...)
		all.views = append(all.views, t.views...)
		all.fleeting = append(all.fleeting, t.fleeting...)
		all.bodyLimits = append(all.bodyLimits, t.bodyLimits...)
		maps.Copy(all.regions, t.regions)
		for name, parameter := range t.parameters {
			if _, twice := all.parameters[name]; twice {
				return all, fmt.Errorf("parameter %s is declared twice", name)
			}
			all.parameters[name] = parameter
		}
		for name, list := range t.choices {
			if _, twice := all.choices[name]; twice {
				return all, fmt.Errorf("list %s is declared twice", name)
			}
			all.choices[name] = list
		}
	}
	for _, o := range all.operations {
		for _, name := range append(o.inPath(), o.inQuery()...) {
			if _, known := all.parameters[name]; !known {
				return all, fmt.Errorf("parameter %s of %s is not declared", name, o.path)
			}
		}
	}
	return all, nil
}
