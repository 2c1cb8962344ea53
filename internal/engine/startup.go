package engine

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jianfu/internal/problem"
)

// removeEmptyDefinitions removes the definitions of tables and databases that are empty files. The library leaves such
// a file behind when the disk is full or the power fails while a table is being created, and then refuses to boot at
// all, with everything else in the directory intact. Nothing is lost with an empty file; no data is touched.
func removeEmptyDefinitions(data string) error {
	for _, pattern := range []string{"metadata/*.sql", "store/*/*/*.sql"} {
		paths, err := filepath.Glob(filepath.Join(globQuoted(data), filepath.FromSlash(pattern)))
		if err != nil {
			return err
		}
		for _, path := range paths {
			info, err := os.Lstat(path)
			if err != nil || !info.Mode().IsRegular() || info.Size() > 0 {
				continue
			}
			if err := os.Remove(path); err != nil {
				return err
			}
			fmt.Fprintln(os.Stderr, time.Now().Format(time.RFC3339), "removed the empty definition", path)
		}
	}
	return nil
}

// configXML is what the library reads of its settings from a file alone. Backups may go anywhere that this process may write:
// whoever reaches the socket, which is the owner, can read and write the directory in any case.
const configXML = "<clickhouse><backups><allowed_path>/</allowed_path></backups></clickhouse>\n"

// writeConfig writes that file, where it is not there, and returns its path.
func writeConfig(dir string) (string, error) {
	path := filepath.Join(dir, configName)
	if text, err := os.ReadFile(path); err == nil && string(text) == configXML { //nolint:gosec // of our own directory
		return path, nil
	}
	return path, os.WriteFile(path, []byte(configXML), 0o600)
}

// globQuoted is a path as a pattern that matches that path alone.
func globQuoted(path string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "?", "\\?", "[", "\\[").Replace(path)
}

// startFault says why the library did not boot, which it tells nobody but its error output: what came there after the
// log had the given size.
func startFault(dir string, log int64) error {
	text := logSince(dir, log)
	for _, sign := range []string{"No space left on device", "NOT_ENOUGH_SPACE", "Disk quota exceeded"} {
		if strings.Contains(text, sign) {
			return problem.New("engine_disk_full", "dir", dir)
		}
	}
	if strings.Contains(text, "Permission denied") || strings.Contains(text, "Read-only file system") {
		return problem.New("engine_dir_not_writable", "dir", dir)
	}
	if text == "" {
		text = "libchdb"
	}
	return problem.New("engine_start_failed", "detail", text)
}

// logSize is how long the engine's log is.
func logSize(dir string) int64 {
	info, err := os.Stat(filepath.Join(dir, logName))
	if err != nil {
		return 0
	}
	return info.Size()
}

// logSince is what the engine wrote to its error output after the log had the given size, its end if that is much.
func logSince(dir string, size int64) string {
	f, err := os.Open(filepath.Join(dir, logName))
	if err != nil {
		return ""
	}
	defer f.Close()
	const enough = 2000
	if _, err := f.Seek(max(size, logSize(dir)-enough), io.SeekStart); err != nil {
		return ""
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// openLog opens the file that takes the engine's error output; one that has grown large is begun anew.
func openLog(dir string) (*os.File, error) {
	const large = 8 << 20
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if logSize(dir) > large {
		flags |= os.O_TRUNC
	}
	log, err := os.OpenFile(filepath.Join(dir, logName), flags, 0o600)
	if err != nil {
		return nil, directoryFault(err, dir)
	}
	return log, nil
}
