// Package accounts is signing in, one's own account, accounts and what they may, and the audit log, as pages, files and answers
// for programs.
package accounts

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
