package web

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/auth"
)

// TestTheExamplesOfTheInterfaceWork runs the commands of docs/*/api.md, with a token of somebody in Suzhou.
func TestTheExamplesOfTheInterfaceWork(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil && os.Getenv("CI") == "" {
		t.Skip("there is no curl")
	}
	o := staffed(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- o.server.Serve(ctx, listener) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	token, _, err := o.accounts.CreateToken(t.Context(), access.CommandLine("test"), "sz-inspector",
		auth.NewToken{Label: "docs", Days: 1, Rights: []access.Right{access.FiguresAggregate, access.FiguresRecord, access.Export}})
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```")
	for _, language := range []string{"zh", "en"} {
		text, err := os.ReadFile("../../docs/" + language + "/api.md")
		if err != nil {
			t.Fatal(err)
		}
		commands := block.FindAllSubmatch(text, -1)
		if len(commands) < 5 {
			t.Fatalf("docs/%s/api.md has %d commands", language, len(commands))
		}
		dir := t.TempDir()
		for _, command := range commands {
			run := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", string(command[1])) //nolint:gosec // our own documents
			run.Dir = dir
			run.Env = append(os.Environ(), "JIANFU_URL=http://"+listener.Addr().String(), "JIANFU_TOKEN="+token, "NO_PROXY=*")
			if output, err := run.CombinedOutput(); err != nil {
				t.Errorf("docs/%s/api.md: %s%v: %s", language, command[1], err, output)
			}
		}
		for file, holds := range map[string]string{"openapi.json": `"openapi":"3.1.0"`, "regions.csv": "虎丘"} {
			if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !strings.Contains(string(got), holds) {
				t.Errorf("%s holds %.200q, %v", file, got, err)
			}
		}
	}
}
