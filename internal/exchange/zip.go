package exchange

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"os"
	"path"
	"regexp"
	"strings"

	"jianfu/internal/problem"
)

// Limits of a package: a national report has some hundred kilobytes in some dozen files.
const (
	mostBytes = 32 << 20
	mostFiles = 100
)

// The two files that are no table.
const (
	descriptorName = "datapackage.json"
	signatureName  = "datapackage.json.sig"
)

// file is a file of a package.
type file struct {
	name    string
	content []byte
}

// zipped packs files as they come, without compressing them: the same files make the same bytes, whatever program packs them, and
// nothing grows when it is unpacked.
func zipped(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		size := uint64(len(f.content))
		header := &zip.FileHeader{Name: f.name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(f.content), CompressedSize64: size, UncompressedSize64: size}
		//lint:ignore SA1019 CreateRaw asks for what is written; the first day that there is
		header.ModifiedDate = 1<<5 | 1
		part, err := w.CreateRaw(header)
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// fileName is what files of a package are called: no way out of a folder, and the same on every system.
var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)?(\.[a-z]+)+$`)

// unzipped reads the files of a package. What is larger than it says, has names that lead elsewhere or is compressed is refused before
// it is read; and in the end a package must be to the byte what its files make.
func unzipped(content []byte) ([]file, error) {
	if len(content) > mostBytes {
		return nil, problem.New("exchange_large", "size", len(content), "most", mostBytes)
	}
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, problem.Wrap(err, "exchange_no_zip")
	}
	if len(r.File) > mostFiles {
		return nil, problem.New("exchange_many", "files", len(r.File), "most", mostFiles)
	}
	var files []file
	seen, total := map[string]bool{}, uint64(0)
	for _, f := range r.File {
		total += f.UncompressedSize64
		switch {
		case !fileName.MatchString(f.Name) || path.Clean(f.Name) != f.Name || seen[f.Name] || !f.Mode().IsRegular():
			return nil, problem.New("exchange_path", "file", strings.ToValidUTF8(f.Name, "�"))
		case f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 || f.UncompressedSize64 > mostBytes || total > uint64(len(content)):
			return nil, problem.New("exchange_size", "file", f.Name)
		}
		seen[f.Name] = true
		text, err := readPart(f)
		if err != nil {
			return nil, problem.Wrap(err, "exchange_changed")
		}
		files = append(files, file{f.Name, text})
	}
	again, err := zipped(files)
	if err != nil || !bytes.Equal(again, content) {
		return nil, problem.Wrap(err, "exchange_changed")
	}
	return files, nil
}

func readPart(f *zip.File) ([]byte, error) {
	part, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer part.Close()                                                     //nolint:errcheck // it lies in memory
	return io.ReadAll(io.LimitReader(part, int64(f.UncompressedSize64)+1)) //nolint:gosec // no larger than a package
}

// ReadFile reads the file of a package or a card, if it is no larger than one can be.
func ReadFile(name string) ([]byte, error) {
	in, err := os.Open(name) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, problem.Wrap(err, "exchange_file", "file", name)
	}
	defer in.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	if err != nil {
		return nil, problem.Wrap(err, "exchange_file", "file", name)
	}
	return content, nil
}
