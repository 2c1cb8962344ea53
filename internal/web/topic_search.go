package web

// searchTopic is the search box of every page.
func (s *Server) searchTopic() topic {
	return topic{
		routes: s.searchRoutes(),
	}
}
