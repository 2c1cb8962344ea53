package kit

import (
	"jianfu/internal/i18n"
	"jianfu/internal/manual"
)

// newManual renders the documentation; its links lead to this server, in the page's own language.
func newManual() (*manual.Manual, error) {
	return manual.New(i18n.Languages, func(language, name string) string { return State{Lang: language}.URL("/docs/" + name) })
}
