package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printHelp prints what a command does and how it is called, in the user's language. Cobra's own template is English
// throughout, down to the words between a flag and its default.
func (a *app) printHelp(cmd *cobra.Command, _ []string) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintln(a.out, strings.TrimSpace(text))
	fmt.Fprintln(a.out)
	_ = a.printUsage(cmd) // it has no error to give
}

func (a *app) printUsage(cmd *cobra.Command) error {
	w := a.out
	fmt.Fprintln(w, a.T("cli.usage"))
	if cmd.Runnable() && !cmd.HasAvailableSubCommands() {
		fmt.Fprintln(w, "  "+usageLine(cmd)+" "+a.T("cli.flags_placeholder"))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(w, "  "+cmd.CommandPath()+" "+a.T("cli.command_placeholder")+" "+a.T("cli.flags_placeholder"))
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\n%s\n%s\n", a.T("cli.examples"), indent(cmd.Example))
	}
	a.printCommands(w, cmd)
	a.printFlags(w, a.T("cli.flags"), cmd.LocalNonPersistentFlags())
	a.printFlags(w, a.T("cli.global_flags"), cmd.Root().PersistentFlags()) // in the order of their definition
	if !cmd.HasParent() {
		fmt.Fprintf(w, "\n%s\n", a.T("cli.exit_codes"))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", a.T("cli.more_help", "command", cmd.CommandPath()))
	}
	return nil
}

// usageLine is the command with its arguments, without cobra's "[flags]".
func usageLine(cmd *cobra.Command) string {
	return strings.TrimSuffix(cmd.UseLine(), " [flags]")
}

// printCommands lists the subcommands, by group where there are groups.
func (a *app) printCommands(w io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	if len(cmd.Groups()) == 0 {
		fmt.Fprintf(w, "\n%s\n", a.T("cli.commands"))
		a.printGroup(w, cmd, "")
	}
	for _, group := range cmd.Groups() {
		if slices.ContainsFunc(cmd.Commands(), func(sub *cobra.Command) bool { return sub.GroupID == group.ID }) {
			fmt.Fprintf(w, "\n%s\n", group.Title)
			a.printGroup(w, cmd, group.ID)
		}
	}
}

func (a *app) printGroup(w io.Writer, cmd *cobra.Command, group string) {
	for _, sub := range cmd.Commands() {
		if sub.GroupID == group && (sub.IsAvailableCommand() || sub.Name() == "help") {
			fmt.Fprintf(w, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
		}
	}
}

// printFlags lists flags as "      --data DIR   what it does (default ./data)".
func (a *app) printFlags(w io.Writer, title string, flags *pflag.FlagSet) {
	type row struct{ name, text string }
	var rows []row
	width := 0
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden {
			return
		}
		value, text := valueAndText(flag.Usage)
		name := "      --" + flag.Name
		if flag.Shorthand != "" {
			name = "  -" + flag.Shorthand + ", --" + flag.Name
		}
		if value != "" {
			name += " " + value
		}
		if _, required := flag.Annotations[requiredFlag]; required {
			text += a.T("cli.required")
		} else if shown(flag.DefValue) {
			text += a.T("cli.default", "value", flag.DefValue)
		}
		rows = append(rows, row{name, text})
		width = max(width, runewidth.StringWidth(name))
	})
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, r := range rows {
		fmt.Fprintf(w, "%s   %s\n", runewidth.FillRight(r.name, width), strings.ReplaceAll(r.text, "\n", "\n"+strings.Repeat(" ", width+3)))
	}
}

// valueAndText takes a flag's text apart: "`DIR` where it lies" names the flag's value, then says what it is for.
func valueAndText(usage string) (value, text string) {
	if rest, ok := strings.CutPrefix(usage, "`"); ok {
		if value, text, ok := strings.Cut(rest, "`"); ok {
			return value, strings.TrimSpace(text)
		}
	}
	return "", usage
}

// shown tells whether a default says anything.
func shown(value string) bool {
	return value != "" && value != "0" && value != "false" && value != "[]"
}

// indent sets the lines of an example off, however its command wrote them.
func indent(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = "  " + strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
