package store

import (
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"

	"jianfu/internal/problem"
)

// The least version of a server: that of the engine library which the figures are tested with.
const leastMajor, leastMinor = 26, 7

// Server describes the server behind a store.
type Server struct {
	Version  string
	Hosts    []string
	Protocol string
	User     string
	Database string
	Secure   bool
}

// Server is what is behind the store; false where it is the embedded engine.
func (db *DB) Server() (s Server, ok bool, err error) {
	if db.server == nil {
		return s, false, nil
	}
	version, err := db.conn.ServerVersion()
	if err != nil {
		return s, true, db.explained(err)
	}
	s = Server{Version: versionOf(version), Hosts: db.server.Addr, Protocol: db.server.Protocol.String(), User: db.server.Auth.Username,
		Database: db.server.Auth.Database, Secure: db.server.TLS != nil}
	return s, true, nil
}

func versionOf(v *clickhouse.ServerVersion) string {
	return fmt.Sprintf("%d.%d.%d", v.Version.Major, v.Version.Minor, v.Version.Patch)
}

// checkVersion refuses a server that is older than the figures are tested with.
func (db *DB) checkVersion() error {
	version, err := db.conn.ServerVersion()
	if err != nil {
		return err
	}
	if v := version.Version; v.Major < leastMajor || v.Major == leastMajor && v.Minor < leastMinor {
		return problem.New("clickhouse_old", "version", versionOf(version), "least", fmt.Sprintf("%d.%d", leastMajor, leastMinor))
	}
	return nil
}
