package web

// alertsTopic is the alerts of an account.
func (s *Server) alertsTopic() topic {
	return topic{
		routes:     s.alertRoutes(),
		operations: s.alertOperations(),
	}
}
