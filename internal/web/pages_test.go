package web

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// noPages are addresses that answer GET and are no page that a browser could be tested on, each with why.
var noPages = map[string]string{
	"/loads/files/:upload":       "answers a HEAD of the protocol by which files come",
	"/setup":                     "only while there is no account",
	"/account/confirmation":      "only while nobody has confirmed the account; those of the browser come from the command line",
	"/login/oidc":                "leads to another server",
	"/login/oidc/callback":       "comes from another server",
	"/subscriptions/change":      "subscriptions.test.mjs walks it, because somebody must have subscribed to a page",
	"/reports/preparations/:job": "reports.test.mjs walks it, because somebody must have had a report prepared",
}

// TestABrowserGoesToEveryPage holds browser/pages.json, from which pages.test.mjs works, against the routes.
func TestABrowserGoesToEveryPage(t *testing.T) {
	contents, err := os.ReadFile("browser/pages.json")
	if err != nil {
		t.Fatal(err)
	}
	var listed []struct{ Path, Address, From, Link, Account string }
	if err := json.Unmarshal(contents, &listed); err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, r := range serving(t, nil).Table() {
		if r.Method == http.MethodGet && !strings.HasPrefix(r.Path, "/download/") && noPages[r.Path] == "" {
			pages = append(pages, r.Path)
		}
	}
	var known []string
	for _, page := range listed {
		known = append(known, page.Path)
		if strings.Contains(page.Path, ":") && page.Address == "" && page.From == "" {
			t.Errorf("browser/pages.json does not say where a page of %s is found: give its address, or from and link", page.Path)
		}
		if !slices.Contains(pages, page.Path) {
			t.Errorf("browser/pages.json lists %s, which is no page", page.Path)
		}
	}
	for _, page := range pages {
		if !slices.Contains(known, page) {
			t.Errorf("browser/pages.json does not list %s, so that no browser tests it", page)
		}
	}
}
