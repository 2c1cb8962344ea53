package kit

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

// statusError is an error whose HTTP status is known where it arises.
type statusError struct {
	status int
	cause  error
}

func (e *statusError) Error() string { return strconv.Itoa(e.status) + ": " + e.cause.Error() }
func (e *statusError) Unwrap() error { return e.cause }

// Status gives an error the HTTP status that it is answered with.
func Status(code int, cause error) error { return &statusError{code, cause} }

// StatusOf finds the HTTP status of an error; one that nobody gave a status is the server's own.
func StatusOf(err error) int {
	if e, ok := errors.AsType[*statusError](err); ok {
		return e.status
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return e.Code
	}
	if code := StatusOfAccounts(err); code != 0 {
		return code
	}
	switch {
	case problem.Code(err) == "no_run":
		return fiber.StatusNotFound
	case errors.Is(err, context.DeadlineExceeded):
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// RefusalJSON is how the JSON interface says that something went wrong.
type RefusalJSON struct {
	Error ProblemJSON `json:"error"`
}

// ProblemJSON is what went wrong: a code for programs, words for people, and the number of the request.
type ProblemJSON struct {
	Code    string `json:"code" example:"web_bad_month"`
	Message string `json:"message" example:"月份“五月”（from）写法不对。请写成 2019-05 这样的年月。"`
	Request string `json:"request" example:"9f86d081884c"`
}

// errorPage is the contents of an error page.
type errorPage struct {
	Frame
	Message, Request string
	Own              bool        // the server's own fault, so that trying again may help
	SignIn           bool        // signing in may help
	View             *failedView // of the reader's own, which cannot be opened; nil where none was
}

// fail answers a request that went wrong: in the reader's language, with the request's number, without internals.
func (s *Kit) fail(c *fiber.Ctx, err error) error {
	code, id := StatusOf(err), requestID(c)
	c.Context().SetUserValue(failureKey{}, err)
	s.RecordRefusal(c, err)
	if code >= fiber.StatusInternalServerError {
		s.Config.Log.Error("request failed", "id", id, "url", loggedURL(c), "error", err)
	}
	st := stateForError(c)
	p := i18n.For(st.Lang)
	heading := p.T("web.error")
	if key := "web.error." + strconv.Itoa(code); p.Has(key) {
		heading = p.T(key)
	}
	message := publicMessage(p, code, err)
	c.Status(code)
	if strings.HasPrefix(c.Path(), "/api/") || c.Path() == PicturePath {
		problem := ProblemJSON{Code: problem.Code(err), Message: message, Request: id}
		if problem.Code == "" {
			problem.Code = "http_" + strconv.Itoa(code)
		}
		if problem.Message == "" {
			problem.Message = heading
		}
		return c.JSON(RefusalJSON{problem})
	}
	page := errorPage{Frame: s.Frame(c, "error", "/", st, p, heading), Message: message, Request: id, Own: code >= 500}
	page.Retry = c.OriginalURL()
	page.View = s.failedViewOf(c, code)
	page.SignIn = code == fiber.StatusUnauthorized
	return s.Pages.Send(c, st.Lang, "error", page)
}

// publicMessage is what a reader is told. A problem has words of its own; what else went wrong is for the log, and so is what
// lies behind a problem of the server's.
func publicMessage(p *i18n.Printer, code int, err error) string {
	if f, ok := ProblemOf(err); ok && code >= fiber.StatusInternalServerError {
		return p.Error(problem.New(f.Code, f.Values...))
	}
	if problem.Code(err) != "" {
		return p.Error(err)
	}
	if code >= fiber.StatusInternalServerError {
		return ""
	}
	return p.T("problem.web_request_refused", "status", code)
}

// BadChoice refuses a value of a parameter or field that takes some values and no other.
func BadChoice(name, value string, known []string) error {
	return problem.New("web_bad_choice", "name", name, "value", Shortened(value), "known", strings.Join(known, ", "))
}

// Shortened keeps text from outside from filling a page.
func Shortened(text string) string {
	text = strings.ToValidUTF8(text, "�")
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

// PicturePath is where a browser says that a picture is taken. It is answered in JSON, problems too.
const PicturePath = "/picture"
