// Package loads is what was loaded: the list, one load, and what was rejected of it, as pages, files and answers for programs.
package loads

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
