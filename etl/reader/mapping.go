package reader

import (
	"slices"
	"strings"

	"jianfu/internal/problem"
)

// mapping says what columns of a file are, whatever they are called: by the plain form of the name in the file the plain form of a name
// of jianfu, or "" where the column is to be left out.
type mapping map[string]string

// unitsOfMoney are what amounts may be in; a mapping must not make one of another.
var unitsOfMoney = []string{"元", "千元", "万元", "亿元"}

// readMapping sees that every column is mapped to one that there is, in the same unit.
func (f *File) readMapping() error {
	f.mapping = mapping{}
	for from, to := range f.options.Columns {
		name := plainColumn(to)
		if name != "" && !knownIn(Kinds, name) {
			return problem.New("reader_mapping_target", "column", from, "to", to)
		}
		if unit := bracketed(plainColumn(from)); name != "" && slices.Contains(unitsOfMoney, unit) && !inUnit(name, unit) {
			return problem.New("reader_mapping_unit", "column", from, "to", to)
		}
		f.mapping[plainColumn(from)] = name
	}
	return nil
}

// bracketed is what stands in brackets at the end of a column's plain name.
func bracketed(name string) string {
	if i := strings.LastIndexByte(name, '('); i >= 0 && strings.HasSuffix(name, ")") {
		return name[i+1 : len(name)-1]
	}
	return ""
}

// inUnit tells whether a known column is in a unit, in every kind of file that has it.
func inUnit(name, unit string) bool {
	for _, kind := range Kinds {
		if i, ok := columnNames[kind][name]; ok && columnsOf[kind][i].unit != unit {
			return false
		}
	}
	return true
}

// plainName is the plain form of a column's name in this file, or of what it is mapped to.
func (f *File) plainName(text string) string {
	name := plainColumn(text)
	if to, mapped := f.mapping[name]; mapped {
		return to
	}
	return name
}

// knownIn tells whether a plain name is a column's in any of some kinds of file.
func knownIn(kinds []Kind, name string) bool {
	return slices.ContainsFunc(kinds, func(kind Kind) bool {
		_, ok := columnNames[kind][name]
		return ok
	})
}

// Understood is a column of the file and what it is taken for: the English and the Chinese name.
type Understood struct {
	Name    string `json:"name"` // in the file
	Column  string `json:"column"`
	Chinese string `json:"chinese"`
}

// Understood lists the columns of the file that are taken in, in its order.
func (f *File) Understood() []Understood {
	list := []Understood{}
	for i, c := range columnsOf[f.Kind] {
		if f.layout.has(i) {
			list = append(list, Understood{f.Columns[f.layout.at[i]], c.id, c.chinese})
		}
	}
	slices.SortFunc(list, func(a, b Understood) int { return slices.Index(f.Columns, a.Name) - slices.Index(f.Columns, b.Name) })
	return list
}
