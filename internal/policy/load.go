package policy

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"jianfu/internal/problem"
)

// maxFileSize bounds what is read of a file of a pack; the packs that ship are some hundred kilobytes.
const maxFileSize = 16 << 20

//go:embed all:packs
var builtin embed.FS

// DefaultID is the pack that is used where none is named.
const DefaultID = "2019-cut"

// Find returns the folder that a name stands for, as the global flag --policy takes it: the id of a pack that ships in
// the binary, a folder, or, where it is empty, the default pack.
func Find(name string) (fs.FS, error) {
	if name == "" {
		name = DefaultID
	}
	if slices.Contains(BuiltinIDs(), name) {
		return BuiltinFS(name)
	}
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return nil, problem.Wrap(err, "policy_unknown_pack", "id", name, "known", strings.Join(BuiltinIDs(), ", "))
	}
	return os.DirFS(name), nil
}

// Open loads the pack that a name stands for, see Find.
func Open(name string) (*Pack, error) {
	fsys, err := Find(name)
	if err != nil {
		return nil, err
	}
	return Load(fsys)
}

// BuiltinIDs lists the packs that ship in the binary, sorted.
func BuiltinIDs() []string {
	entries, err := builtin.ReadDir("packs")
	if err != nil {
		return nil
	}
	var ids []string
	for _, entry := range entries {
		if entry.IsDir() {
			ids = append(ids, entry.Name())
		}
	}
	return ids
}

// Builtin reads a pack that ships in the binary.
func Builtin(id string) (*Pack, error) {
	fsys, err := BuiltinFS(id)
	if err != nil {
		return nil, err
	}
	return Load(fsys)
}

// BuiltinFS is the folder of a pack that ships in the binary.
func BuiltinFS(id string) (fs.FS, error) {
	if !slices.Contains(BuiltinIDs(), id) {
		return nil, problem.New("policy_unknown_pack", "id", id, "known", strings.Join(BuiltinIDs(), ", "))
	}
	return fs.Sub(builtin, "packs/"+id)
}

// Load reads the pack in a folder. What makes a pack unfit for use (a value that cannot be read, a rate outside 0 to
// 1, an unknown measure, a comparison whose new does not start with its old) is a problem that names file, line and
// column; what can be tolerated, such as an unknown column, is left to Check.
func Load(fsys fs.FS) (*Pack, error) {
	files, found := readFiles(fsys)
	if found.failed() {
		return nil, firstFault(found.list)
	}
	return Parse(files)
}

// Parse is Load for files already in memory, such as those that a run has kept.
func Parse(files map[string][]byte) (*Pack, error) {
	pack, found := parse(files)
	if found.failed() {
		return nil, firstFault(found.list)
	}
	pack.warnings = found.list
	return pack, nil
}

// CheckFolder is Check for a folder that may not even load: it lists everything that is wrong with it.
func CheckFolder(fsys fs.FS) []Finding {
	files, found := readFiles(fsys)
	if found.failed() {
		return found.list
	}
	pack, found := parse(files)
	if found.failed() {
		sortFindings(found.list)
		return found.list
	}
	unconfirmed, beside := pack.readUnconfirmed(fsys)
	pack.warnings = append(found.list, beside.list...)
	return pack.check(unconfirmed)
}

// firstFault says that a pack cannot be used, where its first error stands, and how many there are.
func firstFault(list []Finding) error {
	sortFindings(list)
	errors := slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return f.Severity != SeverityError })
	first := errors[0]
	return problem.Wrap(first.Fault(), "policy_unfit", "file", first.File, "line", first.Line, "column", first.Column,
		"count", len(errors))
}

func readFiles(fsys fs.FS) (map[string][]byte, *findings) {
	files, found := map[string][]byte{}, &findings{}
	for _, name := range fileNames {
		data, err := readFile(fsys, name)
		switch {
		case optional(name) && errors.Is(err, fs.ErrNotExist):
		case err == nil && len(data) > maxFileSize:
			found.fail(name, 0, "", "policy_file_too_large", "most", maxFileSize)
		case errors.Is(err, fs.ErrNotExist):
			found.fail(name, 0, "", "policy_file_missing")
		case err != nil:
			found.fail(name, 0, "", "policy_file_unreadable", "cause", err)
		default:
			files[name] = data
		}
	}
	return files, found
}

// readFile reads a file, and one byte more than the largest may have at most: what its folder says of its size is not asked.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, maxFileSize+1))
}

// parse reads the files. The pack is whole only when no finding is an error.
func parse(files map[string][]byte) (*Pack, *findings) {
	found := &findings{}
	for _, name := range fileNames {
		if _, ok := files[name]; !ok && !optional(name) {
			found.fail(name, 0, "", "policy_file_missing")
		}
	}
	if found.failed() {
		return nil, found
	}
	pack := &Pack{Files: files, Hash: hashFiles(files)}
	if !parseManifest(pack, files[PackFile], found) {
		return pack, found
	}
	pack.Rates = parseRates(files[RatesFile], pack.measureIndex, found)
	pack.Bases = parseBases(files[BasesFile], pack.measureIndex, found)
	pack.Deferrals = parseDeferrals(files[DeferralsFile], found)
	pack.Detection = parseRules(files[RulesFile], found)
	if !found.failed() {
		pack.buildIndex()
	}
	return pack, found
}

// hashFiles is the SHA-256 over name, length and content of the files in name order.
func hashFiles(files map[string][]byte) string {
	hash := sha256.New()
	for _, name := range fileNames {
		if _, there := files[name]; !there {
			continue
		}
		hash.Write([]byte(name))
		hash.Write([]byte{0})
		hash.Write(binary.BigEndian.AppendUint64(nil, uint64(len(files[name]))))
		hash.Write(files[name])
	}
	return hex.EncodeToString(hash.Sum(nil))
}
