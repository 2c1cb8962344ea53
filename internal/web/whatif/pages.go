// Package whatif is trying out what another policy would do: the page, its file, and its figures for programs.
package whatif

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
