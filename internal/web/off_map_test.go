package web

import (
	"strings"
	"testing"

	"jianfu/internal/web/kit"
)

// TestARegionWithoutAnAreaOnTheMapIsListedBesideIt: Suzhou's boundaries are those of a bureau's folder that knows Huqiu alone. Wuzhong is
// listed with its figures below the map, and named in its description, on every page with a map.
func TestARegionWithoutAnAreaOnTheMapIsListedBesideIt(t *testing.T) {
	o := staffed(t)
	o.server = o.serving(func(c *kit.Config) { c.LeastPersons = 1 })
	complete(o.server)
	o.server.Assets.Approved = true
	o.server.Assets.Add("boundaries/320500.json", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adcode":320505},"geometry":null}]}`))
	b := o.signedIn("sz-leadership")
	for _, address := range []string{"/?view=map", "/regions/320500", "/screen"} {
		_, text := b.get(address)
		shown := parsed(t, text)
		off := shown.Find(".off-map li")
		if off.Length() != 1 || !strings.Contains(off.Text(), "吴中区") || !strings.Contains(off.Text(), "落实率") {
			t.Errorf("%s: beside the map is %q", address, off.Text())
		}
		if described := shown.Find("[data-chart=map]").AttrOr("aria-label", ""); !strings.Contains(described, "有 1 个地区在地图上没有边界：吴中区") {
			t.Errorf("%s: the map is described as %q", address, described)
		}
	}
	o.server.Assets.Areas.Clear()
	o.server.Assets.Add("boundaries/320500.json", []byte(`{"features":[{"properties":{"adcode":"320505"}},{"properties":{"code":"320506"}}]}`))
	if _, text := b.get("/regions/320500"); parsed(t, text).Find(".off-map").Length() != 0 {
		t.Error("a list stands beside a map that shows all")
	}
}
