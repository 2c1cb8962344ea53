// Package search is the search box of every page, as pages, files and answers for programs.
package search

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
