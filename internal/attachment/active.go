package attachment

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"

	"jianfu/internal/problem"
)

// oleMacros finds programs in an old file of Office: macros of Visual Basic, a packed program, or a sheet of Excel 4 macros.
func oleMacros(contents []byte) bool {
	return bytes.Contains(contents, wide("_VBA_PROJECT")) || bytes.Contains(contents, wide("\x01Ole10Native")) || macroSheet(contents)
}

// macroSheet finds the record by which an old workbook names a sheet of macros (BoundSheet8 of [MS-XLS]): 85 00, its length, where
// the sheet begins (4 bytes), whether it is hidden, 01 for macros, and its name, whose length must fit that of the record.
func macroSheet(contents []byte) bool {
	for {
		at := bytes.Index(contents, []byte{0x85, 0x00})
		if at < 0 || len(contents) < at+12 {
			return false
		}
		record := contents[at:]
		length, hidden, kind, letters, wide := int(record[2])|int(record[3])<<8, record[8], record[9], int(record[10]), int(record[11])
		if kind == 1 && hidden <= 2 && letters > 0 && letters <= 31 && wide <= 1 && length == 8+letters*(1+wide) {
			return true
		}
		contents = contents[at+2:]
	}
}

// pdfActions are the names by which a PDF runs something or brings a file along, whatever of their letters are written as #xx.
var pdfActions = regexp.MustCompile(`/(?:` + pdfNames("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia") + `)[\x00\t\n\f\r /<>\[\]()]`)

// longestAction is how many bytes such a name takes at most, with what stands around it: no letter takes more than three.
const longestAction = 2 + 3*len("EmbeddedFiles")

func pdfNames(names ...string) string {
	for i, name := range names {
		var b strings.Builder
		for _, letter := range name {
			fmt.Fprintf(&b, "(?:%c|#(?i:%x))", letter, letter)
		}
		names[i] = b.String()
	}
	return strings.Join(names, "|")
}

// pdfStream is where the contents of a part of a PDF begin.
var pdfStream = regexp.MustCompile(`stream(?:\r\n|\n|\r)`)

// What is said of a part of a PDF that holds other parts (an object stream): that it is one, that it is packed, and that it is
// packed once, in the way that is looked into. Programs that write PDF pack such parts in no other way.
var (
	pdfParts  = regexp.MustCompile(`/(?:` + pdfNames("ObjStm") + `)[\x00\t\n\f\r /<>\[\]()]`)
	pdfPacked = regexp.MustCompile(`/(?:` + pdfNames("Filter") + `)[\x00\t\n\f\r /<>\[\]()]`)
	pdfOnce   = regexp.MustCompile(`/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*(?:/|>>)`)
	pdfTurned = regexp.MustCompile(`/(?:` + pdfNames("Predictor") + `)[\x00\t\n\f\r /<>\[\]()]`)
)

// active finds what a PDF would run, or a file that it brings along: in the open, and in what it holds compressed. What can
// hold such a thing and cannot be looked into is refused as well.
func (in *inspection) active(contents []byte) error {
	found := problem.New("attachment_active", "name", in.file)
	if pdfActions.Match(contents) {
		return found
	}
	var unpacker io.ReadCloser
	piece := make([]byte, longestAction+64<<10)
	behind := 0
	for _, at := range pdfStream.FindAllIndex(contents, -1) {
		about := contents[behind:at[0]]
		behind = at[1]
		parts := pdfParts.Match(about) && pdfPacked.Match(about)
		if parts && (len(pdfPacked.FindAllIndex(about, 2)) > 1 || !pdfOnce.Match(about) || pdfTurned.Match(about)) {
			return found
		}
		packed, err := bytes.NewReader(contents[at[1]:]), error(nil)
		if unpacker == nil {
			unpacker, err = zlib.NewReader(packed)
		} else { // one of its own would take 40 KB for each of the millions of streams that a file may have
			err = unpacker.(zlib.Resetter).Reset(packed, nil)
		}
		switch {
		case err != nil && parts:
			return problem.New("attachment_locked", "name", in.file)
		case err != nil: // not compressed, or otherwise: pictures
			continue
		}
		active, err := in.unpackedActive(unpacker, piece)
		if err != nil {
			return err
		}
		if active {
			return found
		}
	}
	return nil
}

// unpackedActive looks for such names in what is unpacked, a piece at a time: a few bytes may unpack to all that is left. What
// can be read of something broken counts.
func (in *inspection) unpackedActive(unpacked io.Reader, piece []byte) (bool, error) {
	for held := 0; ; {
		n, err := io.ReadFull(unpacked, piece[held:])
		if in.left -= int64(n); in.left < 0 {
			return false, problem.New("attachment_bomb", "name", in.file, "most", largestUnpacked>>20)
		}
		read := piece[:held+n]
		if pdfActions.Match(read) {
			return true, nil
		}
		if err != nil { // its end, or where it is broken
			return false, nil
		}
		held = copy(piece, read[len(read)-longestAction:])
	}
}
