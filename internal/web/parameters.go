package web

import (
	"jianfu/internal/fault"
	"jianfu/internal/period"
	"regexp"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

const (
	paramUnit    = "unit"    // credit code, a part of the path
	paramSearch  = "q"       // code, name or initials
	paramState   = "state"   // id of a state
	paramSort    = "sort"    // a column, with a minus in front for falling order
	paramColumns = "columns" // ids of columns, with commas
	paramCause   = "cause"   // id of a reason, in the addresses of downloads, where "reason" says why they are taken
	paramSince   = "since"   // first day, 2020-01-15, in Beijing time
	paramUntil   = "until"   // last day
	paramAt      = "at"      // for which month to say what applies, or which to compute
	paramArea    = "area"    // where; checked against the reader's scope like a region
	paramLevel   = "level"   // how severe
	paramIssue   = "issue"   // whether an issue is open, was closed, or never was
)

// unitsPerPage is how many units, or records, a page shows.
const unitsPerPage = 50

// readPage reads which page of a list is asked for, and how many rows it has.
func readPage(c *fiber.Ctx) (page, perPage uint64, err error) {
	page, perPage = 1, unitsPerPage
	for _, n := range []struct {
		name string
		into *uint64
		most uint64
	}{{paramPage, &page, lastPage}, {paramPerPage, &perPage, mostPerPage}} {
		text := c.Query(n.name)
		if text == "" {
			continue
		}
		if *n.into, err = strconv.ParseUint(text, 10, 32); err != nil || *n.into < 1 || *n.into > n.most {
			return 1, unitsPerPage, status(fiber.StatusBadRequest, fault.New("web_bad_integer", "name", n.name, "value", shortened(text), "least", 1, "most", n.most))
		}
	}
	return page, perPage, nil
}

// yes is what a box says that is ticked.
const yes = "yes"

// numberOf reads a number that is a part of the path; one that there cannot be is an address that is not there.
func numberOf(c *fiber.Ctx, name string) (uint32, error) {
	n, err := strconv.ParseUint(c.Params(name), 10, 32)
	if err != nil {
		return 0, status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	return uint32(n), nil
}

func monthsOf(list []uint32) []period.Period {
	months := make([]period.Period, len(list))
	for i, m := range list {
		months[i] = period.Period(m)
	}
	return months
}

// dayForm is what a day looks like.
var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
