package attachment

import (
	"archive/zip"
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/gabriel-vasile/mimetype"

	"jianfu/internal/fault"
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
	".zip":  {"application/zip"},
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

// typeOf is what a file is by its contents. A fault says that it is of no permitted type, is not what its name says, or
// brings along what nobody should open.
func typeOf(name string, contents []byte) (string, error) {
	ending := strings.ToLower(path.Ext(name))
	types, ok := permitted[ending]
	if !ok {
		return "", fault.New("attachment_type", "name", name, "endings", strings.Join(Endings(), " "))
	}
	detected := mimetype.Detect(contents)
	found, _, _ := strings.Cut(detected.String(), ";")
	if descends(detected, "application/zip") {
		var err error
		if found, err = typeOfZip(name, contents); err != nil {
			return "", err
		}
	}
	if descends(detected, "application/x-ole-storage") && bytes.Contains(contents, wide("_VBA_PROJECT")) {
		return "", fault.New("attachment_macros", "name", name)
	}
	if !slices.Contains(types, found) {
		return "", fault.New("attachment_disguised", "name", name, "type", found)
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

// inZip are the entries that tell what an archive is, wherever in it they stand.
var inZip = []struct{ entry, found string }{
	{"OFD.xml", "application/ofd"},
	{"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"META-INF/MANIFEST.MF", "application/java-archive"},
	{"AndroidManifest.xml", "application/vnd.android.package-archive"},
}

// mostEntries is how many files an archive may hold.
const mostEntries = 10_000

// programs are endings of what runs when it is opened; an archive must not bring any.
var programs = []string{".apk", ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".pif", ".ps1", ".reg",
	".scr", ".sh", ".vbe", ".vbs", ".wsf"}

// typeOfZip is what an archive is by its table of contents, which stands at its end; the beginning of a large one does not
// tell. It is never unpacked here, but nobody who unpacks it shall write outside the folder or start a program.
func typeOfZip(name string, contents []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(contents), int64(len(contents)))
	if err != nil {
		return "", fault.Wrap(err, "attachment_disguised", "name", name, "type", "application/octet-stream")
	}
	if len(archive.File) > mostEntries {
		return "", fault.New("attachment_archive_large", "name", name, "most", mostEntries)
	}
	entries := map[string]bool{}
	for _, f := range archive.File {
		entry := strings.ReplaceAll(f.Name, `\`, "/")
		entries[entry] = true
		outside := strings.HasPrefix(entry, "/") || strings.Contains(entry, ":") || slices.Contains(strings.Split(entry, "/"), "..")
		switch {
		case outside || slices.Contains(programs, strings.ToLower(path.Ext(strings.TrimRight(entry, ". ")))):
			return "", fault.New("attachment_archive_entry", "name", name, "entry", CleanName(entry))
		case path.Base(entry) == "vbaProject.bin":
			return "", fault.New("attachment_macros", "name", name)
		}
	}
	for _, known := range inZip {
		if entries[known.entry] {
			return known.found, nil
		}
	}
	return "application/zip", nil
}
