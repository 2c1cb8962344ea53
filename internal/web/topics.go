package web

// New builds a server of all topics. It starts nothing.
func New(config Config) (*Server, error) {
	s, err := newServer(config)
	if err != nil {
		return nil, err
	}
	return s, s.offer(s.topics()...)
}

// topics are all that the server offers, in the order in which the bar and the document of the JSON interface name them.
func (s *Server) topics() []topic {
	return []topic{
		s.figuresTopic(), s.unitsTopic(), s.casesTopic(), s.issuesTopic(), s.reportsTopic(), s.checkTopic(), s.policyTopic(), s.whatIfTopic(), s.screenTopic(),
		s.loadsTopic(), s.runsTopic(), s.accountsTopic(), s.noticesTopic(), s.alertsTopic(), s.calendarTopic(), s.helpTopic(), s.searchTopic(), s.savedTopic(), s.picturesTopic(),
	}
}
