package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jianfu/dashboards"
	"jianfu/internal/contribution"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/tabular"
)

// formatText is how `policy coverage` prints for people; its other formats are those of files.
const formatText = "text"

// coverageFlags are the flags of `policy coverage` as they were typed.
type coverageFlags struct{ area, insurance, comparison, format, out string }

// coverageRow is what `policy coverage --json` prints of one row.
type coverageRow struct {
	Pack string `json:"pack"`
	policy.CoverageRow
	Insurance string   `json:"insurance"`  // "" any
	Kinds     []string `json:"unit_kinds"` // empty: all
}

func newPolicyCoverageCommand(a *app) *cobra.Command {
	var f coverageFlags
	cmd := &cobra.Command{
		Use:     "coverage",
		Short:   a.T("policy.coverage.short"),
		Long:    a.T("policy.coverage.long"),
		Example: "  jianfu policy coverage --area 330000\n  jianfu policy coverage --policy 2026-phased --format xlsx --out coverage.xlsx",
		Args:    arguments(0, 0),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.area, "area", "", a.T("policy.coverage.flag.area"))
	flags.StringVar(&f.insurance, "insurance", "", a.T("policy.coverage.flag.insurance"))
	flags.StringVar(&f.comparison, "comparison", "", a.T("policy.coverage.flag.comparison"))
	flags.StringVar(&f.format, "format", formatText, a.T("policy.coverage.flag.format"))
	flags.StringVar(&f.out, "out", "-", a.T("policy.coverage.flag.out"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		known := append([]string{formatText}, tabular.Formats...)
		if !slices.Contains(known, f.format) || f.format == formatText && f.out != "-" {
			return misused(cmd, "export_format", "format", f.format, "known", strings.Join(known, ", "))
		}
		if f.area != "" && (len(f.area) != 6 || strings.Trim(f.area, "0123456789") != "") {
			return misused(cmd, "policy_flag_area", "value", f.area)
		}
		var insurance contribution.Insurance
		if f.insurance != "" {
			var ok bool
			if insurance, ok = contribution.ParseInsurance(f.insurance); !ok {
				return misused(cmd, "policy_flag_word", "flag", "insurance", "value", f.insurance, "known", strings.Join(words(contribution.Insurances), ", "))
			}
		}
		names := policy.BuiltinIDs()
		if a.policy != "" {
			names = []string{a.policy}
		}
		var list []packCoverage
		for _, name := range names {
			c, err := coverageOf(name, f.comparison)
			if err != nil {
				return err
			}
			c.rows = slices.DeleteFunc(c.rows, func(r policy.CoverageRow) bool {
				return f.area != "" && !dashboards.CoverageOf(r, f.area) || insurance != 0 && r.Insurance != 0 && r.Insurance != insurance
			})
			list = append(list, c)
		}
		if f.format != formatText {
			return a.writeCoverage(f, list)
		}
		result := []coverageRow{}
		for _, c := range list {
			for _, r := range c.rows {
				result = append(result, c.row(r))
			}
		}
		return a.result(result, func(w io.Writer) { a.printCoverage(w, list) })
	}
	return cmd
}

// packCoverage is what one pack covers.
type packCoverage struct {
	pack       *policy.Pack
	comparison policy.Comparison
	rows       []policy.CoverageRow
}

func coverageOf(name, comparison string) (packCoverage, error) {
	folder, err := policy.Find(name)
	if err != nil {
		return packCoverage{}, err
	}
	pack, err := policy.Load(folder)
	if err != nil {
		return packCoverage{}, err
	}
	unconfirmed, err := pack.ReadUnconfirmed(folder)
	if err != nil {
		return packCoverage{}, err
	}
	c := packCoverage{pack: pack}
	if c.comparison, err = pack.Comparison(comparison); err != nil {
		return packCoverage{}, err
	}
	c.rows = pack.Coverage(c.comparison, unconfirmed, dashboards.Provinces())
	return c, nil
}

func (c packCoverage) row(r policy.CoverageRow) coverageRow {
	row := coverageRow{Pack: c.pack.ID, CoverageRow: r, Kinds: []string{}}
	if r.Insurance != 0 {
		row.Insurance = r.Insurance.String()
	}
	row.Kinds = append(row.Kinds, words(r.Kinds)...)
	return row
}

// writeCoverage writes one table of all packs.
func (a *app) writeCoverage(f coverageFlags, list []packCoverage) error {
	rows := 0
	write := func(w io.Writer) error {
		table, err := tabular.NewTable(w, f.format, append([]string{"pack"}, dashboards.CoverageColumns...))
		if err != nil {
			return err
		}
		for _, c := range list {
			for _, cells := range dashboards.CoverageTable(a.printer, c.rows).Rows {
				values := []any{c.pack.ID}
				for _, cell := range cells {
					if cell.Text == dashboards.NotApplicable {
						values = append(values, nil)
					} else {
						values = append(values, cell.Text)
					}
				}
				if err := table.Row(values...); err != nil {
					return err
				}
				rows++
			}
		}
		return table.Close()
	}
	if f.out == "-" {
		return write(a.out)
	}
	if err := tabular.File(f.out, write); err != nil {
		return err
	}
	return a.result(map[string]any{"rows": rows, "file": f.out}, func(w io.Writer) {
		fmt.Fprintln(w, a.T("policy.coverage.done", "rows", rows, "file", f.out))
	})
}

func (a *app) printCoverage(w io.Writer, list []packCoverage) {
	shown := func(cell dashboards.Cell) string {
		if cell.Text == dashboards.NotApplicable {
			return ""
		}
		return cell.Text
	}
	for i, c := range list {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, a.T("policy.coverage.head", "pack", c.pack.ID, "title", c.pack.Title, "comparison", c.comparison.Title))
		count := map[policy.CoverageState]int{}
		cells := dashboards.CoverageTable(a.printer, c.rows).Rows
		for j, r := range c.rows {
			if j == 0 || c.rows[j-1].Province != r.Province {
				fmt.Fprintln(w, cells[j][0].Text)
			}
			kinds := ""
			if len(r.Kinds) > 0 {
				kinds = cells[j][3].Text
			}
			to := period.Period(0)
			if r.From != 0 {
				to = r.To
			}
			fmt.Fprintln(w, "  "+a.T("policy.coverage.line", "areas", cells[j][1].Text, "insurance", cells[j][2].Text, "kinds", kinds,
				"from", shown(cells[j][4]), "to", to.String(), "state", cells[j][6].Text, "status", shown(cells[j][7]), "todo", shown(cells[j][8])))
			count[r.State]++
		}
		fmt.Fprintln(w, a.T("policy.coverage.total", "covered", count[policy.CoverageOn], "unconfirmed", count[policy.CoverageUnconfirmed],
			"missing", count[policy.CoverageMissing]))
	}
}
