package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the release that CHANGELOG.md describes first.
const version = "0.1.0"

// build is what this binary was made from.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source; empty when it was not built in a repository
	Modified bool   `json:"modified"` // whether the source differed from the revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func thisBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.T("cli.version.short"),
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			return a.result(b, func(w io.Writer) {
				fmt.Fprintf(w, "jianfu %s\n", b.Version)
				if b.Revision != "" {
					fmt.Fprintln(w, a.T("cli.version.revision", "revision", b.Revision))
				}
				if b.Modified {
					fmt.Fprintln(w, a.T("cli.version.modified"))
				}
				fmt.Fprintf(w, "%s %s\n", b.Go, b.Platform)
			})
		},
	}
}
