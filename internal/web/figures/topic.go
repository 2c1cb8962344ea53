package figures

import (
	"embed"
	"slices"

	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

//go:embed *.html
var templates embed.FS

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}

	return kit.Topic{
		Templates:  templates,
		Routes:     slices.Concat(s.overviewRoutes(), s.memberRoutes()),
		Operations: append([]kit.Operation{{Path: kit.APIRoot + "/overview", Rights: kit.Figures, Handler: s.overviewAPI, Reply: overviewJSON{}, Parameters: kit.And(kit.Viewing, kit.ParamVersus)}}, s.memberOperations()...),
		Parameters: figuresParameters,
		Navigation: []kit.NavigationEntry{
			{Name: "overview", Path: "/", Right: access.FiguresAggregate},
			{Name: "regions", Path: "/regions", Right: access.FiguresAggregate},
			{Name: "industries", Path: "/industries", Right: access.FiguresAggregate},
			{Name: "sizes", Path: "/sizes", Right: access.FiguresAggregate},
		},
		Views: []kit.ViewedPage{
			{Path: "/", List: "overview", Months: true},
			{Path: "/regions", List: "regions", Own: true, Months: true},
			{Path: "/regions/:code", List: "regions", Own: true, Months: true},
			{Path: "/industries", List: "industries", Own: true, Months: true},
			{Path: "/industries/:industry", List: "industries", Own: true, Months: true},
			{Path: "/sizes", List: "sizes", Own: true, Months: true},
			{Path: "/sizes/:size", List: "sizes", Own: true, Months: true},
		},
	}
}
