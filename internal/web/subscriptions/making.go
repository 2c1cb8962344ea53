package subscriptions

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"jianfu/internal/access"
	"jianfu/internal/chart"
	"jianfu/internal/i18n"
	"jianfu/internal/notice"
	"jianfu/internal/problem"
	"jianfu/internal/subscription"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// mostTables is how many tables of a page go with one mail.
const mostTables = 12

// maker makes pages that are sent.
type maker struct {
	*view.Kit
	drawer func() (*chart.Drawer, error) // made when a page has the first chart
}

// Making makes pages for subscriptions: each is asked for in the name of its account, answered by its own handler behind its own guard,
// and so are the tables that it offers.
func Making(k *kit.Kit) subscription.Pages {
	m := maker{view.New(k), sync.OnceValues(func() (*chart.Drawer, error) { return chart.New(view.ChartKit()) })}
	return m.make
}

// make is subscription.Pages.
func (m maker) make(ctx context.Context, sub queries.Subscription) (made subscription.Made, err error) {
	made.Principal = access.New(access.Grant{Account: sub.Account})
	visit, err := m.Config.Accounts.Acting(ctx, sub.Account)
	switch code := problem.Code(err); {
	case code == "account_unknown" || code == "account_disabled":
		return made, subscription.Stop{Cause: err}
	case err != nil:
		return made, err
	}
	made.Principal = visit.Principal
	switch {
	case visit.MustChange:
		return made, subscription.Stop{Cause: problem.New("web_password_first")}
	case visit.Unconfirmed:
		return made, subscription.Stop{Cause: problem.New("web_unconfirmed")}
	}
	route, known := m.RouteOf(sub.Address)
	if !known {
		return made, subscription.Stop{Cause: problem.New("web_not_found", "path", kit.Shortened(sub.Address))}
	}
	for _, right := range route.Rights {
		made.Rights = append(made.Rights, string(right))
	}
	answer := m.AskInside(ctx, visit, subscription.Localised(sub), nil)
	if err := refusal(answer); err != nil {
		return made, err
	}
	page, err := readPage(answer.Body)
	if err != nil {
		return made, err
	}
	if page.empty {
		return made, problem.New("no_run")
	}
	made.Heading = page.heading
	if !sub.Mail {
		return made, nil
	}
	p := i18n.For(sub.Language)
	switch {
	case !visit.Principal.Can(access.Export):
		made.Notes = append(made.Notes, p.T("subscription.no_export"))
		return made, nil
	case slices.Contains(route.Rights, access.FiguresRecord) || m.Config.Reminders.Mail != nil && m.Config.Reminders.Mail.LinksOnly:
		made.Notes = append(made.Notes, p.T("subscription.links_only"))
		return made, nil
	}
	downloads := page.downloads(sub.Files)
	if sub.Printed { // takes out of the page what paper has no use for
		paper, err := page.paper(m)
		if err != nil {
			return made, err
		}
		made.Files = append(made.Files, notice.File{Name: fileName(page.heading) + ".html", Type: "text/html", Content: paper})
	}
	if sub.Files != "" {
		err = m.tables(ctx, &made, downloads, func(address string) kit.Answered {
			reason := p.T("subscription.reason", "name", sub.Name)
			return m.AskInside(ctx, visit, address, url.Values{kit.ParamReason: {reason}})
		})
		if len(downloads) == 0 {
			made.Notes = append(made.Notes, p.T("subscription.no_table"))
		}
	}
	return made, err
}

// refusal is why a page was not answered: what the account has lost stops the subscription, anything else may pass.
func refusal(answer kit.Answered) error {
	switch {
	case answer.Status == http.StatusOK:
		return nil
	case problem.Code(answer.Cause) == "no_run" || answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusRequestTimeout:
		return answer.Cause
	case answer.Status < http.StatusInternalServerError:
		return subscription.Stop{Cause: answer.Cause}
	}
	return answer.Cause
}

// tables adds the tables that a page offers, as its reader could take them away.
func (m maker) tables(ctx context.Context, made *subscription.Made, addresses []string, take func(address string) kit.Answered) error {
	for i, address := range addresses {
		if i == mostTables {
			break
		}
		answer := take(address)
		if err := ctx.Err(); err != nil {
			return err
		}
		if answer.Status == http.StatusUnprocessableEntity { // too many rows to be taken away at once
			made.Notes = append(made.Notes, i18n.For(languageOf(address)).Error(answer.Cause))
			continue
		}
		if err := refusal(answer); err != nil {
			return err
		}
		kind, _, _ := strings.Cut(answer.Type, ";")
		made.Files = append(made.Files, notice.File{Name: answer.Name, Type: kind, Content: answer.Body})
	}
	return nil
}

// languageOf is the language of an address.
func languageOf(address string) string {
	_, parameters, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(parameters)
	if err != nil || values.Get(kit.ParamLanguage) == "" {
		return i18n.Chinese
	}
	return values.Get(kit.ParamLanguage)
}

// fileName is a heading as a file can be called.
func fileName(heading string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, heading)
}

// style is the text of a style sheet of ours, as paper has it.
func (m maker) style(address string) []byte {
	file, ok := m.Assets.ByAddress[strings.TrimPrefix(address, "/assets/")]
	if !ok {
		return nil
	}
	text, err := file.Plain()
	if err != nil {
		return nil
	}
	return bytes.ReplaceAll(text, []byte("@media print"), []byte("@media all"))
}
