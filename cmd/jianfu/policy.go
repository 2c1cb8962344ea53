package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// newPolicyCommand is the upkeep of policy packs. None of its commands touches the data directory.
func newPolicyCommand(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use:   "policy",
		Short: a.T("policy.short"),
		Long:  a.T("policy.long"),
	}, newPolicyCheckCommand(a), newPolicyShowCommand(a), newPolicyDiffCommand(a), newPolicyCoverageCommand(a))
}

// finding is what `policy check --json` prints of one finding.
type finding struct {
	Severity policy.Severity `json:"severity"`
	Code     string          `json:"code"`
	File     string          `json:"file"`
	Line     int             `json:"line,omitempty"`
	Column   string          `json:"column,omitempty"`
	Message  string          `json:"message"`
}

// checkResult is what `policy check --json` prints.
type checkResult struct {
	Pack     string    `json:"pack"` // as it was named
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Findings []finding `json:"findings"`
}

func newPolicyCheckCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "check [" + a.T("policy.argument.pack") + "]",
		Short:   a.T("policy.check.short"),
		Long:    a.T("policy.check.long"),
		Example: "  jianfu policy check 2019-cut\n  jianfu policy check ./my-pack --json",
		Args:    arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			name := a.policy
			if len(args) == 1 {
				name = args[0]
			}
			if name == "" {
				name = policy.DefaultID
			}
			folder, err := policy.Find(name)
			if err != nil {
				return err
			}
			result := checkResult{Pack: name, Findings: []finding{}}
			for _, f := range policy.CheckFolder(folder) {
				if f.Severity == policy.SeverityError {
					result.Errors++
				} else {
					result.Warnings++
				}
				result.Findings = append(result.Findings,
					finding{f.Severity, f.Code, f.File, f.Line, f.Column, a.printer.Error(f.Fault())})
			}
			if err := a.result(result, func(w io.Writer) { a.printFindings(w, result) }); err != nil {
				return err
			}
			if len(result.Findings) > 0 {
				return errDifferences
			}
			return nil
		},
	}
}

func (a *app) printFindings(w io.Writer, result checkResult) {
	for _, f := range result.Findings {
		place := a.T("policy.place", "file", f.File, "line", f.Line, "column", f.Column)
		fmt.Fprintln(w, a.T("policy.check."+string(f.Severity), "place", place, "message", f.Message))
	}
	if len(result.Findings) == 0 {
		fmt.Fprintln(w, a.T("policy.check.clean", "pack", result.Pack))
		return
	}
	fmt.Fprintln(w, a.T("policy.check.summary", "pack", result.Pack, "errors", result.Errors, "warnings", result.Warnings))
}

func newPolicyDiffCommand(a *app) *cobra.Command {
	var comparison string
	var elections []string
	cmd := &cobra.Command{
		Use:   "diff [" + a.T("policy.argument.side") + " " + a.T("policy.argument.side") + "]",
		Short: a.T("policy.diff.short"),
		Long:  a.T("policy.diff.long"),
		Example: "  jianfu policy diff 2019-cut ./my-pack\n" +
			"  jianfu policy diff --comparison vs-april\n" +
			"  jianfu policy diff 2019-cut@extension 2019-cut@extension,rate",
		Args: arguments(0, 2),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 1:
			return misused(cmd, "arguments_missing", "usage", usageLine(cmd))
		case len(args) == 0:
			pack, err := policy.Open(a.policy)
			if err != nil {
				return err
			}
			c, err := pack.Comparison(comparison)
			if err != nil {
				return err
			}
			return a.diffScenarios(pack, c.Old, c.New, elections)
		}
		left, right := a.readSide(args[0]), a.readSide(args[1])
		a1, err := policy.Open(left.pack)
		if err != nil {
			return err
		}
		a2, err := policy.Open(right.pack)
		if err != nil {
			return err
		}
		if !left.scenario && !right.scenario {
			return a.diffPacks(a1, a2)
		}
		if !left.scenario || !right.scenario || a1.Hash != a2.Hash {
			return misused(cmd, "policy_diff_sides", "left", args[0], "right", args[1])
		}
		return a.diffScenarios(a1, left.measures, right.measures, elections)
	}
	cmd.Flags().StringVar(&comparison, "comparison", "", a.T("policy.diff.flag.comparison"))
	cmd.Flags().StringSliceVar(&elections, "elections", nil, a.T("policy.flag.elections"))
	return cmd
}

// side is one argument of `policy diff`: a pack, or a scenario of a pack written PACK@measure,measure.
type side struct {
	pack     string
	scenario bool
	measures []string
}

func (a *app) readSide(text string) side {
	pack, list, scenario := strings.Cut(text, "@")
	if pack == "" {
		pack = a.policy
	}
	s := side{pack: pack, scenario: scenario}
	if list != "" {
		s.measures = strings.Split(list, ",")
	}
	return s
}

func (a *app) diffPacks(left, right *policy.Pack) error {
	changes := policy.Diff(left, right)
	if changes == nil {
		changes = []policy.Change{}
	}
	err := a.result(changes, func(w io.Writer) {
		for _, c := range queries.PolicyChanges(left, right) {
			words := dashboards.ChangeInWords(a.printer, c)
			place := a.T("policy.diff.row", "file", dashboards.PackFileName(a.printer, c.File), "row", words.Row, "column", words.Column)
			switch {
			case c.Column != "":
				fmt.Fprintln(w, a.T("policy.diff.changed", "place", place, "left", orNone(words.Left), "right", orNone(words.Right)))
			case c.Left == "":
				fmt.Fprintln(w, a.T("policy.diff.added", "place", place, "line", c.LineR, "values", words.Right))
			default:
				fmt.Fprintln(w, a.T("policy.diff.removed", "place", place, "line", c.LineL, "values", words.Left))
			}
		}
		fmt.Fprintln(w, a.printer.N("policy.diff.count", len(changes)))
	})
	return differences(err, len(changes))
}

// scenarioChange is what `policy diff --json` prints of a change between two scenarios.
type scenarioChange struct {
	policy.ScenarioChange
	Insurance string `json:"insurance"`
}

func (a *app) diffScenarios(pack *policy.Pack, left, right, elections []string) error {
	list, err := pack.DiffScenarios(left, right, elections)
	if err != nil {
		return err
	}
	changes := make([]scenarioChange, len(list))
	for i, c := range list {
		changes[i] = scenarioChange{c, c.Insurance.String()}
	}
	err = a.result(changes, func(w io.Writer) {
		for _, c := range changes {
			fmt.Fprintln(w, a.T("policy.diff.scenario",
				"area", a.areaName(c.Area), "insurance", a.T("web.insurance."+c.Insurance), "what", a.T("policy.what."+c.What),
				"classes", a.classes(c.Classes), "from", c.Months.From, "to", c.Months.To, "left", orNone(c.Left), "right", orNone(c.Right),
				"documents", strings.Join(c.Documents, ", ")))
		}
		fmt.Fprintln(w, a.printer.N("policy.diff.count", len(changes)))
	})
	return differences(err, len(changes))
}

func (a *app) areaName(area string) string {
	if area == "" {
		return a.T("policy.everywhere")
	}
	return dashboards.AreaName(a.printer, area)
}

// classes names the classes of units that a difference is about; "" all.
func (a *app) classes(text string) string {
	if text == "" {
		return ""
	}
	return dashboards.ClassesInWords(a.printer, text)
}

// orNone writes the sign where there is no value.
func orNone(text string) string { return dashboards.Cell{Text: text}.Shown() }

// differences ends a command that has printed a list which should be empty.
func differences(err error, count int) error {
	if err == nil && count > 0 {
		return errDifferences
	}
	return err
}
