package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"jianfu/internal/access"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

// letThrough says for every route who is let through: roles, "everybody" who signed in, or "anybody" at all. It is
// written down a second time, beside the server's own table, so that a slip there does not go unseen.
var letThrough = map[string]string{
	"GET /healthz":                                     "anybody",
	"GET /readyz":                                      "anybody",
	"GET /assets/*":                                    "anybody",
	"GET /docs":                                        "anybody",
	"GET /docs/:page":                                  "anybody",
	"GET /search":                                      "everybody",
	"GET /login":                                       "anybody",
	"POST /login":                                      "anybody",
	"GET /login/oidc":                                  "anybody",
	"GET /login/oidc/callback":                         "anybody",
	"GET /setup":                                       "anybody",
	"POST /setup":                                      "anybody",
	"POST /logout":                                     "everybody",
	"POST /views/save":                                 "everybody",
	"POST /views/replace":                              "everybody",
	"POST /views/rename":                               "everybody",
	"POST /views/drop":                                 "everybody",
	"POST /view-as/stop":                               "everybody",
	"GET /":                                            "leadership inspector reporter",
	"GET /api/v1/overview":                             "leadership inspector reporter",
	"GET /regions":                                     "leadership inspector reporter",
	"GET /regions/:code":                               "leadership inspector reporter",
	"GET /download/regions/:table":                     "leadership inspector reporter",
	"POST /download/regions/:table":                    "leadership inspector reporter",
	"GET /industries":                                  "leadership inspector reporter",
	"GET /industries/:industry":                        "leadership inspector reporter",
	"GET /download/industries/:table":                  "leadership inspector reporter",
	"POST /download/industries/:table":                 "leadership inspector reporter",
	"GET /sizes":                                       "leadership inspector reporter",
	"GET /sizes/:size":                                 "leadership inspector reporter",
	"GET /download/sizes/:table":                       "leadership inspector reporter",
	"POST /download/sizes/:table":                      "leadership inspector reporter",
	"GET /api/v1/regions":                              "leadership inspector reporter",
	"GET /api/v1/regions/:code":                        "leadership inspector reporter",
	"GET /api/v1/industries":                           "leadership inspector reporter",
	"GET /api/v1/industries/:industry":                 "leadership inspector reporter",
	"GET /api/v1/sizes":                                "leadership inspector reporter",
	"GET /api/v1/sizes/:size":                          "leadership inspector reporter",
	"GET /units":                                       "inspector",
	"GET /download/units/:table":                       "inspector",
	"POST /download/units/:table":                      "inspector",
	"GET /api/v1/units":                                "inspector",
	"GET /runs":                                        "leadership inspector reporter data_admin",
	"GET /runs/:run":                                   "leadership inspector reporter data_admin",
	"GET /runs/:run/difference":                        "leadership inspector reporter",
	"GET /runs/:run/difference/units/:unit":            "inspector",
	"GET /download/runs/:table":                        "leadership inspector reporter data_admin",
	"POST /download/runs/:table":                       "leadership inspector reporter data_admin",
	"GET /download/runs/:run/pack/:file":               "leadership inspector reporter data_admin",
	"POST /download/runs/:run/pack/:file":              "leadership inspector reporter data_admin",
	"GET /download/runs/:run/difference/:table":        "leadership inspector reporter",
	"POST /download/runs/:run/difference/:table":       "leadership inspector reporter",
	"GET /download/runs/:run/difference/units/:table":  "inspector",
	"POST /download/runs/:run/difference/units/:table": "inspector",
	"GET /download/runs/:run/difference/units/:unit/:table":  "inspector",
	"POST /download/runs/:run/difference/units/:unit/:table": "inspector",
	"GET /api/v1/runs":                             "leadership inspector reporter data_admin",
	"GET /api/v1/runs/:run":                        "leadership inspector reporter data_admin",
	"GET /api/v1/runs/:run/difference":             "leadership inspector reporter",
	"GET /api/v1/runs/:run/difference/units":       "inspector",
	"GET /api/v1/runs/:run/difference/units/:unit": "inspector",
	"GET /loads":                          "data_admin",
	"POST /runs/:run/publish":             "data_admin",
	"POST /runs/:run/drop":                "data_admin",
	"POST /loads/:load/withdraw":          "data_admin",
	"GET /loads/:load":                    "data_admin",
	"GET /download/loads/:table":          "data_admin",
	"POST /download/loads/:table":         "data_admin",
	"GET /download/loads/:load/lines":     "data_admin",
	"POST /download/loads/:load/lines":    "data_admin",
	"GET /download/loads/:load/:table":    "data_admin",
	"POST /download/loads/:load/:table":   "data_admin",
	"GET /api/v1/loads":                   "data_admin",
	"GET /api/v1/loads/:load":             "data_admin",
	"GET /api":                            "everybody",
	"GET /notices":                        "leadership inspector reporter",
	"GET /api/v1/notices":                 "leadership inspector reporter",
	"POST /notices/open":                  "everybody",
	"POST /notices/read":                  "everybody",
	"POST /notices/settings":              "everybody",
	"GET /alerts":                         "leadership inspector reporter",
	"POST /alerts/create":                 "leadership inspector reporter",
	"POST /alerts/state":                  "leadership inspector reporter",
	"GET /api/v1/alerts":                  "leadership inspector reporter",
	"GET /subscriptions":                  "everybody",
	"GET /subscriptions/change":           "everybody",
	"POST /subscriptions/new":             "everybody",
	"POST /subscriptions/create":          "everybody",
	"POST /subscriptions/change":          "everybody",
	"POST /subscriptions/state":           "everybody",
	"POST /subscriptions/send":            "everybody",
	"POST /subscriptions/mail":            "everybody",
	"GET /admin/subscriptions":            "sysadmin auditor",
	"GET /api/v1/subscriptions":           "everybody",
	"GET /admin/calendar":                 "everybody",
	"GET /api/v1/admin/calendar":          "everybody",
	"GET /api/v1/openapi.json":            "everybody",
	"GET /download/overview/:table":       "leadership inspector reporter",
	"POST /download/overview/:table":      "leadership inspector reporter",
	"GET /screen":                         "leadership inspector reporter",
	"GET /api/v1/current":                 "leadership inspector reporter",
	"POST /picture":                       "leadership inspector reporter data_admin auditor",
	"GET /account":                        "everybody",
	"GET /account/confirmation":           "everybody",
	"POST /admin/users/confirm":           "sysadmin",
	"GET /account/password":               "everybody",
	"POST /account/password":              "everybody",
	"POST /account/sign-out-everywhere":   "everybody",
	"POST /account/sessions/end":          "everybody",
	"POST /account/tokens":                "leadership inspector reporter data_admin",
	"POST /account/tokens/revoke":         "everybody",
	"GET /admin/users":                    "sysadmin auditor",
	"GET /admin/users/new":                "sysadmin",
	"POST /admin/users/new":               "sysadmin",
	"GET /admin/users/edit":               "sysadmin",
	"POST /admin/users/edit":              "sysadmin",
	"POST /admin/users/state":             "sysadmin",
	"POST /admin/users/password":          "sysadmin",
	"POST /admin/users/sign-out":          "sysadmin",
	"POST /view-as":                       "sysadmin",
	"GET /admin/audit":                    "auditor",
	"GET /download/audit/:table":          "auditor",
	"POST /download/audit/:table":         "auditor",
	"GET /admin/permissions":              "sysadmin auditor",
	"GET /download/permissions/:table":    "auditor",
	"POST /download/permissions/:table":   "auditor",
	"GET /check":                          "inspector data_admin",
	"POST /check":                         "inspector data_admin",
	"POST /api/v1/check":                  "inspector data_admin",
	"GET /policy":                         "leadership inspector reporter data_admin",
	"GET /api/v1/policy":                  "leadership inspector reporter data_admin",
	"GET /download/policy/:table":         "leadership inspector reporter data_admin",
	"POST /download/policy/:table":        "leadership inspector reporter data_admin",
	"GET /policy/what-if":                 "leadership inspector reporter",
	"GET /api/v1/policy/what-if":          "leadership inspector reporter",
	"POST /policy/what-if":                "leadership inspector reporter",
	"POST /policy/what-if/save":           "leadership inspector reporter",
	"POST /policy/what-if/delete":         "leadership inspector reporter",
	"GET /download/what-if/:table":        "leadership inspector reporter",
	"POST /download/what-if/:table":       "leadership inspector reporter",
	"GET /loads/new":                      "data_admin",
	"POST /loads/files/":                  "data_admin",
	"GET /loads/files/:upload":            "data_admin",
	"POST /loads/files/:upload":           "data_admin",
	"GET /loads/uploads/:upload":          "data_admin",
	"POST /loads/uploads/:upload/load":    "data_admin",
	"POST /loads/uploads/:upload/discard": "data_admin",
}

// parameters are all names of parameters that any page takes, and some that one might try.
var parameters = []string{kit.ParamFrom, kit.ParamTo, kit.ParamComparison, kit.ParamPayer, kit.ParamLanguage, kit.ParamTheme, kit.ParamRegion, kit.ParamReason, kit.ParamNext, kit.ParamAccount,
	kit.ParamDone, "actor", "action", "object", kit.ParamSince, kit.ParamUntil, "before", "check", "token", "format", "scope", "code", "city", "county",
	"province", "page", "sort", "unit", "id", kit.ParamSearch, kit.ParamState, kit.ParamColumns, kit.ParamCause, kit.ParamPerPage,
	kit.ParamIndustry, kit.ParamSize, "rank", "cross", "cell", kit.ParamArea, "target", "scenario", "elections", "also", "through", "sure", "look",
	"against", "by", "then", "now", "why", "kind", "touches", "order", "reject", "show", "year", kit.ParamVersus, kit.ParamVersusFrom, kit.ParamVersusTo}

// routesOf are the registered routes, as "METHOD /path", without HEAD, which goes with GET.
func routesOf(s *Server) []string {
	var names []string
	for _, r := range s.App.GetRoutes(true) {
		if r.Method != http.MethodHead {
			names = append(names, r.Method+" "+r.Path)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEveryRouteIsInTheExpectations(t *testing.T) {
	s := serving(t, nil)
	registered := routesOf(s)
	for _, name := range registered {
		if letThrough[name] == "" {
			t.Errorf("%s has no entry in letThrough: who may ask for it?", name)
		}
	}
	for name := range letThrough {
		if !slices.Contains(registered, name) {
			t.Errorf("%s is expected and not registered", name)
		}
	}
	for _, r := range s.AllRoutes() {
		if (r.Need == kit.Rightly) != (len(r.Rights) > 0) {
			t.Errorf("%s %s: rights %v do not go with its need", r.Method, r.Path, r.Rights)
		}
	}
}

// expects tells whether somebody with the role is let through to a route; "" is nobody who has signed in.
func expects(route string, role access.Role) bool {
	who := letThrough[route]
	return who == "anybody" || who == "everybody" && role != "" || slices.Contains(strings.Fields(who), string(role))
}

// inPath are values of the parts of paths for which there is something in the staffed store, of both regions.
var inPath = map[string][]string{
	":run":  {"2"},
	":load": {"4"},
	":unit": {fixture.A, fixture.D},
	":file": {"rates.csv"},
}

// tablesOf are the tables of a route's downloads, where they are not those of the overview.
var tablesOf = map[string][]string{
	"/download/runs/:table":                             {"runs.csv", "runs.xlsx"},
	"/download/runs/:run/difference/:table":             {"causes.csv", "moved_regions.xlsx", "moved_months.csv", "moved_states.csv", "policy.csv"},
	"/download/runs/:run/difference/units/:table":       {"units.csv", "units.xlsx"},
	"/download/runs/:run/difference/units/:unit/:table": {"unit_months.csv", "unit_records.xlsx"},
	"/download/loads/:table":                            {"loads.csv", "loads.xlsx", "reconciliation.csv"},
	"/download/loads/:load/:table":                      {"rejects.csv", "reasons.xlsx"},
}

// filled fills in the parts of a path, each with all values that it is tried with.
func filled(path, code string) []string {
	if strings.Contains(path, "/:line") { // of a unit's records
		path = strings.Replace(path, ":load", recordOf[code].load, 1)
	}
	path = strings.NewReplacer(":id", recordOf[code].unit, ":line", recordOf[code].line, "*", "app.css", ":code", code, ":industry", "H", ":size", "small").Replace(path)
	all, tables := []string{path}, tablesOf[path]
	if tables == nil {
		tables = []string{"regions.csv", "months.xlsx", "audit.csv", "permissions.csv", "units.csv", "records.csv", code + ".csv", code}
	}
	values := map[string][]string{":table": tables}
	for part, own := range inPath {
		values[part] = append(slices.Clone(own), code)
	}
	for part := range strings.SplitSeq(path, "/") {
		if values[part] == nil {
			continue
		}
		var more []string
		for _, value := range values[part] {
			for _, one := range all {
				more = append(more, strings.Replace(one, part, value, 1))
			}
		}
		all = more
	}
	return all
}

// addresses are the addresses of a route with a region's code in every parameter, one at a time; a unit and a record of
// a path are of the region.
func addresses(path, code string) []string {
	all := filled(path, code)
	if len(all) > 1 {
		for _, one := range slices.Clone(all) {
			all = append(all, one+"?reason="+url.QueryEscape("核对本月数字"))
		}
	}
	for _, name := range parameters {
		all = append(all, all[0]+"?"+name+"="+url.QueryEscape(code))
	}
	if strings.Contains(path, "what-if") { // which computes something only when it is asked to
		all = append(all, all[0]+"?area="+code+"&target=rate&way=points&value=-2.37&reason="+url.QueryEscape("核对本月数字"), all[0]+"?area="+code+"&target=cap&way=percent&value=-20&payer=both",
			all[0]+"?target=rate&way=points&value=-1&sure=1&also="+url.QueryEscape("rate:set:pension:employer:"+code+":2019-05:15"))
	}
	return append(all, all[0]+"?reason="+url.QueryEscape("核对本月数字")+"&account="+code)
}

// TestTheWalk goes to every registered route as everybody, with own and foreign codes in every parameter.
func TestTheWalk(t *testing.T) {
	for region, other := range map[string]string{suzhou: nanjing, nanjing: suzhou} {
		t.Run(regionWords[region], func(t *testing.T) {
			t.Parallel() // with a store of its own
			o := walked(t)
			foreign, own := o.marks(other, region), o.unitFigures(region)
			if len(foreign) < 20 {
				t.Fatalf("too few marks of the other region to look for: %d", len(foreign))
			}
			for _, role := range append([]access.Role{""}, access.Roles...) {
				w := walker{o: o, t: t, account: regionWords[region] + "-" + string(role), role: role, region: region, foreign: foreign, own: own}
				w.signIn()
				for _, route := range routesOf(o.server) {
					for _, code := range []string{suzhou, nanjing} {
						w.walk(route, code)
					}
				}
			}
			if verdict, err := o.audit.Verify(t.Context()); err != nil || verdict.Break != "" {
				t.Errorf("the audit log after the walk: %+v, %v", verdict, err)
			}
		})
	}
}

// thorough is the role that tries every parameter of a route: an inspector, who sees most, or else the first that may.
func thorough(who string) access.Role {
	roles := strings.Fields(who)
	if slices.Contains(roles, string(access.Inspector)) {
		return access.Inspector
	}
	return access.Role(roles[0])
}

// walker is somebody of a role and a region who tries everything.
type walker struct {
	o               *office
	t               *testing.T
	account, region string
	role            access.Role
	foreign         []string        // what must not be in any answer
	own             map[string]bool // figures of the region's own units, of which some happen to be those of the other region's sums
	b               *browser
}

func (w *walker) signIn() {
	w.o.server.Accounts, w.o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9) // nobody walks as fast
	w.b = w.o.browser()
	if w.role != "" {
		w.b.signIn(w.account, secret)
	}
	w.b.get("/login") // for the proof
}

func (w *walker) walk(route, code string) {
	method, path, _ := strings.Cut(route, " ")
	tried := addresses(path, code)
	switch who := letThrough[route]; {
	case !expects(route, w.role) || who == "anybody" || who == "everybody": // no figures: a few will do
		tried = []string{tried[0], tried[0] + "?region=" + code, tried[len(tried)-1]}
	case code == w.region || w.role != thorough(who): // parameters are read alike for all: who sees most tries each of them
		tried = slices.DeleteFunc(tried, func(address string) bool {
			_, query, found := strings.Cut(address, "?")
			return found && !strings.HasPrefix(query, "region=") && !strings.HasPrefix(query, "reason=")
		})
	}
	for _, address := range tried {
		if method == http.MethodPost && strings.Contains(address, "?") {
			continue
		}
		sent, fields := method, map[bool]url.Values{true: w.fields(code)}[method == http.MethodPost]
		if strings.HasPrefix(path, "/download/") && strings.Contains(address, "reason=") { // a link takes nothing away
			sent, fields = http.MethodPost, w.b.fields("reason", okReason)
		}
		if _, query, _ := strings.Cut(address, "?"); strings.Contains(query, "target=") && expects("POST /policy/what-if", w.role) { // else there would be nothing to show
			w.b.send(http.MethodPost, "/policy/what-if?"+query, w.b.fields())
		}
		response, body := w.b.send(sent, address, fields)
		name := fmt.Sprintf("%s of %s: %s %s", w.role, w.region, method, address)
		w.check(name, route, address, code, response.StatusCode)
		for _, mark := range w.foreign {
			if w.role == access.SysAdmin && !strings.ContainsAny(mark, "0123456789") {
				continue // who keeps the accounts knows their names and regions, and sees no figures
			}
			if strings.Contains(route, "/audit") && w.asked(mark) {
				continue // the log holds what people of the region have asked for
			}
			// The JSON of figures names the policy's dates with their limits, as the policy page does.
			law := slices.Contains(lawful, mark) && (strings.HasPrefix(path, kit.APIRoot) || strings.HasSuffix(path, "/policy"))
			own := strings.Contains(route, "/:id") || strings.Contains(route, "/cases") // figures of units one by one
			if own && w.own[mark] || law {
				continue
			}
			if holds(body, mark) {
				w.t.Errorf("%s: the answer holds %q of the other region", name, mark)
			}
		}
		if _, alive := w.b.cookies[kit.SessionCookie]; w.role != "" && !alive {
			w.signIn()
		}
	}
}

// lawful are the limits of the small world's pack, which somebody's burden happens to be as well.
var lawful = []string{"3000.00", "3,000.00", "3500.00", "3,500.00", "14000.00", "14,000.00", "15000.00", "15,000.00"}

// grouping is the end of the first part of a larger figure, as in 12,345.67.
var grouping = regexp.MustCompile(`[^\d]\d{1,2},$|^\d{3},$`)

// holds tells whether a text holds a mark, a figure not as the end of a larger one.
func holds(text, mark string) bool {
	for {
		i := strings.Index(text, mark)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		if !unicode.IsDigit(rune(mark[0])) || !unicode.IsDigit(before) && !grouping.MatchString(text[max(0, i-4):i]) {
			return true
		}
		text = text[i+len(mark):]
	}
}

// fields are a form with a code in each field, harmless in what it does.
func (w *walker) fields(code string) url.Values {
	fields := w.b.fields()
	for _, name := range []string{"username", "password", "account", "name", "session", "token", "label", "regions", "role", "right", "disabled"} {
		fields.Set(name, code)
	}
	return fields
}

// check compares the status with what is expected.
func (w *walker) check(name, route, address, code string, status int) {
	w.t.Helper()
	foreignRegion := code != w.region && (strings.Contains(route, "/:code") || strings.Contains(address, "&also=") ||
		slices.ContainsFunc(kit.RegionParameters, func(p string) bool { return strings.Contains(address, "?"+p+"=") }))
	scoped := letThrough[route] != "anybody" && letThrough[route] != "everybody" && w.role != access.SysAdmin
	switch {
	case status >= 500:
		w.t.Errorf("%s: status %d", name, status)
	case letThrough[route] == "anybody":
		if status == http.StatusForbidden {
			w.t.Errorf("%s: status %d, and anybody may ask", name, status)
		}
	case w.role == "":
		if status != http.StatusSeeOther && status != http.StatusUnauthorized {
			w.t.Errorf("%s: status %d without signing in", name, status)
		}
	case route == "GET /" && !expects(route, w.role):
		if status != http.StatusSeeOther {
			w.t.Errorf("%s: status %d, want 303 to the role's own first page", name, status)
		}
	case !expects(route, w.role):
		if status != http.StatusForbidden {
			w.t.Errorf("%s: status %d, want 403", name, status)
		}
	case strings.Contains(route, ":id") && code != w.region:
		if status != http.StatusNotFound && !(foreignRegion && status == http.StatusForbidden) && !(status == http.StatusBadRequest && strings.Contains(address, "?")) {
			w.t.Errorf("%s: status %d for a unit outside of the scope, want 404", name, status)
		}
	case strings.HasPrefix(route, "GET /units/:id") && !strings.Contains(address, "?") && status != http.StatusOK:
		w.t.Errorf("%s: status %d, and the unit is there", name, status)
	case scoped && foreignRegion:
		if status != http.StatusForbidden {
			w.t.Errorf("%s: status %d for a region outside of the scope, want 403", name, status)
		}
	case status == http.StatusForbidden && w.role == access.SysAdmin && len(kit.RegionParameters) > 0 && slices.ContainsFunc(kit.RegionParameters, func(p string) bool { return strings.Contains(address, "?"+p+"=") }):
		// a system administrator has no region at all
	case status == http.StatusUnauthorized, status == http.StatusForbidden && !w.withheld(route):
		w.t.Errorf("%s: status %d, and the role may", name, status)
	}
}

// withheld tells whether a download may be refused because so few persons are behind it: the two of Nanjing.
func (w *walker) withheld(route string) bool {
	ofFigures := slices.ContainsFunc([]string{"overview", "regions", "industries", "sizes", "what-if"}, func(page string) bool {
		return strings.Contains(route, "/download/"+page+"/")
	})
	return ofFigures && w.region == nanjing && w.role != access.Inspector ||
		strings.Contains(route, "/difference/:table") && w.role != access.Inspector // one person of each city moved
}

// marks are the names and figures of one region that are not those of another: what its people must not see.
func (o *office) marks(region, besides string) []string {
	o.t.Helper()
	mine, theirs := o.figures(besides), o.figures(region)
	for figure := range o.figures("000000") {
		theirs[figure] = true
	}
	words := map[string][]string{
		nanjing: {"南京", "玄武", "秦淮", "Nanjing", "Xuanwu", "Qinhuai", fixture.A, fixture.B, "nj某人"},
		suzhou:  {"苏州", "虎丘", "吴中", "Suzhou", "Huqiu", "Wuzhong", fixture.C, fixture.D, "sz某人"},
	}[region]
	for _, role := range access.Roles {
		words = append(words, regionWords[region]+"-"+string(role))
	}
	for figure := range theirs {
		if !mine[figure] {
			words = append(words, figure)
		}
	}
	return words
}

// figures are the amounts of a region's overviews, as pages and files write them.
func (o *office) figures(region string) map[string]bool {
	o.t.Helper()
	all := map[string]bool{}
	for _, payers := range [][]contribution.Payer{{contribution.Employer}, {contribution.Employee}, {contribution.Employer, contribution.Employee}} {
		overview, err := o.q.Overview(o.t.Context(), filter.Regions(region), queries.View{Payers: payers})
		if err != nil {
			o.t.Fatal(err)
		}
		collect(reflect.ValueOf(overview), func(f money.Fen) {
			if f > 100_00 || f < -100_00 {
				all[f.String()] = true
				all[grouped(f)] = true
			}
		})
	}
	return all
}

// collect visits all amounts in a value.
func collect(v reflect.Value, visit func(money.Fen)) {
	if f, ok := v.Interface().(money.Fen); ok {
		visit(f)
		return
	}
	if b, ok := v.Interface().(queries.Burden); ok {
		for _, f := range []money.Fen{b.Old, b.New, b.Charged, b.Due(), b.Real(), b.Shortfall()} {
			visit(f)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				collect(v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), visit)
		}
	}
}

// grouped writes an amount as hovering shows it.
func grouped(f money.Fen) string {
	text := f.String()
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + fraction
}

// TestTwoReadersOfOneAddressSeeTheirOwn is the test that a shared cache would fail.
func TestTwoReadersOfOneAddressSeeTheirOwn(t *testing.T) {
	o := staffed(t)
	one, other := o.signedIn("sz-inspector"), o.signedIn("nj-inspector")
	for range 3 {
		for _, address := range []string{"/", "/api/v1/overview", "/?payer=both&lang=en"} {
			_, a := one.get(address)
			_, b := other.get(address)
			if a == b {
				t.Fatalf("%s: two readers got the same", address)
			}
			if strings.Contains(a, "玄武") || strings.Contains(a, "Xuanwu") || strings.Contains(b, "虎丘") || strings.Contains(b, "Huqiu") {
				t.Errorf("%s: one reader got the other's regions", address)
			}
		}
	}
	var figures struct {
		Total    struct{ Old, Charged string }
		ByRegion []struct{ Key string } `json:"by_region"`
		Stamp    struct{ Records uint64 }
	}
	for b, want := range map[*browser]string{one: "2600.00", other: "5100.00"} { // 2019-05, worked out in package world
		_, body := b.get("/api/v1/overview?from=2019-05&to=2019-05")
		if err := json.Unmarshal([]byte(body), &figures); err != nil || figures.Total.Old != want || len(figures.ByRegion) != 2 || figures.Stamp.Records != 0 {
			t.Errorf("got %+v, want an old burden of %s, two counties, and no count of the whole store; %v", figures, want, err)
		}
	}
}

// TestFewPersonsAreNotShown: Suzhou has three persons, one in Huqiu and two in Wuzhong; Nanjing has two.
func TestFewPersonsAreNotShown(t *testing.T) {
	o := staffed(t)
	for account, c := range map[string]struct {
		shown, hidden []string
	}{
		"sz-leadership": {[]string{"2600.00"}, []string{"600.00", "560.00", "2000.00", "2400.00", "600.00 ", "2,000.00", "2,400.00"}},
		"nj-leadership": {nil, []string{"5100.00", "4700.00", "2100.00", "3000.00"}},
		"sz-inspector":  {[]string{"2600.00", "600.00", "2000.00"}, nil},
		"nj-inspector":  {[]string{"5100.00", "2100.00", "3000.00"}, nil},
	} {
		b := o.signedIn(account)
		for _, address := range []string{"/api/v1/overview?from=2019-05&to=2019-05", "/?from=2019-05&to=2019-05", "/download/overview/regions.csv?from=2019-05&to=2019-05"} {
			ask := b.get
			if strings.HasPrefix(address, "/download/") {
				ask = b.take
			}
			_, body := ask(address)
			for _, figure := range c.shown {
				if !strings.Contains(body, figure) {
					t.Errorf("%s, %s: %s is not there", account, address, figure)
				}
			}
			for _, figure := range c.hidden {
				if holds(body, figure) {
					t.Errorf("%s, %s: shows %s, which is about too few persons", account, address, figure)
				}
			}
		}
	}
	for _, account := range []string{"sz-leadership", "sz-inspector"} { // the wall shows nobody more than a reader without records sees
		_, body := o.signedIn(account).get("/screen?from=2019-05&to=2019-05")
		if !strings.Contains(body, "2,600.00") {
			t.Errorf("%s: the wall does not show the total", account)
		}
		for _, figure := range []string{"600.00", "560.00", "2000.00", "2400.00", "2,000.00", "2,400.00"} {
			if holds(body, figure) {
				t.Errorf("%s: the wall shows %s, which is about too few persons", account, figure)
			}
		}
		if strings.Contains(body, "/units") {
			t.Errorf("%s: the wall leads to units", account)
		}
	}
	_, body := o.signedIn("sz-leadership").get("/?from=2019-05&to=2019-05")
	document := parsed(t, body)
	if got := document.Find("table[data-table=regions] tbody tr td").Text(); strings.Trim(got, "* \n\t") != "" {
		t.Errorf("the hidden rows of regions hold %q", got)
	}
	if !strings.Contains(document.Find(".concealed").Text(), "3") {
		t.Error("nothing explains the mark")
	}
	_, body = o.signedIn("nj-leadership").get("/")
	if document = parsed(t, body); document.Find("[data-kpi], table[data-table], [data-chart]").Length() != 0 || !strings.Contains(document.Text(), "人数过少") {
		t.Error("a page about too few persons shows something")
	}
}
