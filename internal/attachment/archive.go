package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"jianfu/internal/problem"
)

// Evidence is the media type of an evidence pack, also of one that somebody took away and attaches by hand: it holds records
// of persons.
const Evidence = "application/vnd.jianfu.evidence+zip"

// What an archive may be. Sizes are those of what is unpacked, counted as it is: what an archive says of itself may be a lie.
const (
	mostEntries     = 10_000
	largestUnpacked = 200 << 20 // of all that a file holds, however deep
	deepest         = 3         // a table in a letter in an archive; a table in that is too much
)

// inZip are the entries that tell what an archive is, wherever in it they stand.
var inZip = []struct{ entry, found string }{
	{"OFD.xml", "application/ofd"},
	{"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"META-INF/MANIFEST.MF", "application/java-archive"},
	{"AndroidManifest.xml", "application/vnd.android.package-archive"},
}

// programs are endings of what runs, or leads elsewhere, when it is opened; nothing that is packed may bring any.
var programs = []string{".apk", ".app", ".bat", ".cmd", ".com", ".cpl", ".desktop", ".dll", ".elf", ".exe", ".hta", ".inf", ".jar", ".js", ".jse", ".lnk",
	".mht", ".msc", ".msi", ".pif", ".ps1", ".py", ".reg", ".scf", ".scr", ".sh", ".url", ".vbe", ".vbs", ".webloc", ".wsf", ".wsh", ".xll"}

// runs are types of contents that run, whatever they are called.
var runs = []string{"application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-mach-binary", "application/x-java-applet",
	"application/java-archive", "application/vnd.android.package-archive", "application/x-ms-installer", "application/x-ms-shortcut", "application/wasm",
	"text/x-shellscript", "text/x-perl", "text/x-python", "text/x-php", "application/x-sh"}

// typeOfZip is what an archive is by its table of contents, which stands at its end; the beginning of a large one does not
// tell.
func (in *inspection) typeOfZip(name string, contents []byte) (found string, archive *zip.Reader, err error) {
	if archive, err = zip.NewReader(bytes.NewReader(contents), int64(len(contents))); err != nil {
		return "", nil, problem.Wrap(err, "attachment_disguised", "name", name, "type", "application/octet-stream")
	}
	if len(archive.File) > mostEntries {
		return "", nil, problem.New("attachment_archive_large", "name", in.file, "most", mostEntries)
	}
	entries := map[string]bool{}
	for _, f := range archive.File {
		entry := strings.ReplaceAll(f.Name, `\`, "/")
		if entries[entry] || !f.Mode().IsRegular() && !f.Mode().IsDir() || outside(entry) || ends(entry, programs) {
			return "", nil, in.holds(entry)
		}
		entries[entry] = true
		if f.Flags&1 != 0 {
			return "", nil, problem.New("attachment_locked", "name", in.file)
		}
	}
	found = "application/zip"
	for _, known := range inZip {
		if entries[known.entry] {
			found = known.found
			break
		}
	}
	if found == "application/zip" && isEvidence(entries) {
		found = Evidence
	}
	return found, archive, nil
}

// through unpacks and looks at each entry of an archive of a type: a plain one may hold what may be attached by itself, and no
// other archive.
func (in *inspection) through(name, found string, archive *zip.Reader, depth int) error {
	if depth >= deepest || depth > 0 && (found == "application/zip" || found == Evidence) {
		return in.holds(name)
	}
	for _, f := range archive.File {
		if f.Mode().IsDir() {
			continue
		}
		if err := in.entry(f, found, depth); err != nil {
			return err
		}
	}
	return nil
}

// holds is the problem of what an archive must not hold.
func (in *inspection) holds(entry string) error {
	return problem.New("attachment_archive_entry", "name", in.file, "entry", CleanName(entry))
}

// outside tells whether an entry would be unpacked to somewhere else.
func outside(entry string) bool {
	return strings.HasPrefix(entry, "/") || strings.ContainsAny(entry, ":\x00") || slices.Contains(strings.Split(entry, "/"), "..")
}

// ends tells whether a name has one of the endings, as Windows reads it.
func ends(entry string, endings []string) bool {
	return slices.Contains(endings, strings.ToLower(path.Ext(strings.TrimRight(entry, ". "))))
}

// entry unpacks what an archive of a type holds, and refuses what it must not.
func (in *inspection) entry(f *zip.File, archive string, depth int) error {
	contents, err := in.unpack(f)
	if err != nil {
		return err
	}
	if len(contents) == 0 {
		return nil
	}
	switch archive {
	case "application/zip":
		if ends(f.Name, []string{".zip"}) {
			return in.holds(f.Name)
		}
		_, err := in.typeOf(path.Base(strings.ReplaceAll(f.Name, `\`, "/")), contents, depth+1)
		if code := problem.Code(err); code == "attachment_type" || code == "attachment_disguised" {
			return in.holds(f.Name)
		}
		return err
	case Evidence:
		return in.evidence(f.Name, contents)
	}
	return in.office(f.Name, contents, depth)
}

// unpack reads an entry, as far as what is left to be unpacked.
func (in *inspection) unpack(f *zip.File) ([]byte, error) {
	reader, err := f.Open()
	if err != nil {
		return nil, problem.Wrap(err, "attachment_archive_entry", "name", in.file, "entry", CleanName(f.Name))
	}
	defer func() { _ = reader.Close() }() // it was only read
	most := min(in.left, Largest)
	contents, err := io.ReadAll(io.LimitReader(reader, most+1))
	if int64(len(contents)) > most {
		return nil, problem.New("attachment_bomb", "name", in.file, "most", largestUnpacked>>20)
	}
	if err != nil {
		return nil, problem.Wrap(err, "attachment_archive_entry", "name", in.file, "entry", CleanName(f.Name))
	}
	in.left -= int64(len(contents))
	return contents, nil
}

// reaches finds, in the relationships of a document of Office, what it would fetch or run from elsewhere as it is opened.
var reaches = regexp.MustCompile(`(?is)<Relationship\b[^>]*Type="[^"]*/(attachedTemplate|oleObject|frame|subDocument|control|vbaProject)"[^>]*TargetMode="External"|` +
	`<Relationship\b[^>]*TargetMode="External"[^>]*Type="[^"]*/(attachedTemplate|oleObject|frame|subDocument|control|vbaProject)"`)

// office looks at a part of a document of Office or of an OFD: its parts are of many kinds, so what runs is refused.
func (in *inspection) office(name string, contents []byte, depth int) error {
	lower := strings.ToLower(name)
	if path.Base(lower) == "vbaproject.bin" || strings.Contains(lower, "/macrosheets/") || strings.Contains(lower, "/activex/") ||
		lower == "[content_types].xml" && (bytes.Contains(contents, []byte("vbaProject")) || bytes.Contains(contents, []byte("macroEnabled"))) ||
		oleMacros(contents) {
		return problem.New("attachment_macros", "name", in.file)
	}
	if strings.HasSuffix(lower, ".rels") && reaches.Match(contents) {
		return in.holds(name)
	}
	detected := mimetype.Detect(contents)
	for _, kind := range runs {
		if descends(detected, kind) {
			return in.holds(name)
		}
	}
	if descends(detected, "application/zip") { // the table behind a chart, say; a plain archive is refused there
		found, archive, err := in.typeOfZip(path.Base(name), contents)
		if err == nil && slices.Contains(runs, found) {
			return in.holds(name)
		}
		if err == nil {
			err = in.through(path.Base(name), found, archive, depth+1)
		}
		return err
	}
	return nil
}

// ofEvidence are the endings of what an evidence pack holds; SHA256SUMS has none.
var ofEvidence = []string{".csv", ".json", ".html", ".css", ".yaml", ".txt", ".md", ""}

// scripted finds what a page of a pack would run; those of jianfu run nothing.
var scripted = regexp.MustCompile(`(?i)<\s*(script|iframe|object|embed|form|base)\b|javascript:|\son[a-z]+\s*=|http-equiv`)

// isEvidence tells whether an archive is an evidence pack by what it holds, in whatever folder.
func isEvidence(entries map[string]bool) bool {
	var records, sums bool
	for entry := range entries {
		records = records || path.Base(entry) == "records.csv"
		sums = sums || path.Base(entry) == "SHA256SUMS"
	}
	return records && sums
}

// evidence looks at a part of an evidence pack.
func (in *inspection) evidence(name string, contents []byte) error {
	ending := strings.ToLower(path.Ext(name))
	page := mimetype.Detect(contents)
	if !slices.Contains(ofEvidence, ending) || !descends(page, "text/plain") || descends(page, "text/html") && ending != ".html" || scripted.Match(contents) && ending == ".html" {
		return in.holds(name)
	}
	for _, kind := range runs {
		if descends(page, kind) {
			return in.holds(name)
		}
	}
	return nil
}

// IsEvidence tells whether contents that lie in a store are an evidence pack, whatever they were said to be when they came.
func IsEvidence(contents []byte) bool {
	archive, err := zip.NewReader(bytes.NewReader(contents), int64(len(contents)))
	if err != nil {
		return false
	}
	entries := map[string]bool{}
	for _, f := range archive.File {
		entries[strings.ReplaceAll(f.Name, `\`, "/")] = true
	}
	return isEvidence(entries)
}
