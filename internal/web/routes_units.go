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
		reading("/units", unitRights, s.unitsList),
		reading("/download/units/:table", takeUnits, s.unitsDownload),
		writing("/download/units/:table", takeUnits, s.unitsDownload),
		reading("/units/:id", unitRights, s.unitShow),
		reading("/units/:id/answer", unitRights, s.unitAnswered),
		reading("/units/:id/records", recordRights, s.unitRecords),
		reading("/units/:id/records/:load/:line", recordRights, s.recordShow),
		reading("/download/cases/:id/evidence", takeEvidence, s.caseEvidence),
		writing("/download/cases/:id/evidence", takeEvidence, s.caseEvidence),
		reading("/download/unit/:id/:table", takeUnits, s.unitDownload),
		writing("/download/unit/:id/:table", takeUnits, s.unitDownload),
		reading("/download/unit/:id/records/:table", takeRecords, s.recordsDownload),
		writing("/download/unit/:id/records/:table", takeRecords, s.recordsDownload),
	}
}
