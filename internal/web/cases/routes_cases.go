package cases

import (
	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// What pages of cases need. A case names a unit, rests on records of persons, and shows its issues.
var (
	takeCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesRead, access.Export}
	openCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesWrite}
)

func (s pages) caseRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/cases", view.CaseRights, s.casesList),
		kit.Reading("/download/cases/:table", takeCases, s.casesDownload),
		kit.Writing("/download/cases/:table", takeCases, s.casesDownload),
		kit.Writing("/cases/sample", view.CaseRights, s.drawSample),
		kit.Writing("/cases/issues", openCases, s.openFromCases),
		kit.Reading("/findings", view.CaseRights, s.findingsList),
		kit.Reading("/findings/:finding", view.CaseRights, s.findingShow),
		kit.Writing("/findings/:finding/issue", openCases, s.openFromFinding),
		kit.Reading("/download/findings/:finding/:table", takeCases, s.findingDownload),
		kit.Writing("/download/findings/:finding/:table", takeCases, s.findingDownload),
	}
}
