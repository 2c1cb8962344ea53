// Package docs is the documentation for users, as the program carries it with it: folders zh and en, one Markdown file a
// page, the same names in both. Package manual reads it.
package docs

import "embed"

// Files are the pages.
//
//go:embed zh/*.md en/*.md
var Files embed.FS
