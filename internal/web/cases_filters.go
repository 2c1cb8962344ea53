package web

import (
	"maps"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fault"
	"jianfu/queries"
)

// What an account can keep of the list of cases.
const (
	caseList    = "cases" // the list in the table of saved filters
	mostFilters = 30
	longestName = 30 // characters
	paramName   = "name"
)

// savedFilter is a filter that the reader keeps, with the address of the list.
type savedFilter struct {
	Name, Address string
	Current       bool
}

// savedFilters are those of the reader. Through another's eyes one sees what the other keeps.
func (s *Server) savedFilters(c *fiber.Ctx, a *casesAnswer) ([]savedFilter, error) {
	ctx, cancel := asking(c)
	defer cancel()
	kept, err := s.config.Queries.SavedFilters(ctx, askerOf(c).Account.Account, caseList)
	var list []savedFilter
	here := a.lasting()
	for _, f := range kept {
		address := a.at("/cases")
		if f.Address != "" {
			if strings.Contains(address, "?") {
				address += "&" + f.Address
			} else {
				address += "?" + f.Address
			}
		}
		list = append(list, savedFilter{f.Name, address, f.Address == here})
	}
	return list, err
}

// lasting are the parameters of the list that a filter keeps: what is looked for, in which order and columns, but neither the
// page nor the sample, the language nor the colours.
func (a *casesAnswer) lasting() string {
	u := a.cases
	u.page, u.sample = 1, ""
	st := state{narrow: a.st.narrow, extra: maps.Clone(u.values())}
	_, query, _ := strings.Cut(st.url(""), "?")
	return query
}

// saveFilter is POST /cases/filters/save: the list that the address shows, under a name.
func (s *Server) saveFilter(c *fiber.Ctx) error {
	return s.changeFilter(c, "filter_saved", func(a *casesAnswer, account, name string) error {
		kept, err := s.config.Queries.SavedFilters(c.UserContext(), account, caseList)
		if err != nil {
			return err
		}
		others := 0
		for _, f := range kept {
			if f.Name != name {
				others++
			}
		}
		if others >= mostFilters {
			return status(fiber.StatusUnprocessableEntity, fault.New("web_filters_full", "most", mostFilters))
		}
		return s.config.Queries.SaveFilter(c.UserContext(), account, caseList, queries.SavedFilter{Name: name, Address: a.lasting(), SavedAt: s.config.Now()})
	})
}

// dropFilter is POST /cases/filters/drop.
func (s *Server) dropFilter(c *fiber.Ctx) error {
	return s.changeFilter(c, "filter_dropped", func(_ *casesAnswer, account, name string) error {
		return s.config.Queries.DropFilter(c.UserContext(), account, caseList, name, s.config.Now())
	})
}

// changeFilter does something to a filter of the asker's own and shows the list again.
func (s *Server) changeFilter(c *fiber.Ctx, done string, change func(a *casesAnswer, account, name string) error) error {
	asker := askerOf(c)
	if asker.Principal.ViewingAs() {
		return s.denied(c, asker, "own")
	}
	a, err := s.askCases(c)
	if err != nil {
		return err
	}
	name := strings.Join(strings.Fields(form(c, paramName)), " ")
	if name == "" || utf8.RuneCountInString(name) > longestName {
		return status(fiber.StatusUnprocessableEntity, fault.New("web_filter_name", "most", longestName))
	}
	if err := change(&a, asker.Account.Account, name); err != nil {
		return err
	}
	st := a.st
	st.extra = maps.Clone(a.cases.values())
	if st.extra == nil {
		st.extra = url.Values{}
	}
	st.extra.Set(paramDone, done)
	return c.Redirect(st.url("/cases"), fiber.StatusSeeOther)
}
