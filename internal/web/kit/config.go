package kit

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/attachment"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/config"
	"jianfu/internal/declaration"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/intake"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/preparation"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Config is what a server is built from.
type Config struct {
	Overview func(ctx context.Context, scope filter.Scope, view queries.View) (queries.Overview, error)
	Persons  func(ctx context.Context, scope filter.Scope) (queries.Behind, error) // behind all that can be asked for
	Cross    func(ctx context.Context, scope filter.Scope, view queries.View, rows, columns string) (queries.Cross, error)
	Run      func(ctx context.Context) (uint32, error)                            // the current run's number; problem "no_run" while nothing has been computed
	Stamp    func(ctx context.Context, scope filter.Scope) (queries.Stamp, error) // which figures that run gives
	Figures  func(ctx context.Context) (*queries.Figures, error)                  // what that run computed, for pages about units
	WhatIfs  *WhatIfs                                                             // nil where none can be computed
	Checks   Checks                                                               // checks declarations; nil where none can be checked
	HeldRuns *HeldRuns                                                            // nil where none can be confirmed
	Withdraw Withdraw                                                             // takes loads back; nil where none can be
	Intake   *intake.Intake                                                       // takes in files by way of pages; nil where none can be
	Reports  *preparation.Jobs                                                    // prepares reports; nil where none can be
	Ready    func(ctx context.Context) error                                      // whether the store answers
	Queries  *queries.Queries                                                     // of the pages of runs and loads, which ask about more than the current run
	Accounts *auth.Service
	OIDC     *auth.OIDC // the bureau's own sign-on; nil without one
	Audit    *audit.Log
	Log      *slog.Logger
	Version  string // of the program, which the description of the JSON interface bears

	// Issues is where issues are dealt with, and Attachments are the files that go with them.
	Issues      *handling.Issues
	Attachments *attachment.Attachments

	// Calendar and Limits are what clocks of issues are read by; without them those that come with the program. Reminders say
	// how notices leave the house.
	Calendar  *workday.Calendar
	Limits    ledger.Limits
	Reminders notice.Options

	Asked func() // tells who sends subscriptions that somebody has asked for one now; nil where nobody does

	Bureau config.Bureau // whom the product works for, as pages and letters name it; empty where nobody has said

	// LeastPersons is how many persons a figure must be about to be shown to who may not see records; 0 is the usual.
	LeastPersons int64

	// TLS says that the listener speaks it. Proxies are the networks of those that may say for whom they ask and
	// whether that was over TLS; nobody else is believed.
	TLS     bool
	Proxies []netip.Prefix

	// ProxiedOnly says that requests from other machines are answered only where a trusted proxy passes them on: without TLS
	// of its own, the server would take passwords as plain text from all others.
	ProxiedOnly bool

	// Boundaries is a folder of approved boundaries, GeoJSON files named by region code; "" uses the demonstration
	// ones. Approval is their approval number (审图号), shown below every map.
	Boundaries string
	Approval   string

	Now func() time.Time // the clock, for the time that downloads bear; nil is the system's
}

// HeldRuns publishes runs that are held, and gives them up. The parts that compute know nothing of pages; who builds the
// server gives them.
type HeldRuns struct {
	Publish func(ctx context.Context, by access.Principal, run uint32) error
	Drop    func(ctx context.Context, by access.Principal, run uint32) error
}

// Checks checks a declaration within what somebody may see. What reads files and knows the rule knows nothing of pages; who builds
// the server gives it.
type Checks func(ctx context.Context, scope filter.Scope, d DeclaredFile) (declaration.Result, error)

// WhatIfs computes scenarios and keeps them. The parts that compute know nothing of pages; who builds the server gives
// them.
type WhatIfs struct {
	Find      func(ctx context.Context, months period.Range, moves ...policy.Move) (s queries.Scenario, found bool, err error) // without computing
	Compute   func(ctx context.Context, months period.Range, moves ...policy.Move) (s queries.Scenario, fresh bool, err error)
	Scenarios func(ctx context.Context) ([]queries.Scenario, error)
	Scenario  func(ctx context.Context, id uint32) (queries.Scenario, error)
	InForce   func(ctx context.Context, move policy.Move, before ...policy.Move) (policy.InForce, error) // under the current run's new policy, moved by those before
	Effects   func(ctx context.Context, s queries.Scenario, scope filter.Scope, view queries.View) (queries.Effects, error)
	Moved     func(ctx context.Context, s queries.Scenario, scope filter.Scope) ([]queries.Moved, error)
	Save      func(ctx context.Context, id uint32, as queries.Saved) error
	Drop      func(ctx context.Context, id uint32) error
}

// DeclaredFile is a declaration that was sent to be checked. It is nowhere kept.
type DeclaredFile struct {
	Name       string // for messages
	Content    []byte
	JSONLines  bool   // else whatever data files may be
	Comparison string // "" for the pack's default
}

// Withdraw takes a load back, for a reason. The parts that load know nothing of pages; who builds the server gives it.
type Withdraw func(ctx context.Context, by access.Principal, load uint32, reason string) error
