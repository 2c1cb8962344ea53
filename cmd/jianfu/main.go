// Command jianfu tells whether the cut of social-insurance premiums reached every contributing unit: it loads the
// contribution records, computes what each unit would owe under the old and the new policy, and shows who did not get
// the cut and why. This package is the command line, one file a subcommand: it reads flags, builds the parts in order
// and by hand, and puts results and problems into the user's words. Whatever can be computed is computed elsewhere.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"jianfu/etl"
	"jianfu/internal/engine"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

// The exit codes.
const (
	exitDone        = 0
	exitNotDone     = 1 // not done, nothing changed
	exitDifferences = 2 // done, with rejects or differences to look at
)

// errDifferences ends a command that did its work and has printed its result, which has something to look at.
var errDifferences = errors.New("done, with rejects or differences to look at")

func main() {
	_ = withoutCoreDumps() // it only takes away, and nothing is worse without it
	engine.ChildMain()     // first of all: this process may be the engine that a command started
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with everything that it touches as a parameter; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{in: stdin, out: stdout, errOut: stderr}
	a.printer = i18n.For(wantedLanguage(args))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the process at once

	root := newRoot(a)
	root.SetArgs(args)
	err := checkCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errDifferences):
		return exitDifferences
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		err = problem.Wrap(err, "interrupted")
	}
	a.printError(err, hasFlag(args, "--json"))
	return exitNotDone
}

// printError says once, in the user's language, why the command did not do its work.
func (a *app) printError(err error, asJSON bool) {
	a.endProgress(false)
	text := a.printer.Error(err)
	if asJSON {
		encoder := json.NewEncoder(a.errOut)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(map[string]any{"error": map[string]string{"code": codeOf(err), "message": text}}) // nobody to tell
		return
	}
	fmt.Fprintln(a.errOut, a.printer.T("cli.error", "text", text))
	if code := problem.Code(err); slices.Contains(etl.Doubts, code) {
		fmt.Fprintln(a.errOut, a.printer.T("etl.load.allow", "code", strings.TrimPrefix(code, doubtPrefix)))
	}
	if usage, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintln(a.errOut, a.printer.T("cli.see_help", "command", usage.command))
	}
}

// codeOf is the code of a problem, and "unexpected" for an error that has none.
func codeOf(err error) string {
	if code := problem.Code(err); code != "" {
		return code
	}
	return "unexpected"
}

// usageError marks a problem as the caller's, who is then told where the help is.
type usageError struct {
	command string
	problem error
}

func (e *usageError) Error() string { return e.problem.Error() }

func (e *usageError) Unwrap() error { return e.problem }

// misused makes a problem about how the command was called.
func misused(cmd *cobra.Command, code string, values ...any) error {
	return &usageError{cmd.CommandPath(), problem.New(code, values...)}
}

// wantedLanguage looks for --lang before the flags are parsed, because the help and the problems of parsing are in that
// language too; then in the environment.
func wantedLanguage(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("JIANFU_LANG")
}

func hasFlag(args []string, name string) bool {
	for _, arg := range args {
		if arg == "--" {
			return false
		}
		if arg == name || arg == name+"=true" {
			return true
		}
	}
	return false
}
