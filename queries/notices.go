package queries

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/store"
)

// Notice is something that an account is told about an issue; internal/notice says what and when.
type Notice struct {
	Account   string    `ch:"account"`
	CreatedAt time.Time `ch:"created_at"`
	Notice    string    `ch:"notice"` // what makes it one of its kind, 32 hexadecimal digits
	Batch     string    `ch:"batch"`  // of those that were found together for the account, likewise
	Kind      string    `ch:"kind"`
	Issue     string    `ch:"issue_id"`
	Number    string    `ch:"number"`
	Title     string    `ch:"title"`
	Region    string    `ch:"region_code"`
	Due       uint32    `ch:"due"` // 20190613; 0 for none
	By        string    `ch:"by"`

	// Of what is about no issue:
	Rights  []string `ch:"rights"`  // which its reader must have
	Regions []string `ch:"regions"` // all of which its reader must see; codes
	Address string   `ch:"address"` // of the page that it leads to
	Facts   string   `ch:"facts"`   // JSON that its kind puts into words
}

// PutNotices writes the notices of one batch; a batch that was written before is not written again.
func (q *Queries) PutNotices(ctx context.Context, notices []Notice) error {
	return store.InsertOnce(ctx, q.db, `INSERT INTO notices (account, created_at, notice, batch, kind, issue_id, number, title, region_code, due, by, rights, regions, address, facts)`,
		notices[0].Batch, notices)
}

//go:embed notice/told.sql
var noticeToldSQL string

// mostAsked is how many notices one statement asks for.
const mostAsked = 5000

// ToldNotices tells which of some notices there are already.
func (q *Queries) ToldNotices(ctx context.Context, notices []string) (map[string]bool, error) {
	type row struct {
		Notice string `ch:"notice"`
	}
	told := map[string]bool{}
	for len(notices) > 0 {
		some := notices[:min(mostAsked, len(notices))]
		notices = notices[len(some):]
		rows, err := store.Select[row](ctx, q.db, noticeToldSQL, store.Params{"notices": some})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			told[r.Notice] = true
		}
	}
	return told, nil
}

// IssueStep is a step of an issue that somebody is to be told of.
type IssueStep struct {
	Issue        string    `ch:"issue"`
	Seq          uint32    `ch:"seq"`
	Action       string    `ch:"action"`
	At           time.Time `ch:"at"`
	By           string    `ch:"by"`
	Number       string    `ch:"number"`
	Title        string    `ch:"title"`
	Region       string    `ch:"region"`
	Bureau       string    `ch:"bureau"`
	RegisteredBy string    `ch:"registered_by"`
	Owner        string    `ch:"owner"`
	Handler      string    `ch:"handler"`
	Mentions     []string  `ch:"mentions"`
}

//go:embed notice/events.sql
var noticeEventsSQL string

// IssueSteps are the steps since a moment that are of one of the actions or mention somebody. For jianfu itself: whom they are
// shown to is decided by who may see the issue.
func (q *Queries) IssueSteps(ctx context.Context, since time.Time, actions []string) ([]IssueStep, error) {
	return store.Select[IssueStep](ctx, q.db, noticeEventsSQL, store.Params{"since_at": milliseconds(since), "actions": actions})
}

//go:embed notice/running.sql
var noticeRunningSQL string

// RunningIssues are the issues whose clocks run, each with what its clock asks for. For jianfu itself, like IssueSteps.
func (q *Queries) RunningIssues(ctx context.Context) ([]ledger.Issue, error) {
	type row struct {
		Issue    string   `ch:"issue"`
		Number   string   `ch:"number"`
		Title    string   `ch:"title"`
		Region   string   `ch:"region"`
		Bureau   string   `ch:"bureau"`
		State    string   `ch:"state"`
		Nature   string   `ch:"nature"`
		Category string   `ch:"category"`
		Severity string   `ch:"severity"`
		Owner    string   `ch:"owner"`
		Handler  string   `ch:"handler"`
		ClockDay uint32   `ch:"clock_day"`
		Paused   []uint32 `ch:"paused"`
		Resumed  []uint32 `ch:"resumed"`
		Extended uint16   `ch:"extended"`
	}
	var running []string
	for _, state := range ledger.States {
		if state.Open() && state != ledger.Waiting && state != ledger.Replied {
			running = append(running, string(state))
		}
	}
	var issues []ledger.Issue
	for r, err := range store.Each[row](ctx, q.db, noticeRunningSQL, store.Params{"states": running}) {
		if err != nil {
			return nil, err
		}
		issue := ledger.Issue{ID: r.Issue, Number: r.Number, Title: r.Title, Region: r.Region, Bureau: r.Bureau, State: ledger.State(r.State),
			Nature: ledger.Nature(r.Nature), Category: ledger.Category(r.Category), Severity: ledger.Severity(r.Severity), Owner: r.Owner,
			Handler: r.Handler, ClockFrom: onDay(r.ClockDay), Extended: int(r.Extended)}
		for i, from := range r.Paused {
			issue.Pauses = append(issue.Pauses, ledger.Pause{From: onDay(from), To: onDay(r.Resumed[i])})
		}
		issues = append(issues, issue)
	}
	return issues, nil
}

// onDay is a moment of a day that is numbered since 1970: its beginning in UTC, which lies in the same day in Beijing;
// no moment for day 0.
func onDay(day uint32) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Unix(int64(day)*24*60*60, 0).UTC()
}

// ShownNotice is a notice as its reader sees it.
type ShownNotice struct {
	Notice    string    `ch:"notice"`
	Kind      string    `ch:"kind"`
	Number    string    `ch:"number"`
	Title     string    `ch:"title"`
	Due       uint32    `ch:"due"`
	By        string    `ch:"by"`
	CreatedAt time.Time `ch:"created_at"`
	ReadAt    time.Time `ch:"read_at"` // 1970 while it was not seen
	Address   string    `ch:"address"`
	Facts     string    `ch:"facts"`
}

// NoticeReader is who is shown notices: an account with the rights and the regions that it has now.
type NoticeReader struct {
	Account string
	Rights  []string
	Scope   filter.Scope
}

func (r NoticeReader) params() store.Params {
	return store.Params{"account": r.Account, "rights": append([]string{}, r.Rights...), "scope": r.Scope.Prefixes()}
}

//go:embed notice/list.sql
var noticeListText string

var noticeListSQL = Whole(noticeListText)

// Notices are those of a reader, the latest first; unread asks for those not seen alone.
func (q *Queries) Notices(ctx context.Context, r NoticeReader, unread bool, first, rows int) ([]ShownNotice, error) {
	p := r.params()
	p["least"], p["unread"], p["first"], p["rows"] = q.leastFor(r.Scope), unread, first, rows
	return store.Select[ShownNotice](ctx, q.db, noticeListSQL, p)
}

//go:embed notice/address.sql
var noticeAddressSQL string

// NoticeAddress is the page that a notice of an account leads to; "" where there is no such notice.
func (q *Queries) NoticeAddress(ctx context.Context, account, notice string) (string, error) {
	type row struct {
		Address string `ch:"address"`
	}
	found, err := store.One[row](ctx, q.db, noticeAddressSQL, store.Params{"account": account, "notice": notice})
	return found.Address, err
}

// NoticeCounts is how many notices an account has, and how many of them were not seen.
type NoticeCounts struct {
	Told   uint64 `ch:"told"`
	Unread uint64 `ch:"unread"`
}

//go:embed notice/counts.sql
var noticeCountsSQL string

// CountNotices counts the notices of a reader.
func (q *Queries) CountNotices(ctx context.Context, r NoticeReader) (NoticeCounts, error) {
	return store.One[NoticeCounts](ctx, q.db, noticeCountsSQL, r.params())
}

// ReadNotices notes that an account has seen notices.
func (q *Queries) ReadNotices(ctx context.Context, account string, notices []string, now time.Time) error {
	type row struct {
		Account string    `ch:"account"`
		Notice  string    `ch:"notice"`
		ReadAt  time.Time `ch:"read_at"`
	}
	rows := make([]row, len(notices))
	for i, notice := range notices {
		rows[i] = row{account, notice, now}
	}
	return store.Insert(ctx, q.db, `INSERT INTO notice_reads (account, notice, read_at)`, rows)
}

// NoticeSettings is where and about what an account wants mail.
type NoticeSettings struct {
	Account   string    `ch:"account"`
	ChangedAt time.Time `ch:"changed_at"`
	Mail      string    `ch:"mail"` // address; "" for no mail
	Kinds     []string  `ch:"kinds"`
	Language  string    `ch:"language"`
}

//go:embed notice/settings.sql
var noticeSettingsSQL string

// NoticeSettings are the settings of accounts, of all where none is named.
func (q *Queries) NoticeSettings(ctx context.Context, accounts ...string) ([]NoticeSettings, error) {
	type row struct {
		Account   string    `ch:"account"`
		ChangedAt time.Time `ch:"changed"`
		Mail      string    `ch:"mail"`
		Kinds     []string  `ch:"kinds"`
		Language  string    `ch:"language"`
	}
	rows, err := store.Select[row](ctx, q.db, noticeSettingsSQL, store.Params{"accounts": append([]string{}, accounts...)})
	settings := make([]NoticeSettings, len(rows))
	for i, r := range rows {
		settings[i] = NoticeSettings(r)
	}
	return settings, err
}

// PutNoticeSettings writes an account's settings anew.
func (q *Queries) PutNoticeSettings(ctx context.Context, s NoticeSettings) error {
	if err := store.Insert(ctx, q.db, `INSERT INTO notice_settings (account, changed_at, mail, kinds, language)`, []NoticeSettings{s}); err != nil {
		return fmt.Errorf("write the notice settings of %s: %w", s.Account, err)
	}
	return nil
}
