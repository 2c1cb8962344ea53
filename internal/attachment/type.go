package attachment

import (
	"archive/zip"
	"context"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/gabriel-vasile/mimetype"

	"jianfu/internal/problem"
)

// permitted are the endings that a name may have, each with what its contents may be found to be; the first is what the
// file is said to be. Pages, programs and pictures that hold script are in no line.
var permitted = map[string][]string{
	".pdf":  {"application/pdf"},
	".ofd":  {"application/ofd"},
	".png":  {"image/png", "image/apng"},
	".jpg":  {"image/jpeg"},
	".jpeg": {"image/jpeg"},
	".tif":  {"image/tiff"},
	".tiff": {"image/tiff"},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	".doc":  {"application/msword", "application/x-ole-storage"},
	".xls":  {"application/vnd.ms-excel", "application/x-ole-storage"},
	".wps":  {"application/x-ole-storage", "application/msword"},
	".et":   {"application/x-ole-storage", "application/vnd.ms-excel"},
	".csv":  {"text/csv", "text/plain", "text/tab-separated-values"},
	".txt":  {"text/plain", "text/csv", "text/tab-separated-values", "message/rfc822", "application/json", "application/x-ndjson"},
	".json": {"application/json", "application/x-ndjson"},
	".eml":  {"message/rfc822", "text/plain"},
	".zip":  {"application/zip", Evidence},
	".mp3":  {"audio/mpeg"},
	".wav":  {"audio/wav"},
	".amr":  {"audio/amr"},
	".m4a":  {"audio/x-m4a", "audio/mp4"},
}

// Endings lists the endings that a name may have, in the order of the alphabet, for the form that takes files.
func Endings() []string {
	var endings []string
	for ending := range permitted {
		endings = append(endings, ending)
	}
	slices.Sort(endings)
	return endings
}

// typeOf is what a file is by its contents. A problem says that it is of no permitted type, is not what its name says, or
// brings along what nobody should open.
func typeOf(name string, contents []byte) (string, error) {
	return (&inspection{file: name, left: largestUnpacked}).typeOf(name, contents, 0)
}

// looking has room for those who look through a file: each may have to unpack ten times its size, and takes a processor.
var looking = make(chan struct{}, 2)

// looked is typeOf for one of few files at once; the others wait.
func looked(ctx context.Context, name string, contents []byte) (string, error) {
	select {
	case looking <- struct{}{}:
		defer func() { <-looking }()
		return typeOf(name, contents)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// inspection looks through a file and what it holds, which all together unpacks to so many bytes at most.
type inspection struct {
	file string // as it came, for what is said about it
	left int64
}

// typeOf is what one file is; depth is how many others it lies in.
func (in *inspection) typeOf(name string, contents []byte, depth int) (string, error) {
	ending := strings.ToLower(path.Ext(name))
	types, ok := permitted[ending]
	if !ok {
		return "", problem.New("attachment_type", "name", name, "endings", strings.Join(Endings(), " "))
	}
	detected := mimetype.Detect(contents)
	found, _, _ := strings.Cut(detected.String(), ";")
	var archive *zip.Reader
	if descends(detected, "application/zip") {
		var err error
		if found, archive, err = in.typeOfZip(name, contents); err != nil {
			return "", err
		}
	}
	if descends(detected, "application/x-ole-storage") && oleMacros(contents) {
		return "", problem.New("attachment_macros", "name", in.file)
	}
	if !slices.Contains(types, found) {
		return "", problem.New("attachment_disguised", "name", name, "type", found)
	}
	if found == "application/pdf" {
		if err := in.active(contents); err != nil {
			return "", err
		}
	}
	if archive != nil {
		if err := in.through(name, found, archive, depth); err != nil {
			return "", err
		}
	}
	if ending == ".eml" {
		if err := in.mail(contents, depth); err != nil {
			return "", err
		}
	}
	if found == Evidence {
		return Evidence, nil
	}
	return types[0], nil
}

// descends tells whether a type is another or a kind of it.
func descends(m *mimetype.MIME, other string) bool {
	for ; m != nil; m = m.Parent() {
		if m.Is(other) {
			return true
		}
	}
	return false
}

// wide is a text as old Office files write the names in them.
func wide(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
