package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/audit"
	"jianfu/internal/web/assets"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/pictures"
	"jianfu/internal/web/static"
)

// TestAPictureIsTakenLikeAFile: with a reason, and in the audit log before it is there; and without any picture being sent.
func TestAPictureIsTakenLikeAFile(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-leadership")
	b.get("/")
	good := []string{"reason", "向上级汇报", "format", "png", "block", "regions", "title", "分地区", "page", "/?payer=both"}
	for name, change := range map[string][2]string{
		"no reason":                   {"reason", ""},
		"a format that nobody makes":  {"format", "gif"},
		"no format":                   {"format", ""},
		"a block that cannot be":      {"block", "../regions"},
		"a title that is none":        {"title", ""},
		"a title that fills the log":  {"title", strings.Repeat("长", pictures.LongestTitle+1)},
		"a page of another site":      {"page", "https://example.com/"},
		"a page of no site":           {"page", ""},
		"a page that is no page":      {"page", "//example.com"},
		"an address that is too long": {"page", "/?" + strings.Repeat("x", kit.LongestURL)},
	} {
		fields := slices.Clone(good)
		fields[slices.Index(fields, change[0])+1] = change[1]
		response, body := b.post("/picture?lang=en", fields...)
		var refusal kit.RefusalJSON
		if err := json.Unmarshal([]byte(body), &refusal); response.StatusCode != http.StatusBadRequest || err != nil || refusal.Error.Message == "" {
			t.Errorf("%s: status %d, %v, %q", name, response.StatusCode, err, refusal.Error.Message)
		}
	}
	if entries := o.entries(audit.Exported); len(entries) != 0 {
		t.Errorf("%d pictures were recorded that were not taken", len(entries))
	}
	response, body := b.post("/picture", good...)
	var mark pictures.PictureMark
	if err := json.Unmarshal([]byte(body), &mark); response.StatusCode != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v", response.StatusCode, err)
	}
	if all := strings.Join(slices.Concat(mark.Watermark, mark.Lines), " "); !strings.Contains(all, "sz-leadership") || !strings.Contains(all, "向上级汇报") {
		t.Errorf("the mark says %q", all)
	}
	entries := o.entries(audit.Exported)
	if len(entries) != 1 || entries[0].Object != "regions" || entries[0].Reason != "向上级汇报" {
		t.Fatalf("the audit log holds %+v", entries)
	}
	for name, want := range map[string]string{"format": "png", "page": "/?payer=both", "title": "分地区"} {
		if entries[0].Details[name] != want {
			t.Errorf("the entry says %s is %q, want %q", name, entries[0].Details[name], want)
		}
	}
}

func TestModulesAreImportedByTheirAddresses(t *testing.T) {
	files, err := assets.NewAssets("")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range files.ByName {
		if !strings.HasSuffix(name, ".js") || strings.HasPrefix(name, "vendor/") {
			continue
		}
		contents, err := static.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := file.Plain()
		if err != nil {
			t.Fatal(err)
		}
		served := string(plain)
		for _, parts := range assets.Imported.FindAllStringSubmatch(string(contents), -1) {
			if other := files.ByName[parts[2]]; !strings.Contains(served, "'./"+other.Address+"';") || strings.Contains(served, "'./"+parts[2]+"'") {
				t.Errorf("%s does not import %s by its address", name, parts[2])
			}
		}
	}
	modules := map[string][]byte{"a.js": []byte("import { b } from './b.js';\n"), "b.js": []byte("import { a } from './a.js';\n"), "c.js": []byte("import { x } from './x.js';\n")}
	for _, name := range []string{"a.js", "c.js"} {
		if err := (&assets.Assets{ByName: map[string]*assets.Asset{}, ByAddress: map[string]*assets.Asset{}}).AddModule(name, modules, nil); err == nil {
			t.Errorf("%s is served, and what it imports cannot be had", name)
		}
	}
}
