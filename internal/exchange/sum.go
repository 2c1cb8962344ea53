package exchange

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/queries"
)

// Ask is what is to be added up.
type Ask struct {
	Set        *report.Set
	Window     period.Range
	Comparison string // "" for the one of the packages, where all have one
	Region     string // whose table it becomes
}

// Sum is a table of a bureau made of those of the bureaus below it.
type Sum struct {
	Report    *report.Report            `json:"-"`
	Tables    []report.Added            `json:"-"`
	Region    string                    `json:"region"`
	Taken     []Taken                   `json:"taken"`
	Missing   []string                  `json:"missing"`   // regions from which nothing has come
	Different []Different               `json:"different"` // packages that are in no sum, because their definitions are others
	Within    []queries.ReceivedPackage `json:"within"`    // likewise, because they are in that of a bureau above them
	Replaced  []queries.ReceivedPackage `json:"replaced"`  // versions before those that are taken
	Packs     int                       `json:"packs"`     // different policy packs of those that are taken
}

// Taken is a package that a sum is of.
type Taken struct {
	queries.ReceivedPackage
	Row     string `json:"row"`     // the region whose row in tables by region it belongs to
	Revoked bool   `json:"revoked"` // the key that signed it was revoked later

	opened opened
	tables []*report.Table
}

// Different is a package whose definitions are others.
type Different struct {
	queries.ReceivedPackage
	Differences []report.FormDifference `json:"differences"`
}

// noSocialInsurance are the regions where no bureau of ours collects premiums.
var noSocialInsurance = []string{"710000", "810000", "820000"}

// Add adds the reports of the bureaus right below a region up. Where one of these has sent nothing and bureaus below it have, theirs
// are taken; no region is counted twice.
func (o *Office) Add(ctx context.Context, p access.Principal, ask Ask) (*Sum, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	scope := p.Scope(access.ReportsRead)
	if !scope.Allows(ask.Region) {
		return nil, problem.New("exchange_sum_scope", "region", ask.Region)
	}
	s := &Sum{Region: ask.Region, Taken: []Taken{}, Missing: []string{}, Different: []Different{}, Within: []queries.ReceivedPackage{}, Replaced: []queries.ReceivedPackage{}}
	latest, err := o.latest(ctx, scope, ask, s)
	if err != nil {
		return nil, err
	}
	s.take(latest, ask.Region)
	if err := o.readTaken(ctx, ask.Set, s); err != nil {
		return nil, err
	}
	if len(s.Taken) == 0 {
		return s, nil
	}
	s.add(ask, o)
	return s, nil
}

// latest are the packages that a sum can be of, in each series the one that was signed last; Replaced are the others.
func (o *Office) latest(ctx context.Context, scope filter.Scope, ask Ask, s *Sum) (latest []queries.ReceivedPackage, err error) {
	all, err := o.q.Received(ctx, scope, "")
	if err != nil {
		return nil, err
	}
	comparisons := []string{}
	for _, r := range all { // the latest of a series first
		inRegion := r.Region != ask.Region && filter.Regions(ask.Region).Allows(r.Region)
		if !inRegion || r.Set != ask.Set.ID || r.From != uint32(ask.Window.From) || r.To != uint32(ask.Window.To) || ask.Comparison != "" && r.Comparison != ask.Comparison {
			continue
		}
		if len(latest) > 0 && sameSeries(latest[len(latest)-1], r) {
			s.Replaced = append(s.Replaced, r)
			continue
		}
		latest = append(latest, r)
		if !slices.Contains(comparisons, r.Comparison) {
			comparisons = append(comparisons, r.Comparison)
		}
	}
	if len(comparisons) > 1 {
		return nil, problem.New("exchange_comparisons", "comparisons", strings.Join(comparisons, ", "))
	}
	return latest, nil
}

// take chooses packages that lie in no other, and finds who has sent none.
func (s *Sum) take(latest []queries.ReceivedPackage, of string) {
	for _, r := range latest {
		if slices.ContainsFunc(latest, func(above queries.ReceivedPackage) bool {
			return above.Region != r.Region && filter.Regions(above.Region).Allows(r.Region)
		}) {
			s.Within = append(s.Within, r)
			continue
		}
		s.Taken = append(s.Taken, Taken{ReceivedPackage: r, Row: rowOf(of, r.Region)})
	}
	s.Missing = append(s.Missing, missingBelow(of, s.Taken)...)
}

// rowOf is the region right below another in which a third lies.
func rowOf(of, code string) string {
	if of == Nation {
		of = ""
	}
	for at := code; at != ""; at = region.Parent(at) {
		if region.Parent(at) == of {
			return at
		}
	}
	return code
}

// missingBelow are the regions below one from which nothing has come: those right below, or, where something has come from below
// them, those that lack there.
func missingBelow(of string, taken []Taken) (missing []string) {
	if of == Nation {
		of = ""
	}
	for _, code := range region.Children(of) {
		switch scope := filter.Regions(code); {
		case slices.Contains(noSocialInsurance, code) || region.Came(code) > 0:
		case slices.ContainsFunc(taken, func(t Taken) bool { return t.Region == code }):
		case slices.ContainsFunc(taken, func(t Taken) bool { return scope.Allows(t.Region) }):
			missing = append(missing, missingBelow(code, taken)...)
		default:
			missing = append(missing, code)
		}
	}
	return missing
}

// readTaken opens the packages that are taken, as they were received; those of other definitions, or of other measures than the rest,
// are set apart.
func (o *Office) readTaken(ctx context.Context, set *report.Set, s *Sum) error {
	keys, err := o.q.ExchangeKeys(ctx)
	if err != nil {
		return err
	}
	var good []Taken
	for _, t := range s.Taken {
		content, err := o.content(ctx, t.ReceivedPackage)
		if err != nil {
			return err
		}
		// The hash under which it is kept is that of the bytes whose signature was verified.
		if t.opened, err = open(content, func(string, []byte, []byte) error { return nil }); err != nil {
			return err
		}
		found := set.Differs(t.opened.Report.ID, t.opened.Report.Language, t.opened.forms())
		if len(found) == 0 {
			if t.tables, err = set.Fill(t.opened.tables); err != nil {
				return err
			}
			if len(good) > 0 {
				found = report.DiffersInMeasures(t.tables, good[0].tables)
			}
		}
		if len(found) > 0 {
			s.Different = append(s.Different, Different{t.ReceivedPackage, found})
			continue
		}
		t.Revoked = slices.ContainsFunc(keys, func(k queries.ExchangeKey) bool { return k.Fingerprint == t.Fingerprint && k.Step == keyRevoked })
		good = append(good, t)
	}
	s.Taken = append([]Taken{}, good...)
	return nil
}

// add adds up what was taken.
func (s *Sum) add(ask Ask, o *Office) {
	printer := i18n.For(ask.Set.Language)
	first := s.Taken[0].opened.Report
	head := report.Head{
		Title: ask.Set.Title, Organisation: dashboards.NewNames(printer).Bureau(s.Region), Window: ask.Window, Period: dashboards.Window(printer, ask.Window),
		Says: first.Against, At: o.now(), Summed: len(s.Taken),
	}
	head.Comparison.ID = first.Comparison
	var parts []report.Part
	packs := map[string]string{}
	for _, t := range s.Taken {
		w := t.opened.Report
		head.Rejected, head.Uncovered, head.LeftOut, head.Estimates = head.Rejected+w.Rejected, head.Uncovered+w.Uncovered, head.LeftOut+w.LeftOut, head.Estimates+w.Estimates
		packs[t.PackHash] = w.Pack
		parts = append(parts, report.Part{Region: t.Row, Tables: t.tables})
	}
	var titles []string
	for _, title := range packs {
		if !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	slices.Sort(titles)
	s.Packs, head.Pack = len(packs), strings.Join(titles, printer.T("report.and"))
	head.Remarks = s.remarks(printer)
	s.Report, s.Tables = ask.Set.Add(head, parts)
	s.waive()
}

// mostNamed is how many regions a remark names.
const mostNamed = 40

func columnTitles(p *i18n.Printer, keys ...string) (titles []string) {
	for _, key := range keys {
		titles = append(titles, p.T("exchange.column."+key))
	}
	return titles
}

// remarks say on every table of what it is not the whole.
func (s *Sum) remarks(p *i18n.Printer) (all []string) {
	names := dashboards.NewNames(p)
	add := func(key string, codes []string) {
		if len(codes) == 0 {
			return
		}
		var named []string
		for _, code := range codes[:min(len(codes), mostNamed)] {
			named = append(named, names.Region(code))
		}
		if len(codes) > mostNamed {
			named = append(named, dashboards.NoData)
		}
		all = append(all, p.N(key, len(codes), "regions", strings.Join(named, p.T("report.and"))))
	}
	add("exchange.sum.missing", s.Missing)
	var different, revoked []string
	for _, d := range s.Different {
		different = append(different, d.Region)
	}
	for _, t := range s.Taken {
		if t.Revoked {
			revoked = append(revoked, t.Region)
		}
	}
	add("exchange.sum.different", different)
	add("exchange.sum.revoked", revoked)
	if s.Packs > 1 {
		all = append(all, p.N("exchange.sum.packs", s.Packs))
	}
	return all
}

// senders stand for those who waived a check where the reports were made.
const senders = "packages"

// waive notes of checks that fail in the sum which senders have waived, with their reasons.
func (s *Sum) waive() {
	for i, c := range s.Report.Checks {
		if c.Passed {
			continue
		}
		var reasons []string
		for _, t := range s.Taken {
			if w, ok := t.opened.waivers()[c.Check]; ok {
				reasons = append(reasons, t.Organisation+": "+w.Reason)
			}
		}
		if len(reasons) > 0 {
			s.Report.Checks[i].Waiver = &report.Waiver{Check: c.Check, Reason: strings.Join(reasons, "; "), By: senders}
		}
	}
}

// WritePackages writes what the sum is of and what it is not of: a line a package, or a region that has sent none.
func (s *Sum) WritePackages(w io.Writer, p *i18n.Printer) error {
	names := dashboards.NewNames(p)
	out := csv.NewWriter(w)
	lines := [][]string{columnTitles(p, "state", "code", "region", "organisation", "package", "report", "version", "signed", "received", "pack", "note")}
	add := func(state string, r queries.ReceivedPackage, note string) {
		lines = append(lines, []string{p.T("exchange.state." + state), r.Region, names.Region(r.Region), r.Organisation, r.Hash, r.ReportID, strconv.Itoa(int(r.Version)), dashboards.Moment(r.SignedAt),
			dashboards.Moment(r.ReceivedAt), r.Pack, note})
	}
	for _, t := range s.Taken {
		note := ""
		if t.Revoked {
			note = p.T("exchange.note.revoked")
		}
		add("taken", t.ReceivedPackage, note)
	}
	for _, d := range s.Different {
		add("different", d.ReceivedPackage, words(p, d.Differences))
	}
	for _, r := range s.Within {
		add("within", r, "")
	}
	for _, r := range s.Replaced {
		add("replaced", r, "")
	}
	for _, code := range s.Missing {
		lines = append(lines, []string{p.T("exchange.state.missing"), code, names.Region(code), "", "", "", "", "", "", "", ""})
	}
	return out.WriteAll(lines)
}

func words(p *i18n.Printer, differences []report.FormDifference) string {
	var all []string
	for _, d := range differences {
		all = append(all, d.Words(p.T))
	}
	return strings.Join(all, "\n")
}

// WriteSources leads every row of the sum back: a line a row and package, with the file and the row there that it is from, and which
// figures that conceals.
func (s *Sum) WriteSources(w io.Writer, p *i18n.Printer) error {
	out := csv.NewWriter(w)
	lines := [][]string{columnTitles(p, "table", "sort", "key", "title", "code", "organisation", "package", "file", "row", "concealed")}
	for i, t := range s.Tables {
		for n, row := range t.Rows {
			for _, origin := range t.Origins[n] {
				if origin.Row < 0 {
					continue
				}
				from := s.Taken[origin.Part]
				lines = append(lines, []string{t.Number, row.Sort, row.Key, row.Title, from.Region, from.Organisation, from.Hash, tablePath(i, t.ID),
					strconv.Itoa(origin.Row + 1), strings.Join(from.opened.tables[i].Rows[origin.Row].Suppressed, " ")})
			}
		}
	}
	return out.WriteAll(lines)
}

// Files are the sum as files: as a report has them, with the packages, and where each row is from.
func (s *Sum) Files(p *i18n.Printer) ([]report.File, error) {
	files, err := s.Report.Files()
	if err != nil {
		return nil, err
	}
	for _, extra := range []struct {
		name  string
		write func(w io.Writer, p *i18n.Printer) error
	}{{"packages.csv", s.WritePackages}, {"sources.csv", s.WriteSources}} {
		content := bytes.NewBufferString("\uFEFF") // spreadsheets take it for UTF-8
		if err := extra.write(content, p); err != nil {
			return nil, err
		}
		files = append(files, report.NewFile(extra.name, content.Bytes()))
	}
	return files, nil
}
