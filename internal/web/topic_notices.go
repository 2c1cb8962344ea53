package web

// noticesTopic is the notices of an account.
func (s *Server) noticesTopic() topic {
	return topic{
		routes:     s.noticeRoutes(),
		operations: s.noticeOperations(),
		parameters: noticesParameters,
	}
}
