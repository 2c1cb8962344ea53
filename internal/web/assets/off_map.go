package assets

import (
	"encoding/json"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// areasOf are the codes that the boundaries of a region draw, as charts.js joins them; nil where there are no boundaries. They are
// read once.
func (a *Assets) areasOf(code string) map[string]bool {
	name := "vendor/map/" + code + ".json"
	if a.Approved {
		name = "boundaries/" + code + ".json"
	}
	if known, ok := a.Areas.Load(name); ok {
		return known.(map[string]bool)
	}
	areas := a.readAreas(name)
	a.Areas.Store(name, areas)
	return areas
}

func (a *Assets) readAreas(name string) map[string]bool {
	file, there := a.ByName[name]
	if !there {
		return nil
	}
	text, err := file.Plain()
	if err != nil {
		return nil
	}
	var drawn struct {
		Features []struct {
			ID         json.RawMessage `json:"id"`
			Properties struct {
				Adcode json.RawMessage `json:"adcode"`
				Code   json.RawMessage `json:"code"`
			} `json:"properties"`
		} `json:"features"`
	}
	if json.Unmarshal(text, &drawn) != nil {
		return nil
	}
	areas := map[string]bool{}
	for _, f := range drawn.Features {
		for _, code := range []json.RawMessage{f.Properties.Adcode, f.Properties.Code, f.ID} {
			if text := strings.Trim(string(code), `"`); text != "" && text != "null" && text != "0" {
				areas[text] = true
				break
			}
		}
	}
	return areas
}

// OffMap lists the places of a map that have no area on it: the boundaries may be of another year than the codes, and zones
// have none. What is not drawn must be listed.
func (a *Assets) OffMap(chart *dashboards.Chart) []dashboards.Place {
	areas := a.areasOf(chart.Map)
	var off []dashboards.Place
	for _, place := range chart.Places {
		if !areas[place.Key] {
			off = append(off, place)
		}
	}
	return off
}

// OffMapSentence says which places are not drawn, for who cannot see the map; "" where all are.
func OffMapSentence(p *i18n.Printer, off []dashboards.Place) string {
	if len(off) == 0 {
		return ""
	}
	var texts []string
	for _, place := range off {
		texts = append(texts, place.Name+p.T("web.colon")+place.Text)
	}
	return p.N("web.map.off", len(off)) + p.T("web.colon") + strings.Join(texts, p.T("web.list_separator"))
}
