package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// OIDCConfig says how the bureau's own sign-on is reached and what its claims give. A claim may be named by a path, such
// as realm_access.roles.
type OIDCConfig struct {
	Issuer       string // https://…; http is taken on this machine alone
	ClientID     string
	SecretFile   string                 // file that holds the client's secret; "" for a public client
	RedirectURL  string                 // our own address that the browser comes back to
	Scopes       []string               // besides openid; default profile
	AccountClaim string                 // name to sign in with; default preferred_username
	NameClaim    string                 // name to show; default name
	RolesClaim   string                 // default roles
	Roles        map[string]access.Role // value of the claim to role; other values give nothing
	RegionsClaim string                 // default regions
	Regions      map[string]string      // value of the claim to region code; empty: the values are region codes
}

// OIDC is the sign-in through an OpenID Connect issuer: authorization code with PKCE and a nonce. It asks the issuer
// nothing before the first sign-in, so that the server starts while the issuer is away.
type OIDC struct {
	service *Service
	config  OIDCConfig
	secret  string
	client  *http.Client

	mutex    sync.Mutex
	provider *oidc.Provider
}

// Times of a sign-in through an issuer.
const (
	issuerTimeout = 10 * time.Second
	flowFor       = 10 * time.Minute // how long somebody may take at the issuer
)

// algorithms are the signatures that are taken: none that anybody could make, and none made with a secret that the
// client shares.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// oidcActor makes and changes the accounts that the issuer knows; no account can be called so.
const oidcActor = "oidc:"

// NewOIDC reads the secret and checks the configuration.
func NewOIDC(s *Service, c OIDCConfig) (*OIDC, error) {
	for name, value := range map[string]string{"issuer": c.Issuer, "redirect": c.RedirectURL} {
		if err := checkAddress(value); err != nil {
			return nil, problem.Wrap(err, "oidc_config", "setting", name)
		}
	}
	if c.ClientID == "" {
		return nil, problem.Wrap(errors.New("it is empty"), "oidc_config", "setting", "client")
	}
	for _, role := range c.Roles {
		if _, ok := access.ReadRole(string(role)); !ok {
			return nil, problem.New("role_unknown", "role", role, "known", strings.Join(wordsOf(access.Roles), ", "))
		}
	}
	secret := ""
	if c.SecretFile != "" {
		text, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return nil, problem.Wrap(err, "oidc_config", "setting", "secret_file")
		}
		secret = strings.TrimSpace(string(text))
	}
	for _, standard := range []struct {
		setting *string
		value   string
	}{{&c.AccountClaim, "preferred_username"}, {&c.NameClaim, "name"}, {&c.RolesClaim, "roles"}, {&c.RegionsClaim, "regions"}} {
		if *standard.setting == "" {
			*standard.setting = standard.value
		}
	}
	if c.Scopes == nil {
		c.Scopes = []string{"profile"}
	}
	return &OIDC{service: s, config: c, secret: secret, client: &http.Client{Timeout: issuerTimeout}}, nil
}

// checkAddress wants https, except on this machine.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme == "https" && u.Host != "" {
		return nil
	}
	host, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && (host.IsLoopback() || u.Hostname() == "localhost") {
		return nil
	}
	return fmt.Errorf("%q is no https address", address)
}

// flow is what the browser keeps, in a cookie that no script reads, between going to the issuer and coming back.
type flow struct {
	State, Nonce, Verifier string
	Started                int64 // seconds since 1970
}

// Start begins a sign-in: the address to send the browser to, and the contents of the cookie that Finish wants back.
func (o *OIDC) Start(ctx context.Context) (address, cookie string, err error) {
	config, _, err := o.connect(ctx)
	if err != nil {
		return "", "", err
	}
	f := flow{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Started: o.service.clock().Unix()}
	text, err := json.Marshal(f)
	if err != nil {
		return "", "", err
	}
	address = config.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier))
	return address, base64.RawURLEncoding.EncodeToString(text), nil
}

// connect asks the issuer, once, where its parts are.
func (o *OIDC) connect(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.provider == nil {
		// The provider keeps the context for fetching keys later, when this request is over.
		provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.client), o.config.Issuer)
		if err != nil {
			return nil, nil, problem.Wrap(err, "oidc_unreachable")
		}
		o.provider = provider
	}
	return &oauth2.Config{ClientID: o.config.ClientID, ClientSecret: o.secret, RedirectURL: o.config.RedirectURL,
		Endpoint: o.provider.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, o.config.Scopes...)}, o.provider, nil
}

// Finish ends a sign-in with what the browser brings back: the cookie of Start and the parameters of the address. An
// account that the issuer knows and jianfu does not is made; its roles and regions are those of the claims, each time.
func (o *OIDC) Finish(ctx context.Context, cookie string, parameters url.Values, from Client) (id string, visit Visit, err error) {
	identity, claims, cause, err := o.identify(ctx, cookie, parameters)
	account := Account{}
	if err == nil {
		account, err = o.admit(ctx, identity, claims, from)
		cause = problem.Code(err)
	}
	if err != nil {
		failed := audit.Entry{Action: audit.SignInFailed, Address: from.text(), Details: map[string]string{"method": "oidc", "cause": cause}}
		// Whoever has no session makes no entries without end: an address has as many as it may fail at passwords.
		if wait, _ := o.service.throttle.refuse(addressKey(from.Address), o.service.clock()); wait == 0 {
			if appendErr := o.service.log.Append(ctx, failed); appendErr != nil {
				return "", Visit{}, appendErr
			}
		}
		return "", Visit{}, err
	}
	if id, err = o.service.begin(ctx, account, "oidc", from); err != nil {
		return "", Visit{}, err
	}
	visit, err = o.service.Visit(ctx, id, from)
	return id, visit, err
}

// identify checks what the browser brings back and returns who it is. cause is for the audit log.
func (o *OIDC) identify(ctx context.Context, cookie string, parameters url.Values) (identity string, claims map[string]any, cause string, err error) {
	var f flow
	text, err := base64.RawURLEncoding.DecodeString(cookie)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	age := o.service.clock().Sub(time.Unix(f.Started, 0))
	switch {
	case err != nil || f.State == "" || !sameSecret(f.State, parameters.Get("state")):
		return "", nil, "state", problem.New("oidc_again")
	case age < 0 || age > flowFor:
		return "", nil, "late", problem.New("oidc_again")
	case parameters.Get("iss") != "" && parameters.Get("iss") != o.config.Issuer:
		return "", nil, "issuer", problem.New("oidc_again")
	case parameters.Get("error") != "":
		return "", nil, shortened(parameters.Get("error"), 40), problem.New("oidc_refused")
	}
	config, provider, err := o.connect(ctx)
	if err != nil {
		return "", nil, "unreachable", err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	tokens, err := config.Exchange(ctx, parameters.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return "", nil, "exchange", problem.Wrap(err, "oidc_refused")
	}
	raw, _ := tokens.Extra("id_token").(string)
	verifier := provider.VerifierContext(ctx, &oidc.Config{ClientID: o.config.ClientID, Now: o.service.now, SupportedSigningAlgs: algorithms})
	token, err := verifier.Verify(ctx, raw)
	if err == nil {
		err = token.Claims(&claims)
	}
	if err == nil && token.AccessTokenHash != "" {
		err = token.VerifyAccessToken(tokens.AccessToken)
	}
	switch {
	case err != nil:
		return "", nil, "token", problem.Wrap(err, "oidc_refused")
	case !sameSecret(token.Nonce, f.Nonce):
		return "", nil, "nonce", problem.New("oidc_refused")
	case len(token.Audience) > 1 && claims["azp"] != o.config.ClientID:
		return "", nil, "audience", problem.New("oidc_refused")
	case token.Subject == "":
		return "", nil, "subject", problem.New("oidc_refused")
	}
	return token.Issuer + "|" + token.Subject, claims, "", nil
}

// admit finds, makes or brings up to date the account of somebody whom the issuer knows.
func (o *OIDC) admit(ctx context.Context, identity string, claims map[string]any, from Client) (Account, error) {
	n := NewAccount{identity: identity, Account: canonical(first(claim(claims, o.config.AccountClaim))), Name: first(claim(claims, o.config.NameClaim)),
		Roles: []access.Role{}}
	for _, value := range claim(claims, o.config.RolesClaim) {
		if role, ok := o.config.Roles[value]; ok && !slices.Contains(n.Roles, role) {
			n.Roles = append(n.Roles, role)
		}
	}
	slices.SortFunc(n.Roles, func(a, b access.Role) int { return slices.Index(access.Roles, a) - slices.Index(access.Roles, b) })
	var codes []string
	for _, value := range claim(claims, o.config.RegionsClaim) {
		if len(o.config.Regions) > 0 {
			value = o.config.Regions[value]
		}
		codes = append(codes, value)
	}
	n.Regions = access.Regions(codes)
	if n.Name = shortened(n.Name, longestName); n.Name == "" {
		n.Name = n.Account
	}
	if len(n.Roles) == 0 {
		return Account{}, problem.New("oidc_no_role")
	}
	return o.service.admit(ctx, n, from)
}

// admit brings the account of an identity up to date, or makes it.
func (s *Service) admit(ctx context.Context, n NewAccount, from Client) (admitted Account, err error) {
	s.state.mutex.Lock()
	err = s.fresh(ctx, s.clock())
	row, known := s.state.accounts[s.state.identities[n.identity]]
	s.state.mutex.Unlock()
	if err != nil {
		return Account{}, err
	}
	by := access.New(access.Grant{Account: oidcActor}).From(access.Origin{Address: from.text()})
	if !known {
		return s.create(ctx, by, audit.AccountCreated, n, false)
	}
	if err := checkGrant(n.Roles, n.Regions); err != nil {
		return Account{}, err
	}
	if row.Disabled {
		return Account{}, problem.New("account_disabled")
	}
	if row.Name == n.Name && sameGrant(row, n) {
		return accountOf(row), nil
	}
	err = s.change(ctx, func(ctx context.Context, now time.Time) error {
		row := s.state.accounts[row.Account]
		if !sameGrant(row, n) {
			row.SessionsFrom = s.latestSession(row.Account, now)
		}
		entry := audit.By(by, audit.AccountChanged, row.Account, "roles", strings.Join(wordsOf(n.Roles), " "), "roles_before", strings.Join(row.Roles, " "),
			"regions", strings.Join(n.Regions, " "), "regions_before", strings.Join(row.Regions, " "))
		row.Name, row.Roles, row.Regions = n.Name, wordsOf(n.Roles), n.Regions
		return s.recorded(ctx, entry, func() error {
			err := s.putAccount(ctx, oidcActor, now, row)
			admitted = accountOf(s.state.accounts[row.Account])
			return err
		})
	})
	return admitted, err
}

func sameGrant(row queries.Account, n NewAccount) bool {
	return slices.Equal(row.Roles, wordsOf(n.Roles)) && slices.Equal(row.Regions, n.Regions)
}

// claim returns the texts of a claim, a single one or a list, named by a path.
func claim(claims map[string]any, path string) []string {
	value, whole := claims[path] // a name may have a dot in it
	if !whole {
		value = any(claims)
		for name := range strings.SplitSeq(path, ".") {
			inner, _ := value.(map[string]any)
			value = inner[name] // nil where there is no such part
		}
	}
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var texts []string
		for _, one := range v {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}
