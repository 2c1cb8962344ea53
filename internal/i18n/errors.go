package i18n

import (
	"errors"
	"strings"

	"jianfu/internal/problem"
)

// Error puts an error into words. A problem anywhere in the chain gives the text "problem.<code>" with its values and
// {{.cause}}, the cause in words ("" where there is none). Errors that were joined give one line each. Any other error
// gives a general sentence with the error's own text, which is for whoever is asked for help.
func (p *Printer) Error(err error) string {
	if err == nil {
		return ""
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		lines := make([]string, 0, len(joined.Unwrap()))
		for _, one := range joined.Unwrap() {
			lines = append(lines, p.Error(one))
		}
		return strings.Join(lines, "\n")
	}
	f, ok := errors.AsType[*problem.Error](err)
	if !ok {
		return p.T("problem.unexpected", "detail", err.Error())
	}
	data := p.data(f.Values)
	data["cause"] = p.cause(f.Cause)
	if text, ok := p.lookup("problem."+f.Code, data, nil); ok {
		return text
	}
	return f.Error()
}

// cause is the reason inside a problem's text: a problem in its own words, anything else as it reads.
func (p *Printer) cause(err error) string {
	if err == nil {
		return ""
	}
	if _, ok := errors.AsType[*problem.Error](err); ok {
		return p.Error(err)
	}
	return err.Error()
}
