package web

import "jianfu/internal/access"

func (s *Server) pictureRoutes() []route {
	return []route{
		writing(picturePath, []access.Right{access.Export}, s.takePicture),
	}
}

// picturesTopic is writing down that a picture was taken.
func (s *Server) picturesTopic() topic { return topic{routes: s.pictureRoutes()} }
