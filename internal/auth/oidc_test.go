package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// issuer is an OpenID Connect issuer that runs in the test: discovery, keys, authorization and token endpoints, as an
// issuer must have them, with PKCE and the client's secret checked. What it puts into tokens can be bent.
type issuer struct {
	*httptest.Server
	t     *testing.T
	clock *clock
	rsa   *rsa.PrivateKey
	ec    *ecdsa.PrivateKey

	algorithm string                 // of the signature; RS256
	claims    func(map[string]any)   // bends the claims of the next token
	sign      func(in string) []byte // replaces the signature
	header    map[string]any         // bends the header
	noToken   bool
	away      bool
	asked     map[string]url.Values // authorization requests by code
	exchanges int
}

const clientSecret = "the client's secret"

func newIssuer(t *testing.T, c *clock) *issuer {
	t.Helper()
	i := &issuer{t: t, clock: c, algorithm: "RS256", asked: map[string]url.Values{}}
	var err error
	if i.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if i.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		if i.away {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		i.answer(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
			"jwks_uri": i.URL + "/keys", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { i.answer(w, map[string]any{"keys": i.keys()}) })
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		i.t.Error(err)
	}
}

func raw(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (i *issuer) keys() []map[string]any {
	point, err := i.ec.PublicKey.Bytes()
	if err != nil {
		i.t.Fatal(err)
	}
	return []map[string]any{
		{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "r", "n": raw(i.rsa.N.Bytes()), "e": raw(big.NewInt(int64(i.rsa.E)).Bytes())},
		{"kty": "EC", "use": "sig", "alg": "ES256", "kid": "e", "crv": "P-256", "x": raw(point[1:33]), "y": raw(point[33:])},
	}
}

// authorize is what the browser does at the issuer: it brings the request and gets the address to go back to.
func (i *issuer) authorize(address string) url.Values {
	i.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		i.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != "jianfu" || q.Get("code_challenge_method") != "S256" ||
		q.Get("redirect_uri") != "https://jianfu.example/sign-in/oidc" || !strings.Contains(q.Get("scope"), "openid") || q.Get("nonce") == "" {
		i.t.Errorf("the browser is sent to %s", address)
	}
	code := newSecret()
	i.asked[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

// token exchanges a code, once.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.exchanges++
	_ = r.ParseForm()
	asked, ok := i.asked[r.Form.Get("code")]
	delete(i.asked, r.Form.Get("code"))
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.Form.Get("client_id"), r.Form.Get("client_secret")
	} else {
		secret, _ = url.QueryUnescape(secret)
	}
	challenge := sha256.Sum256([]byte(r.Form.Get("code_verifier")))
	if !ok || id != "jianfu" || secret != clientSecret || raw(challenge[:]) != asked.Get("code_challenge") ||
		r.Form.Get("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		i.answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	answer := map[string]any{"access_token": "at", "token_type": "Bearer", "expires_in": 300}
	if !i.noToken {
		answer["id_token"] = i.idToken(asked.Get("nonce"))
	}
	i.answer(w, answer)
}

func (i *issuer) idToken(nonce string) string {
	now := i.clock.now()
	claims := map[string]any{"iss": i.URL, "sub": "s-1", "aud": "jianfu", "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "nonce": nonce,
		"preferred_username": "Wang.Fang", "name": "王芳", "realm": map[string]any{"roles": []string{"jf-inspector", "other"}}, "regions": []string{"suzhou"}}
	if i.claims != nil {
		i.claims(claims)
	}
	header := map[string]any{"alg": i.algorithm, "typ": "JWT", "kid": map[string]string{"RS256": "r", "ES256": "e"}[i.algorithm]}
	for name, value := range i.header {
		header[name] = value
	}
	encode := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			i.t.Fatal(err)
		}
		return raw(text)
	}
	in := encode(header) + "." + encode(claims)
	return in + "." + raw(i.signature(in))
}

func (i *issuer) signature(in string) []byte {
	if i.sign != nil {
		return i.sign(in)
	}
	sum := sha256.Sum256([]byte(in))
	if i.algorithm == "ES256" {
		r, s, err := ecdsa.Sign(rand.Reader, i.ec, sum[:])
		if err != nil {
			i.t.Fatal(err)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.rsa, crypto.SHA256, sum[:])
	if err != nil {
		i.t.Fatal(err)
	}
	return signature
}

// client is the configuration that fits the issuer.
func (i *issuer) client(t *testing.T) OIDCConfig {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(clientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return OIDCConfig{Issuer: i.URL, ClientID: "jianfu", SecretFile: file, RedirectURL: "https://jianfu.example/sign-in/oidc",
		RolesClaim: "realm.roles", Roles: map[string]access.Role{"jf-inspector": access.Inspector, "jf-report": access.Reporter, "jf-admin": access.SysAdmin},
		Regions: map[string]string{"suzhou": "320500", "nantong": "320600"}}
}

func TestSignInThroughTheBureausOwnSignOn(t *testing.T) {
	o := staffed(t)
	i := newIssuer(t, o.clock)
	i.away = true
	client, err := NewOIDC(o.Service, i.client(t))
	o.must(err)
	_, _, err = client.Start(t.Context())
	refused(t, err, "oidc_unreachable")
	i.away = false

	signIn := func() (Visit, error) {
		address, cookie, err := client.Start(t.Context())
		o.must(err)
		_, v, err := client.Finish(t.Context(), cookie, i.authorize(address), here)
		return v, err
	}
	v, err := signIn()
	o.must(err)
	if v.Principal.Account() != "wang.fang" || v.Principal.Name() != "王芳" || !slices.Equal(v.Principal.Scope(access.FiguresUnit).Prefixes(), []string{"3205"}) || v.Account.HasPassword {
		t.Errorf("%+v", v)
	}
	_, _, err = o.SignIn(t.Context(), "wang.fang", "", here)
	refused(t, err, "sign_in_failed") // there is no password

	t.Run("the next time nothing is written but the session", func(t *testing.T) {
		before := rowsOf(t, o, "accounts")
		i.algorithm = "ES256"
		v, err := signIn()
		i.algorithm = "RS256"
		if err != nil || v.Principal.Account() != "wang.fang" || rowsOf(t, o, "accounts") != before {
			t.Errorf("%+v, %v", v, err)
		}
	})
	t.Run("roles and regions follow the claims, and end the sessions before", func(t *testing.T) {
		old, err := o.Sessions(t.Context(), cli, "wang.fang")
		o.must(err)
		i.claims = func(c map[string]any) {
			c["realm"], c["regions"], c["preferred_username"] = map[string]any{"roles": []string{"jf-report"}}, "nantong", "renamed"
		}
		v, err := signIn()
		o.must(err)
		if v.Principal.Account() != "wang.fang" || !slices.Equal(v.Principal.Roles(), []access.Role{access.Reporter}) || !slices.Equal(v.Principal.Regions(), []string{"320600"}) {
			t.Errorf("%+v", v.Principal)
		}
		now, err := o.Sessions(t.Context(), cli, "wang.fang")
		if err != nil || len(old) != 2 || len(now) != 1 {
			t.Errorf("%d sessions, then %d, %v", len(old), len(now), err)
		}
	})
	for name, c := range map[string]struct {
		claims func(map[string]any)
		code   string
	}{
		"no role that counts":             {func(c map[string]any) { c["realm"] = map[string]any{"roles": []string{"other"}} }, "oidc_no_role"},
		"no claim of roles":               {func(c map[string]any) { delete(c, "realm") }, "oidc_no_role"},
		"no region that counts":           {func(c map[string]any) { c["regions"] = []string{"shanghai"} }, "regions_missing"},
		"a region's code where names are": {func(c map[string]any) { c["regions"] = []string{"320500"} }, "regions_missing"},
		"roles that nobody has together":  {func(c map[string]any) { c["realm"] = map[string]any{"roles": []string{"jf-admin", "jf-inspector"}} }, "role_alone"},
		"a name that another account has": {func(c map[string]any) { c["sub"], c["preferred_username"] = "s-2", "inspector" }, "account_taken"},
		"a name that is none":             {func(c map[string]any) { c["sub"], c["preferred_username"] = "s-2", "cli:root" }, "account_name"},
		"no name":                         {func(c map[string]any) { c["sub"] = "s-2"; delete(c, "preferred_username") }, "account_name"},
	} {
		t.Run(name, func(t *testing.T) {
			i.claims = c.claims
			_, err := signIn()
			refused(t, err, c.code)
		})
	}
	t.Run("a disabled account stays out", func(t *testing.T) {
		i.claims = nil
		yes := true
		_, err := o.Change(t.Context(), cli, "wang.fang", Change{Disabled: &yes})
		o.must(err)
		_, err = signIn()
		refused(t, err, "account_disabled")
	})
	if got := o.actions(queries.AuditSearch{Actor: oidcActor}); !slices.Equal(got, []string{"account_created", "account_changed"}) {
		t.Errorf("recorded: %q", got)
	}
}

func TestBadAnswersOfAnIssuerAreRefused(t *testing.T) {
	o := staffed(t)
	i := newIssuer(t, o.clock)
	client, err := NewOIDC(o.Service, i.client(t))
	o.must(err)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	o.must(err)
	now := o.clock.now()
	type bend func(i *issuer)
	claims := func(f func(c map[string]any)) bend { return func(i *issuer) { i.claims = f } }
	for name, b := range map[string]bend{
		"another audience":                claims(func(c map[string]any) { c["aud"] = "other" }),
		"no audience":                     claims(func(c map[string]any) { delete(c, "aud") }),
		"two audiences, for another":      claims(func(c map[string]any) { c["aud"], c["azp"] = []string{"jianfu", "other"}, "other" }),
		"two audiences, for nobody":       claims(func(c map[string]any) { c["aud"] = []string{"jianfu", "other"} }),
		"another issuer":                  claims(func(c map[string]any) { c["iss"] = "https://elsewhere.example" }),
		"expired":                         claims(func(c map[string]any) { c["exp"] = now.Add(-time.Second).Unix() }),
		"no expiry":                       claims(func(c map[string]any) { delete(c, "exp") }),
		"not valid yet":                   claims(func(c map[string]any) { c["nbf"] = now.Add(time.Hour).Unix() }),
		"another nonce":                   claims(func(c map[string]any) { c["nonce"] = "x" }),
		"no nonce":                        claims(func(c map[string]any) { delete(c, "nonce") }),
		"no subject":                      claims(func(c map[string]any) { delete(c, "sub") }),
		"another access token's hash":     claims(func(c map[string]any) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }),
		"no signature, alg none":          func(i *issuer) { i.algorithm, i.sign = "none", func(string) []byte { return nil } },
		"no signature, alg None":          func(i *issuer) { i.algorithm, i.sign = "None", func(string) []byte { return nil } },
		"no signature":                    func(i *issuer) { i.sign = func(string) []byte { return nil } },
		"signed with the client's secret": func(i *issuer) { i.algorithm, i.sign = "HS256", hs256([]byte(clientSecret)) },
		"signed with the public key":      func(i *issuer) { i.algorithm, i.sign = "HS256", hs256(i.rsa.N.Bytes()) },
		"signed by somebody else": func(i *issuer) {
			i.sign = func(in string) []byte {
				sum := sha256.Sum256([]byte(in))
				signature, _ := rsa.SignPKCS1v15(rand.Reader, stranger, crypto.SHA256, sum[:])
				return signature
			}
		},
		"a key of the token's own": func(i *issuer) {
			i.header = map[string]any{"kid": "mine", "jwk": map[string]any{"kty": "RSA", "n": raw(stranger.N.Bytes()), "e": "AQAB"}}
			i.sign = func(in string) []byte {
				sum := sha256.Sum256([]byte(in))
				signature, _ := rsa.SignPKCS1v15(rand.Reader, stranger, crypto.SHA256, sum[:])
				return signature
			}
		},
		"no token at all": func(i *issuer) { i.noToken = true },
	} {
		t.Run(name, func(t *testing.T) {
			i.claims, i.sign, i.header, i.noToken, i.algorithm = nil, nil, nil, false, "RS256"
			b(i)
			address, cookie, err := client.Start(t.Context())
			o.must(err)
			_, v, err := client.Finish(t.Context(), cookie, i.authorize(address), here)
			refused(t, err, "oidc_refused")
			if v.Account.Account != "" {
				t.Errorf("%+v", v)
			}
		})
	}
	i.claims, i.sign, i.header, i.noToken, i.algorithm = nil, nil, nil, false, "RS256"
	if rows := rowsOf(t, o, "sessions"); rows != 0 {
		t.Errorf("%d sessions began", rows)
	}
}

func hs256(key []byte) func(string) []byte {
	return func(in string) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(in))
		return mac.Sum(nil)
	}
}

func TestWhatTheBrowserBringsBackMustBeItsOwn(t *testing.T) {
	o := staffed(t)
	i := newIssuer(t, o.clock)
	client, err := NewOIDC(o.Service, i.client(t))
	o.must(err)
	for name, c := range map[string]struct {
		bend func(cookie *string, back url.Values)
		code string
		late time.Duration
	}{
		"as it should be":              {func(*string, url.Values) {}, "", 0},
		"just in time":                 {func(*string, url.Values) {}, "", flowFor},
		"too late":                     {func(*string, url.Values) {}, "oidc_again", flowFor + time.Second},
		"no cookie":                    {func(c *string, _ url.Values) { *c = "" }, "oidc_again", 0},
		"a cookie that is none":        {func(c *string, _ url.Values) { *c = "e30" }, "oidc_again", 0},
		"no state":                     {func(_ *string, b url.Values) { b.Del("state") }, "oidc_again", 0},
		"another state":                {func(_ *string, b url.Values) { b.Set("state", "x") }, "oidc_again", 0},
		"the cookie of another flow":   {func(c *string, _ url.Values) { _, *c, _ = client.Start(t.Context()) }, "oidc_again", 0},
		"the issuer of somebody else":  {func(_ *string, b url.Values) { b.Set("iss", "https://elsewhere.example") }, "oidc_again", 0},
		"its own issuer":               {func(_ *string, b url.Values) { b.Set("iss", i.URL) }, "", 0},
		"the issuer says no":           {func(_ *string, b url.Values) { b.Set("error", "access_denied") }, "oidc_refused", 0},
		"no code":                      {func(_ *string, b url.Values) { b.Del("code") }, "oidc_refused", 0},
		"another code":                 {func(_ *string, b url.Values) { b.Set("code", "x") }, "oidc_refused", 0},
		"a code that was used already": {func(_ *string, b url.Values) { delete(i.asked, b.Get("code")) }, "oidc_refused", 0},
		"a code begun by another": {func(_ *string, b url.Values) {
			address, _, _ := client.Start(t.Context())
			b.Set("code", i.authorize(address).Get("code"))
		}, "oidc_refused", 0},
	} {
		t.Run(name, func(t *testing.T) {
			address, cookie, err := client.Start(t.Context())
			o.must(err)
			back := i.authorize(address)
			c.bend(&cookie, back)
			o.clock.pass(c.late)
			id, v, err := client.Finish(t.Context(), cookie, back, here)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Fatalf("%v, want %q", err, c.code)
			}
			if (err == nil) != (id != "" && v.Account.Account == "wang.fang") {
				t.Errorf("%q, %+v", id, v)
			}
		})
	}
}

func TestFailuresAtTheIssuerDoNotFillTheLog(t *testing.T) {
	o := staffed(t)
	i := newIssuer(t, o.clock)
	client, err := NewOIDC(o.Service, i.client(t))
	o.must(err)
	for range addressFree + 50 {
		_, _, err := client.Finish(t.Context(), "", url.Values{"state": {"x"}}, there)
		refused(t, err, "oidc_again")
	}
	if n := len(o.actions(queries.AuditSearch{Actions: []string{"sign_in_failed"}})); n != addressFree || i.exchanges != 0 {
		t.Errorf("%d entries, %d questions to the issuer", n, i.exchanges)
	}
}

func TestTheSettingsOfTheSignOnAreChecked(t *testing.T) {
	good := OIDCConfig{Issuer: "https://id.example", ClientID: "jianfu", RedirectURL: "http://127.0.0.1:8080/sign-in/oidc"}
	for name, c := range map[string]struct {
		change func(*OIDCConfig)
		code   string
	}{
		"good":                             {func(*OIDCConfig) {}, ""},
		"an issuer on this machine":        {func(c *OIDCConfig) { c.Issuer = "http://localhost:9000" }, ""},
		"an issuer without TLS":            {func(c *OIDCConfig) { c.Issuer = "http://id.example" }, "oidc_config"},
		"no issuer":                        {func(c *OIDCConfig) { c.Issuer = "" }, "oidc_config"},
		"an issuer that is no address":     {func(c *OIDCConfig) { c.Issuer = "https://%zz" }, "oidc_config"},
		"a way back without TLS":           {func(c *OIDCConfig) { c.RedirectURL = "http://jianfu.example/" }, "oidc_config"},
		"no client":                        {func(c *OIDCConfig) { c.ClientID = "" }, "oidc_config"},
		"a role that there is not":         {func(c *OIDCConfig) { c.Roles = map[string]access.Role{"x": "boss"} }, "role_unknown"},
		"a secret file that there is not":  {func(c *OIDCConfig) { c.SecretFile = filepath.Join(t.TempDir(), "none") }, "oidc_config"},
		"an issuer that pretends to be us": {func(c *OIDCConfig) { c.Issuer = "http://127.0.0.1.example" }, "oidc_config"},
	} {
		t.Run(name, func(t *testing.T) {
			config := good
			c.change(&config)
			_, err := NewOIDC(New(nil, nil, time.Now, Options{Cost: cheap}), config)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

func TestClaimsAreFoundByTheirPath(t *testing.T) {
	var claims map[string]any
	if err := json.Unmarshal([]byte(`{"a":"x","b":["y",1,"z"],"c":{"d":["v"],"e":{"f":"w"}},"g.h":"u","n":5}`), &claims); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"a": "x", "b": "y z", "c.d": "v", "c.e.f": "w", "g.h": "u", "n": "", "c": "", "none": "", "a.b": "", "c.e.f.g": "", "": ""} {
		if got := strings.Join(claim(claims, path), " "); got != want {
			t.Errorf("%q gives %q, want %q", path, got, want)
		}
	}
}
