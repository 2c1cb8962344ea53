package web

import "jianfu/internal/access"

// What pages of units and of records need; a list of units or one unit, then records of persons.
var (
	unitRights   = []access.Right{access.FiguresUnit}
	takeUnits    = []access.Right{access.FiguresUnit, access.Export}
	recordRights = []access.Right{access.FiguresRecord}
	takeRecords  = []access.Right{access.FiguresRecord, access.Export}
)

func (s *Server) unitRoutes() []route {
	return []route{
		{reading, "/units", rightly, unitRights, s.unitsList, false},
		{reading, "/download/units/:table", rightly, takeUnits, s.unitsDownload, false},
		{writing, "/download/units/:table", rightly, takeUnits, s.unitsDownload, false},
	}
}
