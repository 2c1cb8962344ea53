package sample

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"jianfu/internal/filter"
	"jianfu/internal/policy"
	"jianfu/internal/region"
)

// basePack is the pack that a sample is charged by.
const basePack = "2019-cut"

var packFiles = []string{policy.PackFile, policy.RatesFile, policy.BasesFile}

// policyFiles returns the pack that goes with the data: the one named, as it is, or 2019-cut with the unconfirmed rows
// of the province, its title saying so.
func policyFiles(o Options) (map[string][]byte, error) {
	folder := o.Policy
	if folder == nil {
		var err error
		if folder, err = policy.BuiltinFS(basePack); err != nil {
			return nil, err
		}
	}
	files := map[string][]byte{}
	for _, name := range packFiles {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read %s of the policy pack: %w", name, err)
		}
		files[name] = data
	}
	for _, name := range []string{policy.DeferralsFile, policy.RulesFile} {
		switch data, err := fs.ReadFile(folder, name); {
		case err == nil:
			files[name] = data
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read %s of the policy pack: %w", name, err)
		}
	}
	if o.Policy != nil {
		return files, nil
	}
	return withUnconfirmed(folder, files, o.Province)
}

// withUnconfirmed adds the rows of a province that are kept beside the pack. Where they name the same area, insurance, payer,
// class and measure as rows that are in force in the same months, they replace them.
func withUnconfirmed(folder fs.FS, files map[string][]byte, province string) (map[string][]byte, error) {
	added := 0
	for name, keys := range map[string][]string{
		policy.RatesFile: {"area", "insurance", "payer", "unit_kind", "size", "risk_class", "measure"},
		policy.BasesFile: {"area", "insurance", "unit_kind", "measure"},
	} {
		kept, err := readRows(files[name])
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		data, err := fs.ReadFile(folder, "unconfirmed-"+name)
		if err != nil {
			return nil, fmt.Errorf("read unconfirmed-%s: %w", name, err)
		}
		more, err := readRows(data)
		if err != nil {
			return nil, fmt.Errorf("read unconfirmed-%s: %w", name, err)
		}
		prefix := filter.AreaPrefix(province)
		more.rows = slices.DeleteFunc(more.rows, func(row []string) bool {
			return !strings.HasPrefix(more.value(row, "area"), prefix)
		})
		kept.rows = slices.DeleteFunc(kept.rows, func(row []string) bool {
			return slices.ContainsFunc(more.rows, func(other []string) bool {
				return kept.key(row, keys) == more.key(other, keys) && kept.overlaps(row, other)
			})
		})
		for _, row := range more.rows {
			kept.rows = append(kept.rows, row[:len(kept.header)]) // without the status
		}
		added += len(more.rows)
		files[name] = kept.bytes()
	}
	if added > 0 {
		files[policy.PackFile] = retitled(files[policy.PackFile], region.Name(province))
	}
	return files, nil
}

var titleLine = regexp.MustCompile(`(?m)^title: (.*)$`)

// retitled marks the pack's title, which stands on every page and table, as that of a sample.
func retitled(manifest []byte, province string) []byte {
	return titleLine.ReplaceAll(manifest, []byte("title: ${1}（样例，"+province+"含未核实参数）"))
}

// rows is a table of a pack as text.
type rows struct {
	header []string
	rows   [][]string
}

func readRows(data []byte) (rows, error) {
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return rows{}, err
	}
	if len(records) == 0 {
		return rows{}, fmt.Errorf("no header")
	}
	return rows{records[0], records[1:]}, nil
}

func (t rows) value(row []string, column string) string {
	return row[slices.Index(t.header, column)]
}

func (t rows) key(row, columns []string) string {
	values := make([]string, len(columns))
	for i, column := range columns {
		values[i] = t.value(row, column)
	}
	return strings.Join(values, ",")
}

// overlaps tells whether two rows hold in the same month; months are written 2019-05, and an open end is empty.
func (t rows) overlaps(a, b []string) bool {
	before := func(a, b []string) bool {
		to := t.value(a, "to")
		return to != "" && to < t.value(b, "from")
	}
	return !before(a, b) && !before(b, a)
}

func (t rows) bytes() []byte {
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	_ = writer.Write(t.header) // a buffer takes everything
	_ = writer.WriteAll(t.rows)
	return out.Bytes()
}
