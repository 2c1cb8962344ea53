package pictures

import (
	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

func (s pages) pictureRoutes() []kit.Route {
	return []kit.Route{
		kit.Writing(kit.PicturePath, []access.Right{access.Export}, s.takePicture),
	}
}

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}
	return kit.Topic{Routes: s.pictureRoutes()}
}
