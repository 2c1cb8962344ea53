// Package issues is the ledger of issues: its lists and counts, one issue, and registering one, as pages, files and answers for
// programs.
package issues

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
