// Package cases is the list of cases, samples of it, and systemic findings, as pages, files and answers for programs.
package cases

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
