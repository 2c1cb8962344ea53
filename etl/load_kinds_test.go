package etl_test

import (
	"slices"
	"testing"

	"jianfu/etl/reader"
	"jianfu/queries"
)

func TestLoadsCanBeChosenByEveryKindOfFile(t *testing.T) {
	var kinds []string
	for _, kind := range reader.Kinds {
		kinds = append(kinds, kind.String())
	}
	if !slices.Equal(kinds, queries.LoadKinds) {
		t.Errorf("files of kinds %v are read, loads of kinds %v can be chosen", kinds, queries.LoadKinds)
	}
}
