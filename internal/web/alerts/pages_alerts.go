package alerts

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/alert"
	"jianfu/internal/audit"
	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

func (s pages) alertRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/alerts", kit.Figures, s.alertsPage),
		kit.Writing("/alerts/create", kit.Figures, s.Own(s.createAlert)),
		kit.Writing("/alerts/state", kit.Figures, s.Own(s.changeAlert)),
	}
}

func (s pages) alertOperations() []kit.Operation {
	return []kit.Operation{{Path: kit.APIRoot + "/alerts", Rights: kit.Figures, Handler: s.alertsAPI, Reply: AlertsJSON{}}}
}

// alertsContents is the contents of the page of one's own alerts.
type alertsContents struct {
	kit.Frame
	Alerts []alertRow
	Own    bool // they are the reader's, who can change them
	Most   int

	Figures, Levels, Compares, Months, Payers []kit.Option
	Regions, Industries, Sizes                []kit.Option
	Number                                    string
}

// Full tells whether there is no room for another.
func (a alertsContents) Full() bool { return len(a.Alerts) >= a.Most }

// List is a list of the form.
func (alertsContents) List(name, any string, tree bool, options []kit.Option) view.Choice {
	return view.Choice{Name: name, Any: any, Tree: tree, Options: options}
}

// alertRow is an alert in words.
type alertRow struct {
	ID, Sentence, Address string
	Paused                bool
	Checked               string // when and against which run, "" before the first time
	Crossed               string // the members beyond the threshold, "" for none
	Withheld              bool   // what the last check found is not the reader's to see any more
}

// alertsPage is GET /alerts.
func (s pages) alertsPage(c *fiber.Ctx) error {
	return s.sendAlerts(c, queries.Alert{Figure: alert.Figures[0].ID, Level: "city", Compare: alert.Below, Months: alert.ToDate, Payer: alert.Payers[0]}, nil)
}

// sendAlerts shows the page, with the form as it was typed after a problem.
func (s pages) sendAlerts(c *fiber.Ctx, typed queries.Alert, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	kept, err := s.Config.Queries.Alerts(ctx, a.Principal.Account())
	if err != nil {
		return err
	}
	page := alertsContents{Own: !a.Principal.ViewingAs(), Most: alert.Most, Number: kit.Shortened(typed.Number)}
	for _, one := range kept {
		page.Alerts = append(page.Alerts, s.alertRow(c, p, one))
	}
	page.choose(p, typed, a.Principal.Regions())
	page.Frame = s.Frame(c, "alerts", "/alerts", st, p, p.T("web.alerts"))
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "alerts", page)
}

// choose fills the form's lists.
func (a *alertsContents) choose(p *i18n.Printer, typed queries.Alert, regions []string) {
	for _, f := range alert.Figures {
		better := ""
		if f.Better != alert.Neither {
			better = p.T("alert.better." + string(f.Better))
		}
		text := p.T("alert.figure."+f.ID) + p.T("web.alerts.figure_unit", "unit", p.T("alert.unit_name."+string(f.Unit)), "better", better)
		a.Figures = append(a.Figures, kit.Option{Value: f.ID, Text: text, Selected: f.ID == typed.Figure})
	}
	list := func(words []string, prefix, chosen string) (options []kit.Option) {
		for _, word := range words {
			options = append(options, kit.Option{Value: word, Text: p.T(prefix + word), Selected: word == chosen})
		}
		return options
	}
	a.Levels = list(alert.Levels, "alert.level.", typed.Level)
	a.Compares = list(alert.Compares, "alert.compare_name.", typed.Compare)
	a.Months = list(alert.MonthChoices, "alert.months_name.", typed.Months)
	a.Payers = list(alert.Payers, "web.payer.", typed.Payer)
	a.Sizes = list(kit.Ids(contribution.Sizes), "web.size.", typed.Size)
	a.Regions, a.Industries = view.RegionOptions(p, typed.Region, regions), view.IndustryOptions(p, typed.Industry)
}

// alertRow puts an alert into words. What the last check found is shown to who still has the rights and regions it was made with.
func (s pages) alertRow(c *fiber.Ctx, p *i18n.Printer, a queries.KeptAlert) alertRow {
	row := alertRow{ID: a.Alert.Alert, Sentence: alert.Sentence(a.Alert, p), Paused: a.State == alert.Paused}
	row.Address = s.Local(c, alert.Told{Alert: a.Alert}.Address())
	if a.Run == 0 {
		return row
	}
	row.Checked = p.T("web.alerts.checked", "at", dashboards.Moment(a.CheckedAt), "run", a.Run)
	if row.Withheld = !ShownAlert(kit.AskerOf(c).Principal, a); !row.Withheld {
		row.Crossed = crossedNames(p, a)
	}
	return row
}

// ShownAlert tells whether a reader may see what a check found.
func ShownAlert(reader access.Principal, a queries.KeptAlert) bool {
	scope := reader.Scope(access.FiguresAggregate)
	lost := slices.ContainsFunc(a.Rights, func(right string) bool { return !reader.Can(access.Right(right)) })
	return !lost && !slices.ContainsFunc(a.Regions, func(code string) bool { return !scope.Allows(code) })
}

// crossedNames are the members beyond the threshold, by name.
func crossedNames(p *i18n.Printer, a queries.KeptAlert) string {
	if a.Level == alert.Levels[0] && len(a.Crossed) > 0 {
		return p.T("web.alerts.crossed")
	}
	var names []string
	for _, key := range a.Crossed {
		names = append(names, alert.MemberName(a.Level, key, p))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// createAlert is POST /alerts/create.
func (s pages) createAlert(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	typed := queries.Alert{Account: a.Account.Account, Alert: kit.NewID(), State: alert.Active, Figure: kit.Form(c, "figure"), Level: kit.Form(c, "level"), Compare: kit.Form(c, "compare"),
		Number: kit.Form(c, "number"), Months: kit.Form(c, "months"), Region: kit.Form(c, "watched_region"), Industry: kit.Form(c, "watched_industry"), Size: kit.Form(c, "watched_size"), Payer: kit.Form(c, "payer")}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	kept, err := s.Config.Queries.Alerts(ctx, typed.Account)
	if err != nil {
		return err
	}
	read, err := alert.Read(a.Principal, typed)
	if err == nil && len(kept) >= alert.Most {
		err = problem.New("alert_full", "most", alert.Most)
	}
	if err != nil {
		return s.sendAlerts(c, typed, err)
	}
	if err := s.recordAlert(c, read, "created"); err != nil {
		return err
	}
	return s.Back(c, "/alerts", "alert_created")
}

// alertEvents are what can be done with an alert, by the state that it comes to.
var alertEvents = map[string]string{alert.Active: "resumed", alert.Paused: "paused", alert.Dropped: "dropped"}

// changeAlert is POST /alerts/state: one's own alert is paused, resumed or deleted.
func (s pages) changeAlert(c *fiber.Ctx) error {
	event, known := alertEvents[kit.Form(c, "state")]
	ctx, cancel := kit.Asking(c)
	defer cancel()
	kept, err := s.Config.Queries.Alerts(ctx, kit.AskerOf(c).Account.Account)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kept, func(a queries.KeptAlert) bool { return a.Alert.Alert == kit.Form(c, "alert") })
	if i < 0 || !known {
		return kit.Status(fiber.StatusNotFound, problem.New("alert_unknown"))
	}
	changed := kept[i].Alert
	changed.State = kit.Form(c, "state")
	if err := s.recordAlert(c, changed, event); err != nil {
		return err
	}
	return s.Back(c, "/alerts", "alert_"+event)
}

// recordAlert writes an alert once the audit log has it.
func (s pages) recordAlert(c *fiber.Ctx, a queries.Alert, event string) error {
	condition := strings.Join(strings.Fields(strings.Join([]string{a.Figure, a.Level, a.Compare, a.Number, a.Months, a.Region, a.Industry, a.Size, a.Payer}, " ")), " ")
	put := func(ctx context.Context) error {
		return s.Config.Queries.PutAlert(ctx, a, s.Config.Now().UTC().Truncate(time.Millisecond))
	}
	return s.Recorded(c, put, audit.SettingsChanged, "alerts", "alert", a.Alert, "event", event, "condition", condition)
}

// The JSON of one's own alerts, and of what can be watched.
type (
	AlertsJSON struct {
		Figures []watchedJSON `json:"watchable"`
		Alerts  []alertJSON   `json:"alerts"`
	}
	watchedJSON struct {
		ID     string `json:"figure" example:"rate"`
		Name   string `json:"name"`
		Unit   string `json:"figure_unit" example:"percent"`
		Better string `json:"better" example:"higher"`
	}
	alertJSON struct {
		ID        string   `json:"alert"`
		Sentence  string   `json:"sentence"`
		State     string   `json:"alert_state" example:"active"`
		Figure    string   `json:"figure" example:"rate"`
		Level     string   `json:"level" example:"city"`
		Compare   string   `json:"compare" example:"below"`
		Number    string   `json:"number" example:"95"`
		Months    string   `json:"months" example:"to_date"`
		Region    string   `json:"region"`
		Industry  string   `json:"industry"`
		Size      string   `json:"size"`
		Payer     string   `json:"payer" choice:"payer"`
		CheckedAt string   `json:"checked_at"`
		Run       uint32   `json:"run"`
		Withheld  bool     `json:"crossed_withheld"`
		Crossed   []string `json:"crossed"`
	}
)

// alertsAPI is GET /api/v1/alerts.
func (s pages) alertsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	reader, p := kit.AskerOf(c).Principal, i18n.For(s.Here(c).Lang)
	kept, err := s.Config.Queries.Alerts(ctx, reader.Account())
	if err != nil {
		return err
	}
	reply := AlertsJSON{Alerts: []alertJSON{}}
	for _, f := range alert.Figures {
		reply.Figures = append(reply.Figures, watchedJSON{f.ID, p.T("alert.figure." + f.ID), string(f.Unit), string(f.Better)})
	}
	for _, a := range kept {
		row := alertJSON{ID: a.Alert.Alert, Sentence: alert.Sentence(a.Alert, p), State: a.State, Figure: a.Figure, Level: a.Level, Compare: a.Compare, Number: a.Number,
			Months: a.Months, Region: a.Region, Industry: a.Industry, Size: a.Size, Payer: a.Payer, Crossed: []string{}}
		if a.Run > 0 {
			row.CheckedAt, row.Run, row.Withheld = dashboards.Moment(a.CheckedAt), a.Run, !ShownAlert(reader, a)
			if !row.Withheld {
				row.Crossed = append(row.Crossed, a.Crossed...)
			}
		}
		reply.Alerts = append(reply.Alerts, row)
	}
	return c.JSON(reply)
}
