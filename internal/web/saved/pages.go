// Package saved is keeping views of pages, as pages, files and answers for programs.
package saved

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
