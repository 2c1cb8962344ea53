// Package calendar is the calendar of working days, as pages, files and answers for programs.
package calendar

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
