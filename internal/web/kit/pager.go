package kit

import (
	"strconv"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// Pager leads to the pages of a list around the one that is shown, and to the first and the last.
func Pager(p *i18n.Printer, st State, path string, page, perPage, rows uint64) []Link {
	last := (rows + perPage - 1) / perPage
	if last <= 1 {
		return nil
	}
	address := func(n uint64) string {
		to := st
		if to.Extra = WithValue(st.Extra, ParamPage, ""); n > 1 {
			to.Extra.Set(ParamPage, strconv.FormatUint(n, 10))
		}
		return to.URL(path)
	}
	var links []Link
	if page > 1 {
		links = append(links, Link{Text: p.T("web.pager.previous"), Address: address(page - 1), ID: "prev"})
	}
	before := uint64(0)
	for _, n := range []uint64{1, page - 2, page - 1, page, page + 1, page + 2, last} {
		if n <= before || n > last || n > page+2 && n != last {
			continue
		}
		if n > before+1 {
			links = append(links, Link{Text: "…", ID: "gap"})
		}
		links = append(links, Link{Text: dashboards.Count(n), Address: address(n), Current: n == page})
		before = n
	}
	if page < last {
		links = append(links, Link{Text: p.T("web.pager.next"), Address: address(page + 1), ID: "next"})
	}
	return links
}

// WholeList is where a list of several pages stands on one, as far as a page goes, to be printed; the script prints it as soon as it
// is there.
func WholeList(st State, path string, pages []Link) string {
	if len(pages) == 0 {
		return ""
	}
	st.Extra = WithValue(WithValue(st.Extra, ParamPage, ""), ParamPerPage, strconv.Itoa(MostPerPage))
	return st.URL(path) + "#print"
}

// Takes are the addresses at which a list can be taken away whole.
func Takes(title string, st State, path string) []Link {
	var links []Link
	for _, format := range []string{"xlsx", "csv"} {
		links = append(links, Link{Text: title, Address: st.URL(path + "." + format), ID: format})
	}
	return links
}
