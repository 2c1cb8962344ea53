package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestTheFormOfAWhatIfSaysWhatIsInForce, and sets a value unless another way is chosen.
func TestTheFormOfAWhatIfSaysWhatIsInForce(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	for question, want := range map[string]string{
		"?at=2019-05":                    "16%",
		"?look=1&target=rate&at=2019-04": "20%",
		"?look=1&target=floor&insurance=pension&at=2019-05": "3,500.00 元",
		"?look=1&target=rate&insurance=medical&at=2019-05":  "没有规定",
	} {
		response, page := b.get("/policy/what-if" + question)
		document := parsed(t, page)
		if got := document.Find("#what-if-in-force strong").Text(); response.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: status %d, in force is %q, want %q", question, response.StatusCode, got, want)
		}
		if way, _ := document.Find("#what-if-way option[selected]").Attr("value"); way != "set" {
			t.Errorf("%s: the way is %q", question, way)
		}
		if document.Find(".what-if-result").Length() != 0 {
			t.Errorf("%s: something was computed", question)
		}
	}
}

// TestAnImplausibleValueIsAskedForOnceMore: 17 points more of 16 % make 33 %, which is hardly meant.
func TestAnImplausibleValueIsAskedForOnceMore(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	question := "?target=rate&way=points&value=17&insurance=pension&starts=2019-05&at=2019-05&area=320500"
	response, page := b.get("/policy/what-if" + question)
	document := parsed(t, page)
	if said := document.Find(".said.problem").Text(); response.StatusCode != http.StatusBadRequest || !strings.Contains(said, "现行为 16%") || document.Find(".what-if-result").Length() != 0 {
		t.Fatalf("status %d, %q", response.StatusCode, said)
	}
	sure, there := document.Find("form.what-if-sure").Attr("action")
	if !there {
		t.Fatal("nothing to confirm with")
	}
	response, _ = b.post(sure)
	response, page = b.get(response.Header.Get("Location"))
	if title := parsed(t, page).Find(".what-if-result > h2").Text(); response.StatusCode != http.StatusOK || !strings.Contains(title, "上调 17 个百分点") {
		t.Errorf("confirmed: status %d, %q", response.StatusCode, title)
	}
	if response, body := b.get("/api/v1/policy/what-if" + question); response.StatusCode != http.StatusBadRequest || !strings.Contains(body, "what_if_implausible") {
		t.Errorf("the JSON: status %d, %s", response.StatusCode, body)
	}
}

// TestAScenarioOfSeveralChangesAndMonths: Suzhou's employers owe 2,600 for April and 2,160 for May. A point less from April
// on is 130 and 135 less; a cap of 3,600 from May on leaves C's 3,500 and takes D's two persons from 5,000 to 3,600.
func TestAScenarioOfSeveralChangesAndMonths(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	also := url.QueryEscape("rate:points:pension:employer:320500:2019-04:-1")
	question := "?target=cap&way=set&value=3600&sure=1&insurance=pension&starts=2019-05&at=2019-04&through=2019-05&area=320500&also=" + also
	b.compute(question)
	r := readWhatIf(t, b, "/api/v1/policy/what-if"+question).Result
	if r == nil || r.Total.Before != 476_000 || r.Total.After != 247_000+52_500+108_000 {
		t.Fatalf("%+v", r)
	}
	_, page := b.get("/policy/what-if" + question)
	document := parsed(t, page)
	changes := document.Find(".what-if-changes li")
	if changes.Length() != 2 || !strings.Contains(changes.Eq(0).Text(), "下调 1 个百分点") || !strings.Contains(changes.Eq(1).Text(), "3,600.00 元") {
		t.Errorf("the changes: %q", changes.Text())
	}
	// Of the cut Suzhou received in these months: old 5,200, charged 2,600 and 2,960.
	if cut := document.Find("[data-kpi=received] data").AttrOr("title", ""); !strings.Contains(cut, "-360.00") && !strings.Contains(cut, "−360.00") {
		t.Errorf("the cut that was received: %q", cut)
	}
	first := changes.Eq(1).Find("a").AttrOr("href", "")
	if response, page := b.get(first); response.StatusCode != http.StatusOK || parsed(t, page).Find("#what-if-value").AttrOr("value", "") != "-1" || parsed(t, page).Find("input[name=also]").Length() != 0 {
		t.Errorf("the form without the second: status %d", response.StatusCode)
	}
	b.post(first)
	if response, page := b.get(first); response.StatusCode != http.StatusOK || !strings.HasSuffix(parsed(t, page).Find(".what-if-result > h2").Text(), "下调 1 个百分点") {
		t.Errorf("without the second: status %d", response.StatusCode)
	}
	another := document.Find(".what-if-changes .button").AttrOr("href", "")
	if _, page := b.get(another); parsed(t, page).Find("input[name=also]").Length() != 2 || parsed(t, page).Find(".what-if-result").Length() != 0 {
		t.Error("the form for a third change does not hold the two")
	}
	if response, _ := b.get("/policy/what-if?target=rate&value=15&also=" + url.QueryEscape("rate:set:pension:employer:320100:2019-05:15")); response.StatusCode != http.StatusForbidden {
		t.Errorf("a change in another's area: status %d", response.StatusCode)
	}
}
