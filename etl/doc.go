// Package etl takes files into the store (Loader) and computes the burdens from what is there (Recompute), both so that
// readers see all of it or nothing. The commands load and recompute call it. It decides what is written, when and in
// which order; the statements are in package queries, the reading of files in etl/reader, the rule in internal/burden
// (in Go) and queries/recompute (in sets).
package etl
