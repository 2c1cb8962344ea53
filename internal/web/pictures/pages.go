// Package pictures is writing down that a picture was taken, as pages, files and answers for programs.
package pictures

import "jianfu/internal/web/view"

// pages are the handlers of the topic.
type pages struct{ *view.Kit }
