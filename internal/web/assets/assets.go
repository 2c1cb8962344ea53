package assets

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

	"jianfu/internal/problem"
	"jianfu/internal/web/static"
)

// Asset is one static file; its address holds a hash of its contents, so it can be kept for ever.
type Asset struct {
	Address string
	Kind    string
	Gzipped []byte
}

// Assets is the fixed set of static files. Nothing is ever served by a path of the file system.
type Assets struct {
	ByName    map[string]*Asset // "app.css"
	ByAddress map[string]*Asset // "app.1a2b3c4d5e6f.css"
	Areas     sync.Map          // which codes boundaries draw, by the file's name
	Approved  bool              // boundaries come from the bureau's own folder
}

var assetKinds = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// NewAssets reads the embedded files, and the approved boundaries where a folder is given.
func NewAssets(boundaries string) (*Assets, error) {
	a := &Assets{ByName: map[string]*Asset{}, ByAddress: map[string]*Asset{}}
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
		a.Add(name, contents)
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		err = errors.Join(err, a.AddModule(name, modules, nil))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the embedded files: %w", err)
	}
	if boundaries != "" {
		if err := a.addBoundaries(boundaries); err != nil {
			return nil, problem.Wrap(err, "web_boundaries", "dir", boundaries)
		}
	}
	return a, nil
}

// Add takes a file in; one that ends in .gz is compressed already.
func (a *Assets) Add(name string, contents []byte) {
	gzipped := contents
	if plain, ok := strings.CutSuffix(name, ".gz"); ok {
		name = plain
	} else {
		gzipped = Compressed(contents)
	}
	extension := path.Ext(name)
	kind, ok := assetKinds[extension]
	if !ok {
		return
	}
	sum := sha256.Sum256(gzipped)
	file := &Asset{Kind: kind, Gzipped: gzipped}
	file.Address = strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	a.ByName[name], a.ByAddress[file.Address] = file, file
}

// Imported is what one of our modules imports from another.
var Imported = regexp.MustCompile(`(?m)^(import [^'\n]*)'\./([\w-]+\.js)';$`)

// AddModule takes in a script and, before it, what it imports, which it then names by address: so a changed module is
// fetched anew by whatever imports it, however long a browser keeps the others. from are the modules on the way here.
func (a *Assets) AddModule(name string, modules map[string][]byte, from []string) error {
	if a.ByName[name] != nil {
		return nil
	}
	contents, known := modules[name]
	if !known || slices.Contains(from, name) {
		return fmt.Errorf("%s cannot be imported: no such module, or a circle", strings.Join(append(from, name), " → "))
	}
	var wrong error
	a.Add(name, Imported.ReplaceAllFunc(contents, func(statement []byte) []byte {
		parts := Imported.FindSubmatch(statement)
		other := string(parts[2])
		if err := a.AddModule(other, modules, append(slices.Clone(from), name)); err != nil {
			wrong = err
			return statement
		}
		return fmt.Appendf(nil, "%s'./%s';", parts[1], a.ByName[other].Address)
	}))
	return wrong
}

// Compressed is a file as it is sent.
func Compressed(contents []byte) []byte {
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, _ = w.Write(contents) // a buffer takes everything
	_ = w.Close()
	return buffer.Bytes()
}

var boundaryFile = regexp.MustCompile(`^\d{6}\.json$`)

// addBoundaries takes in the boundaries that a bureau supplies, instead of the demonstration ones.
func (a *Assets) addBoundaries(dir string) error {
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
		a.Add("boundaries/"+e.Name(), contents)
		a.Approved = true
	}
	if !a.Approved {
		return fmt.Errorf("no file is named like 320000.json")
	}
	return nil
}

// Address is where a file is served, "" for one that is not there.
func (a *Assets) Address(name string) string {
	if file, ok := a.ByName[name]; ok {
		return "/assets/" + file.Address
	}
	return ""
}

// Boundaries is where the boundaries of a region are served. Approved ones are never mixed with demonstration ones.
func (a *Assets) Boundaries(code string) string {
	if a.Approved {
		return a.Address("boundaries/" + code + ".json")
	}
	return a.Address("vendor/map/" + code + ".json")
}

// Plain is the file as it was before it was compressed.
func (f *Asset) Plain() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(f.Gzipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
