package cases

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/detection"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// sampleWays are how a sample is drawn: at random, or so that each state, level, county or size has its share.
var sampleWays = []string{"random", "state", "level", "region", "size"}

// drawnSample is a sample of cases: how it was drawn, from how many, and whom it holds. It depends on the run, on what the list is
// narrowed to and on the seed, and on nothing else, so whoever asks again sees the same units.
type drawnSample struct {
	way, seed, from, count string
	capped                 bool // of more cases than a sample is drawn from
}

// words say how it was drawn.
func (d *drawnSample) words(p *i18n.Printer) string {
	return p.T("web.cases.sample.words", "way", p.T("web.cases.sample."+d.way), "count", d.count, "from", d.from, "seed", d.seed)
}

// samplePart is the part of the page that draws samples.
type samplePart struct {
	Address string
	Ways    []kit.Option
	Count   string
	Most    int
	Words   string // of the sample that the page shows
	Capped  string
	Drop    string // address of the list that it was drawn from
}

// drawSample is POST /cases/sample: draws by a new seed, records it, and shows the sample.
func (s pages) drawSample(c *fiber.Ctx) error {
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	if a.wrong != nil {
		return kit.Status(fiber.StatusBadRequest, a.wrong)
	}
	u := a.cases
	u.page, u.sample, u.seed = 1, kit.Form(c, paramSample), newSeed()
	if u.count, err = strconv.Atoi(kit.Form(c, paramCount)); err != nil || u.count < 1 || u.count > mostDrawn || !slices.Contains(sampleWays, u.sample) {
		return kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_bad_integer", "name", paramCount, "value", kit.Shortened(kit.Form(c, paramCount)), "least", 1, "most", mostDrawn))
	}
	a.cases = u
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if err := s.draw(ctx, &a); err != nil {
		return err
	}
	if s.Config.Audit != nil {
		entry := audit.By(kit.AskerOf(c).Principal, audit.SampleDrawn, "cases", "way", u.sample, "drawn", a.drawn.count, "cases", a.drawn.from, "seed", u.seed,
			"run", a.Stamp.Run, "filters", strings.TrimPrefix(s.Lasting(a.St, ""), "?"))
		if err := s.Config.Audit.Append(c.UserContext(), entry); err != nil {
			return err
		}
	}
	st := a.St
	st.Extra = maps.Clone(u.values())
	return c.Redirect(st.URL("/cases"), fiber.StatusSeeOther)
}

// newSeed is a number that nobody can choose.
func newSeed() uint64 {
	var bytes [4]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return uint64(binary.BigEndian.Uint32(bytes[:]))
}

// samplePart makes the part of the page that draws samples.
func (a *casesAnswer) samplePart() samplePart {
	p, u := a.Printer, a.cases
	u.page, u.sample = 1, ""
	st := a.St
	st.Extra = u.values()
	part := samplePart{Address: st.URL("/cases/sample"), Count: usualSample, Most: mostDrawn}
	for _, way := range sampleWays {
		part.Ways = append(part.Ways, kit.Option{Value: way, Text: p.T("web.cases.sample." + way), Selected: way == a.cases.sample})
	}
	if a.drawn != nil {
		part.Words, part.Count, part.Drop = a.drawn.words(p), strconv.Itoa(a.cases.count), st.URL("/cases")
		if a.drawn.capped {
			part.Capped = p.T("web.cases.sample.capped", "from", a.drawn.from)
		}
	}
	return part
}

// drawing is what a draw came to. It is kept with its run: who shows the second page of a sample does not wait again.
type drawing struct {
	chosen []string // keys of the cases
	from   int      // cases that it was drawn from
	whole  bool     // whether these were all
}

// draw draws the sample that the address names, and narrows the list to it. Whether an issue is open about a case changes from
// hour to hour and does not count in the draw: it narrows what was drawn.
func (s pages) draw(ctx context.Context, a *casesAnswer) error {
	frame, u := a.frame(), a.cases
	q := a.Question("sample", frame, u.sample, strconv.Itoa(u.count), strconv.FormatUint(u.seed, 10))
	drawn, err := cache.Kept(ctx, s.Kept, q, func(ctx context.Context) (drawing, uint32, error) {
		from := a.filter
		from.Issue = ""
		found, whole, err := a.figures.CaseIDs(ctx, a.Scope, from, queries.MostCaseIDs)
		candidates := make([]detection.Candidate, len(found))
		for i, one := range found {
			stratum := map[string]string{"state": one.State, "level": one.Level, "region": one.Region, "size": one.Size}[u.sample]
			candidates[i] = detection.Candidate{ID: one.Key(), Stratum: stratum}
		}
		taken := detection.Random(frame, u.seed, candidates, u.count)
		if u.sample != "random" {
			taken, _ = detection.Stratified(frame, u.seed, candidates, u.count)
		}
		d := drawing{chosen: []string{""}, from: len(found), whole: whole} // of no case, where there is none to draw
		for _, one := range taken {
			d.chosen = append(d.chosen, one.ID)
		}
		return d, a.figures.Run.ID, err
	})
	if err != nil {
		return err
	}
	a.filter.Chosen = drawn.chosen
	a.drawn = &drawnSample{way: u.sample, seed: strconv.FormatUint(u.seed, 10), from: dashboards.Count(uint64(drawn.from)),
		count: dashboards.Count(uint64(len(drawn.chosen) - 1)), capped: !drawn.whole}
	return nil
}

// frame says what a sample is drawn from: the run and what the list is narrowed to.
func (a *casesAnswer) frame() string {
	u := a.cases
	u.sample, u.issue, u.columns, u.sort, u.descending, u.page, u.perPage = "", "", nil, usualCaseSort, true, 1, kit.UnitsPerPage
	return fmt.Sprintf("run %d %s", a.Stamp.Run, kit.State{Narrow: a.View.Narrow, Extra: u.values()}.URL("/cases"))
}
