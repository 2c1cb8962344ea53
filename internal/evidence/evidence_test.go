package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// packOf is the pack of a unit of a store, as its files.
func packOf(t *testing.T, q *queries.Queries, unit, region string) (raw []byte, files map[string]string) {
	t.Helper()
	f, err := q.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, found, err := Collect(t.Context(), f, filter.Regions(region), unit)
	if err != nil || !found {
		t.Fatalf("found %v, %v", found, err)
	}
	if raw, err = e.Bytes(); err != nil {
		t.Fatal(err)
	}
	return raw, unpacked(t, raw)
}

func unpacked(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name] = string(content)
	}
	return files
}

// B of the small world was charged 760 yuan too much: 600 by the old rate, 160 by the old cap.
func TestThePackOfACaseSaysWhatTheRunShowed(t *testing.T) {
	q := fixture.Computed(t)
	raw, files := packOf(t, q, fixture.B, "320104")
	var s struct {
		Run       uint32
		UnitID    string `json:"unit_id"`
		State     string
		Shortfall money.Fen
		Reasons   []struct {
			Reason string
			Amount money.Fen
		}
		Found struct {
			Level string
			Risks []struct{ ID string }
		}
		Records uint64
		Differ  uint64 `json:"records_differ"`
	}
	if err := json.Unmarshal([]byte(files["data/case.json"]), &s); err != nil {
		t.Fatal(err)
	}
	sum := money.Fen(0)
	for _, r := range s.Reasons {
		sum += r.Amount
	}
	if s.Run != 1 || s.UnitID != fixture.B || s.State != "none" || s.Shortfall != 76000 || sum != s.Shortfall || s.Records != 2 || s.Differ != 1 || s.Found.Level == "" || len(s.Found.Risks) != 0 {
		t.Errorf("the case is %+v", s)
	}
	for name, line := range map[string]string{
		"data/records.csv":          "05-B1,计入,2019-05,养老保险,正常",
		"data/reasons.csv":          "费率未调整",
		"data/parameters_rates.csv": "line,area,insurance",
		"data/figures.csv":          "2019-05,pension,true,1,1,0,20000.00,3000.00,2240.00,3000.00,760.00,0.00,760.00,rate_not_applied:600.00;base_over_cap:160.00,600.00,160.00",
		"data/trace.json":           `"record_id": "05-B1"`,
		"policy/pack.yaml":          "comparisons",
	} {
		if !strings.Contains(files[name], line) {
			t.Errorf("%s lacks %q:\n%s", name, line, files[name])
		}
	}
	cover, err := goquery.NewDocumentFromReader(strings.NewReader(files["index.html"]))
	if err != nil {
		t.Fatal(err)
	}
	if title := cover.Find("h1").Text(); title != "秦淮百货" {
		t.Errorf("the cover is of %q", title)
	}
	if told := cover.Find(".conclusion").Text(); !strings.Contains(told, "760.00") {
		t.Errorf("the cover says %q", told)
	}
	if told, err := goquery.NewDocumentFromReader(strings.NewReader(files["trace.html"])); err != nil || told.Find(".record").Length() != 1 {
		t.Errorf("one record is told, %v", err)
	}
	for name, content := range files {
		if !strings.HasPrefix(name, "data/") || !strings.HasSuffix(name, ".csv") {
			continue
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(content, mark))).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, line := range lines {
			if at := slices.Index(line, ""); at >= 0 {
				t.Errorf("%s line %d: %q is left blank", name, i+1, lines[0][at])
			}
		}
	}
	if blank := cover.Find("td").FilterFunction(func(_ int, cell *goquery.Selection) bool { return strings.TrimSpace(cell.Text()) == "" }); blank.Length() > 0 {
		t.Errorf("%d cells of the cover are blank", blank.Length())
	}
	again, _ := packOf(t, q, fixture.B, "320104")
	if !bytes.Equal(raw, again) {
		t.Error("the same run gives other bytes")
	}
}

func TestThePackListsTheSumsOfItsFiles(t *testing.T) {
	_, files := packOf(t, fixture.Computed(t), fixture.D, "320506")
	listed := map[string]string{}
	for line := range strings.Lines(files["SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = sum
	}
	for name, content := range files {
		sum := sha256.Sum256([]byte(content))
		if name != "SHA256SUMS" && listed[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is listed with %q", name, listed[name])
		}
	}
	if len(listed) != len(files)-1 {
		t.Errorf("%d files of %d are listed", len(listed), len(files)-1)
	}
	for _, lang := range []string{"index.html", "index.en.html"} {
		cover, err := goquery.NewDocumentFromReader(strings.NewReader(files[lang]))
		if err != nil {
			t.Fatal(err)
		}
		cover.Find("a[href]").Each(func(_ int, link *goquery.Selection) {
			if to := link.AttrOr("href", ""); files[to] == "" {
				t.Errorf("%s leads to %q, which is not in the pack", lang, to)
			}
		})
	}
}

func TestNothingOfAnotherRegionIsInAPack(t *testing.T) {
	f, err := fixture.Computed(t).Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, scope := range map[string]filter.Scope{"the other city": filter.Regions("320500"), "nowhere": {}} {
		if _, found, err := Collect(t.Context(), f, scope, fixture.B); found || err != nil {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
	}
}
