package saved

import (
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

func (s pages) savedViewRoutes() []kit.Route {
	return []kit.Route{
		kit.Writing("/views/save", nil, s.changeViews("view_saved", s.saveView)).By(kit.Oneself),
		kit.Writing("/views/replace", nil, s.changeViews("view_replaced", s.replaceView)).By(kit.Oneself),
		kit.Writing("/views/rename", nil, s.changeViews("view_renamed", s.renameView)).By(kit.Oneself),
		kit.Writing("/views/drop", nil, s.changeViews("view_dropped", s.dropView)).By(kit.Oneself),
	}
}

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}
	return kit.Topic{Routes: s.savedViewRoutes()}
}
