package report

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
)

// Written reads the figures of a kept report, as its JSON file has them.
func (a *Archive) Written(ctx context.Context, k Kept) (w Written, err error) {
	files, err := a.Files(ctx, k)
	for _, f := range files {
		if path.Ext(f.Name) == ".json" && f.Name != changesFile {
			if err := json.Unmarshal(f.content, &w); err != nil {
				return w, fmt.Errorf("read %s of report %s: %w", f.Name, k.ID, err)
			}
		}
	}
	return w, err
}

// NewFile is a file that goes with those of a report.
func NewFile(name string, content []byte) File { return newFile(name, content) }
