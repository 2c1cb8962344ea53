// Package chart draws the charts of pages without a browser, for documents: as SVG, and as PNG for programs that read no SVG.
//
// ECharts itself draws, by its rendering for servers, in a JavaScript engine written in Go; option.js, which completes the
// options of pages, completes these too. So a document shows the chart that its reader knows from the page. The letters of the
// PNG, and the widths of all letters, are those of a font that comes with the program: the same figures give the same bytes on
// every machine, whatever fonts it has.
//
// The package knows nothing of jianfu's figures. dashboards makes the charts, internal/web holds the scripts.
package chart

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// Longest is how long one chart may take. The largest takes a tenth of a second; what takes longer will not end.
const Longest = 20 * time.Second

// Kit is what charts are drawn with.
type Kit struct {
	ECharts string   // the library's script
	Option  string   // option.js
	Styles  []string // style sheets, whose :root says what colour a token is
	Fonts   [][]byte // TrueType; what the first lacks the next may have
}

// Picture is a drawn chart. Width and Height are in CSS pixels; the PNG has Scale times as many.
type Picture struct {
	SVG, PNG      []byte
	Width, Height int
}

// Drawer draws one chart at a time. Making one costs half a second, drawing with it some hundredths.
type Drawer struct {
	mu      sync.Mutex
	engine  *goja.Runtime
	draw    goja.Callable
	letters *letters
}

// ErrNoKit says that the program was built without the scripts or the font.
var ErrNoKit = errors.New("the program was built without the script or the font of charts")

// stage is what the library and option.js find around them, and the function that draws. Nothing waits: no clock runs.
const stage = `
var self = this, global = this;
function setTimeout() { return 0; }
function clearTimeout() {}
`

const drawing = `
echarts.setPlatformAPI({ measureText: function (text, font) { return { width: measure(String(text), String(font)) }; } });
function drawChart(text, width, height) {
  var chart = JSON.parse(text);
  var look = {
    token: function (value) { return value.replace(/var\((--[\w-]+)\)/g, function (_, name) { return token(name); }); },
    tip: function () { return ''; },
    font: fontFamily, still: true, paper: true, screen: false,
  };
  var instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
  try {
    instance.setOption(option(chart, width, height, look));
    return instance.renderToSVGString();
  } finally {
    instance.dispose();
  }
}
drawChart;
`

// Family is what letters of the SVG are drawn in, where a reader's machine has it.
const Family = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, SimHei, sans-serif"

// New starts the engine and loads the scripts.
func New(kit Kit) (*Drawer, error) {
	if kit.ECharts == "" || kit.Option == "" || len(kit.Fonts) == 0 {
		return nil, ErrNoKit
	}
	letters, err := newLetters(kit.Fonts)
	if err != nil {
		return nil, fmt.Errorf("reading the font of charts: %w", err)
	}
	d := &Drawer{engine: goja.New(), letters: letters}
	colours := tokens(kit.Styles)
	for name, value := range map[string]any{
		"measure":    letters.width,
		"token":      func(name string) string { return colours[name] },
		"fontFamily": Family,
	} {
		if err := d.engine.Set(name, value); err != nil {
			return nil, err
		}
	}
	scripts := []struct{ name, text string }{
		{"stage", stage},
		{"echarts", kit.ECharts},
		{"option.js", strings.ReplaceAll(kit.Option, "\nexport ", "\n")}, // it imports nothing
		{"drawing", drawing},
	}
	var last goja.Value
	for _, s := range scripts {
		if last, err = d.engine.RunScript(s.name, s.text); err != nil {
			return nil, fmt.Errorf("loading %s: %w", s.name, err)
		}
	}
	d.draw, _ = goja.AssertFunction(last)
	return d, nil
}

// Draw draws a chart as a page's script takes it, in a width and a height of CSS pixels.
func (d *Drawer) Draw(chart any, width, height int) (Picture, error) {
	svg, err := d.SVG(chart, width, height)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{SVG: svg, Width: width, Height: height}
	if p.PNG, err = d.letters.png(svg, width, height); err != nil {
		return Picture{}, fmt.Errorf("making a PNG of a chart: %w", err)
	}
	return p, nil
}

// SVG is Draw for readers that need no PNG.
func (d *Drawer) SVG(chart any, width, height int) ([]byte, error) {
	text, err := json.Marshal(chart)
	if err != nil {
		return nil, err
	}
	svg, err := d.run(string(text), width, height, Longest)
	if err != nil {
		return nil, fmt.Errorf("drawing a chart: %w", err)
	}
	return svg, nil
}

func (d *Drawer) run(text string, width, height int, longest time.Duration) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	late := time.AfterFunc(longest, func() { d.engine.Interrupt("it took too long") })
	defer d.engine.ClearInterrupt()
	defer late.Stop()
	value, err := d.draw(goja.Undefined(), d.engine.ToValue(text), d.engine.ToValue(width), d.engine.ToValue(height))
	if err != nil {
		return nil, err
	}
	return plain(value.String()), nil
}

var (
	onPages = regexp.MustCompile(` (?:ecmeta_[a-z_]+|class|pointer-events)="[^"]*"`)
	hovered = regexp.MustCompile(`(?s)<style ?>.*?</style>\n?`)
	rootSVG = regexp.MustCompile(`^<svg `)
	counted = regexp.MustCompile(`\bzr\d+-`)
)

// plain takes out of a drawing what only a page needs, and the number of the instance that drew it: the same chart is the same
// bytes whenever it is drawn.
func plain(svg string) []byte {
	svg = hovered.ReplaceAllString(onPages.ReplaceAllString(svg, ""), "")
	svg = counted.ReplaceAllString(svg, "zr-")
	return []byte(rootSVG.ReplaceAllString(svg, `<svg font-family="`+Family+`" `))
}

var (
	rootRule    = regexp.MustCompile(`(?m)^:root \{([^}]*)\}`)
	declaration = regexp.MustCompile(`(--[\w-]+):\s*([^;]+);`)
)

// tokens are the values that style sheets give to tokens in the light theme, which is that of paper.
func tokens(styles []string) map[string]string {
	values := map[string]string{}
	for _, style := range styles {
		for _, rule := range rootRule.FindAllStringSubmatch(style, -1) {
			for _, d := range declaration.FindAllStringSubmatch(rule[1], -1) {
				values[d[1]] = strings.TrimSpace(d[2])
			}
		}
	}
	return values
}
