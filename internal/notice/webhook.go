package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jianfu/queries"
)

// The headers of a call. The signature is the HMAC-SHA256 of the time, a point and the body, in hexadecimal, with the secret
// as its key; the receiver works it out again and refuses calls that are old.
const (
	signatureHeader = "X-Jianfu-Signature"
	timeHeader      = "X-Jianfu-Timestamp"
	idHeader        = "X-Jianfu-Id"
)

// hook hands notices to another system of the bureau, one call a batch.
type hook struct {
	url, secret, address string
	client               *http.Client
	now                  func() time.Time
}

func newHook(w Webhook, address string) (*hook, error) {
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, badSetting("url", w.URL)
	}
	secret, err := secretIn("secret_file", w.SecretFile)
	if err != nil {
		return nil, err
	}
	proof, err := tlsFor(u.Hostname(), w.CAFile)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = proof
	client := &http.Client{Transport: transport, Timeout: longestTry / 2,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the webhook leads elsewhere") }}
	return &hook{w.URL, secret, address, client, time.Now}, nil
}

func (h *hook) name() string { return "webhook" }

// wants everything: the system behind the webhook decides.
func (h *hook) wants(queries.NoticeSettings, queries.PendingNotice) bool { return true }

// call is the body of a call.
type call struct {
	ID      string       `json:"id"` // the same when it is tried again
	Account string       `json:"account"`
	At      string       `json:"at"`
	Notices []callNotice `json:"notices"`
}

type callNotice struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind"`
	Issue string `json:"issue"` // number; "" where it is about none
	Due   string `json:"due,omitempty"`
	Link  string `json:"link,omitempty"`
}

func (h *hook) send(ctx context.Context, b batch) error {
	c := call{ID: b.ID, Account: b.Settings.Account, At: stamped(b.At)}
	for _, one := range b.Notices {
		c.Notices = append(c.Notices, callNotice{one.Notice, Kind(one.Kind), one.Number, dateOf(one.Due), linkTo(h.address, one)})
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(h.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "jianfu")
	request.Header.Set(idHeader, b.ID)
	request.Header.Set(timeHeader, at)
	request.Header.Set(signatureHeader, Signature(h.secret, at, body))
	response, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("the webhook answered %s", response.Status)
	}
	return nil
}

// Signature is what a call with a body at a time (seconds since 1970) is signed with.
func Signature(secret, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, at+".")
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
