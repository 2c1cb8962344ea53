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
