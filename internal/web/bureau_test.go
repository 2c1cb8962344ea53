package web

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"jianfu/internal/config"
)

func TestTheSignInPageNamesTheBureauAndTheProduct(t *testing.T) {
	s := serving(t, nil)
	for _, bureau := range []string{"", "国家税务总局江苏省税务局"} {
		s.Config.Bureau = config.Bureau{Name: bureau}
		answer, err := s.App.Test(httptest.NewRequest("GET", "/login", nil), -1)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		page := parsed(t, string(text))
		if named := page.Find(".sign-in-bureau"); named.Text() != bureau || named.Length() != min(1, len(bureau)) {
			t.Errorf("the bureau %q is named %q by %d elements", bureau, named.Text(), named.Length())
		}
		if product := page.Find(".sign-in-product").Text(); !strings.Contains(product, "减负") || !strings.Contains(product, "社会保险费") {
			t.Errorf("the product is named %q", product)
		}
	}
}
