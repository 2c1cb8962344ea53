package web

import "jianfu/internal/access"

// What pages of cases need. A case names a unit, rests on records of persons, and shows its issues.
var (
	takeCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesRead, access.Export}
	openCases = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesWrite}
)

func (s *Server) caseRoutes() []route {
	return []route{
		reading("/cases", caseRights, s.casesList),
		reading("/download/cases/:table", takeCases, s.casesDownload),
		writing("/download/cases/:table", takeCases, s.casesDownload),
		writing("/cases/sample", caseRights, s.drawSample),
		writing("/cases/issues", openCases, s.openFromCases),
		reading("/findings", caseRights, s.findingsList),
		reading("/findings/:finding", caseRights, s.findingShow),
		writing("/findings/:finding/issue", openCases, s.openFromFinding),
		reading("/download/findings/:finding/:table", takeCases, s.findingDownload),
		writing("/download/findings/:finding/:table", takeCases, s.findingDownload),
	}
}
