package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// quietTime is the least time between two plain lines of progress.
const quietTime = 2 * time.Second

// progress shows how far a long piece of work has come: a bar on a terminal, plain lines elsewhere, nothing with
// --json. It writes to standard error, so that results stay clean, and may be called from several goroutines.
type progress struct {
	app   *app
	title string

	mutex sync.Mutex
	total int64
	done  int64
	bar   *progressbar.ProgressBar // nil: plain lines
	quiet bool
	last  time.Time
}

// progress starts the display of a piece of work of total steps (bytes, rows, units); total below one is unknown.
func (a *app) progress(title string, total int64) *progress {
	p := &progress{app: a, title: title, total: total, quiet: a.json}
	if p.quiet {
		return p
	}
	if file, ok := a.errOut.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		if total < 1 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(file),
			progressbar.OptionSetDescription(title),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionFullWidth(),
			progressbar.OptionSetPredictTime(total > 0),
			progressbar.OptionShowCount(),
		)
		return p
	}
	p.line(a.T("cli.progress.start", "title", title))
	return p
}

// Report says that done of total steps are done; a total below one leaves it as it was. It is shaped to be handed to
// the work as its callback.
func (p *progress) Report(done, total int64) {
	if p.quiet {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.done = done
	if total > 0 && total != p.total {
		p.total = total
		if p.bar != nil {
			p.bar.ChangeMax64(total)
		}
	}
	if p.bar != nil {
		_ = p.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
		return
	}
	if time.Since(p.last) < quietTime {
		return
	}
	if p.total > 0 {
		p.line(p.app.T("cli.progress.part", "title", p.title, "percent", min(100, done*100/p.total),
			"done", p.app.printer.Number(done), "total", p.app.printer.Number(p.total)))
	} else {
		p.line(p.app.T("cli.progress.count", "title", p.title, "done", p.app.printer.Number(done)))
	}
}

// Finish ends the display.
func (p *progress) Finish() {
	if p.quiet {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
		fmt.Fprintln(p.app.errOut)
		return
	}
	p.line(p.app.T("cli.progress.end", "title", p.title))
}

func (p *progress) line(text string) {
	p.last = time.Now()
	fmt.Fprintln(p.app.errOut, text)
}
