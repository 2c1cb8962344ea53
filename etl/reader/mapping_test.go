package reader

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/problem"
)

func TestColumnsAreWhatTheirSourceSays(t *testing.T) {
	text := strings.NewReplacer("wage", "月工资", "base", "Pay-Base (元)", "channel", "险种").Replace(englishHeader) + englishLine
	f := open(t, text, Options{Columns: map[string]string{"月 工资": "缴费工资", "pay_base(元)": "base", "险种": ""}})
	all, err := readAll(t, f, registered)
	if err != nil || len(all.Records) != 1 || all.Records[0].Wage != 500000 || all.Records[0].Channel != 0 || len(f.UnknownColumns) > 0 {
		t.Fatalf("%+v %v %v", all, err, f.UnknownColumns)
	}
	want := Understood{"月工资", "wage", "缴费工资"}
	if got := f.Understood(); len(got) != 15 || cmp.Diff(want, got[7]) != "" {
		t.Errorf("%+v", got)
	}
	for name, c := range map[string]struct {
		columns map[string]string
		code    string
	}{
		"a column that there is not":   {map[string]string{"月工资": "工资总额"}, "reader_mapping_target"},
		"an amount in another unit":    {map[string]string{"月工资（万元）": "wage"}, "reader_mapping_unit"},
		"a column that is there twice": {map[string]string{"base": "wage"}, "reader_duplicate_column"},
		"nothing of what is needed":    {map[string]string{"wage": ""}, "reader_columns_missing"},
	} {
		_, err := Open(write(t, []byte(englishHeader+englishLine)), Options{Columns: c.columns})
		if problem.Code(err) != c.code {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkFault(t, err)
	}
}
