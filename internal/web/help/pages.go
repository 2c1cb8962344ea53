// Package help is the users' documentation and the description of the JSON interface, as pages, files and answers for programs.
package help

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
