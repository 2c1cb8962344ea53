package kit

import (
	"regexp"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// Parameters that pages and operations of several topics take.
const (
	ParamUnit    = "unit"    // credit code, a part of the path
	ParamSearch  = "q"       // code, name or initials
	ParamState   = "state"   // id of a state
	ParamSort    = "sort"    // a column, with a minus in front for falling order
	ParamColumns = "columns" // ids of columns, with commas
	ParamCause   = "cause"   // id of a reason, in the addresses of downloads, where "reason" says why they are taken
	ParamSince   = "since"   // first day, 2020-01-15, in Beijing time
	ParamUntil   = "until"   // last day
	ParamAt      = "at"      // for which month to say what applies, or which to compute
	ParamArea    = "area"    // where; checked against the reader's scope like a region
	ParamLevel   = "level"   // how severe
	ParamIssue   = "issue"   // whether an issue is open, was closed, or never was
)

// UnitsPerPage is how many units, or records, a page shows.
const UnitsPerPage = 50

// ReadPage reads which page of a list is asked for, and how many rows it has.
func ReadPage(c *fiber.Ctx) (page, perPage uint64, err error) {
	page, perPage = 1, UnitsPerPage
	for _, n := range []struct {
		name string
		into *uint64
		most uint64
	}{{ParamPage, &page, LastPage}, {ParamPerPage, &perPage, MostPerPage}} {
		text := c.Query(n.name)
		if text == "" {
			continue
		}
		if *n.into, err = strconv.ParseUint(text, 10, 32); err != nil || *n.into < 1 || *n.into > n.most {
			return 1, UnitsPerPage, Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", n.name, "value", Shortened(text), "least", 1, "most", n.most))
		}
	}
	return page, perPage, nil
}

// Yes is what a box says that is ticked.
const Yes = "yes"

// NumberOf reads a number that is a part of the path; one that there cannot be is an address that is not there.
func NumberOf(c *fiber.Ctx, name string) (uint32, error) {
	n, err := strconv.ParseUint(c.Params(name), 10, 32)
	if err != nil {
		return 0, Status(fiber.StatusNotFound, problem.New("web_not_found", "path", Shortened(c.Path())))
	}
	return uint32(n), nil
}

// MonthsOf are months as the store numbers them.
func MonthsOf(list []uint32) []period.Period {
	months := make([]period.Period, len(list))
	for i, m := range list {
		months[i] = period.Period(m)
	}
	return months
}

// dayForm is what a day looks like.
var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
