package web

import (
	"net/http"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/web/kit"
)

// confirmed is a test of TestAccountsOnTheWeb: one administrator makes an inspector, and cannot use the account alone.
func confirmed(t *testing.T, o *office) {
	const own = "violin harbour moss"
	maker, second := o.signedIn("sz-sysadmin"), o.signedIn("nj-sysadmin")
	maker.get("/admin/users/new")
	_, body := maker.post("/admin/users/new", "account", "zhao.min", "name", "赵敏", "role", "inspector", "regions", "3205")
	password := strings.TrimSpace(parsed(t, body).Find(".once").Text())
	zhao := o.browser()
	zhao.signIn("zhao.min", password)
	edit := "/admin/users/edit?account=zhao.min"
	if _, body := second.get(edit); parsed(t, body).Find("form[action^='/admin/users/confirm']").Length() != 0 {
		t.Error("it can be confirmed before its owner has chosen a password")
	}
	zhao.get("/account/password")
	response, _ := zhao.post("/account/password", "password_now", password, "password", own, "password_again", own)
	if to := response.Header.Get("Location"); !strings.HasPrefix(to, "/account/confirmation") {
		t.Fatalf("the new password leads to %q", to)
	}
	_, body = zhao.get("/account/confirmation")
	code := strings.TrimSpace(parsed(t, body).Find(".once").Text())
	if len(code) != 6 || !strings.Contains(body, "sz-sysadmin") {
		t.Fatalf("the code is %q", code)
	}
	for _, address := range []string{"/", "/units", "/account", "/issues"} {
		if response, _ := zhao.get(address); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/account/confirmation" {
			t.Errorf("%s before it is confirmed: %d", address, response.StatusCode)
		}
	}
	for _, address := range []string{"/api/v1/overview", "/download/overview/regions.csv"} {
		if response, _ := zhao.get(address); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s before it is confirmed: %d", address, response.StatusCode)
		}
	}
	_, body = maker.get(edit)
	if page := parsed(t, body); page.Find("form[action^='/admin/users/confirm']").Length() != 0 || !strings.Contains(page.Find(".h1-window").Text(), "待核实") {
		t.Error("who made it may confirm it, or the page does not say that it waits")
	}
	if response, _ := maker.post("/admin/users/confirm", "account", "zhao.min", "code", code); response.StatusCode != http.StatusUnprocessableEntity && response.StatusCode != http.StatusForbidden {
		t.Errorf("who made it confirms it: %d", response.StatusCode)
	}
	_, body = second.get(edit)
	if parsed(t, body).Find("form[action^='/admin/users/confirm'] input[name=code]").Length() != 1 {
		t.Error("the second administrator cannot confirm it")
	}
	if response, _ := second.post("/admin/users/confirm", "account", "zhao.min", "code", "x"+code[1:]); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", response.StatusCode)
	}
	if response, _ := second.post("/admin/users/confirm", "account", "zhao.min", "code", code); response.StatusCode != http.StatusSeeOther {
		t.Errorf("the right code: %d", response.StatusCode)
	}
	if response, _ := zhao.get("/units"); response.StatusCode != http.StatusOK {
		t.Errorf("after it is confirmed: %d", response.StatusCode)
	}
	if response, _ := zhao.get("/account/confirmation"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("the page of the code after it is confirmed: %d", response.StatusCode)
	}
	if len(o.entries(audit.AccountConfirmed)) == 0 {
		t.Error("nothing was recorded")
	}
}

// strangers is a test of TestAccountsOnTheWeb: nobody learns who has an account elsewhere.
func strangers(t *testing.T, o *office) {
	n := auth.NewAccount{Account: "sz-guessed", Name: "sz某人", Roles: []access.Role{access.Inspector}, Regions: []string{suzhou}, Password: secret}
	if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
		t.Fatal(err)
	}
	b := o.signedIn(n.Account)
	for _, page := range []string{"/issues", "/issues/statistics", "/issues/bureaus"} {
		for _, name := range []string{"handler", "owner", "account", "mentioned"} {
			_, body := b.get(page + "?" + name + "=nj-inspector")
			if strings.Contains(body, "nj某人") {
				t.Errorf("%s?%s= tells the name of a colleague elsewhere", page, name)
			}
		}
	}
	if _, body := b.get("/issues?handler=" + n.Account); !strings.Contains(body, "sz某人") {
		t.Error("one's own name is not told")
	}
	device := b.cookies[kit.DeviceCookie]
	if device == "" || b.cookies[kit.SessionCookie] == device {
		t.Fatal("the browser has no mark of its own")
	}
	guessing := o.browser()
	guessing.get("/login")
	for _, account := range []string{n.Account, "nobody.at.all"} {
		var statuses []int
		for range 7 {
			response, _ := guessing.post("/login", "username", account, "password", "not this one")
			statuses = append(statuses, response.StatusCode)
		}
		if statuses[0] != http.StatusUnauthorized || statuses[6] != http.StatusTooManyRequests {
			t.Errorf("%s: %v", account, statuses)
		}
	}
	own := o.browser()
	own.cookies[kit.DeviceCookie] = device
	own.signIn(n.Account, secret)
	again := o.browser()
	again.get("/login")
	if response, _ := again.post("/login", "username", n.Account, "password", secret); response.StatusCode == http.StatusTooManyRequests && response.Header.Get("Retry-After") == "" {
		t.Error("a new browser at that address is not told how long to wait")
	}
}
