// Package reports is the reports to the State Taxation Administration: their list, one report, its sheets and files.
package reports

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
