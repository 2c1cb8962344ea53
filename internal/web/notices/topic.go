package notices

import (
	"embed"

	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

//go:embed *.html
var templates embed.FS

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}

	return kit.Topic{
		Templates:  templates,
		Routes:     s.noticeRoutes(),
		Operations: s.noticeOperations(),
		Parameters: noticesParameters,
	}
}
