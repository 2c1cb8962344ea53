package reader

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"jianfu/internal/problem"
)

// The encodings of Options and File.
const (
	EncodingUTF8    = "UTF-8"
	EncodingGB18030 = "GB18030"
	EncodingUTF16   = "UTF-16"
)

// encoding is how the bytes of a line are to be understood.
type encoding uint8

const (
	encodingUTF8 encoding = iota
	encodingGB18030
	// encodingOpen is a file whose first megabyte is plain ASCII: each cell behind it that is not is UTF-8 if it can be,
	// and GB18030 otherwise.
	encodingOpen
	// encodingUTF16 is UTF-16 that has been turned into UTF-8 on the way in; what was no text in it is replaced already.
	encodingUTF16
)

func (e encoding) String() string {
	switch e {
	case encodingGB18030:
		return EncodingGB18030
	case encodingUTF16:
		return EncodingUTF16
	}
	return EncodingUTF8
}

// decode returns the text in UTF-8; ok is false where the bytes are no text in this encoding, which are then replaced.
func (e encoding) decode(text []byte) (decoded []byte, ok bool) {
	if ascii(text) || e != encodingGB18030 && utf8.Valid(text) {
		return text, e != encodingUTF16 || !bytes.ContainsRune(text, utf8.RuneError)
	}
	if e == encodingUTF8 {
		return bytes.ToValidUTF8(text, []byte(string(utf8.RuneError))), false
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
	if err != nil {
		return bytes.ToValidUTF8(text, []byte(string(utf8.RuneError))), false
	}
	return decoded, !bytes.ContainsRune(decoded, utf8.RuneError)
}

// headBytes is how much of the content is looked at to recognise it.
const headBytes = 1 << 20

var (
	byteOrderMark = []byte("\xef\xbb\xbf")
	gzipMagic     = []byte("\x1f\x8b")
	zstdMagic     = []byte("\x28\xb5\x2f\xfd")
	zipMagic      = []byte("PK\x03\x04")
)

// recognise finds out compression, encoding, delimiter and kind, in this order, and leaves f.content behind the header.
func (f *File) recognise(disk io.Reader) error {
	if err := f.readMapping(); err != nil {
		return err
	}
	content, err := f.decompress(disk)
	if err != nil {
		return err
	}
	f.Format = FormatCSV
	content, tabular, err := f.fromTable(content)
	if err != nil {
		return err
	}
	wide := false
	if !tabular {
		if content, wide, err = f.fromUTF16(content); err != nil {
			return err
		}
	}
	head := make([]byte, headBytes)
	n, err := fill(content, head)
	final := errors.Is(err, io.EOF)
	if err != nil && !final {
		return f.damaged(err)
	}
	head = head[:n]
	marked := bytes.HasPrefix(head, byteOrderMark)
	text := bytes.TrimPrefix(head, byteOrderMark)
	if len(bytes.TrimSpace(text)) == 0 && final {
		return problem.New("reader_empty", "file", f.name)
	}
	if !tabular {
		if err := f.refuseForeign(text); err != nil {
			return err
		}
	}
	switch {
	case tabular:
		f.encoding = encodingUTF8
	case wide:
		f.encoding = encodingUTF16
	case strings.EqualFold(f.options.Encoding, EncodingUTF8):
		f.encoding = encodingUTF8
	case strings.EqualFold(f.options.Encoding, EncodingGB18030):
		f.encoding = encodingGB18030
	case f.options.Encoding != "":
		return problem.New("reader_encoding_option", "encoding", f.options.Encoding)
	case marked:
		f.encoding = encodingUTF8
	default:
		f.encoding = guessEncoding(text, final)
	}
	f.Encoding = f.encoding.String()
	headerEnd, err := f.readHeader(text, final)
	if err != nil {
		return err
	}
	f.content = io.MultiReader(bytes.NewReader(text[headerEnd:]), content)
	return nil
}

// decompress looks at the first bytes for the marks of gzip, zstd and zip.
func (f *File) decompress(disk io.Reader) (io.Reader, error) {
	start := make([]byte, len(zstdMagic))
	n, err := fill(disk, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, problem.Wrap(err, "reader_not_readable", "file", f.name)
	}
	disk = io.MultiReader(bytes.NewReader(start[:n]), disk)
	switch {
	case bytes.HasPrefix(start[:n], gzipMagic):
		f.Compression = "gzip"
		content, err := gzip.NewReader(disk)
		if err != nil {
			return nil, f.damaged(err)
		}
		return content, nil
	case bytes.HasPrefix(start[:n], zstdMagic):
		f.Compression = "zstd"
		// One goroutine keeps memory small; parsing is what takes the time.
		content, err := zstd.NewReader(disk, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, f.damaged(err)
		}
		f.closers = append(f.closers, content.Close)
		return content, nil
	}
	if bytes.HasPrefix(start[:n], zipMagic) {
		if content, err := f.unzip(); content != nil || err != nil {
			return content, err
		}
	}
	f.Compression = "none"
	return disk, nil
}

// unzip opens the one file that a zip holds, beside folders and what a Mac adds; nil where there are several or none, as in a
// workbook. It is read as a stream, so that memory is flat whatever it unfolds to.
func (f *File) unzip() (io.Reader, error) {
	archive, err := zip.NewReader(f.file, f.Size)
	if err != nil {
		return nil, nil //nolint:nilerr // no zip that can be read, which is said of the file as it is
	}
	var only *zip.File
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() || strings.HasPrefix(entry.Name, "__MACOSX/") {
			continue
		}
		if only != nil {
			return nil, nil
		}
		only = entry
	}
	switch {
	case only == nil:
		return nil, nil
	case only.Flags&encryptedEntry != 0:
		return nil, problem.New("reader_zip_locked", "file", f.name)
	}
	content, err := only.Open()
	if err != nil {
		return nil, f.damaged(err)
	}
	f.closers = append(f.closers, func() { _ = content.Close() }) // it was only read
	f.Compression = "zip"
	return content, nil
}

// encryptedEntry is the flag of a file of a zip that takes a password.
const encryptedEntry = 1

// foreign are the formats that people hand in place of CSV; each has a problem that says what to do.
var foreign = []struct{ magic, code string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "reader_xls"},
	{"PK\x03\x04", "reader_zip"},
	{"PK\x05\x06", "reader_zip"},
	{"\x89PNG", "reader_image"},
	{"\xff\xd8\xff", "reader_image"},
	{"GIF8", "reader_image"},
	{"BM", "reader_image"},
	{"%PDF", "reader_pdf"},
	{"7z\xbc\xaf\x27\x1c", "reader_archive"},
	{"Rar!", "reader_archive"},
	{"BZh", "reader_archive"},
	{"\xfd7zXZ\x00", "reader_archive"},
	{"<", "reader_html"},
	{"{", "reader_json"},
	{"[", "reader_json"},
}

// lockedWorkbook is what an XLSX with a password is called within the old format that wraps it, in UTF-16.
var lockedWorkbook = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")

// refuseForeign names what the file is if it is no CSV.
func (f *File) refuseForeign(text []byte) error {
	binary := bytes.IndexByte(text, 0) >= 0
	for _, format := range foreign {
		if !bytes.HasPrefix(text, []byte(format.magic)) || format.code == "reader_image" && !binary {
			continue
		}
		code := format.code
		switch {
		case code == "reader_zip" && bytes.Contains(text, []byte("xl/")):
			code = "reader_xlsx"
		case code == "reader_xls" && bytes.Contains(text, lockedWorkbook):
			code = "reader_workbook_locked"
		}
		return problem.New(code, "file", f.name) // each code's text is held by a test
	}
	switch {
	case !binary:
	case len(text) > 262 && string(text[257:262]) == "ustar":
		return problem.New("reader_archive", "file", f.name)
	default:
		return problem.New("reader_binary", "file", f.name)
	}
	if i := bytes.IndexByte(text, '\r'); i >= 0 && bytes.IndexByte(text, '\n') < 0 && i < len(text)-1 {
		return problem.New("reader_return_only", "file", f.name)
	}
	return nil
}

// fromUTF16 turns UTF-16, which spreadsheets call "Unicode text", into UTF-8 as it is read; wide tells whether it is.
func (f *File) fromUTF16(content io.Reader) (text io.Reader, wide bool, err error) {
	start := make([]byte, 4096)
	n, err := fill(content, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, f.damaged(err)
	}
	start = start[:n]
	content = io.MultiReader(bytes.NewReader(start), content)
	order, wide := byteOrder(start)
	if f.options.Encoding != "" {
		wide = strings.EqualFold(f.options.Encoding, EncodingUTF16)
	}
	if !wide {
		return content, false, nil
	}
	return transform.NewReader(content, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), true, nil
}

// byteOrder tells UTF-16 by its mark, or without one by the ASCII of a table (digits, commas, line ends), of which every other
// byte is zero.
func byteOrder(sample []byte) (order unicode.Endianness, wide bool) {
	switch {
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	case slices.ContainsFunc(foreign, func(f struct{ magic, code string }) bool { return bytes.HasPrefix(sample, []byte(f.magic)) }):
		return order, false
	}
	var zeros [2]int
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	// A few Chinese characters, such as 一 (U+4E00), have a zero on the other side.
	if zeros[1] > len(sample)/8 && zeros[1] > 8*zeros[0] {
		return unicode.LittleEndian, true
	}
	return unicode.BigEndian, zeros[0] > len(sample)/8 && zeros[0] > 8*zeros[1]
}

// guessEncoding tells UTF-8 from GB18030 by the start of a file. Chinese in GB18030 is practically never valid UTF-8
// over many characters. A few damaged bytes in a UTF-8 file must not make the whole of it GB18030, so lines vote. Text
// that is valid UTF-8 but without a character above U+07FF has no Chinese in it and is GB18030 that looks like Greek.
func guessEncoding(text []byte, final bool) encoding {
	if !final { // the last line may end within a character
		text = text[:bytes.LastIndexByte(text, '\n')+1]
	}
	utf8Lines, otherLines, chinese := 0, 0, false
	for line := range bytes.Lines(text) {
		switch {
		case ascii(line):
		case utf8.Valid(line):
			utf8Lines++
			chinese = chinese || bytes.ContainsFunc(line, func(r rune) bool { return r > 0x7ff })
		default:
			otherLines++
		}
	}
	switch {
	case utf8Lines == 0 && otherLines == 0:
		return encodingOpen
	case utf8Lines > otherLines && chinese:
		return encodingUTF8
	}
	return encodingGB18030
}

func ascii(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
