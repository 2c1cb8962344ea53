package view

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"jianfu/internal/chart"
	"jianfu/internal/web/static"
)

// ChartKit is what charts are drawn with where there is no browser: the scripts, style sheets and font of the pages. Parts that
// a build lacks are empty, which chart.New tells.
func ChartKit() chart.Kit {
	kit := chart.Kit{
		ECharts: string(unpacked("vendor/echarts.min.js.gz")),
		Option:  string(embedded("option.js")),
		Styles:  []string{string(embedded("app.css")), string(embedded("page_members.css"))},
	}
	for i := 0; ; i++ {
		part := unpacked(fmt.Sprintf("vendor/letters-%d.ttf.gz", i))
		if part == nil {
			return kit
		}
		kit.Fonts = append(kit.Fonts, part)
	}
}

// embedded is an embedded file, nil where the build lacks it.
func embedded(name string) []byte {
	contents, err := static.Files.ReadFile(name)
	if err != nil {
		return nil
	}
	return contents
}

// unpacked is an embedded file that is compressed.
func unpacked(name string) []byte {
	r, err := gzip.NewReader(bytes.NewReader(embedded(name)))
	if err != nil {
		return nil
	}
	contents, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return contents
}
