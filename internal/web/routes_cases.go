package web

import "jianfu/internal/access"

// What pages of cases need. A case names a unit, rests on records of persons, and shows its issues.
var (
	takeCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesRead, access.Export}
	openCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesWrite}
)

func (s *Server) caseRoutes() []route {
	return []route{
		{reading, "/cases", rightly, caseRights, s.casesList, false},
		{reading, "/download/cases/:table", rightly, takeCases, s.casesDownload, false},
		{writing, "/download/cases/:table", rightly, takeCases, s.casesDownload, false},
		{writing, "/cases/sample", rightly, caseRights, s.drawSample, false},
		{writing, "/cases/issues", rightly, openCases, s.openFromCases, false},
		{reading, "/findings", rightly, caseRights, s.findingsList, false},
		{reading, "/findings/:finding", rightly, caseRights, s.findingShow, false},
		{writing, "/findings/:finding/issue", rightly, openCases, s.openFromFinding, false},
		{reading, "/download/findings/:finding/:table", rightly, takeCases, s.findingDownload, false},
		{writing, "/download/findings/:finding/:table", rightly, takeCases, s.findingDownload, false},
	}
}
