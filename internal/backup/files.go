package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jianfu/internal/problem"
)

// copyFile copies a file, readable by its owner alone.
func copyFile(from, to string) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	in, err := os.Open(from) //nolint:gosec // named by the operator, or in the data directory
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// writeSums writes the SHA-256 of every file of the folder, and sees to it that all of them are on the disk.
func writeSums(folder string) (bytes uint64, err error) {
	out, err := os.OpenFile(filepath.Join(folder, sumsName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	lines := bufio.NewWriter(out)
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(err, syncFile(path))
		}
		name, err := filepath.Rel(folder, path)
		if err != nil || name == sumsName {
			return err
		}
		sum, size, err := sumOf(path)
		if err != nil {
			return err
		}
		bytes += size
		_, err = fmt.Fprintf(lines, "%s  %s\n", sum, filepath.ToSlash(name))
		return errors.Join(err, syncFile(path))
	})
	return bytes, errors.Join(err, lines.Flush(), out.Sync())
}

func sumOf(path string) (sum string, size uint64, err error) {
	file, err := os.Open(path) //nolint:gosec // of a backup
	if err != nil {
		return "", 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	h := sha256.New()
	n, err := io.Copy(h, file)
	return hex.EncodeToString(h.Sum(nil)), uint64(n), err //nolint:gosec // not negative
}

// syncFile sees to it that a file, or what a folder lists, is on the disk.
func syncFile(path string) error {
	file, err := os.Open(path) //nolint:gosec // of a backup
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// read reads what a backup says of itself.
func read(folder string) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(folder, manifestName)) //nolint:gosec // the operator names the folder
	if err != nil || strings.HasSuffix(filepath.Clean(folder), partial) {
		return m, problem.Wrap(err, "backup_none", "folder", folder)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, problem.Wrap(err, "backup_damaged", "file", filepath.Join(folder, manifestName))
	}
	if m.Format != format {
		return m, problem.New("backup_newer", "folder", folder, "version", m.Version)
	}
	return m, nil
}

// Check goes through all files of a backup, and of its base, and names the first that is missing, damaged or too many.
func Check(folder string) (m Manifest, base string, err error) {
	if m, err = read(folder); err != nil {
		return m, "", err
	}
	if err := checkSums(folder); err != nil || m.Base == "" {
		return m, "", err
	}
	base = filepath.Join(folder, filepath.FromSlash(m.Base))
	if _, err := read(base); err != nil {
		return m, base, err
	}
	return m, base, checkSums(base)
}

func checkSums(folder string) error {
	path := filepath.Join(folder, sumsName)
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return problem.Wrap(err, "backup_damaged", "file", path)
	}
	known := map[string]bool{sumsName: true}
	for line := range strings.Lines(string(text)) {
		want, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || !filepath.IsLocal(filepath.FromSlash(name)) {
			return problem.New("backup_damaged", "file", path)
		}
		known[name] = true
		file := filepath.Join(folder, filepath.FromSlash(name))
		if sum, _, err := sumOf(file); err != nil || sum != want {
			return problem.Wrap(err, "backup_damaged", "file", file)
		}
	}
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if name, err := filepath.Rel(folder, path); err != nil || !known[filepath.ToSlash(name)] {
			return problem.Wrap(err, "backup_damaged", "file", path)
		}
		return nil
	})
}
