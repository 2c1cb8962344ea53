package report

import (
	"io"
	"os"
	"path/filepath"

	"jianfu/internal/fault"
)

// File writes a file whole or not at all: what write gives goes into a file beside it, which then takes its place.
func File(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fault.Wrap(err, "export_not_writable", "file", path)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // gone once it was renamed
	err = write(file)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fault.Wrap(err, "export_not_writable", "file", path)
	}
	return nil
}
