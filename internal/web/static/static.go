// Package static holds what browsers fetch beside the pages: style sheets and scripts, and under vendor what assets.mjs made of the
// npm packages. A build without those works and shows tables only.
package static

import "embed"

// Files are all of them, by name.
//
//go:embed *
var Files embed.FS
