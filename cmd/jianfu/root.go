package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jianfu/internal/i18n"
)

// newRoot builds the command line. A new subcommand is a file with its newXxxCommand and one line here.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "jianfu",
		Short:         a.T("cli.short"),
		Long:          a.T("cli.long"),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.SetUsageFunc(a.printUsage)
	root.SetHelpFunc(a.printHelp)
	root.SetFlagErrorFunc(flagProblem)
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRunE = requireFlags
	cobra.EnableCommandSorting = false

	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&a.data, "data", "./data", a.T("cli.flag.data"))
	flags.StringVar(&a.clickhouse, "clickhouse", "", a.T("cli.flag.clickhouse"))
	flags.StringVar(&a.policy, "policy", "", a.T("cli.flag.policy"))
	flags.StringVar(&a.calendar, "calendar", "", a.T("cli.flag.calendar"))
	flags.StringVar(&a.limits, "limits", "", a.T("cli.flag.limits"))
	flags.Var(&languageFlag{a.printer.Language()}, "lang", a.T("cli.flag.lang"))
	flags.BoolVar(&a.json, "json", false, a.T("cli.flag.json"))
	flags.Var(&a.memory, "memory", a.T("cli.flag.memory"))
	flags.IntVar(&a.threads, "threads", 0, a.T("cli.flag.threads"))
	flags.BoolP("help", "h", false, a.T("cli.flag.help"))

	root.AddGroup(
		&cobra.Group{ID: "figures", Title: a.T("cli.group.figures")},
		&cobra.Group{ID: "upkeep", Title: a.T("cli.group.upkeep")},
	)
	add(root, "figures",
		newSampleCommand(a),
		newLoadCommand(a),
		newRecomputeCommand(a),
		newExportCommand(a),
		newCheckCommand(a),
		newReportCommand(a),
		newServeCommand(a),
	)
	add(root, "upkeep",
		newDoctorCommand(a),
		newEngineCommand(a),
		newBackupCommand(a),
		newRestoreCommand(a),
		newRunsCommand(a),
		newPolicyCommand(a),
		newCalendarCommand(a),
		newRemindCommand(a),
		newUserCommand(a),
		newVersionCommand(a),
	)
	root.SetHelpCommand(newHelpCommand(a))
	root.SetHelpCommandGroupID("upkeep")
	root.InitDefaultHelpCmd() // now, so that it is known before the arguments are read
	return root
}

// add puts subcommands into a group of the help.
func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, command := range commands {
		command.GroupID = group
		root.AddCommand(command)
	}
}

// newHelpCommand is "jianfu help load", the same as "jianfu load --help".
func newHelpCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [" + a.T("cli.command") + "]",
		Short: a.T("cli.help.short"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkCommand(cmd.Root(), args); err != nil {
				return err
			}
			about, _, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			return about.Help()
		},
	}
}

// checkCommand refuses a subcommand that there is not, before its flags are looked at, and names those that are alike.
func checkCommand(root *cobra.Command, args []string) error {
	if _, _, err := root.Find(args); err == nil {
		return nil
	}
	for i := 0; i < len(args); i++ {
		name, value := args[i], strings.Contains(args[i], "=")
		if !strings.HasPrefix(name, "-") {
			return unknownCommand(root, name)
		}
		flag := root.PersistentFlags().Lookup(strings.TrimLeft(name, "-"))
		if flag != nil && flag.NoOptDefVal == "" && !value {
			i++ // the flag's value
		}
	}
	return nil
}

func unknownCommand(cmd *cobra.Command, name string) error {
	if alike := cmd.SuggestionsFor(name); len(alike) > 0 {
		return misused(cmd, "unknown_command_alike", "name", name, "alike", strings.Join(alike, " / "))
	}
	return misused(cmd, "unknown_command", "name", name)
}

// group makes cmd a command that only holds others, such as "policy": alone it prints its help.
func group(cmd *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(commands...)
	return cmd
}

// arguments tells how many arguments a command takes; most below zero means any number.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return misused(cmd, "arguments_missing", "usage", usageLine(cmd))
		}
		if most >= 0 && len(args) > most {
			return misused(cmd, "arguments_too_many", "argument", args[most], "usage", usageLine(cmd))
		}
		return nil
	}
}

// requiredFlag is the annotation of the flags that a command cannot do without.
const requiredFlag = "jianfu_required"

// require marks flags that must be given. Cobra's own mark would complain in English.
func require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.Flags().SetAnnotation(name, requiredFlag, nil); err != nil {
			panic(err) // no such flag: a slip in the command's own code, found by any of its tests
		}
	}
}

func requireFlags(cmd *cobra.Command, _ []string) error {
	var missing []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if _, required := flag.Annotations[requiredFlag]; required && !flag.Changed {
			missing = append(missing, "--"+flag.Name)
		}
	})
	if len(missing) > 0 {
		return misused(cmd, "flags_missing", "flags", strings.Join(missing, " "))
	}
	return nil
}

// flagProblem puts what the flag parser complains about into a problem.
func flagProblem(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + unknown.GetSpecifiedName()
		if shorthands := unknown.GetSpecifiedShortnames(); shorthands != "" {
			name = "-" + shorthands
		}
		return misused(cmd, "unknown_flag", "flag", name)
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return misused(cmd, "flag_needs_value", "flag", "--"+bare.GetFlag().Name)
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		code := "flag_value"
		switch invalid.GetFlag().Value.Type() {
		case "int", "int64", "uint64", "uint", "uint32":
			code = "flag_value_number"
		case "size":
			code = "flag_value_size"
		case "lang":
			code = "flag_value_language"
		case "month":
			code = "flag_value_month"
		case "months":
			code = "flag_value_months"
		}
		return misused(cmd, code, "flag", "--"+invalid.GetFlag().Name, "value", invalid.GetValue())
	}
	return misused(cmd, "flag_syntax", "detail", err.Error())
}

// languageFlag only checks the value: the language is chosen before the flags are parsed.
type languageFlag struct{ language string }

func (f *languageFlag) String() string { return f.language }

func (f *languageFlag) Type() string { return "lang" }

func (f *languageFlag) Set(value string) error {
	for _, language := range i18n.Languages {
		if value == language {
			f.language = value
			return nil
		}
	}
	return errors.New("no such language")
}
