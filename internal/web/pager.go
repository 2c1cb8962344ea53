package web

import (
	"strconv"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// pager leads to the pages of a list around the one that is shown, and to the first and the last.
func pager(p *i18n.Printer, st state, path string, page, perPage, rows uint64) []link {
	last := (rows + perPage - 1) / perPage
	if last <= 1 {
		return nil
	}
	address := func(n uint64) string {
		to := st
		if to.extra = withValue(st.extra, paramPage, ""); n > 1 {
			to.extra.Set(paramPage, strconv.FormatUint(n, 10))
		}
		return to.url(path)
	}
	var links []link
	if page > 1 {
		links = append(links, link{Text: p.T("web.pager.previous"), Address: address(page - 1), ID: "prev"})
	}
	before := uint64(0)
	for _, n := range []uint64{1, page - 2, page - 1, page, page + 1, page + 2, last} {
		if n <= before || n > last || n > page+2 && n != last {
			continue
		}
		if n > before+1 {
			links = append(links, link{Text: "…", ID: "gap"})
		}
		links = append(links, link{Text: dashboards.Count(n), Address: address(n), Current: n == page})
		before = n
	}
	if page < last {
		links = append(links, link{Text: p.T("web.pager.next"), Address: address(page + 1), ID: "next"})
	}
	return links
}

// wholeList is where a list of several pages stands on one, as far as a page goes, to be printed; the script prints it as soon as it
// is there.
func wholeList(st state, path string, pages []link) string {
	if len(pages) == 0 {
		return ""
	}
	st.extra = withValue(withValue(st.extra, paramPage, ""), paramPerPage, strconv.Itoa(mostPerPage))
	return st.url(path) + "#print"
}

// takes are the addresses at which a list can be taken away whole.
func takes(title string, st state, path string) []link {
	var links []link
	for _, format := range []string{"xlsx", "csv"} {
		links = append(links, link{Text: title, Address: st.url(path + "." + format), ID: format})
	}
	return links
}
