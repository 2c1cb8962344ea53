package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheTestsThatTheDocumentsNameAreThere reads docs/*/security.md.
func TestTheTestsThatTheDocumentsNameAreThere(t *testing.T) {
	there := map[string]bool{}
	files, err := filepath.Glob("../../*/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/*_test.go", "../*_test.go", "../../dashboards/*_test.go", "../../queries/*_test.go", "../../etl/*_test.go"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(source, -1) {
			there[string(m[1])] = true
		}
	}
	var counts []int
	for _, lang := range []string{"zh", "en"} {
		page, err := os.ReadFile("../../docs/" + lang + "/security.md")
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(page, -1)
		for _, m := range named {
			if !there[string(m[1])] {
				t.Errorf("docs/%s/security.md names %s, which there is not", lang, m[1])
			}
		}
		counts = append(counts, len(named))
	}
	if counts[0] != counts[1] || counts[0] < 40 {
		t.Errorf("the two languages name %v tests", counts)
	}
}

func TestTheAccessLogHoldsNoSecret(t *testing.T) {
	var log bytes.Buffer
	s := serving(t, nil)
	s.Config.Log = slog.New(slog.NewJSONHandler(&log, nil))
	request := httptest.NewRequest(http.MethodGet, "/?from=2019-05&token=setup-secret&code=sign-on-secret&reason=why&password=hunter2", nil)
	request.Header.Set("Cookie", "jianfu=session-secret")
	request.Header.Set("Authorization", "Bearer jf_token-secret")
	response, _ := do(t, s, request)
	for _, secret := range []string{"setup-secret", "sign-on-secret", "session-secret", "token-secret", "hunter2", "why"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, log.String())
		}
	}
	for _, wanted := range []string{`/?from=2019-05&token&code`, `"account":"dc01"`, response.Header.Get("X-Request-Id")} {
		if !strings.Contains(log.String(), wanted) {
			t.Errorf("the log lacks %q: %s", wanted, log.String())
		}
	}
}
