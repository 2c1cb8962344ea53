package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"jianfu/internal/fault"
	"jianfu/internal/web/static"
)

// asset is one static file; its address holds a hash of its contents, so it can be kept for ever.
type asset struct {
	address string
	kind    string
	gzipped []byte
}

// assets is the fixed set of static files. Nothing is ever served by a path of the file system.
type assets struct {
	byName    map[string]*asset // "app.css"
	byAddress map[string]*asset // "app.1a2b3c4d5e6f.css"
	areas     sync.Map          // which codes boundaries draw, by the file's name
	approved  bool              // boundaries come from the bureau's own folder
}

var assetKinds = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// newAssets reads the embedded files, and the approved boundaries where a folder is given.
func newAssets(boundaries string) (*assets, error) {
	a := &assets{byName: map[string]*asset{}, byAddress: map[string]*asset{}}
	modules := map[string][]byte{}
	err := fs.WalkDir(static.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		contents, err := static.Files.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".js" {
			modules[name] = contents
			return nil
		}
		a.add(name, contents)
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		err = errors.Join(err, a.addModule(name, modules, nil))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the embedded files: %w", err)
	}
	if boundaries != "" {
		if err := a.addBoundaries(boundaries); err != nil {
			return nil, fault.Wrap(err, "web_boundaries", "dir", boundaries)
		}
	}
	return a, nil
}

// add takes a file in; one that ends in .gz is compressed already.
func (a *assets) add(name string, contents []byte) {
	gzipped := contents
	if plain, ok := strings.CutSuffix(name, ".gz"); ok {
		name = plain
	} else {
		gzipped = compressed(contents)
	}
	extension := path.Ext(name)
	kind, ok := assetKinds[extension]
	if !ok {
		return
	}
	sum := sha256.Sum256(gzipped)
	file := &asset{kind: kind, gzipped: gzipped}
	file.address = strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	a.byName[name], a.byAddress[file.address] = file, file
}

// imported is what one of our modules imports from another.
var imported = regexp.MustCompile(`(?m)^(import [^'\n]*)'\./([\w-]+\.js)';$`)

// addModule takes in a script and, before it, what it imports, which it then names by address: so a changed module is
// fetched anew by whatever imports it, however long a browser keeps the others. from are the modules on the way here.
func (a *assets) addModule(name string, modules map[string][]byte, from []string) error {
	if a.byName[name] != nil {
		return nil
	}
	contents, known := modules[name]
	if !known || slices.Contains(from, name) {
		return fmt.Errorf("%s cannot be imported: no such module, or a circle", strings.Join(append(from, name), " → "))
	}
	var wrong error
	a.add(name, imported.ReplaceAllFunc(contents, func(statement []byte) []byte {
		parts := imported.FindSubmatch(statement)
		other := string(parts[2])
		if err := a.addModule(other, modules, append(slices.Clone(from), name)); err != nil {
			wrong = err
			return statement
		}
		return fmt.Appendf(nil, "%s'./%s';", parts[1], a.byName[other].address)
	}))
	return wrong
}

func compressed(contents []byte) []byte {
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, _ = w.Write(contents) // a buffer takes everything
	_ = w.Close()
	return buffer.Bytes()
}

var boundaryFile = regexp.MustCompile(`^\d{6}\.json$`)

// addBoundaries takes in the boundaries that a bureau supplies, instead of the demonstration ones.
func (a *assets) addBoundaries(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !boundaryFile.MatchString(e.Name()) {
			continue
		}
		contents, err := os.ReadFile(filepath.Join(dir, e.Name())) //nolint:gosec // the operator names the folder
		if err != nil {
			return err
		}
		if !json.Valid(contents) {
			return fmt.Errorf("%s is not JSON", e.Name())
		}
		a.add("boundaries/"+e.Name(), contents)
		a.approved = true
	}
	if !a.approved {
		return fmt.Errorf("no file is named like 320000.json")
	}
	return nil
}

// address is where a file is served, "" for one that is not there.
func (a *assets) address(name string) string {
	if file, ok := a.byName[name]; ok {
		return "/assets/" + file.address
	}
	return ""
}

// boundaries is where the boundaries of a region are served. Approved ones are never mixed with demonstration ones.
func (a *assets) boundaries(code string) string {
	if a.approved {
		return a.address("boundaries/" + code + ".json")
	}
	return a.address("vendor/map/" + code + ".json")
}

// plain is the file as it was before it was compressed.
func (f *asset) plain() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(f.gzipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
