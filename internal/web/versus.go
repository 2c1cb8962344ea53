package web

import (
	"regexp"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/fault"
	"jianfu/internal/period"
)

// The two parameters in which a form without scripts sends a window that the reader chose. Addresses that jianfu writes have
// it in paramVersus alone.
const (
	paramVersusFrom = "versus_from"
	paramVersusTo   = "versus_to"
)

// rangeMark stands between the two months of a window in an address.
const rangeMark = ".."

// versusForm is what paramVersus may be for programs.
var versusForm = regexp.MustCompile(`^(before|year|[0-9]{4}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2})?)$`)

// versus is what an address says that its window is compared with. The zero versus compares the last two months.
type versus struct {
	way  string       // "", or one of dashboards' ways
	free period.Range // of dashboards.VersusFree
}

// String writes it as addresses have it.
func (v versus) String() string {
	switch {
	case v.way != dashboards.VersusFree:
		return v.way
	case v.free.From == v.free.To:
		return v.free.From.String()
	}
	return v.free.From.String() + rangeMark + v.free.To.String()
}

// window is the one that another is compared with.
func (v versus) window(own period.Range) period.Range {
	switch v.way {
	case dashboards.VersusBefore:
		return period.Range{From: own.From.Add(-own.To.Since(own.From) - 1), To: own.From.Add(-1)}
	case dashboards.VersusYear:
		return period.Range{From: own.From.Add(-12), To: own.To.Add(-12)}
	}
	return v.free
}

// readVersus reads it as addresses have it, or as a form sends it.
func readVersus(value func(name string) (string, error)) (versus, error) {
	text, err := value(paramVersus)
	if err != nil {
		return versus{}, err
	}
	switch text {
	case "", dashboards.VersusBefore, dashboards.VersusYear:
		return versus{way: text}, nil
	case dashboards.VersusFree:
		return readChosen(value)
	}
	from, to, two := strings.Cut(text, rangeMark)
	if !two {
		to = from
	}
	return readFree(text, from, to)
}

// readChosen reads the two months of a form; of one month alone the other is left out.
func readChosen(value func(name string) (string, error)) (versus, error) {
	from, err := value(paramVersusFrom)
	if err != nil {
		return versus{}, err
	}
	to, err := value(paramVersusTo)
	switch {
	case err != nil:
		return versus{}, err
	case from == "" && to == "":
		return versus{}, fault.New("web_versus_empty")
	case from == "":
		from = to
	case to == "":
		to = from
	}
	return readFree(from+rangeMark+to, from, to)
}

func readFree(text, from, to string) (versus, error) {
	v := versus{way: dashboards.VersusFree}
	var err, too error
	v.free.From, err = period.Parse(from)
	v.free.To, too = period.Parse(to)
	switch {
	case err != nil || too != nil:
		return versus{}, fault.New("web_bad_versus", "value", shortened(text))
	case v.free.From > v.free.To:
		return versus{}, fault.New("web_versus_order", "from", v.free.From, "to", v.free.To)
	}
	return v, nil
}
