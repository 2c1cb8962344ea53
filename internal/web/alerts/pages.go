// Package alerts is the alerts of an account, as pages, files and answers for programs.
package alerts

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
