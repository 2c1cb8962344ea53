package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"jianfu/internal/engine"
)

// server is `jianfu serve` in a process of its own.
type server struct {
	bench   *bench
	cmd     *exec.Cmd
	address string
	said    *bytes.Buffer
}

// serve starts a server on an engine that was just started, and waits until it answers.
func (b *bench) serve(ctx context.Context, traced string) (*server, error) {
	if err := engine.Stop(ctx, b.data); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	args := []string{"--data", b.data, "serve", "--addr", address}
	if traced != "" {
		args = append(args, "--trace", traced)
	}
	s := &server{bench: b, cmd: exec.CommandContext(ctx, b.binary, args...), address: "http://" + address, said: &bytes.Buffer{}} //nolint:gosec // the program under test
	s.cmd.Stderr = s.said
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 600 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/readyz", nil)
		if err != nil {
			return nil, err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close() // it has none to speak of
			if response.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("the server did not come up:\n%s", s.said)
}

// stop ends the server; the engine ends by itself, or when the next one is started.
func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // killed, as it was told
}

// client is one person's browser.
type client struct {
	http    *http.Client
	address string
}

func newClient(address string) *client {
	jar, _ := cookiejar.New(nil) // never fails
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}
	return &client{http: &http.Client{Jar: jar, Transport: transport, Timeout: time.Minute}, address: address}
}

// answer is what came back: its bytes as they came over the wire.
type answer struct {
	status, bytes int
	took          time.Duration
	text          string
}

func (c *client) get(ctx context.Context, path string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address+path, nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("Accept", "text/html")
	return c.do(request)
}

func (c *client) do(request *http.Request) (answer, error) {
	start := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	a := answer{status: response.StatusCode, bytes: len(body), took: time.Since(start)}
	if err != nil {
		return a, err
	}
	if response.Header.Get("Content-Encoding") == "gzip" {
		reader, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return a, err
		}
		if body, err = io.ReadAll(reader); err != nil {
			return a, err
		}
	}
	a.text = string(body)
	return a, nil
}

var proofField = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)

// signIn is what a person does with the form.
func (c *client) signIn(ctx context.Context, account string) error {
	page, err := c.get(ctx, "/login")
	if err != nil {
		return err
	}
	proof := proofField.FindStringSubmatch(page.text)
	if proof == nil {
		return errors.New("the sign-in page has no form")
	}
	form := url.Values{"csrf_token": {proof[1]}, "username": {account}, "password": {password}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	follow := c.http.CheckRedirect
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the first page is measured by itself
	a, err := c.do(request)
	c.http.CheckRedirect = follow
	if err == nil && a.status != http.StatusSeeOther {
		err = fmt.Errorf("%s could not sign in: status %d", account, a.status)
	}
	return err
}

var (
	links  = regexp.MustCompile(`href="(/[^"#]*)"`)
	assets = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)
)

// leftAlone begin the addresses that are no pages of figures.
var leftAlone = []string{"/assets/", "/download/", "/login", "/logout", "/account", "/admin/", "/api/", "/view-as"}

// crawl finds one page of each kind, by following the links from the first page two steps deep.
func (c *client) crawl(ctx context.Context) (paths []string, err error) {
	kinds := map[string]bool{}
	next := []string{"/"}
	for range 3 {
		var found []string
		for _, path := range next {
			place, parameters, _ := strings.Cut(strings.ReplaceAll(path, "&amp;", "&"), "?")
			kind := kindOf(place)
			if kinds[kind] || slices.ContainsFunc(leftAlone, func(prefix string) bool { return strings.HasPrefix(place, prefix) }) ||
				strings.Contains(parameters, "lang=") || strings.Contains(parameters, "theme=") {
				continue
			}
			kinds[kind] = true
			path = strings.ReplaceAll(path, "&amp;", "&")
			paths = append(paths, path)
			page, err := c.get(ctx, path)
			if err != nil {
				return nil, err
			}
			for _, link := range links.FindAllStringSubmatch(page.text, -1) {
				found = append(found, link[1])
			}
		}
		next = found
	}
	return paths, nil
}

var named = regexp.MustCompile(`^/(regions|industries|sizes|units|runs|loads|policy|what-if|scenarios)/([^/]+)`)

// kindOf is a page's address without what names a member.
func kindOf(path string) string { return named.ReplaceAllString(path, "/$1/*") }

// weight is how many bytes the first page and all its files but the chart library take, compressed.
func (c *client) weight(ctx context.Context) (bytes int, err error) {
	page, err := c.get(ctx, "/")
	if err != nil {
		return 0, err
	}
	bytes = page.bytes
	seen := map[string]bool{}
	for _, link := range assets.FindAllStringSubmatch(page.text, -1) {
		if seen[link[1]] || strings.Contains(link[1], "echarts") || strings.Contains(link[1], "/map/") {
			continue
		}
		seen[link[1]] = true
		file, err := c.get(ctx, link[1])
		if err != nil {
			return 0, err
		}
		bytes += file.bytes
	}
	return bytes, nil
}

// load is what many people at once saw.
type load struct {
	People        int
	Requests      int
	Time          time.Duration
	Refused       int // answered with another status than 200, of which Statuses are the different ones
	Statuses      []int
	P50, P95, P99 time.Duration
}

// thinking is how long a person looks at a page before asking for the next: fifty who click once a second.
const thinking = time.Second

// atOnce lets everybody ask for their pages, each in an order of its own, for a while.
func atOnce(ctx context.Context, shown map[*client][]string, during time.Duration) (load, error) {
	ctx, cancel := context.WithTimeout(ctx, during+time.Minute)
	defer cancel()
	var (
		mutex  sync.Mutex
		group  sync.WaitGroup
		took   []time.Duration
		failed error
		l      = load{People: len(shown), Time: during}
		number = 0
		end    = time.Now().Add(during)
	)
	for one, paths := range shown {
		number++
		at := number
		group.Go(func() {
			time.Sleep(thinking * time.Duration(at) / time.Duration(len(shown)))
			for ; time.Now().Before(end); at++ {
				a, err := one.get(ctx, paths[at%len(paths)])
				mutex.Lock()
				took, failed = append(took, a.took), errors.Join(failed, err)
				if a.status != http.StatusOK {
					l.Refused++
					if !slices.Contains(l.Statuses, a.status) {
						l.Statuses = append(l.Statuses, a.status)
					}
				}
				mutex.Unlock()
				time.Sleep(thinking - min(thinking, a.took))
			}
		})
	}
	group.Wait()
	if len(took) == 0 {
		return l, errors.Join(failed, errors.New("nobody got an answer"))
	}
	slices.Sort(took)
	at := func(percent int) time.Duration { return took[(len(took)-1)*percent/100] }
	l.Requests, l.P50, l.P95, l.P99 = len(took), at(50), at(95), at(99)
	return l, failed
}
