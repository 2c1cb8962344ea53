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
// --json. It writes to standard error, so that results stay clean, and may be called from several goroutines. One piece
// of work is shown at a time: the next one, a result or a problem ends the display of the one before.
type progress struct {
	app   *app
	title string

	mutex    sync.Mutex
	total    int64
	bar      *progressbar.ProgressBar // nil: plain lines
	quiet    bool
	finished bool
	last     time.Time
}

// progress starts the display of a piece of work of total steps (bytes, rows, units); total below one is unknown.
func (a *app) progress(title string, total int64) *progress {
	a.endProgress(true)
	p := &progress{app: a, title: title, total: total, quiet: a.json}
	a.shown = p
	if p.quiet {
		return p
	}
	if file, ok := a.errOut.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = newBar(file, title, total)
		return p
	}
	p.line(a.T("cli.progress.start", "title", title))
	return p
}

func newBar(file *os.File, title string, total int64) *progressbar.ProgressBar {
	if total < 1 {
		total = -1
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(file),
		progressbar.OptionSetDescription(title),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionFullWidth(),
		progressbar.OptionSetPredictTime(total > 0),
	)
}

// Report says that done of total steps are done; a total below one leaves it as it was. It is shaped to be handed to
// the work as its callback.
func (p *progress) Report(done, total int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.quiet || p.finished {
		return
	}
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

// Finish says that the work is done.
func (p *progress) Finish() { p.end(true) }

// endProgress ends the display that there is, if any, the work being done or not.
func (a *app) endProgress(done bool) {
	if a.shown != nil {
		a.shown.end(done)
		a.shown = nil
	}
}

func (p *progress) end(done bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.quiet || p.finished {
		return
	}
	p.finished = true
	switch {
	case p.bar != nil && done:
		_ = p.bar.Finish()
		fmt.Fprintln(p.app.errOut)
	case p.bar != nil:
		fmt.Fprintln(p.app.errOut)
	case done:
		p.line(p.app.T("cli.progress.end", "title", p.title))
	}
}

func (p *progress) line(text string) {
	p.last = time.Now()
	fmt.Fprintln(p.app.errOut, text)
}
