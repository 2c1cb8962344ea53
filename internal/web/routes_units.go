package web

import (
	"jianfu/internal/access"
	"slices"
)

// What pages of units and of records need; a list of units or one unit, then records of persons.
var (
	unitRights   = []access.Right{access.FiguresUnit}
	takeUnits    = []access.Right{access.FiguresUnit, access.Export}
	recordRights = []access.Right{access.FiguresRecord}
	takeEvidence = append(slices.Clone(caseRights), access.Export) // of a unit as a case
	takeRecords  = []access.Right{access.FiguresRecord, access.Export}
)

func (s *Server) unitRoutes() []route {
	return []route{
		{reading, "/units", rightly, unitRights, s.unitsList, false},
		{reading, "/download/units/:table", rightly, takeUnits, s.unitsDownload, false},
		{writing, "/download/units/:table", rightly, takeUnits, s.unitsDownload, false},
		{reading, "/units/:id", rightly, unitRights, s.unitShow, false},
		{reading, "/units/:id/answer", rightly, unitRights, s.unitAnswered, false},
		{reading, "/units/:id/records", rightly, recordRights, s.unitRecords, false},
		{reading, "/units/:id/records/:load/:line", rightly, recordRights, s.recordShow, false},
		{reading, "/download/cases/:id/evidence", rightly, takeEvidence, s.caseEvidence, false},
		{writing, "/download/cases/:id/evidence", rightly, takeEvidence, s.caseEvidence, false},
		{reading, "/download/unit/:id/:table", rightly, takeUnits, s.unitDownload, false},
		{writing, "/download/unit/:id/:table", rightly, takeUnits, s.unitDownload, false},
		{reading, "/download/unit/:id/records/:table", rightly, takeRecords, s.recordsDownload, false},
		{writing, "/download/unit/:id/records/:table", rightly, takeRecords, s.recordsDownload, false},
	}
}
