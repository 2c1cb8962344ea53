package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"jianfu/internal/web/assets"
)

// mostWeight is what the first page may weigh, compressed, without the chart library, which browsers keep for ever.
const mostWeight = 250 << 10

// loaded is what a page loads, boundaries of maps among them.
var loaded = regexp.MustCompile(`(?:src|href|data-boundaries)="(/assets/[^"]+)"`)

func TestTheFirstPageIsLight(t *testing.T) {
	s := serving(t, nil)
	_, body := get(t, s, "/")
	weight := len(assets.Compressed([]byte(body)))
	seen := map[string]bool{}
	var weigh func(address string)
	weigh = func(address string) {
		file := s.Assets.ByAddress[strings.TrimPrefix(address, "/assets/")]
		if file == nil {
			t.Fatalf("%s is not there", address)
		}
		if seen[address] || strings.Contains(address, "echarts") {
			return
		}
		seen[address] = true
		weight += len(file.Gzipped)
		plain, err := file.Plain()
		if err != nil {
			t.Fatal(err)
		}
		for _, parts := range regexp.MustCompile(`(?m)^import [^'\n]*'\./([^']+)';$`).FindAllSubmatch(plain, -1) {
			weigh("/assets/" + string(parts[1]))
		}
	}
	for _, parts := range loaded.FindAllStringSubmatch(body, -1) {
		weigh(parts[1])
	}
	if !strings.Contains(body, "echarts.min") || len(seen) < 10 {
		t.Errorf("only %d files were weighed", len(seen))
	}
	t.Logf("the first page weighs %d kB with %d files", weight>>10, len(seen))
	if weight > mostWeight {
		t.Errorf("the first page weighs %d kB", weight>>10)
	}
}

func TestFilesAreCompressedAndKeptForEver(t *testing.T) {
	s := serving(t, nil)
	for _, name := range []string{"app.css", "page.js", "vendor/echarts.min.js"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.Assets.Address(name), nil)
		request.Header.Set("Accept-Encoding", "gzip, br")
		response, err := s.App.Test(request, -1)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if _, err := body.ReadFrom(response.Body); err != nil {
			t.Fatal(err)
		}
		if response.Header.Get("Content-Encoding") != "gzip" || !bytes.Equal(body.Bytes(), s.Assets.ByName[name].Gzipped) {
			t.Errorf("%s is not sent as it was compressed", name)
		}
		if !strings.Contains(response.Header.Get("Cache-Control"), "immutable") || !regexp.MustCompile(`\.[0-9a-f]{12}\.`).MatchString(s.Assets.Address(name)) {
			t.Errorf("%s is not kept for ever by its hash", name)
		}
	}
}
