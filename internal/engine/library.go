package engine

import (
	"os"
	"path/filepath"
	"runtime"

	"jianfu/internal/problem"
)

// libraryVariable names the environment variable that says where libchdb.so lies.
const libraryVariable = "JIANFU_LIBCHDB"

// libraryFile is the library's name, on macOS too.
const libraryFile = "libchdb.so"

// FindLibrary finds libchdb.so: named, in JIANFU_LIBCHDB, beside the executable or in ../lib, or as npm left it in a
// node_modules folder above the executable or the working directory. A place that is named must hold it.
func FindLibrary(named string) (string, error) {
	for _, path := range []string{named, os.Getenv(libraryVariable)} {
		if path == "" {
			continue
		}
		absolute, err := filepath.Abs(path)
		if err == nil {
			_, err = os.Stat(absolute)
		}
		if err != nil {
			return "", problem.Wrap(err, "engine_library_not_there", "path", path)
		}
		return absolute, nil
	}
	for _, path := range libraryPlaces() {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", problem.New("engine_library_missing", "package", libraryPackage())
}

// libraryPlaces lists where the library may lie, nearest first.
func libraryPlaces() []string {
	var places, starts []string
	if executable, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(executable); err == nil {
			executable = real
		}
		here := filepath.Dir(executable)
		places = append(places, filepath.Join(here, libraryFile), filepath.Join(here, "..", "lib", libraryFile))
		starts = append(starts, here)
	}
	if working, err := os.Getwd(); err == nil {
		starts = append(starts, working)
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			places = append(places, filepath.Join(dir, "node_modules", filepath.FromSlash(libraryPackage()), libraryFile))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return places
}

// libraryPackage is the npm package that holds the library for this machine.
func libraryPackage() string {
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	name := "@chdb/lib-" + runtime.GOOS + "-" + arch
	if runtime.GOOS == "linux" {
		name += "-gnu"
	}
	return name
}
