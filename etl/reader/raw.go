package reader

import "context"

// parsedRaw is what a chunk gives of the lines that are asked for.
type parsedRaw struct {
	numbers []uint64
	lines   []string
	counts  Counts
}

// Raw reads the file for some of its lines as rejects keep them: in UTF-8, without a person's number. wanted is called from several
// goroutines at once, each in the order of the file from one.
func (f *File) Raw(ctx context.Context, wanted func(line uint64) bool, each func(line uint64, raw string) error) error {
	return run(ctx, f, func() func(*chunk[parsedRaw]) {
		l := newLine(f)
		return func(c *chunk[parsedRaw]) {
			r := &c.result
			r.numbers, r.lines = r.numbers[:0], r.lines[:0]
			l.eachLine(c.data, c.line, &r.counts, func() bool {
				if wanted(l.number) {
					r.numbers, r.lines = append(r.numbers, l.number), append(r.lines, l.masked(0))
				}
				return true
			})
		}
	}, func(r *parsedRaw) error {
		for i, number := range r.numbers {
			if err := each(number, r.lines[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
