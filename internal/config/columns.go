package config

import "jianfu/internal/problem"

// Columns say what the columns of a source's files are: by their name in the file a name that jianfu knows, or "" to leave one out.
type Columns struct {
	Columns map[string]string `yaml:"columns"`
}

// ReadColumns reads a mapping of columns.
func ReadColumns(path string) (map[string]string, error) {
	mapping, err := read[Columns](path)
	if err != nil {
		return nil, err
	}
	if len(mapping.Columns) == 0 {
		return nil, problem.New("config_no_columns", "file", path)
	}
	return mapping.Columns, nil
}
