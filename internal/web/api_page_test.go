package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/web/help"
)

func TestThePageOfTheInterfaceShowsEveryOperation(t *testing.T) {
	s := serving(t, nil)
	for _, language := range i18n.Languages {
		document := page(t, s, "/api?lang="+language)
		for _, o := range s.Operations() {
			card := document.Find("#" + o.Name())
			if card.Find("h3 code").Text() != help.DocumentPath(o.Path) {
				t.Errorf("%s has no card", o.Path)
			}
			var names []string
			card.Find("form [name]").Each(func(_ int, field *goquery.Selection) { names = append(names, field.AttrOr("name", "")) })
			if want := append(o.InPath(), o.InQuery()...); !slices.Equal(names, want) {
				t.Errorf("%s: fields %q, want %q", o.Path, names, want)
			}
			if o.Reply != nil && (card.Find(".api-properties tbody tr").Length() == 0 || !strings.HasPrefix(card.Find("details pre").Last().Text(), "{")) {
				t.Errorf("%s: no properties or no example", o.Path)
			}
			if document.Find(`.api-list a[href="#`+o.Name()+`"]`).Length() != 1 {
				t.Errorf("%s is not listed at the side", o.Path)
			}
		}
		document.Find(`a[href^="#"]`).Each(func(_ int, link *goquery.Selection) {
			if target := link.AttrOr("href", ""); document.Find(target).Length() != 1 {
				t.Errorf("a link leads to %s, which is not there once", target)
			}
		})
		document.Find(".api td, .api th, .api p, .api h2, .api h3, .api summary").Each(func(_ int, text *goquery.Selection) {
			if strings.Contains(text.Text(), "api.type.") || strings.HasPrefix(strings.TrimSpace(text.Text()), "api.") {
				t.Errorf("%s: a key stands where its text belongs: %q", language, text.Text())
			}
		})
	}
}

// TestThePageOfTheInterfaceOffersWhatTheReaderMay: others are shown what there is, and cannot try it.
func TestThePageOfTheInterfaceOffersWhatTheReaderMay(t *testing.T) {
	o := staffed(t)
	for _, role := range access.Roles {
		b := o.signedIn("sz-" + string(role))
		response, body := b.get("/api")
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", role, response.StatusCode)
		}
		document := parsed(t, body)
		for _, operation := range o.server.Operations() {
			may := expects("GET "+operation.Path, role)
			if offered := document.Find("#"+operation.Name()+" form button").Length() == 1; offered != may {
				t.Errorf("%s %s: offered %v, allowed %v", role, operation.Path, offered, may)
			}
		}
	}
}
