package web

// helpTopic is the users' documentation and the description of the JSON interface.
func (s *Server) helpTopic() topic {
	return topic{
		routes: append(s.docsRoutes(), route{reading, "/api", anybody, nil, s.apiReadable, false}),
	}
}
