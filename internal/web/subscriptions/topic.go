// Package subscriptions is pages that accounts have sent to them again and again: the form behind the button of every page that has a
// state of its own, the list of one's own, what an administrator sees of everybody's, and making what is sent.
package subscriptions

import (
	"embed"

	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

//go:embed *.html
var templates embed.FS

// pages are the handlers of the topic.
type pages struct{ *view.Kit }

// Topic is what they add to the server.
func Topic(k *view.Kit) kit.Topic {
	s := pages{k}
	return kit.Topic{
		Templates:  templates,
		Routes:     s.routes(),
		Operations: s.operations(),
	}
}
