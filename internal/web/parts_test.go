package web

import (
	"compress/gzip"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/web/kit"
)

// fetched is a page as a program got it that reads gzip, or one that does not.
func fetched(t *testing.T, s *Server, address, encoding string) string {
	t.Helper()
	request := httptest.NewRequest(fiber.MethodGet, address, nil)
	request.Header.Set(fiber.HeaderAcceptEncoding, encoding)
	response, err := s.App.Test(request, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	var body io.Reader = response.Body
	if got := response.Header.Get(fiber.HeaderContentEncoding); got != encoding {
		t.Fatalf("%s: encoded as %q, asked for %q", address, got, encoding)
	}
	if encoding == "gzip" {
		if body, err = gzip.NewReader(response.Body); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(body) // the sum at the end is checked too
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return proofs.ReplaceAllString(string(text), "")
}

var proofs = regexp.MustCompile(`name="csrf_token" value="[^"]+"`)

func TestKeptPartsMakeTheSamePage(t *testing.T) {
	s := serving(t, nil)
	for _, address := range []string{"/", "/?lang=en&payer=both", "/?from=2019-05&to=2019-06"} {
		first := fetched(t, s, address, "gzip")
		if strings.Contains(first, kit.PartMark) || !strings.Contains(first, `data-table="regions"`) {
			t.Fatalf("%s: parts are missing", address)
		}
		for _, encoding := range []string{"gzip", "", "gzip"} {
			if again := fetched(t, s, address, encoding); again != first {
				t.Errorf("%s: the page differs when it is asked for again, encoded as %q", address, encoding)
			}
		}
	}
	if fetched(t, s, "/", "gzip") == fetched(t, s, "/?payer=both", "gzip") {
		t.Error("two views look alike")
	}
}

// TestKeptPartsAreForTheSameRights: whoever may not take anything away finds no button for it on a page that was kept for
// somebody who may, and a token's pages are not kept.
func TestKeptPartsAreForTheSameRights(t *testing.T) {
	s := serving(t, nil)
	reader := everything()
	s.Identify = func(*fiber.Ctx) (kit.Asker, error) { return reader, nil }
	if page := fetched(t, s, "/", "gzip"); !strings.Contains(page, "/download/overview/") {
		t.Fatal("an inspector finds no download")
	}
	reader.Visit = auth.Visit{Account: reader.Account, Session: reader.Session, Principal: reader.Principal.Narrow([]access.Right{access.FiguresAggregate, access.FiguresRecord}, nil)}
	if page := fetched(t, s, "/", "gzip"); strings.Contains(page, "/download/overview/") {
		t.Error("a part that was kept for another reader is shown")
	}
	before := s.Pages.Parts.Entries.Len()
	reader.Token = "a token"
	if fetched(t, s, "/?payer=both", "gzip"); s.Pages.Parts.Entries.Len() != before {
		t.Error("a token's page was kept")
	}
}
