package exchange

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// The people of a bureau.
var (
	root     = access.CommandLine("root")
	preparer = access.CommandLine("wang")
	checker  = access.CommandLine("li")
	leader   = access.New(access.Grant{Account: "chief", Roles: []access.Role{access.Leadership}, Regions: []string{"320000"}})
)

// clock is a clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// bureau is the office of a store, with a clock of its own.
type bureau struct {
	*Office
	*clock
}

func newBureau(t *testing.T, q *queries.Queries, region string) bureau {
	t.Helper()
	c := &clock{fixture.Now()}
	b := bureau{NewOffice(q, c.now), c}
	if region != "" {
		if _, err := b.NewKey(t.Context(), root, Card{Organisation: "测试税务局", Region: region, Name: "2019"}, false); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// trusts exchanges the card of another bureau.
func (b bureau) trusts(t *testing.T, other bureau) {
	t.Helper()
	card, err := other.OwnCard()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadCard(card.Text())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Trust(t.Context(), root, read, Grouped(card.Fingerprint)); err != nil {
		t.Fatal(err)
	}
}

func shipped(t *testing.T) *report.Set {
	t.Helper()
	set, err := report.Load(report.Shipped())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// asked is what a report of a region is about.
func asked(region string, months period.Range) report.Request {
	r := report.Request{View: queries.View{Window: months}, Scope: filter.Everything(), PreparedBy: "张三", Now: fixture.Now(),
		Issues: func(context.Context, period.Range, ...string) (map[string][]queries.IssueCount, error) {
			return map[string][]queries.IssueCount{}, nil
		}}
	if region != Nation {
		r.Scope = filter.Regions(region)
	}
	return r
}

var may = period.Range{From: 201905, To: 201905}

// keep keeps a report, and leads it as far as it is to be.
func (b bureau) keep(t *testing.T, set *report.Set, r report.Request, steps ...report.Step) report.Kept {
	t.Helper()
	made, err := report.Make(t.Context(), b.q, set, r)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := b.archive.Keep(t.Context(), preparer, made)
	for _, step := range steps {
		if err == nil {
			kept, err = b.archive.Take(t.Context(), checker, kept, step, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// sends makes the package of a signed report.
func (b bureau) sends(t *testing.T, set *report.Set, r report.Request) []byte {
	t.Helper()
	return b.packs(t, b.keep(t, set, r, report.Checked, report.Signed))
}

func (b bureau) packs(t *testing.T, kept report.Kept) (content []byte) {
	t.Helper()
	e, err := b.Export(t.Context(), root, kept, func(c []byte) error { content = c; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if e.Size != len(content) || e.Report != kept.ID {
		t.Errorf("%+v", e)
	}
	return content
}

// refuses wants a package not to be taken.
func (b bureau) refuses(t *testing.T, content []byte, set *report.Set, ours, code string) error {
	t.Helper()
	_, err := b.Receive(t.Context(), root, content, set, ours)
	if problem.Code(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
	return err
}

func (b bureau) takes(t *testing.T, content []byte, set *report.Set, ours string) Receipt {
	t.Helper()
	r, err := b.Receive(t.Context(), root, content, set, ours)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// forged signs a package anew after something in its descriptor was changed.
func forged(t *testing.T, content []byte, key ownKey, change func(d *descriptor, files []file) []file) []byte {
	t.Helper()
	files, err := unzipped(content)
	if err != nil {
		t.Fatal(err)
	}
	var d descriptor
	if err := json.Unmarshal(files[0].content, &d); err != nil {
		t.Fatal(err)
	}
	files = change(&d, files)
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	files[0].content, files[1].content = text, ed25519.Sign(key.private, text)
	again, err := zipped(files)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestPackages sends reports of the two cities of the small world to their province.
func TestPackages(t *testing.T) {
	sender := newBureau(t, fixture.Computed(t), "320000")
	above := newBureau(t, fixture.Open(t), "")
	set := shipped(t)
	nanjing := sender.sends(t, set, asked("320100", may))
	t.Run("a key that nobody trusts is refused", func(t *testing.T) { above.refuses(t, nanjing, set, "320000", "exchange_key_unknown") })
	above.trusts(t, sender)
	for _, one := range []struct {
		name string
		test func(t *testing.T, sender, above bureau, set *report.Set, content []byte)
	}{
		{"what is no package of a lower bureau is refused", testRefusals},
		{"a package changed by one byte is refused", testEveryByte},
		{"what is forged with a trusted key is refused", testForgeries},
		{"another definition is refused with what differs", testAnotherDefinition},
		{"a report that is not signed is not sent", testNotSigned},
		{"a package is taken once, a newer one beside it, an older one not", testVersions},
		{"a check that fails must have been waived by the sender", testWaivers},
		{"a key that is revoked signs nothing more", testRevoked},
	} {
		t.Run(one.name, func(t *testing.T) { one.test(t, sender, above, set, nanjing) })
	}
}

func testRefusals(t *testing.T, sender, above bureau, set *report.Set, content []byte) {
	zipOf := func(method uint16, names ...string) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, name := range names {
			part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write(make([]byte, 1<<20))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	many := make([]string, mostFiles+1)
	for i := range many {
		many[i] = strings.Repeat("a", i+1) + ".csv"
	}
	link := func() []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		h := &zip.FileHeader{Name: "a.csv"}
		h.SetMode(os.ModeSymlink | 0o777)
		if _, err := w.CreateHeader(h); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		return out.Bytes()
	}
	lying := bytes.Clone(content) // the central directory says that the second file is larger than the package
	at := bytes.LastIndex(lying, []byte(signatureName)) - 46
	copy(lying[at+20:], []byte{0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f})
	for name, c := range map[string]struct {
		content    []byte
		ours, code string
	}{
		"nothing":                    {nil, "320000", "exchange_no_zip"},
		"a text":                     {[]byte("hello"), "320000", "exchange_no_zip"},
		"half of a package":          {content[:len(content)/2], "320000", "exchange_no_zip"},
		"a package with more behind": {append(bytes.Clone(content), 0), "320000", "exchange_changed"},
		"too large a file":           {make([]byte, mostBytes+1), "320000", "exchange_large"},
		"a bomb":                     {zipOf(zip.Deflate, "datapackage.json"), "320000", "exchange_size"},
		"a file that says too much":  {lying, "320000", "exchange_size"},
		"a thousand files":           {zipOf(zip.Deflate, many...), "320000", "exchange_many"},
		"a way out":                  {zipOf(zip.Store, "../../etc/passwd"), "320000", "exchange_path"},
		"an absolute path":           {zipOf(zip.Store, "/a.csv"), "320000", "exchange_path"},
		"a path of Windows":          {zipOf(zip.Store, `tables\a.csv`), "320000", "exchange_path"},
		"a file twice":               {zipOf(zip.Store, "a.csv", "a.csv"), "320000", "exchange_path"},
		"a link":                     {link(), "320000", "exchange_path"},
		"a folder":                   {zipOf(zip.Store, "tables/"), "320000", "exchange_path"},
		"another ZIP file":           {zipOf(zip.Store, "a.csv"), "320000", "exchange_changed"}, // not as packages are packed
		"a bureau of another place":  {content, "330000", "exchange_scope"},
		"the bureau itself":          {content, "320100", "exchange_scope"},
		"a bureau above":             {content, "320102", "exchange_scope"},
	} {
		t.Run(name, func(t *testing.T) { above.refuses(t, c.content, set, c.ours, c.code) })
	}
	if _, err := above.Receive(t.Context(), leader, content, set, "320000"); problem.Code(err) != "access_denied" {
		t.Errorf("a leader took a package: %v", err)
	}
	if list, err := above.Received(t.Context(), root); err != nil || len(list) != 0 {
		t.Errorf("%d packages are there, %v", len(list), err)
	}
	if _, err := sender.Export(t.Context(), leader, report.Kept{}, nil); problem.Code(err) != "access_denied" {
		t.Errorf("a leader sent a report: %v", err)
	}
}

// testEveryByte changes bytes all over a package, every one of its frame and many of its tables.
func testEveryByte(t *testing.T, sender, above bureau, set *report.Set, content []byte) {
	key, err := sender.own()
	if err != nil {
		t.Fatal(err)
	}
	verify := func(_ string, text, signature []byte) error {
		if !ed25519.Verify(key.public, text, signature) {
			return errors.New("signature")
		}
		return nil
	}
	if _, err := open(content, verify); err != nil {
		t.Fatal(err)
	}
	frame := len(content) - 3000
	for i := 0; i < len(content); i++ {
		if i > 500 && i < frame && i%37 != 0 {
			continue
		}
		changed := bytes.Clone(content)
		changed[i] ^= 1
		if _, err := open(changed, verify); err == nil {
			t.Fatalf("byte %d of %d was changed, and nobody noticed", i, len(content))
		}
	}
	changed := bytes.Replace(content, []byte(`"organisation": "南京市税务局"`), []byte(`"organisation": "苏州市税务局"`), 1)
	above.refuses(t, changed, set, "320000", "exchange_changed")
	files, err := unzipped(content)
	if err != nil {
		t.Fatal(err)
	}
	files[0].content = bytes.Replace(files[0].content, []byte("南京市税务局"), []byte("苏州市税务局"), 1)
	if changed, err = zipped(files); err != nil {
		t.Fatal(err)
	}
	above.refuses(t, changed, set, "320000", "exchange_signature")
}

func testForgeries(t *testing.T, sender, above bureau, set *report.Set, content []byte) {
	key, err := sender.own()
	if err != nil {
		t.Fatal(err)
	}
	// table changes the text of the first table, with its hash and length or without.
	table := func(from, to string, hash bool) func(d *descriptor, files []file) []file {
		return func(d *descriptor, files []file) []file {
			before := files[2].content
			if files[2].content = bytes.Replace(before, []byte(from), []byte(to), 1); bytes.Equal(before, files[2].content) {
				t.Fatalf("%q is not in %s", from, before)
			}
			if hash {
				d.Resources[0].Bytes, d.Resources[0].Hash = len(files[2].content), hashOf(files[2].content)
			}
			return files
		}
	}
	about := func(change func(d *descriptor)) func(d *descriptor, files []file) []file {
		return func(d *descriptor, files []file) []file { change(d); return files }
	}
	for name, c := range map[string]struct {
		change func(d *descriptor, files []file) []file
		code   string
	}{
		"a table without its hash":        {table("total", "tutal", false), "exchange_hash"},
		"a sort of row that there is not": {table(",total,", ",toto,", true), "report_fill_row"},
		"a row twice":                     {table("3,member,unemployment,失业保险", "3,member,pension,基本养老保险", true), "report_fill_row"},
		"a figure that is none":           {table(",合计,2,", ",合计,1e3,", true), "report_fill_cell"},
		"a figure below nought":           {table(",合计,2,", ",合计,-2,", true), "report_fill_cell"},
		"a figure that fails a check":     {table(",合计,2,", ",合计,0,", true), "exchange_checks"},
		"spaces that CSV would not need":  {table("合计", `"合计"`, true), "exchange_schema"},
		"a column fewer":                  {table("units,", "", true), "exchange_schema"},
		"a field of another type":         {about(func(d *descriptor) { d.Resources[0].Schema.Fields[4].Type = "string" }), "exchange_schema"},
		"a field of another unit":         {about(func(d *descriptor) { d.Resources[0].Schema.Fields[4].Unit = "人" }), "report_fill_columns"},
		"a file less":                     {func(_ *descriptor, files []file) []file { return files[:len(files)-1] }, "exchange_files"},
		"a table less": {func(d *descriptor, files []file) []file {
			d.Resources = d.Resources[:len(d.Resources)-1]
			return files[:len(files)-1]
		}, "exchange_definition"},
		"a newer format":             {about(func(d *descriptor) { d.About.Format++ }), "exchange_newer"},
		"a region that there is not": {about(func(d *descriptor) { d.About.Region = "329900" }), "exchange_scope"},
		"another region":             {about(func(d *descriptor) { d.About.Region = "320500" }), "exchange_row_region"},
		"a report of no id":          {about(func(d *descriptor) { d.About.ReportID = "x" }), "exchange_no_package"},
		"no months":                  {about(func(d *descriptor) { d.About.Report.From = "May" }), "exchange_no_package"},
		"signed years ahead":         {about(func(d *descriptor) { d.About.SignedAt = d.About.SignedAt.AddDate(9, 0, 0) }), "exchange_future"},
		"another key":                {about(func(d *descriptor) { d.About.Key = strings.Repeat("0", 32) }), "exchange_key_unknown"},
		"another set":                {about(func(d *descriptor) { d.About.Report.ID = "other" }), "exchange_definition"},
	} {
		t.Run(name, func(t *testing.T) {
			above.refuses(t, forged(t, content, key, c.change), set, "320000", c.code)
		})
	}
	t.Run("a key of another city", func(t *testing.T) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		other := ownKey{Card{Organisation: "苏州市税务局", Region: "320500", Name: "1", Fingerprint: FingerprintOf(public), public: public}, private}
		if _, err := above.Trust(t.Context(), root, other.Card, other.Fingerprint); err != nil {
			t.Fatal(err)
		}
		above.refuses(t, forged(t, content, other, about(func(d *descriptor) { d.About.Key = other.Fingerprint })), set, "320000", "exchange_key_region")
	})
}

// own is the shipped folder with a file changed.
func own(t *testing.T, name, from, to string) *report.Set {
	t.Helper()
	files, err := report.FilesOf(report.Shipped())
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for _, f := range files {
		text, err := os.ReadFile("../report/definitions/" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			if !strings.Contains(string(text), from) {
				t.Fatalf("%s lacks %q", name, from)
			}
			text = []byte(strings.Replace(string(text), from, to, 1))
		}
		folder[f.Name] = &fstest.MapFile{Data: text}
	}
	set, err := report.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func testAnotherDefinition(t *testing.T, _, above bureau, _ *report.Set, content []byte) {
	for name, c := range map[string]struct{ file, from, to, what, table string }{
		"a column":         {"04-size.yaml", "title: 应减单位已减额", "title: 已减额", "column", "减负统4表"},
		"the rows":         {"04-size.yaml", "of: [medium, small, micro]", "of: [small, micro]", "rows", "减负统4表"},
		"the definition":   {"02-region.yaml", "definition: 按单位登记", "definition: 按", "text", "减负统2表"},
		"what is measured": {"02-region.yaml", "counterfactual: 应减", "counterfactual: 减", "counterfactual", "减负统2表"},
		"a check":          {"08-reasons.yaml", "title: 净额＝多缴－少缴", "title: 净额", "checks", "减负统8表"},
		"a number":         {"08-reasons.yaml", "number: 减负统8表", "number: 减负统88表", "title", "减负统88表"},
		"another table":    {"07-distribution.yaml", "id: distribution", "id: bands", "missing", "减负统7表"},
	} {
		t.Run(name, func(t *testing.T) {
			err := above.refuses(t, content, own(t, c.file, c.from, c.to), "320000", "exchange_definition")
			var refusal *Refusal
			if !errors.As(err, &refusal) || len(refusal.Differences) == 0 || refusal.Differences[0].What != c.what || !strings.HasPrefix(refusal.Differences[0].Table, c.table+" ") {
				t.Errorf("%+v", refusal)
			}
		})
	}
	drawn := own(t, "04-size.yaml", "chart: {kind: column", "chart: {kind: bar")
	if _, err := above.examine(t.Context(), content, drawn, "320000"); err != nil {
		t.Errorf("a chart that is drawn otherwise makes another definition: %v", err)
	}
}

func testNotSigned(t *testing.T, sender, _ bureau, set *report.Set, content []byte) {
	for name, steps := range map[string][]report.Step{"prepared": nil, "checked": {report.Checked}, "withdrawn": {report.Withdrawn}} {
		kept := report.Kept{KeptReport: queries.KeptReport{State: name}}
		for _, step := range steps {
			kept.Steps = append(kept.Steps, queries.ReportStep{Step: string(step)})
		}
		if _, err := sender.Export(t.Context(), root, kept, nil); problem.Code(err) != "exchange_not_signed" {
			t.Errorf("a report that is %s was sent: %v", name, err)
		}
	}
	kept := sender.keep(t, set, asked("320100", may), report.Checked, report.Signed)
	if one, two := sender.packs(t, kept), sender.packs(t, kept); !bytes.Equal(one, two) {
		t.Error("the same report made other bytes")
	}
	elsewhere := newBureau(t, sender.q, "")
	if err := os.Chmod(sender.keyPath(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := elsewhere.Export(t.Context(), root, kept, nil); problem.Code(err) != "exchange_key_open" {
		t.Errorf("a key that others can read was used: %v", err)
	}
	if err := os.Chmod(sender.keyPath(), 0o600); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte("PRIVATE")) {
		t.Error("the package holds a private key")
	}
}

func testVersions(t *testing.T, sender, above bureau, set *report.Set, content []byte) {
	first := above.takes(t, content, set, "320000")
	if first.Already || first.Region != "320100" || first.Tables != 14 || len(first.Checks) < 30 || !first.Few {
		t.Errorf("%+v", first)
	}
	again := above.takes(t, content, set, "320000")
	if !again.Already || again.Hash != first.Hash {
		t.Errorf("sent twice: %+v", again)
	}
	key, err := sender.own()
	if err != nil {
		t.Fatal(err)
	}
	same := forged(t, content, key, func(d *descriptor, files []file) []file { d.About.Report.PreparedBy = "李四"; return files })
	above.refuses(t, same, set, "320000", "exchange_same_report")
	older := forged(t, content, key, func(d *descriptor, files []file) []file {
		d.About.ReportID, d.About.SignedAt = strings.Repeat("1", 32), d.About.SignedAt.Add(-time.Second)
		return files
	})
	above.refuses(t, older, set, "320000", "exchange_older")
	sender.at = sender.at.Add(time.Hour)
	newer := sender.sends(t, set, asked("320100", may))
	if r := above.takes(t, newer, set, "320000"); r.Already || r.Older != 1 {
		t.Errorf("%+v", r)
	}
	list, err := above.Received(t.Context(), root)
	if err != nil || len(list) != 2 || list[0].SignedAt.Before(list[1].SignedAt) {
		t.Errorf("%+v, %v", list, err)
	}
	for _, p := range []access.Principal{leader, access.New(access.Grant{Account: "x", Roles: []access.Role{access.Inspector}, Regions: []string{"330000"}})} {
		if list, err := above.Received(t.Context(), p); err != nil || len(list) != 0 { // of few persons, or of another place
			t.Errorf("%s sees %d, %v", p.Account(), len(list), err)
		}
	}
	found, kept, err := above.Find(t.Context(), root, first.Hash[:8])
	if err != nil || found.Hash != first.Hash || !bytes.Equal(kept, content) {
		t.Errorf("%+v, %v", found, err)
	}
	if _, _, err := above.Find(t.Context(), root, first.Hash[:7]); problem.Code(err) != "exchange_unknown" {
		t.Errorf("seven digits name a package: %v", err)
	}
}

func testWaivers(t *testing.T, sender, above bureau, _ *report.Set, _ []byte) {
	wrong := own(t, "02-region.yaml", "relation: due = effects", "relation: due = real")
	r := asked("320500", may)
	r.Waivers = []report.Waiver{{Check: "by-region/measures", Reason: "口径说明见附件", By: "cli:wang"}}
	content := sender.sends(t, wrong, r)
	receipt := above.takes(t, content, wrong, "320000")
	if receipt.Waived != 1 {
		t.Errorf("%d waived", receipt.Waived)
	}
	key, err := sender.own()
	if err != nil {
		t.Fatal(err)
	}
	unexplained := forged(t, content, key, func(d *descriptor, files []file) []file {
		for i := range d.About.Report.Checks {
			d.About.Report.Checks[i].Waiver = nil
		}
		d.About.ReportID = strings.Repeat("2", 32)
		return files
	})
	var refusal *Refusal
	if err := above.refuses(t, unexplained, wrong, "320000", "exchange_checks"); !errors.As(err, &refusal) || len(refusal.Failed) != 1 || len(refusal.Failed[0].Differences) == 0 {
		t.Errorf("%+v", refusal)
	}
}

func testRevoked(t *testing.T, sender, above bureau, set *report.Set, _ []byte) {
	key, err := sender.own()
	if err != nil {
		t.Fatal(err)
	}
	for fingerprint, code := range map[string]string{key.Fingerprint[:7]: "exchange_key_none", "ffffffffff": "exchange_key_none"} {
		if _, err := above.Revoke(t.Context(), root, fingerprint, "遗失"); problem.Code(err) != code {
			t.Errorf("%s: %v", fingerprint, err)
		}
	}
	if _, err := above.Revoke(t.Context(), root, key.Fingerprint, " "); problem.Code(err) != "exchange_revoke_reason" {
		t.Errorf("without a reason: %v", err)
	}
	above.at = above.at.Add(time.Minute)
	if _, err := above.Revoke(t.Context(), root, Grouped(key.Fingerprint)[:9], "遗失"); err != nil {
		t.Fatal(err)
	}
	sender.at = sender.at.Add(time.Hour)
	above.refuses(t, sender.sends(t, set, asked("320100", may)), set, "320000", "exchange_key_revoked")
	if _, err := above.Trust(t.Context(), root, key.Card, key.Fingerprint); problem.Code(err) != "exchange_key_revoked" {
		t.Errorf("a revoked key was trusted again: %v", err)
	}
	if _, err := sender.NewKey(t.Context(), root, key.Card, false); problem.Code(err) != "exchange_key_there" {
		t.Errorf("a key was replaced: %v", err)
	}
	made, err := sender.NewKey(t.Context(), root, key.Card, true)
	if err != nil || made.Fingerprint == key.Fingerprint {
		t.Errorf("%+v, %v", made, err)
	}
	if info, err := os.Stat(sender.keyPath()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
}

func TestACardIsReadAsItIs(t *testing.T) {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card := Card{Organisation: "江苏省税务局", Region: "320000", Name: "2019", Fingerprint: FingerprintOf(public), public: public}
	text := string(card.Text())
	if read, err := ReadCard([]byte(text)); err != nil || read.Fingerprint != card.Fingerprint || read.Organisation != card.Organisation || !read.public.Equal(public) {
		t.Errorf("%+v, %v", read, err)
	}
	for name, c := range map[string]struct{ from, to, code string }{
		"another fingerprint":          {"Fingerprint: " + Grouped(card.Fingerprint)[:4], "Fingerprint: zzzz", "exchange_fingerprint"},
		"another key":                  {"PUBLIC KEY", "PRIVATE KEY", "exchange_card"},
		"no key":                       {"-----BEGIN", "", "exchange_card"},
		"a region that there is not":   {"Region: 320000", "Region: 990000", "report_region"},
		"a bureau without a name":      {"Bureau: 江苏省税务局", "Bureau: ", "exchange_key_name"},
		"marks that turn the reading":  {"Name: 2019", "Name: 20\u202e19", "exchange_key_name"},
		"more than a card has":         {"Bureau", strings.Repeat("x", mostCard) + "\nBureau", "exchange_card"},
		"what is no text above a card": {"Bureau", "\xff\nBureau", "exchange_card"},
	} {
		changed := strings.ReplaceAll(text, c.from, c.to)
		if changed == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := ReadCard([]byte(changed)); problem.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestAPackageHasTheSameBytesForEver: what was packed by a program of today is what a later one makes of its files.
func TestAPackageHasTheSameBytesForEver(t *testing.T) {
	content, err := zipped([]file{{descriptorName, []byte("{}\n")}, {"tables/01_a.csv", []byte("a\r\n1\r\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hashOf(content), "sha256:dd83ee0225ede76cb6c306523f65fd7ba06f276bce315054f831a706890c06e9"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzOpen reads packages that were written by nobody of ours.
func FuzzOpen(f *testing.F) {
	content, err := zipped([]file{{descriptorName, []byte(`{"jianfu":{"format":1,"key":"x"},"resources":[{"path":"tables/01_a.csv","bytes":3}]}`)}, {signatureName, []byte("x")},
		{"tables/01_a.csv", []byte("a\r\n")}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = open(content, func(string, []byte, []byte) error { return nil })
	})
}
