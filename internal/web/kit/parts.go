package kit

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"html/template"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// A page of figures is mostly charts and tables, which are the same for everybody who asks the same with the same rights.
// That part is rendered and compressed once and kept; what is about the reader
// himself, his name, his proof, the time, is rendered anew each time, around it.

// part is a kept part of a page.
type part struct {
	html     []byte
	deflated []byte // ends on a whole byte, and refers to nothing outside of itself
}

// Shelf holds the kept parts of one page while it is rendered.
type Shelf struct {
	Key        string // what the parts depend on; "" where they are not kept
	lang, page string // of the template
	parts      []*part
}

// PartMark stands around the number of a part where it belongs on a page. Escaped text never holds it.
const PartMark = "\x00"

// part renders a template of a page, once for all pages with the same key, and returns the mark of its place.
func (ps pages) part(name string, on *Shelf, data any) (template.HTML, error) {
	render := func() (*part, error) {
		var buffer bytes.Buffer
		if err := ps.templates[on.lang][on.page].ExecuteTemplate(&buffer, name, data); err != nil {
			return nil, err
		}
		html := bytes.Clone(buffer.Bytes())
		return &part{html, deflated(html, flate.DefaultCompression, false)}, nil
	}
	if on.Key == "" {
		one, err := render()
		if err != nil {
			return "", err
		}
		return template.HTML(one.html), nil //nolint:gosec // rendered by the page's own template
	}
	key := fmt.Sprintf("%q %q %q %s", on.lang, on.page, name, on.Key)
	found, err, _ := ps.Parts.Asking.Do(key, func() (any, error) {
		if value, ok := ps.Parts.Find(key); ok {
			return value, nil
		}
		one, err := render()
		if err == nil {
			ps.Parts.Keep(key, one)
		}
		return one, err
	})
	if err != nil {
		return "", err
	}
	on.parts = append(on.parts, found.(*part))
	return template.HTML(fmt.Sprint(PartMark, len(on.parts)-1, PartMark)), nil //nolint:gosec // a number
}

// compressors are those of what is rendered anew.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // never fails: the level is known
	return w
}}

// deflated compresses a piece of a page, its last or another.
func deflated(html []byte, level int, last bool) []byte {
	var buffer bytes.Buffer
	w, pooled := compressors.Get().(*flate.Writer), true
	if level != flate.BestSpeed {
		w, _ = flate.NewWriter(&buffer, level)
		pooled = false
	} else {
		w.Reset(&buffer)
	}
	_, _ = w.Write(html) // a buffer takes all
	if last {
		_ = w.Close()
	} else {
		_ = w.Flush()
	}
	if pooled {
		compressors.Put(w)
	}
	return buffer.Bytes()
}

// gzipHead is what a gzip stream begins with: deflate, no name, no time.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// deliver sends a rendered page with its kept parts, which are not compressed again.
func (on *Shelf) deliver(c *fiber.Ctx, rendered []byte) error {
	if on == nil || len(on.parts) == 0 {
		return c.Send(rendered)
	}
	pieces := bytes.Split(rendered, []byte(PartMark)) // every second one is the number of a part
	zipped := strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip")
	var whole bytes.Buffer
	if zipped {
		whole.Write(gzipHead)
	}
	sum, size := crc32.NewIEEE(), 0
	for i, piece := range pieces {
		compressed := []byte(nil)
		if i%2 == 1 {
			var number int
			if _, err := fmt.Sscan(string(piece), &number); err != nil || number >= len(on.parts) {
				return fmt.Errorf("a page names its part %q", piece)
			}
			piece, compressed = on.parts[number].html, on.parts[number].deflated
		}
		if !zipped {
			whole.Write(piece)
			continue
		}
		if compressed == nil {
			compressed = deflated(piece, flate.BestSpeed, i == len(pieces)-1)
		}
		whole.Write(compressed)
		_, _ = sum.Write(piece) // never fails
		size += len(piece)
	}
	if zipped {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		var tail [8]byte
		binary.LittleEndian.PutUint32(tail[:4], sum.Sum32())
		binary.LittleEndian.PutUint32(tail[4:], uint32(size)) //nolint:gosec // a page
		whole.Write(tail[:])
	}
	return c.Send(whole.Bytes())
}
