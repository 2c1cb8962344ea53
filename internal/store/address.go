package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/churl"

	"jianfu/internal/problem"
)

// The ports of a server, where its address names none.
var usualPorts = map[clickhouse.Protocol][2]string{clickhouse.Native: {"9000", "9440"}, clickhouse.HTTP: {"8123", "8443"}}

// hostWait is how long one host of several may take to answer at all, before the next is asked.
const hostWait = 5 * time.Second

// serverOptions are those of an address
//
//	clickhouse://user@host:9000,host:9000/database?secure=true&ca=FILE&cert=FILE&key=FILE&server_name=NAME&password_file=FILE
//
// or the same with http:// and https://. The hosts hold the same data; the first that answers is used. The address
// holds no password: everybody on the machine can read the command line.
func serverOptions(o Options) (*clickhouse.Options, error) {
	address, err := churl.Parse(o.DSN)
	if err != nil || address.Host == "" {
		return nil, problem.New("clickhouse_dsn") // without the cause, which could tell a password
	}
	if _, told := address.User.Password(); told || address.Query().Has("password") {
		return nil, problem.New("clickhouse_password")
	}
	options := &clickhouse.Options{Auth: clickhouse.Auth{Database: strings.Trim(address.Path, "/"), Username: o.User, Password: o.Password}}
	if name := address.User.Username(); name != "" {
		options.Auth.Username = name
	}
	secure := false
	switch address.Scheme {
	case "clickhouse":
		options.Protocol = clickhouse.Native
		options.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	case "http":
		options.Protocol = clickhouse.HTTP
	case "https":
		options.Protocol, secure = clickhouse.HTTP, true
	default:
		return nil, problem.New("clickhouse_dsn")
	}
	if err := readParameters(options, address.Query(), secure); err != nil {
		return nil, err
	}
	for host := range strings.SplitSeq(address.Host, ",") {
		if options.Addr, err = withHost(options, host); err != nil {
			return nil, err
		}
	}
	options.DialContext = func(ctx context.Context, address string) (net.Conn, error) {
		dialer := &net.Dialer{Timeout: hostWait}
		if options.TLS != nil && options.Protocol == clickhouse.Native { // over HTTP the transport speaks TLS
			return (&tls.Dialer{NetDialer: dialer, Config: options.TLS}).DialContext(ctx, "tcp", address)
		}
		return dialer.DialContext(ctx, "tcp", address)
	}
	options.DialStrategy = firstThatAnswers
	return options, nil
}

// withHost adds a host to the addresses, with the usual port where it names none.
func withHost(o *clickhouse.Options, host string) ([]string, error) {
	name, port := host, ""
	if strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']') {
		var err error
		if name, port, err = net.SplitHostPort(host); err != nil {
			return nil, problem.New("clickhouse_dsn")
		}
	}
	if port == "" {
		port = usualPorts[o.Protocol][0]
		if o.TLS != nil {
			port = usualPorts[o.Protocol][1]
		}
	}
	if name = strings.Trim(name, "[]"); name == "" {
		return nil, problem.New("clickhouse_dsn")
	}
	return append(o.Addr, net.JoinHostPort(name, port)), nil
}

// readParameters reads what stands behind the question mark. A parameter that there is not is refused: a slip could
// leave a door open.
func readParameters(o *clickhouse.Options, parameters url.Values, secure bool) error {
	files := &tlsFiles{}
	for name := range parameters {
		value := parameters.Get(name)
		switch name {
		case "secure":
			on, err := strconv.ParseBool(value)
			if err != nil {
				return problem.New("clickhouse_parameter", "name", name, "value", value)
			}
			secure = secure || on
		case "ca":
			files.authority = value
		case "cert":
			files.certificate = value
		case "key":
			files.key = value
		case "server_name":
			files.serverName = value
		case "password_file":
			text, err := os.ReadFile(value) //nolint:gosec // the operator names the file
			if err != nil {
				return problem.Wrap(err, "clickhouse_password_file", "file", value)
			}
			o.Auth.Password = strings.TrimRight(string(text), "\r\n")
		default:
			return problem.New("clickhouse_parameter", "name", name, "value", value)
		}
	}
	if !secure {
		if *files != (tlsFiles{}) {
			return problem.New("clickhouse_not_secure")
		}
		return nil
	}
	var err error
	o.TLS, err = files.config()
	return err
}

// tlsFiles is what an address says of TLS.
type tlsFiles struct{ authority, certificate, key, serverName string }

// config reads the files: of the authority that has signed the server's certificate, and of the certificate that the
// server asks for.
func (f *tlsFiles) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.serverName}
	if f.authority != "" {
		text, err := os.ReadFile(f.authority)
		if err == nil {
			config.RootCAs = x509.NewCertPool()
			if !config.RootCAs.AppendCertsFromPEM(text) {
				err = errors.New("no certificate in PEM form")
			}
		}
		if err != nil {
			return nil, problem.Wrap(err, "clickhouse_tls_file", "file", f.authority, "detail", err.Error())
		}
	}
	if f.certificate == "" && f.key == "" {
		return config, nil
	}
	pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return nil, problem.Wrap(err, "clickhouse_tls_file", "file", f.certificate+", "+f.key, "detail", err.Error())
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// hostError says of which host an error is.
type hostError struct {
	host  string
	cause error
}

func (e *hostError) Error() string { return e.host + ": " + causeOf(e.cause) }

func (e *hostError) Unwrap() error { return e.cause }

// firstThatAnswers connects to the first host that answers, in the order of the address, and remembers of each that does
// not why. A host that answers with a refusal of its own, such as a wrong password, is not passed over: the next would
// refuse as well.
func firstThatAnswers(ctx context.Context, _ int, o *clickhouse.Options, dial clickhouse.Dial) (result clickhouse.DialResult, err error) {
	var failures []error
	one := *o
	one.DialTimeout = hostWait
	for _, host := range o.Addr {
		waiting, cancel := context.WithTimeout(ctx, hostWait)
		result, err = dial(waiting, host, &one)
		cancel()
		if err == nil {
			return result, nil
		}
		failures = append(failures, &hostError{host, err})
		if _, refused := errors.AsType[*clickhouse.Exception](err); refused || ctx.Err() != nil {
			break
		}
	}
	return result, errors.Join(failures...)
}

// causeOf is why a server was not reached, without the names of all who passed it on.
func causeOf(err error) string {
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network.Error()
	}
	return err.Error()
}

// failures are the errors of hosts in err's tree.
func failures(err error) (all []*hostError) {
	switch e := err.(type) { //nolint:errorlint // each is unwrapped here
	case *hostError:
		return []*hostError{e}
	case interface{ Unwrap() error }:
		return failures(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, failures(one)...)
		}
	}
	return all
}

// unreached says to people why no host of the server was reached, and what they can do.
func unreached(o *clickhouse.Options, err error) error {
	hosts, text := strings.Join(o.Addr, ", "), causeOf(err)
	if all := failures(err); len(all) > 0 {
		var each []string
		for _, one := range all {
			each = append(each, one.Error())
		}
		text = strings.Join(each, "; ")
	}
	switch {
	case strings.Contains(text, "unexpected packet [72]"), strings.Contains(text, "for clickhouse-client program"): // 72 is the H of HTTP
		return problem.Wrap(err, "clickhouse_protocol", "hosts", hosts)
	case strings.Contains(text, "x509:"), strings.Contains(text, "tls:"):
		return problem.Wrap(err, "clickhouse_tls", "hosts", hosts, "cause", text)
	}
	return problem.Wrap(err, "clickhouse_unreachable", "hosts", hosts, "cause", text)
}
