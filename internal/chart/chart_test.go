package chart

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"
)

// kit is what the program is built with; a laptop without it skips, and CI fails.
func kit(t *testing.T) Kit {
	t.Helper()
	static := func(name string) []byte {
		contents, err := os.ReadFile(filepath.Join("..", "web", "static", name))
		if os.IsNotExist(err) && os.Getenv("CI") == "" {
			t.Skipf("%v: run make assets", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) != ".gz" {
			return contents
		}
		r, err := gzip.NewReader(bytes.NewReader(contents))
		if err != nil {
			t.Fatal(err)
		}
		if contents, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		return contents
	}
	k := Kit{ECharts: string(static("vendor/echarts.min.js.gz")), Option: string(static("option.js")), Styles: []string{string(static("app.css")), string(static("page_members.css"))}}
	for i := range 6 {
		k.Fonts = append(k.Fonts, static(fmt.Sprintf("vendor/letters-%d.ttf.gz", i)))
	}
	return k
}

func drawer(t *testing.T) *Drawer {
	t.Helper()
	d, err := New(kit(t))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shared is a drawer that tests may use one after another.
var shared *Drawer

func sharedDrawer(t *testing.T) *Drawer {
	t.Helper()
	if shared == nil {
		shared = drawer(t)
	}
	return shared
}

// agreed is a chart as dashboards makes it.
func agreed(t *testing.T, id string) json.RawMessage {
	t.Helper()
	contents, err := os.ReadFile(filepath.Join("..", "..", "dashboards", "testdata", "golden", id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return contents
}

// TestAChartShowsWhatItIsOf draws charts of dashboards and looks for their names, series and figures in the drawing.
func TestAChartShowsWhatItIsOf(t *testing.T) {
	d := sharedDrawer(t)
	for id, wants := range map[string][]string{
		"regions":  {"苏州市", "98.9%", "盐城市", "88.3%", "已落实", "多征"},
		"months":   {"旧政策负担", "实际负担", "负担（亿元）", "12月", "①"},
		"measures": {"84.26", "↓ 9.04 (10.7%)", "降低养老保险单位缴费比例"},
		"treemap":  {"制造业", "97.1%"},
	} {
		p, err := d.Draw(agreed(t, id), 590, 320)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		svg := string(p.SVG)
		for _, want := range wants {
			if !strings.Contains(svg, ">"+want+"<") {
				t.Errorf("%s: %q is not drawn", id, want)
			}
		}
		for _, never := range []string{"var(--", "fn:", "NaN", "undefined", "ecmeta", "<script", "<style"} {
			if strings.Contains(svg, never) {
				t.Errorf("%s: the drawing has %q", id, never)
			}
		}
	}
}

func TestTheSameChartIsTheSameBytes(t *testing.T) {
	one, other := drawer(t), drawer(t)
	if _, err := other.Draw(agreed(t, "sizes"), 400, 200); err != nil { // something else before it
		t.Fatal(err)
	}
	a, err := one.Draw(agreed(t, "months"), 590, 320)
	if err != nil {
		t.Fatal(err)
	}
	b, err := other.Draw(agreed(t, "months"), 590, 320)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.SVG, b.SVG) || !bytes.Equal(a.PNG, b.PNG) {
		t.Error("two drawings of one chart differ")
	}
}

// TestAPNGHasShapesAndLetters counts pixels of the reduction's colour, and dark ones of letters where the names stand.
func TestAPNGHasShapesAndLetters(t *testing.T) {
	p, err := sharedDrawer(t).Draw(agreed(t, "regions"), 590, 320)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != 590*Scale || size.Y != 320*Scale {
		t.Errorf("%v pixels", size)
	}
	var bars, letters int
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			c, _ := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			if c == (color.RGBA{0x0b, 0x7f, 0x77, 0xff}) {
				bars++
			}
			if x < 50*Scale && y > 40*Scale && c.R < 0x60 && c.G < 0x60 && c.B < 0x60 {
				letters++
			}
		}
	}
	if bars < 20_000 || letters < 500 {
		t.Errorf("%d pixels of bars, %d of letters", bars, letters)
	}
}

func TestAScriptThatTakesTooLongIsStopped(t *testing.T) {
	d := sharedDrawer(t)
	draw := d.draw
	loop, err := d.engine.RunString(`(function () { for (;;) {} })`)
	if err != nil {
		t.Fatal(err)
	}
	d.draw, _ = goja.AssertFunction(loop)
	start := time.Now()
	if _, err := d.run("{}", 1, 1, 50*time.Millisecond); err == nil || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	d.draw = draw
	if _, err := d.Draw(agreed(t, "sizes"), 400, 200); err != nil {
		t.Errorf("the next chart: %v", err)
	}
	if _, err := d.Draw(json.RawMessage(`{"option":{"series":3}}`), 400, 200); err == nil {
		t.Error("an option that is none is drawn")
	}
}

func TestWidthsAreThoseOfTheFont(t *testing.T) {
	d := sharedDrawer(t)
	for text, want := range map[string]float64{"减负": 24, "": 0, "①": 12, "龘": 12} { // the last is in no part
		if got := d.letters.width(text, "bold 12px sans-serif"); got < want-0.2 || got > want+0.2 {
			t.Errorf("%s is %g wide, want %g", text, got, want)
		}
	}
	if digit := d.letters.width("0", "10px x"); digit < 5 || digit > 6.5 {
		t.Errorf("a digit is %g wide", digit)
	}
}

func TestABuildWithoutScriptsSaysSo(t *testing.T) {
	if _, err := New(Kit{}); err != ErrNoKit {
		t.Error(err)
	}
}
