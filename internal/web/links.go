package web

import (
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/queries"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

var (
	caseRights = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesRead}
)

func issuePath(number string) string { return "/issues/" + url.PathEscape(number) }

func linkTo(text, address string) link { return link{Text: text, Address: address} }

// unitAddress is that of a unit's page: the same window, comparison and payers, and nothing that narrows.
func (a asked) unitAddress(id string, more ...string) string {
	st := a.st
	st.extra, st.narrow = nil, queries.Narrow{}
	return st.url(strings.Join(append([]string{"/units/" + id}, more...), "/"))
}

// below are the breadcrumbs of a page that lies one step below those of its narrowing.
func (a asked) below(text string) []link {
	crumbs := a.crumbs()
	crumbs[len(crumbs)-1].Current = false
	return append(crumbs, link{Text: text, Current: true})
}

// at is the address of a page that has no view.
func (a asked) at(path string) string { return state{lang: a.st.lang, theme: a.st.theme}.url(path) }

// findingLink leads to a finding, and from it to units and issues.
func (a asked) findingLink(marks ...string) string {
	switch marks[0] {
	case "finding":
		return a.at("/findings/" + marks[1])
	case "unit":
		return a.unitAddress(marks[1])
	case "issue":
		return a.at("/issues/" + marks[1])
	}
	return ""
}

// mayAll tells whether somebody has all of some rights.
func mayAll(p access.Principal, rights []access.Right) bool {
	for _, right := range rights {
		if !p.Can(right) {
			return false
		}
	}
	return true
}

// noUnit answers alike whether there is no such unit or the reader may not see it.
func noUnit() error { return status(fiber.StatusNotFound, fault.New("unit_not_found")) }

var (
	tryOutRights = []access.Right{access.FiguresAggregate, access.PolicyRead}
)
