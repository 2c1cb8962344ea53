// Package queries holds every SQL statement of jianfu, each in its own file, and the typed Go function that runs it.
// A statement that reads units, records, cases or issues takes the reader's filter.Scope; there is no way round it.
// etl calls it to write, dashboards' and exports' callers to read; nothing else speaks SQL.
package queries
