package reader

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jianfu/internal/contribution"
)

// manyLines makes a contributions file as the sample province has it: sorted by unit, a line about 130 bytes long.
func manyLines(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a bench
	names := []string{"企业职工基本养老保险", "失业保险", "工伤保险"}
	var b bytes.Buffer
	b.WriteString(chineseHeader)
	for i := range n {
		unit := unitA
		if i/60%2 == 1 {
			unit = unitB
		}
		wage := 3000 + random.IntN(20000)
		fmt.Fprintf(&b, "R%09d,%s,2019-%02d,%s,正常,P%07d,1,%d.%02d,%d.00,0.16,%d.%02d,0.08,%d.%02d,2019-05-15,%d.%02d,电子税务局\n",
			i, unit, 1+i/60%12, names[i%3], i/36, wage, i%100, wage, wage/6, i%100, wage/12, i%100, wage/4, i%100)
	}
	return b.Bytes()
}

func benchmarkContributions(b *testing.B, workers int, encode func(string) string) {
	const lines = 200_000
	content := encode(string(manyLines(lines)))
	path := write(b, []byte(content))
	b.SetBytes(int64(len(content)))
	started := processorTime()
	for b.Loop() {
		f, err := Open(path, Options{Workers: workers})
		if err != nil {
			b.Fatal(err)
		}
		counts, err := f.Contributions(context.Background(), registered, func(*contribution.Block) error { return nil }, func(r Reject) error { return errors.New(r.Code) })
		if err != nil || counts.Accepted != lines {
			b.Fatal(err, counts)
		}
		f.Close()
	}
	report(b, lines, started)
}

func BenchmarkContributions(b *testing.B) {
	asIs := func(text string) string { return text }
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("UTF-8, %d workers", workers), func(b *testing.B) { benchmarkContributions(b, workers, asIs) })
		b.Run(fmt.Sprintf("GB18030, %d workers", workers), func(b *testing.B) { benchmarkContributions(b, workers, gb18030) })
	}
}

// report gives the lines read in a second of processor time, all cores together: on a machine that has other things to
// do, the time on the clock says little.
func report(b *testing.B, lines int, started time.Duration) {
	b.ReportMetric(float64(lines)*float64(b.N)/(processorTime()-started).Seconds(), "lines/cpu-s")
}

func processorTime() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkParsing is one worker alone: what one core does.
func BenchmarkParsing(b *testing.B) {
	const lines = 30_000
	content := manyLines(lines)
	f := open(b, string(content), Options{})
	data, err := io.ReadAll(f.content)
	if err != nil {
		b.Fatal(err)
	}
	p := newRecordParser(f, registered)
	c := &chunk[parsedRecords]{data: data, line: 2}
	started := processorTime()
	for b.Loop() {
		p.parse(c)
	}
	if c.result.counts.Accepted != lines {
		b.Fatal(c.result.counts)
	}
	report(b, lines, started)
}

func BenchmarkSplitting(b *testing.B) {
	const lines = 30_000
	content := manyLines(lines)
	b.Run("reader", func(b *testing.B) {
		var r row
		started := processorTime()
		for b.Loop() {
			for data := content; len(data) > 0; {
				n, _ := r.nextRecord(data, ',')
				data = data[n:]
			}
		}
		report(b, lines, started)
	})
	b.Run("encoding/csv", func(b *testing.B) {
		started := processorTime()
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(content))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		report(b, lines, started)
	})
}
