// Package screen is the screen on the wall of a hall: the figures of the overview, laid out to be seen from afar, and the run
// that they are of.
package screen

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
