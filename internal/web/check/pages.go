// Package check is checking a declaration before it is filed, as pages, files and answers for programs.
package check

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
