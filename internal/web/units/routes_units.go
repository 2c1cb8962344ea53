package units

import (
	"slices"

	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// What pages of units and of records need; a list of units or one unit, then records of persons.
var (
	unitRights   = []access.Right{access.FiguresUnit}
	takeUnits    = []access.Right{access.FiguresUnit, access.Export}
	recordRights = []access.Right{access.FiguresRecord}
	takeEvidence = append(slices.Clone(view.CaseRights), access.Export) // of a unit as a case
	takeRecords  = []access.Right{access.FiguresRecord, access.Export}
)

func (s pages) unitRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/units", unitRights, s.unitsList),
		kit.Reading("/download/units/:table", takeUnits, s.unitsDownload),
		kit.Writing("/download/units/:table", takeUnits, s.unitsDownload),
		kit.Reading("/units/:id", unitRights, s.unitShow),
		kit.Reading("/units/:id/answer", unitRights, s.unitAnswered),
		kit.Reading("/units/:id/records", recordRights, s.unitRecords),
		kit.Reading("/units/:id/records/:load/:line", recordRights, s.recordShow),
		kit.Reading("/download/cases/:id/evidence", takeEvidence, s.caseEvidence),
		kit.Writing("/download/cases/:id/evidence", takeEvidence, s.caseEvidence),
		kit.Reading("/download/unit/:id/:table", takeUnits, s.unitDownload),
		kit.Writing("/download/unit/:id/:table", takeUnits, s.unitDownload),
		kit.Reading("/download/unit/:id/records/:table", takeRecords, s.recordsDownload),
		kit.Writing("/download/unit/:id/records/:table", takeRecords, s.recordsDownload),
	}
}
