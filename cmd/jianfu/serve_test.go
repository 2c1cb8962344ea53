package main

import (
	"bytes"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestServeTakesNoPasswordsAsPlainTextUnlessToldTo(t *testing.T) {
	for name, c := range map[string]struct {
		request serveRequest
		named   served
		address string
		want    string
	}{
		"this machine alone":          {address: "127.0.0.1:8080"},
		"this machine alone, IPv6":    {address: "[::1]:8080"},
		"everybody":                   {address: "0.0.0.0:8080", want: "web_plain"},
		"everybody, IPv6":             {address: "[::]:8080", want: "web_plain"},
		"one network":                 {address: "192.0.2.7:8080", want: "web_plain"},
		"everybody, told to":          {request: serveRequest{plain: true}, address: "0.0.0.0:8080"},
		"everybody, behind a proxy":   {named: served{proxies: must(networks([]string{"192.0.2.1"}))}, address: "0.0.0.0:8080"},
		"everybody, as other systems": {address: "[::ffff:192.0.2.7]:8080", want: "web_plain"},
	} {
		address, err := net.ResolveTCPAddr("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := codeOrNone(c.request.secret(c.named, address)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	dir := t.TempDir()
	var out, errOut bytes.Buffer
	if code := run([]string{"serve", "--data", dir, "--addr", "0.0.0.0:0"}, strings.NewReader(""), &out, &errOut); code != exitNotDone || !strings.Contains(errOut.String(), "--plain-http") {
		t.Errorf("exit code %d, %s", code, errOut.String())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("something was started: %v, %v", entries, err)
	}
}

func codeOrNone(err error) string {
	if err == nil {
		return ""
	}
	return codeOf(err)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestACrashLeavesNoMemoryOnTheDisk(t *testing.T) {
	if err := withoutCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("core dumps of %d bytes, at most %d: %v", limit.Cur, limit.Max, err)
	}
}
