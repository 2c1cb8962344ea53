package whatif

import (
	"embed"

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
		Templates: templates,
		Routes:    s.whatIfRoutes(), Operations: s.whatIfOperations(), Parameters: whatIfParameters, Choices: whatIfChoices,
		Regions: map[string]kit.RegionOf{paramAlso: alsoArea},
	}
}

func (s pages) whatIfRoutes() []kit.Route {
	takeOut := []access.Right{access.FiguresAggregate, access.PolicyRead, access.Export}
	return []kit.Route{
		kit.Reading("/policy/what-if", view.TryOutRights, s.whatIfPage),
		kit.Writing("/policy/what-if", view.TryOutRights, s.computeWhatIf),
		kit.Writing("/policy/what-if/save", view.TryOutRights, s.saveScenario),
		kit.Writing("/policy/what-if/delete", view.TryOutRights, s.deleteScenario),
		kit.Reading("/download/what-if/:table", takeOut, s.whatIfDownload),
		kit.Writing("/download/what-if/:table", takeOut, s.whatIfDownload),
	}
}

func (s pages) whatIfOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/policy/what-if", Rights: view.TryOutRights, Handler: s.whatIfAPI, Reply: whatIfJSON{}, Parameters: []string{paramTarget, paramWay, paramValue, kit.ParamInsurance, kit.ParamPayer, kit.ParamArea,
			paramStarts, kit.ParamAt, paramThrough, paramAlso, paramSure, paramScenario, kit.ParamRegion, kit.ParamIndustry, kit.ParamSize}},
	}
}
