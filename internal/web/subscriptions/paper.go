package subscriptions

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"jianfu/internal/web/kit"
)

// page is a page of ours, taken apart.
type page struct {
	root    *html.Node
	heading string // of the page, with its months
	empty   bool   // nothing has been computed yet
}

func readPage(text []byte) (page, error) {
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return page{}, err
	}
	p := page{root: root}
	for n := range root.Descendants() {
		if n.DataAtom == atom.H1 && p.heading == "" {
			p.heading = words(n)
		}
		p.empty = p.empty || has(n, "message-mark")
	}
	return p, nil
}

// words are the text of an element in one line.
func words(n *html.Node) string {
	var parts []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			parts = append(parts, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(parts, " ")
}

// attribute is the value of an attribute, "" for none.
func attribute(n *html.Node, name string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

// has tells whether an element is of a class.
func has(n *html.Node, class string) bool {
	return n.Type == html.ElementNode && slices.Contains(strings.Fields(attribute(n, "class")), class)
}

// downloads are the addresses of the tables that the page offers its reader, in one format. A page that offers one format asks its
// reader for it behind the link.
func (p page) downloads(format string) (addresses []string) {
	if format == "" {
		return nil
	}
	for n := range p.root.Descendants() {
		path, parameters, _ := strings.Cut(attribute(n, "href"), "?")
		plain := strings.TrimSuffix(strings.TrimSuffix(path, ".csv"), ".xlsx")
		if n.DataAtom != atom.A || attribute(n, "data-take") == "" || !strings.HasPrefix(path, "/download/") || plain == path {
			continue
		}
		if address := kit.Joined(plain+"."+format, parameters); !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// What paper has no use for: elements by their name and by their class.
var (
	offPaper      = []atom.Atom{atom.Script, atom.Noscript, atom.Template, atom.Dialog, atom.Input, atom.Select, atom.Textarea, atom.Button, atom.Iframe, atom.Link}
	offPaperClass = []string{"bar", "skip", "saved-views", "card-tools", "as-json", "view-as", "not-computed", "map-legend"}
)

// paper is the page as a file of its own: with its style sheets and charts in it, without anything that a reader could press, and
// without anything that would be fetched from somewhere.
func (p page) paper(m maker) ([]byte, error) {
	charts := map[string]string{}
	var styles bytes.Buffer
	for n := range p.root.Descendants() {
		if id, ok := strings.CutPrefix(attribute(n, "id"), "chart-"); ok && n.DataAtom == atom.Script && n.FirstChild != nil {
			charts[id] = n.FirstChild.Data
		}
		if n.DataAtom == atom.Link && attribute(n, "rel") == "stylesheet" && n.Parent.DataAtom != atom.Noscript {
			styles.Write(m.style(attribute(n, "href")))
			styles.WriteByte('\n')
		}
	}
	var gone []*html.Node
	for n := range p.root.Descendants() {
		switch {
		case n.Type == html.CommentNode || slices.Contains(offPaper, n.DataAtom) || slices.ContainsFunc(offPaperClass, func(class string) bool { return has(n, class) }) ||
			n.Type == html.ElementNode && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }):
			gone = append(gone, n)
		case attribute(n, "data-chart") != "":
			m.draw(n, charts[attribute(n, "data-chart")])
		default:
			p.plain(n, m.Config.Reminders.Address)
		}
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
	for n := range p.root.Descendants() {
		if n.DataAtom == atom.Head {
			n.AppendChild(element(atom.Meta, "http-equiv", "Content-Security-Policy", "content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"))
			style := element(atom.Style)
			style.AppendChild(&html.Node{Type: html.TextNode, Data: styles.String()})
			n.AppendChild(style)
			break
		}
	}
	var text bytes.Buffer
	err := html.Render(&text, p.root)
	return text.Bytes(), err
}

// element is an element with attributes.
func element(name atom.Atom, namesAndValues ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: name, Data: name.String()}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		n.Attr = append(n.Attr, html.Attribute{Key: namesAndValues[i], Val: namesAndValues[i+1]})
	}
	return n
}

// plain leaves of an element what it says: forms become boxes, what is folded is opened, and links lead to the server under the address
// that its users have for it, or nowhere.
func (page) plain(n *html.Node, address string) {
	switch n.DataAtom {
	case atom.Form:
		n.DataAtom, n.Data = atom.Div, "div"
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key != "class" })
	case atom.Details:
		if has(n, "data") {
			n.Attr = append(slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" }), html.Attribute{Key: "open"})
		}
	case atom.Html:
		n.Attr = append(slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "data-theme" }), html.Attribute{Key: "data-theme", Val: "light"})
	case atom.A:
		to := attribute(n, "href")
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "href" })
		if base, err := url.Parse(address); address != "" && err == nil && strings.HasPrefix(to, "/") {
			n.Attr = append(n.Attr, html.Attribute{Key: "href", Val: strings.TrimSuffix(base.String(), "/") + to})
		}
	}
}

// The size of a chart on paper, in CSS pixels.
const (
	chartWidth   = 760
	chartHeight  = 340
	chartHighest = 900
)

// draw puts the picture of a chart in its place. A map, whose boundaries only browsers have, and a chart that cannot be drawn leave
// their table alone.
func (m maker) draw(n *html.Node, text string) {
	height := chartHeight
	for class := range strings.FieldsSeq(attribute(n, "class")) {
		if steps, ok := strings.CutPrefix(class, "h-"); ok {
			if given, err := strconv.Atoi(steps); err == nil {
				height = min(given, chartHighest)
			}
		}
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key != "role" && a.Key != "aria-label" })
	var chart struct {
		Map string `json:"map"`
	}
	if json.Unmarshal([]byte(text), &chart) != nil || chart.Map != "" {
		return
	}
	drawer, err := m.drawer()
	if err != nil { // a build without charts
		return
	}
	svg, err := drawer.SVG(json.RawMessage(text), chartWidth, height)
	if err != nil {
		m.Config.Log.Warn("a chart was not drawn for a subscription", "error", err)
		return
	}
	n.AppendChild(element(atom.Img, "src", "data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString(svg), "alt", attribute(n, "aria-label"), "width", "100%"))
}
