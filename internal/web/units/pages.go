// Package units is the list of units, one unit, its records, and the way of each record, as pages, files and answers for
// programs.
package units

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
