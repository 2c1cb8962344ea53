package kit

import (
	"regexp"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/internal/problem"
)

// The two parameters in which a form without scripts sends a window that the reader chose. Addresses that jianfu writes have
// it in paramVersus alone.
const (
	ParamVersusFrom = "versus_from"
	ParamVersusTo   = "versus_to"
)

// rangeMark stands between the two months of a window in an address.
const rangeMark = ".."

// versusForm is what paramVersus may be for programs.
var versusForm = regexp.MustCompile(`^(before|year|[0-9]{4}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2})?)$`)

// Versus is what an address says that its window is compared with. The zero versus compares the last two months.
type Versus struct {
	Way  string       // "", or one of dashboards' ways
	free period.Range // of dashboards.VersusFree
}

// String writes it as addresses have it.
func (v Versus) String() string {
	switch {
	case v.Way != dashboards.VersusFree:
		return v.Way
	case v.free.From == v.free.To:
		return v.free.From.String()
	}
	return v.free.From.String() + rangeMark + v.free.To.String()
}

// Window is the one that another is compared with.
func (v Versus) Window(own period.Range) period.Range {
	switch v.Way {
	case dashboards.VersusBefore:
		return period.Range{From: own.From.Add(-own.To.Since(own.From) - 1), To: own.From.Add(-1)}
	case dashboards.VersusYear:
		return period.Range{From: own.From.Add(-12), To: own.To.Add(-12)}
	}
	return v.free
}

// ReadVersus reads it as addresses have it, or as a form sends it.
func ReadVersus(value func(name string) (string, error)) (Versus, error) {
	text, err := value(ParamVersus)
	if err != nil {
		return Versus{}, err
	}
	switch text {
	case "", dashboards.VersusBefore, dashboards.VersusYear:
		return Versus{Way: text}, nil
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
func readChosen(value func(name string) (string, error)) (Versus, error) {
	from, err := value(ParamVersusFrom)
	if err != nil {
		return Versus{}, err
	}
	to, err := value(ParamVersusTo)
	switch {
	case err != nil:
		return Versus{}, err
	case from == "" && to == "":
		return Versus{}, problem.New("web_versus_empty")
	case from == "":
		from = to
	case to == "":
		to = from
	}
	return readFree(from+rangeMark+to, from, to)
}

func readFree(text, from, to string) (Versus, error) {
	v := Versus{Way: dashboards.VersusFree}
	var err, too error
	v.free.From, err = period.Parse(from)
	v.free.To, too = period.Parse(to)
	switch {
	case err != nil || too != nil:
		return Versus{}, problem.New("web_bad_versus", "value", Shortened(text))
	case v.free.From > v.free.To:
		return Versus{}, problem.New("web_versus_order", "from", v.free.From, "to", v.free.To)
	}
	return v, nil
}
