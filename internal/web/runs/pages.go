// Package runs is the runs, those that wait to be confirmed, and the difference of two, as pages, files and answers for programs.
package runs

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
