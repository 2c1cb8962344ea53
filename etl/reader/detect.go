package reader

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/fault"
)

// The encodings of Options and File.
const (
	EncodingUTF8    = "UTF-8"
	EncodingGB18030 = "GB18030"
)

// encoding is how the bytes of a line are to be understood.
type encoding uint8

const (
	encodingUTF8 encoding = iota
	encodingGB18030
	// encodingOpen is a file whose first megabyte is plain ASCII: each cell behind it that is not is UTF-8 if it can be,
	// and GB18030 otherwise.
	encodingOpen
)

func (e encoding) String() string {
	if e == encodingGB18030 {
		return EncodingGB18030
	}
	return EncodingUTF8
}

// decode returns the text in UTF-8; ok is false where the bytes are no text in this encoding, which are then replaced.
func (e encoding) decode(text []byte) (decoded []byte, ok bool) {
	if ascii(text) || e != encodingGB18030 && utf8.Valid(text) {
		return text, true
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
)

// recognise finds out compression, encoding, delimiter and kind, in this order, and leaves f.content behind the header.
func (f *File) recognise(disk io.Reader) error {
	content, err := f.decompress(disk)
	if err != nil {
		return err
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
		return fault.New("reader_empty", "file", f.name)
	}
	if err := f.refuseForeign(text); err != nil {
		return err
	}
	switch {
	case strings.EqualFold(f.options.Encoding, EncodingUTF8):
		f.encoding = encodingUTF8
	case strings.EqualFold(f.options.Encoding, EncodingGB18030):
		f.encoding = encodingGB18030
	case f.options.Encoding != "":
		return fault.New("reader_encoding_option", "encoding", f.options.Encoding)
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

// decompress looks at the first bytes for the marks of gzip and zstd.
func (f *File) decompress(disk io.Reader) (io.Reader, error) {
	start := make([]byte, len(zstdMagic))
	n, err := fill(disk, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(err, "reader_not_readable", "file", f.name)
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
	f.Compression = "none"
	return disk, nil
}

// foreign are the formats that people hand in place of CSV; each has a fault that says what to do.
var foreign = []struct{ magic, code string }{
	{"\xff\xfe", "reader_utf16"},
	{"\xfe\xff", "reader_utf16"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "reader_xls"},
	{"PAR1", "reader_parquet"},
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

// refuseForeign names what the file is if it is no CSV.
func (f *File) refuseForeign(text []byte) error {
	binary := bytes.IndexByte(text, 0) >= 0
	for _, format := range foreign {
		if !bytes.HasPrefix(text, []byte(format.magic)) || format.code == "reader_image" && !binary {
			continue
		}
		code := format.code
		if code == "reader_zip" && bytes.Contains(text, []byte("xl/")) {
			code = "reader_xlsx"
		}
		return fault.New(code, "file", f.name) // each code's text is held by a test
	}
	switch {
	case !binary:
	case len(text) > 262 && string(text[257:262]) == "ustar":
		return fault.New("reader_archive", "file", f.name)
	case likeUTF16(text):
		return fault.New("reader_utf16", "file", f.name)
	default:
		return fault.New("reader_binary", "file", f.name)
	}
	if i := bytes.IndexByte(text, '\r'); i >= 0 && bytes.IndexByte(text, '\n') < 0 && i < len(text)-1 {
		return fault.New("reader_return_only", "file", f.name)
	}
	return nil
}

// likeUTF16 tells UTF-16 without a mark: the ASCII of a table (digits, commas, line ends) has every other byte zero.
func likeUTF16(text []byte) bool {
	var zeros [2]int
	sample := text[:min(len(text), 4096)]
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	return zeros[0] == 0 && zeros[1] > len(sample)/8 || zeros[1] == 0 && zeros[0] > len(sample)/8
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
