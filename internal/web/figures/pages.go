// Package figures is the overview and the pages of regions, industries and sizes, as pages, files and answers for programs.
package figures

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
