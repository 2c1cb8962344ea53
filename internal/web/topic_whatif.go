package web

import "jianfu/internal/access"

// whatIfTopic is trying out what another policy would do: the page, its file, and its figures for programs.
func (s *Server) whatIfTopic() topic {
	return topic{
		routes: s.whatIfRoutes(), operations: s.whatIfOperations(), parameters: whatIfParameters, choices: whatIfChoices,
		regions: map[string]regionOf{paramAlso: alsoArea},
	}
}

func (s *Server) whatIfRoutes() []route {
	takeOut := []access.Right{access.FiguresAggregate, access.PolicyRead, access.Export}
	return []route{
		reading("/policy/what-if", tryOutRights, s.whatIfPage),
		writing("/policy/what-if", tryOutRights, s.computeWhatIf),
		writing("/policy/what-if/save", tryOutRights, s.saveScenario),
		writing("/policy/what-if/delete", tryOutRights, s.deleteScenario),
		reading("/download/what-if/:table", takeOut, s.whatIfDownload),
		writing("/download/what-if/:table", takeOut, s.whatIfDownload),
	}
}

func (s *Server) whatIfOperations() []operation {
	return []operation{
		{apiRoot + "/policy/what-if", tryOutRights, s.whatIfAPI, whatIfJSON{}, []string{paramTarget, paramWay, paramValue, paramInsurance, paramPayer, paramArea,
			paramStarts, paramAt, paramThrough, paramAlso, paramSure, paramScenario, paramRegion, paramIndustry, paramSize}},
	}
}
