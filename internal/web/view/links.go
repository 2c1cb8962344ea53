package view

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// What pages need to which others lead: those of cases, which name a unit, rest on records of persons and show their issues, and the
// page on which a policy is tried out.
var (
	CaseRights   = []access.Right{access.FiguresUnit, access.FiguresRecord, access.IssuesRead}
	TryOutRights = []access.Right{access.FiguresAggregate, access.PolicyRead}
)

// IssuePath is the path of an issue's page.
func IssuePath(number string) string { return "/issues/" + url.PathEscape(number) }

// LinkTo is a link.
func LinkTo(text, address string) kit.Link { return kit.Link{Text: text, Address: address} }

// UnitAddress is that of a unit's page: the same window, comparison and payers, and nothing that narrows.
func (a Asked) UnitAddress(id string, more ...string) string {
	st := a.St
	st.Extra, st.Narrow = nil, queries.Narrow{}
	return st.URL(strings.Join(append([]string{"/units/" + id}, more...), "/"))
}

// Below are the breadcrumbs of a page that lies one step below those of its narrowing.
func (a Asked) Below(text string) []kit.Link {
	crumbs := a.Crumbs()
	crumbs[len(crumbs)-1].Current = false
	return append(crumbs, kit.Link{Text: text, Current: true})
}

// At is the address of a page that has no view.
func (a Asked) At(path string) string { return kit.State{Lang: a.St.Lang, Theme: a.St.Theme}.URL(path) }

// FindingLink leads to a finding, and from it to units and issues.
func (a Asked) FindingLink(marks ...string) string {
	switch marks[0] {
	case "finding":
		return a.At("/findings/" + marks[1])
	case "unit":
		return a.UnitAddress(marks[1])
	case "issue":
		return a.At("/issues/" + marks[1])
	}
	return ""
}

// MayAll tells whether somebody has all of some rights.
func MayAll(p access.Principal, rights []access.Right) bool {
	for _, right := range rights {
		if !p.Can(right) {
			return false
		}
	}
	return true
}

// NoUnit answers alike whether there is no such unit or the reader may not see it.
func NoUnit() error { return kit.Status(fiber.StatusNotFound, problem.New("unit_not_found")) }
