package tabular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"jianfu/internal/problem"
)

// File writes a file whole or not at all: what write gives goes into a file beside it, which then takes its place. A
// pipe or a device, such as /dev/stdout, is written as it is.
func File(path string, write func(io.Writer) error) error {
	target, info, err := existing(path)
	if err != nil {
		return problem.Wrap(err, "export_not_writable", "file", path)
	}
	switch {
	case info == nil || info.Mode().IsRegular():
		return replace(path, target, info, write)
	case info.IsDir():
		return problem.New("export_is_directory", "file", path)
	}
	file, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return problem.Wrap(err, "export_not_writable", "file", path)
	}
	err = write(file)
	return errors.Join(err, file.Close())
}

// existing is what stands at a path, behind all links; no info where nothing does.
func existing(path string) (target string, info fs.FileInfo, err error) {
	target, err = filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	if err == nil {
		info, err = os.Stat(target)
	}
	return target, info, err
}

// replace writes a new file beside the target and then puts it in its place, with the old one's permissions if there is
// one, else with those that the user gives to new files.
func replace(path, target string, old fs.FileInfo, write func(io.Writer) error) error {
	name := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%08x", filepath.Base(target), rand.Uint32())) //nolint:gosec // a name
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)                                   //nolint:gosec // less the user's mask
	if err != nil {
		return problem.Wrap(err, "export_not_writable", "file", path)
	}
	defer os.Remove(name) //nolint:errcheck // gone once it was renamed
	err = write(file)
	if err == nil && old != nil {
		err = file.Chmod(old.Mode().Perm())
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(name, target)
	}
	if problem.Code(err) == "" && isFile(err) {
		return problem.Wrap(err, "export_not_writable", "file", path)
	}
	return err
}

// isFile tells whether an error is about a file, such as a full disk.
func isFile(err error) bool {
	var pathError *fs.PathError
	var linkError *os.LinkError
	return errors.As(err, &pathError) || errors.As(err, &linkError)
}
