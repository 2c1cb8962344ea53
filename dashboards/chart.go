package dashboards

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"jianfu/internal/money"
)

// Chart is what the page's script needs to draw one chart. It is marshalled to JSON as it is.
type Chart struct {
	ID          string            `json:"id"`
	Option      map[string]any    `json:"option"`          // an ECharts option; functions by name, colours as tokens
	Unit        Unit              `json:"unit"`            // how the value axis writes fen
	Names       map[string]string `json:"names,omitempty"` // category key → what the axis writes
	Tips        map[string]Tip    `json:"tips"`            // category key → what hovering shows
	Links       map[string]string `json:"links,omitempty"` // category key, or it, "|" and the series' id → the address one step down
	Map         string            `json:"map,omitempty"`   // region code whose boundaries the map needs
	Places      []Place           `json:"-"`               // all that the map is to show, so that those without an area on it can be listed
	Height      int               `json:"-"`               // in steps of 40 pixels; the style sheet has a class for each
	Description string            `json:"-"`               // what the chart shows, in words
}

// lead makes a mark of the chart lead somewhere.
func (c *Chart) lead(mark, address string) {
	if address == "" {
		return
	}
	if c.Links == nil {
		c.Links = map[string]string{}
	}
	c.Links[mark] = address
}

// Tip is what hovering over a category shows.
type Tip struct {
	Title string    `json:"title"`
	Unit  string    `json:"unit,omitempty"` // of the amounts in it
	Rows  []TipLine `json:"rows"`
}

// TipLine is one figure of a tip; Mark is the colour token of its series, Tone its news.
type TipLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Mark  string `json:"mark,omitempty"`
}

// The colours by what they mean; the style sheet gives each its value by theme and on paper.
const (
	colourOld       = "var(--c-old)"
	colourNew       = "var(--c-new)"
	colourCharged   = "var(--c-charged)"
	colourReal      = "var(--c-reduction)"
	colourShortfall = "var(--c-increase)"
	colourUnder     = "var(--c-under)"
	colourNeutral   = "var(--c-neutral)"
	colourText      = "var(--ink)"
	colourQuiet     = "var(--ink-2)"
	colourLine      = "var(--line)"
	colourWindow    = "var(--c-window)"
)

// Functions that the script knows.
const (
	fnMoney   = "fn:money"
	fnPercent = "fn:percent"
	fnName    = "fn:name"
	fnTip     = "fn:tip"
)

// heightFor is the height of a chart of horizontal bars, in the style sheet's steps.
func heightFor(rows, rowHeight, rest int) int {
	return max(200, (rows*rowHeight+rest+39)/40*40)
}

// common are the options that every chart shares: its text alternative, hovering, and whether it has a legend.
func common(description, trigger string, legend bool) []charts.GlobalOpts {
	pointer := "shadow"
	if trigger == "line" {
		trigger, pointer = "axis", "line"
	}
	return []charts.GlobalOpts{
		charts.WithAriaOpts(&opts.Aria{
			Enabled: opts.Bool(true),
			Label:   &opts.AriaLabel{Enabled: opts.Bool(true), Description: description},
		}),
		charts.WithTooltipOpts(opts.Tooltip{
			Show: opts.Bool(true), Trigger: trigger, Formatter: fnTip,
			AxisPointer: &opts.AxisPointer{Type: pointer},
		}),
		charts.WithLegendOpts(opts.Legend{
			Show: opts.Bool(legend), Top: "0", Left: "0",
			TextStyle: &opts.TextStyle{Color: colourQuiet},
		}),
	}
}

// valueAxis is a horizontal axis of amounts or percents with quiet lines.
func valueAxis(formatter types.FuncStr) opts.XAxis {
	return opts.XAxis{
		Type:        "value",
		SplitNumber: 4,
		AxisLabel:   &opts.AxisLabel{Formatter: formatter, Color: colourQuiet, HideOverlap: opts.Bool(true)},
		SplitLine:   &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: colourLine}},
		AxisLine:    &opts.AxisLine{Show: opts.Bool(false)},
		AxisTick:    &opts.AxisTick{Show: opts.Bool(false)},
	}
}

// nameAxis is a vertical axis of names, the first at the top.
func nameAxis(width int) opts.YAxis {
	return opts.YAxis{
		Type:    "category",
		Inverse: opts.Bool(true),
		AxisLabel: &opts.AxisLabel{
			Formatter: fnName, Color: colourText, Width: width, Overflow: "truncate", Interval: "0",
		},
		AxisLine: &opts.AxisLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: colourLine}},
	}
}

// wrappedNames is nameAxis for names that are sentences; they take two lines where they must.
func wrappedNames(width int) opts.YAxis {
	axis := nameAxis(width)
	axis.AxisLabel.Overflow, axis.AxisLabel.LineHeight = "break", "16"
	return axis
}

// barStyle is a series of horizontal bars in one stack; the label, where there is one, is each item's own.
func barStyle(stack, colour string) []charts.SeriesOpts {
	return []charts.SeriesOpts{
		charts.WithBarChartOpts(opts.BarChart{Stack: stack, BarWidth: "56%"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour}),
	}
}

// endLabel is the figure at the end of a bar.
func endLabel(text, colour string) *opts.Label {
	return &opts.Label{Show: opts.Bool(true), Position: "right", Formatter: text, Color: colour}
}

// fen is an amount as a chart takes it: whole fen, which JSON numbers hold exactly up to 90 trillion yuan.
func fen(f money.Fen) int64 { return int64(f) }
