// Package dashboards turns the rows of queries into what a page shows: figures in words, tables, and charts as ECharts
// options. It is pure: no HTTP, no SQL, no clock. internal/web calls it and puts the result into templates, downloads
// and the script that draws the charts; later the big screen and the reports show the same contents.
//
// It alone knows go-echarts, and uses it for options only: options go to the browser as JSON, in which functions are
// named ("fn:money") and colours are tokens of the style sheet ("var(--c-real)"), so that one option serves the light
// theme, the dark theme and paper. Amounts are fen in every option; a chart's Unit says how its axis writes them.
package dashboards
