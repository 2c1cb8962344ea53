package store_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jianfu/internal/engine/enginetest"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// opened is a store on a server, until the end of the test.
func opened(t *testing.T, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: dsn, Password: enginetest.AdminPassword})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// TestEveryKindOfStore: the embedded engine and a server by either of its protocols take and give the same.
func TestEveryKindOfStore(t *testing.T) {
	server := enginetest.StartServer(t)
	user := "://" + enginetest.Admin + "@"
	exec(t, opened(t, "http"+user+server.HTTP), "CREATE DATABASE native")
	exec(t, opened(t, "clickhouse"+user+server.TCP), "CREATE DATABASE web")
	for kind, db := range map[string]*store.DB{
		"embedded": open(t, enginetest.Dir(t)),
		"native":   opened(t, "clickhouse"+user+server.TCP+"/native"),
		"http":     opened(t, "http"+user+server.HTTP+"/web"),
	} {
		for name, test := range map[string]func(*testing.T, *store.DB){
			"text never becomes SQL":             textNeverBecomesSQL,
			"parameters of all kinds":            parametersOfAllKinds,
			"blocks of every kind of column":     blocksOfEveryKindOfColumn,
			"a stream that is refused says so":   aStreamThatIsRefusedSaysSo,
			"rows are read and written":          rowsAreReadAndWritten,
			"a token is taken once":              aTokenIsTakenOnce,
			"a stream without rows writes none":  aStreamWithoutRowsWritesNone,
			"what a server is can be asked from": whatAServerIs(kind),
		} {
			t.Run(kind+": "+name, func(t *testing.T) { test(t, db) })
		}
	}
}

func aTokenIsTakenOnce(t *testing.T, db *store.DB) {
	t.Helper()
	exec(t, db, "CREATE TABLE once (value String) ENGINE = MergeTree ORDER BY value SETTINGS non_replicated_deduplication_window = 100")
	for _, value := range []string{"first", "second"} {
		if err := store.InsertOnce(t.Context(), db, "INSERT INTO once (value)", "token", []textRow{{value}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(t, db, "SELECT arrayStringConcat(groupArray(value)) AS value FROM once", nil); got != "first" {
		t.Errorf("the table holds %q", got)
	}
}

func aStreamWithoutRowsWritesNone(t *testing.T, db *store.DB) {
	t.Helper()
	exec(t, db, "CREATE TABLE empty_in (n UInt32) ENGINE = MergeTree ORDER BY n")
	if err := db.Stream(t.Context(), "INSERT INTO empty_in (n)").Close(); err != nil {
		t.Error(err)
	}
}

func whatAServerIs(kind string) func(t *testing.T, db *store.DB) {
	return func(t *testing.T, db *store.DB) {
		t.Helper()
		server, ok, err := db.Server()
		if err != nil || ok != (kind != "embedded") || ok && (server.Protocol != kind || server.User != enginetest.Admin || !strings.HasPrefix(server.Version, "2")) {
			t.Errorf("%+v, %v, %v", server, ok, err)
		}
	}
}

// TestASecureServer: a server with a certificate of the bureau's own authority, which asks its clients for one.
func TestASecureServer(t *testing.T) {
	dir := t.TempDir()
	authority, authorityKey := certify(t, dir, "authority", nil, nil)
	certify(t, dir, "server", authority, authorityKey)
	certify(t, dir, "client", authority, authorityKey)
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("password"), []byte(enginetest.AdminPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := enginetest.StartServer(t)
	tcp, http := secured(t, dir, server.TCP), secured(t, dir, server.HTTP)
	known := "ca=" + file("authority.pem")
	certified := known + "&cert=" + file("client.pem") + "&key=" + file("client.key")
	password := "&password_file=" + file("password")
	native, web := "clickhouse://jianfu@"+tcp+"/default?secure=true&", "https://jianfu@"+http+"/default?"
	for address, code := range map[string]string{
		native + certified + password:                                         "",
		web + certified + password:                                            "",
		native + password:                                                     "clickhouse_tls", // the authority is not known
		native + known + password:                                             "clickhouse_tls", // no certificate of ours
		native + certified + password + "&server_name=elsewhere":              "clickhouse_tls",
		"clickhouse://jianfu@" + tcp + "/default?ca=" + file("authority.pem"): "clickhouse_not_secure",
	} {
		db, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: address})
		if problem.Code(err) != code {
			t.Errorf("%s: %v, want %s", address, err, code)
		}
		if err != nil {
			continue
		}
		if got := text(t, db, "SELECT {x:String} AS value", store.Params{"x": "减负"}); got != "减负" {
			t.Errorf("%s: %q", address, got)
		}
		stream := db.Stream(t.Context(), "INSERT INTO FUNCTION null('n UInt32') (n)")
		if err := stream.Write([]store.Column{{Name: "n", Type: "UInt32", Values: []uint32{1}}}); err != nil {
			t.Error(err)
		}
		if err := stream.Close(); err != nil {
			t.Errorf("%s: stream: %v", address, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// secured is an address at which TLS is spoken for a port of the server: the program that plays the server here has none itself.
func secured(t *testing.T, dir, port string) string {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(filepath.Join(dir, "authority.pem"))
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(authority)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", port)
			if err != nil {
				_ = client.Close()
				continue
			}
			go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
			go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
		}
	}()
	return listener.Addr().String()
}

// certify makes a certificate for 127.0.0.1, signed by the authority; without one, an authority.
func certify(t *testing.T, dir, name string, authority *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		BasicConstraintsValid: true, IsCA: authority == nil}
	if authority == nil {
		of.KeyUsage, authority, signer = x509.KeyUsageCertSign, of, key
	}
	signed, err := x509.CreateCertificate(rand.Reader, of, authority, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: signed}, name + ".key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificate, err := x509.ParseCertificate(signed)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// TestTheNextHostTakesOver: of two hosts the first dies while the store is used. What had not begun goes on at the second.
func TestTheNextHostTakesOver(t *testing.T) {
	first, second := enginetest.StartServer(t), enginetest.StartServer(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() //nolint:errcheck // the test is over
	native := opened(t, "clickhouse://jianfu@"+first.TCP+","+second.TCP)
	web := opened(t, "http://jianfu@"+first.HTTP+","+second.HTTP)
	const one = "SELECT '1' AS value"
	for range 3 {
		if text(t, native, one, nil)+text(t, web, one, nil) != "11" {
			t.Fatal("not 1")
		}
	}
	first.Kill()
	for range 3 {
		if text(t, native, one, nil)+text(t, web, one, nil) != "11" {
			t.Fatal("not 1")
		}
	}
	exec(t, native, "CREATE TABLE after (n UInt32) ENGINE = MergeTree ORDER BY n")
	stream := native.Stream(t.Context(), "INSERT INTO after (n)")
	if err := stream.Write([]store.Column{{Name: "n", Type: "UInt32", Values: []uint32{1, 2}}}); err != nil {
		t.Fatal(err)
	}
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	if got := text(t, web, "SELECT toString(count()) AS value FROM after", nil); got != "2" {
		t.Errorf("%s rows", got)
	}
	begun := time.Now()
	if got := text(t, opened(t, "clickhouse://jianfu@"+silent.Addr().String()+","+second.TCP), one, nil); got != "1" || time.Since(begun) > 20*time.Second {
		t.Errorf("%q after %v beside a host that says nothing", got, time.Since(begun))
	}
	second.Kill()
	_, err = store.Select[textRow](t.Context(), native, one, nil)
	if text := i18n.For(i18n.English).Error(err); problem.Code(err) != "clickhouse_unreachable" || !strings.Contains(text, first.TCP+": ") || !strings.Contains(text, second.TCP+": ") {
		t.Errorf("both hosts are gone: %s", text)
	}
}

// TestWhatCannotBeOpenedSaysWhatToDo names the host and the cause, and nobody's password.
func TestWhatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("verysecret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dsn, code, says string }{
		{"::not a DSN::", "clickhouse_dsn", "clickhouse://user@host:9000/database"},
		{"ftp://wang@host/db", "clickhouse_dsn", ""},
		{"wang@host", "clickhouse_dsn", ""},
		{"clickhouse://wang@a:9000,:9000/db", "clickhouse_dsn", ""},
		{"clickhouse://wang@[::1/db", "clickhouse_dsn", ""},
		{"clickhouse://wang:verysecret@host:9000/db", "clickhouse_password", "JIANFU_CLICKHOUSE_PASSWORD"},
		{"clickhouse://wang:@host:9000/db", "clickhouse_password", ""},
		{"clickhouse://wang@host:9000/db?password=verysecret", "clickhouse_password", ""},
		{"clickhouse://wang@host:9000/db?dial_timeout=soon", "clickhouse_parameter", "dial_timeout=soon"},
		{"clickhouse://wang@host:9000/db?secure=maybe", "clickhouse_parameter", ""},
		{"clickhouse://wang@host:9000/db?password_file=/none", "clickhouse_password_file", "/none"},
		{"clickhouse://wang@host:9000/db?secure=true&ca=" + file, "clickhouse_tls_file", file},
		{"clickhouse://wang@host:9000/db?secure=true&cert=" + file, "clickhouse_tls_file", file},
		{"clickhouse://wang@127.0.0.1:1/db", "clickhouse_unreachable", "127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused"},
		{"https://wang@127.0.0.1:1/db", "clickhouse_unreachable", "refused"},
	} {
		_, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: c.dsn})
		if err == nil {
			t.Errorf("%s: opened", c.dsn)
			continue
		}
		refusal(t, c.dsn, err, c.code, c.says)
	}
	if _, err := store.Open(t.Context(), store.Options{Data: file}); problem.Code(err) != "data_not_writable" {
		t.Errorf("a file for a directory: %v", err)
	}
}

// refusal checks what people are told, which is nobody's password.
func refusal(t *testing.T, what string, err error, code, says string) {
	t.Helper()
	if text := i18n.For(i18n.English).Error(err); problem.Code(err) != code || !strings.Contains(text, says) || err != nil && strings.Contains(text+err.Error(), "verysecret") {
		t.Errorf("%s: %s, want %s with %q\n%v", what, text, code, says, err)
	}
}

// TestWhatAServerRefusesIsSaid: each of its refusals may be the last thing that the program does which plays the server here.
func TestWhatAServerRefusesIsSaid(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(wrong, []byte("verysecret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ scheme, rest, code, says string }{
		{"clickhouse://wang@", "/default?password_file=" + wrong, "clickhouse_denied", "wang"},
		{"http://jianfu@", "/default?password_file=" + wrong, "clickhouse_denied", "jianfu"},
		{"clickhouse://reader@", "/nowhere", "clickhouse_database", "CREATE DATABASE nowhere"},
	} {
		t.Run(c.scheme+c.rest, func(t *testing.T) {
			t.Parallel()
			server := enginetest.StartServer(t)
			address := server.TCP
			if strings.HasPrefix(c.scheme, "http") {
				address = server.HTTP
			}
			_, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: c.scheme + address + c.rest})
			refusal(t, c.scheme, err, c.code, c.says)
		})
	}
	t.Run("what the account may not do, and a protocol at the other's port", func(t *testing.T) {
		t.Parallel()
		server := enginetest.StartServer(t)
		db, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: "clickhouse://reader@" + server.TCP})
		if err != nil {
			t.Fatal(err)
		}
		refusal(t, "without the right", db.Exec(t.Context(), "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n", nil), "clickhouse_rights", "CREATE TABLE")
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		for dsn, host := range map[string]string{"clickhouse://reader@" + server.HTTP: server.HTTP, "http://reader@" + server.TCP: server.TCP} {
			_, err := store.Open(t.Context(), store.Options{Data: t.TempDir(), DSN: dsn})
			refusal(t, dsn, err, "clickhouse_protocol", host)
		}
	})
}
