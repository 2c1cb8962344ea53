package main

// pageText is docs/benchmarks.md.
const pageText = `# Benchmarks

Written by ` + "`make bench`" + ` on {{.Date}}: {{.Rows}} contribution records of {{.Units}} units in twelve months, on {{.Cores}} cores with
{{.MemoryGiB}} GiB, {{.Go}}. Machines are shared and noisy: read the ratios, not the seconds. Every ratio is of two things that were
measured in this same run, in the same engine, on the same data.

| what | measured | against | ratio | target |
| --- | --- | --- | --- | --- |
| load, validated, twelve files | {{seconds .Load}}, {{rate .Rows .Load}} records/s | the engine's own INSERT of the same files: {{seconds .BareLoad}} | {{ratio .BareLoad .Load}} of its speed | ≥ 0.5 |
| memory of the loading process | {{.WholeMiB}} MiB at most over the year | {{.SmallMiB}} MiB for one month of {{.SmallRows}} records | | flat |
| recompute, person by person, 3 steps, both payers, two comparisons, with its check in Go | {{seconds (median .Recomputes)}} | SELECT … sum(wage) … GROUP BY unit, month, insurance over the same rows: {{seconds (median .BareSums)}} | {{ratio (median .Recomputes) (median .BareSums)}} | ≤ 2.0 |
| size on disk | {{bytes .Bytes .Rows}} bytes a record, all columns | | | ≤ 16 |
| all statements of the overview, engine just started | {{seconds (median .Overview)}} | | | each ≤ 0.3 s |
| sample province | {{seconds .Generate}} | | | ≤ 60 s for 10 million |
`

// pagesText is its part about pages.
const pagesText = `
## Pages

Fifty people, half of them inspectors and half leaders from whom figures about few persons are kept, each ask for a page a second for {{seconds .AtOnce.Time}}, signed in, over HTTP, all from
one address; the server, the engine and those who ask share the {{.Cores}} cores with {{.MemoryGiB}} GiB. Pages are those that links from the first page lead to.

| what | measured | target |
| --- | --- | --- |
| {{.AtOnce.People}} people at once, {{.AtOnce.Requests}} requests, everything asked for once before | p50 {{ms .AtOnce.P50}}, p95 {{ms .AtOnce.P95}}, p99 {{ms .AtOnce.P99}} | p99 ≤ 100 ms |
| of these, refused or failed | {{.AtOnce.Refused}}{{range .AtOnce.Statuses}}, {{.}}{{end}} | 0 |
| first page with its scripts and styles, compressed, without the chart library | {{kB .FirstPage}} | ≤ 250 kB |

Each page for the first time, in a server and an engine that were just started:

| page | took | compressed |
| --- | --- | --- |
{{range .Pages}}| {{.Path}} | {{ms .Took}} | {{kB .Bytes}} |
{{end}}
Each statement that these pages ran, alone, in an engine that was just started (target: each ≤ 300 ms at 50 million records):

| statement | with how many parameters | median | slowest |
| --- | --- | --- | --- |
{{range .Statements}}| {{.Name}} | {{.Runs}} | {{ms .Median}} | {{ms .Max}} |
{{end}}`
