package web

func (s *Server) savedViewRoutes() []route {
	return []route{
		writing("/views/save", nil, s.changeViews("view_saved", s.saveView)).by(oneself),
		writing("/views/replace", nil, s.changeViews("view_replaced", s.replaceView)).by(oneself),
		writing("/views/rename", nil, s.changeViews("view_renamed", s.renameView)).by(oneself),
		writing("/views/drop", nil, s.changeViews("view_dropped", s.dropView)).by(oneself),
	}
}

// savedTopic is keeping views of pages.
func (s *Server) savedTopic() topic { return topic{routes: s.savedViewRoutes()} }
