// Package notices is the notices of an account, as pages, files and answers for programs.
package notices

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
