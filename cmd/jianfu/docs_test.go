package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"jianfu/internal/i18n"
)

var (
	fenced = regexp.MustCompile("(?s)```.*?```")
	quoted = regexp.MustCompile("`([^`\n]+)`")
	call   = regexp.MustCompile(`(?m)^\s*(?:bin/)?jianfu ([^\n#]+)`)
)

// callsIn finds the command lines of a document: lines of code blocks, and what stands in backquotes.
func callsIn(text string) []string {
	var calls []string
	code := strings.Join(fenced.FindAllString(text, -1), "\n")
	for _, m := range quoted.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		code += "\n" + m[1]
	}
	for _, m := range call.FindAllStringSubmatch(code, -1) {
		calls = append(calls, m[1])
	}
	return calls
}

// TestTheDocumentsNameCommandsAndFlagsThatThereAre reads every command line in the documents.
func TestTheDocumentsNameCommandsAndFlagsThatThereAre(t *testing.T) {
	var out bytes.Buffer
	pages, err := filepath.Glob("../../docs/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, page := range append(pages, "../../README.md", "../../README.en.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range callsIn(string(text)) {
			calls++
			root := newRoot(&app{printer: i18n.For("zh"), out: &out, errOut: &out, in: strings.NewReader("")})
			if problem := misnamed(root, strings.Fields(line)); problem != "" {
				t.Errorf("%s: jianfu %s: %s", page, line, problem)
			}
		}
	}
	if calls < 40 {
		t.Errorf("only %d command lines were found in the documents", calls)
	}
}

// misnamed says what is wrong with a command line, and nothing where commands and flags are all there.
func misnamed(root *cobra.Command, words []string) string {
	if words[0] == "COMMAND" || words[0] == "命令" { // stands for any
		return ""
	}
	cmd, rest, err := root.Find(words)
	if err != nil || cmd == root {
		return "no such command"
	}
	if cmd.HasAvailableSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		return "no such subcommand"
	}
	for _, word := range words {
		if name, ok := strings.CutPrefix(word, "--"); ok {
			name, _, _ = strings.Cut(name, "=")
			if cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
				return "no such flag --" + name
			}
		}
	}
	return ""
}

func TestEveryReasonForARejectIsExplainedInTheDocuments(t *testing.T) {
	for _, language := range i18n.Languages {
		page, err := os.ReadFile("../../docs/" + language + "/input-files.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range i18n.Keys("reject.") {
			if !strings.Contains(string(page), "| `"+code+"` |") {
				t.Errorf("docs/%s/input-files.md does not explain the reject %q", language, code)
			}
		}
		for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| [^|]+ \\| [^|]+ \\|$").FindAllStringSubmatch(string(page), -1) {
			if !i18n.For(language).Has("reject." + m[1]) {
				t.Errorf("docs/%s/input-files.md explains the reject %q, which there is not", language, m[1])
			}
		}
	}
}
