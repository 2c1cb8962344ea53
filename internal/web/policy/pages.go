// Package policy is the policy pack: what holds where, and what it covers, as pages, files and answers for programs.
package policy

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
