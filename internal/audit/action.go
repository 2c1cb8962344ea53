package audit

// Action is what was done. Its text is "audit.action.<id>" in the message catalogue. Actions are never renamed: old
// entries keep their words.
type Action string

// What is recorded. The object of each is named behind it.
const (
	SignIn              Action = "sign_in"              // account; details: method
	SignInFailed        Action = "sign_in_failed"       // account, or "" where there is none of that name; details: cause
	SignInHeld          Action = "sign_in_held"         // account or ""; details: cause, seconds. Once a hold, not once a try
	SignOut             Action = "sign_out"             // account
	SignOutEverywhere   Action = "sign_out_everywhere"  // account
	SessionEnded        Action = "session_ended"        // account; details: session
	PasswordChanged     Action = "password_changed"     // account, by its owner
	PasswordReset       Action = "password_reset"       // account, by somebody else
	AccountCreated      Action = "account_created"      // account; details: roles, regions
	AccountChanged      Action = "account_changed"      // account; details: what it was and is
	AccountDisabled     Action = "account_disabled"     // account
	AccountEnabled      Action = "account_enabled"      // account
	AccountConfirmed    Action = "account_confirmed"    // account; details: given_by
	TokenCreated        Action = "token_created"        // token; details: account, label, rights, regions, expires
	TokenRevoked        Action = "token_revoked"        // token; details: account
	TokenRefused        Action = "token_refused"        // token or ""; details: cause
	ViewAsStarted       Action = "view_as_started"      // account
	ViewAsEnded         Action = "view_as_ended"        // account
	Setup               Action = "setup"                // account: the first of the store, by the one-time link
	Denied              Action = "denied"               // path; details: right
	RequestForged       Action = "request_forged"       // path: a state change without the session's own proof
	UnitViewed          Action = "unit_viewed"          // unit
	RecordViewed        Action = "record_viewed"        // record; details: unit
	IssueViewed         Action = "issue_viewed"         // issue that names a person to call; details: unit
	Listed              Action = "listed"               // list of which a program was given a page with names and amounts; details: rows, filters
	Exported            Action = "exported"             // what; details: scope, filters, rows, format; with a reason
	FileLoaded          Action = "file_loaded"          // load; details: file, hash, accepted, rejected
	FileReceived        Action = "file_received"        // file that somebody brought by way of a page; details: file, bytes
	FileDiscarded       Action = "file_discarded"       // likewise, given up before it was loaded; details: file, bytes, received
	LoadOrdered         Action = "load_ordered"         // job that loads it; details: file, bytes, recompute, allowed; with a reason where something is allowed
	LoadWithdrawn       Action = "load_withdrawn"       // load; details: file, hash, gone, back; with a reason
	Recomputed          Action = "recomputed"           // run; details: from, to, pack
	RunHeld             Action = "run_held"             // run that differs too much and waits to be confirmed; details: from, to, pack, state: why
	RunPublished        Action = "run_published"        // run that was held; details: pack, reasons
	RunDropped          Action = "run_dropped"          // run that was held, given up; details: pack, reasons
	RunsDropped         Action = "runs_dropped"         // runs whose figures were given up; details: kept, bytes
	BackupBegun         Action = "backup_begun"         // folder of backups; details: base
	Restored            Action = "restored"             // backup that the store was restored from; details: made
	PolicyChanged       Action = "policy_changed"       // pack
	ScenarioComputed    Action = "scenario_computed"    // scenario; details: change, month, run, area
	ScenarioSaved       Action = "scenario_saved"       // scenario; details: name, area
	ScenarioDeleted     Action = "scenario_deleted"     // scenario; details: name, area
	SampleDrawn         Action = "sample_drawn"         // list; details: way, drawn, cases, seed, run, filters
	IssueChanged        Action = "issue_changed"        // issue; details: event
	ReportOrdered       Action = "report_ordered"       // preparation that was begun in the background; details: set, from, to, region, waived; with a reason where it waives
	ReportScheduled     Action = "report_scheduled"     // schedule of reports; details: event, set, months, region, counted, day
	ReportPrepared      Action = "report_prepared"      // report; details: set, from, to, run, waived
	ReportChecked       Action = "report_checked"       // report, by another than who prepared it; details: hash
	ReportFrozen        Action = "report_frozen"        // report that was signed, by another than who prepared it; details: hash
	ReportSent          Action = "report_sent"          // report; details: hash
	ReportWithdrawn     Action = "report_withdrawn"     // report that is given up before it was signed; details: hash
	ReportPackaged      Action = "report_packaged"      // report that was written as a signed package; details: hash, key, region
	PackageReceived     Action = "package_received"     // package of a lower bureau; details: report, region, from, to, set, key
	PackageRefused      Action = "package_refused"      // package that was not taken; details: cause
	ReportKeyMade       Action = "report_key_made"      // key that signs the bureau's own packages; details: organisation, region, name
	ReportKeyTrusted    Action = "report_key_trusted"   // key of another bureau; details: organisation, region, name
	ReportKeyRevoked    Action = "report_key_revoked"   // likewise, with a reason
	SubscriptionSent    Action = "subscription_sent"    // subscription of the actor's, made and told by jianfu; details: name, page, occasion, mail, files
	SubscriptionStopped Action = "subscription_stopped" // likewise, because the actor cannot see the page any more; details: name, page, cause
	SettingsChanged     Action = "settings_changed"     // setting
	Failed              Action = "failed"               // object of an act that was recorded and then could not be done; details: action, entry, cause
	NotDone             Action = "not_done"             // likewise, because the program was killed before it; details: action, entry
	Unclear             Action = "unclear"              // likewise, where the store does not tell whether it was done; details: action, entry
	IssuesSealed        Action = "issues_sealed"        // steps of issues from before each had its hash; details: issues, steps, hash
	AnchorMissing       Action = "anchor_missing"       // the head's file was not there when the log went on
)

// Actions lists the actions in the order in which a choice shows them.
var Actions = []Action{
	SignIn, SignInFailed, SignInHeld, SignOut, SignOutEverywhere, SessionEnded, PasswordChanged, PasswordReset, AccountCreated,
	AccountChanged, AccountDisabled, AccountEnabled, AccountConfirmed, TokenCreated, TokenRevoked, TokenRefused, ViewAsStarted, ViewAsEnded,
	Setup, Denied, RequestForged, UnitViewed, RecordViewed, IssueViewed, Listed, Exported, FileReceived, FileDiscarded, LoadOrdered, FileLoaded, LoadWithdrawn, Recomputed, RunHeld, RunPublished, RunDropped, RunsDropped, BackupBegun, Restored, PolicyChanged, ScenarioComputed, ScenarioSaved, ScenarioDeleted,
	SampleDrawn, IssueChanged, ReportOrdered, ReportScheduled, ReportPrepared, ReportChecked, ReportFrozen, ReportSent, ReportWithdrawn,
	ReportPackaged, PackageReceived, PackageRefused, ReportKeyMade, ReportKeyTrusted, ReportKeyRevoked, SubscriptionSent, SubscriptionStopped, SettingsChanged, Failed, NotDone, Unclear, IssuesSealed, AnchorMissing,
}
