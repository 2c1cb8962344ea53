// Package filter says which part of the data a question is about: the region scope that a reader may see, and the
// narrowing that the reader asked for. A statement that reads units, records, cases or issues cannot be called without
// a Scope; there is no default.
package filter

import (
	"slices"
	"strings"
)

// Scope is the set of region-code prefixes that a reader may see, and whether what is about few persons is kept from the
// reader there. The zero Scope sees nothing.
type Scope struct {
	prefixes []string
	sums     bool
}

// Everything is the scope of the whole store, for the command line on the store's own machine and for the recompute.
func Everything() Scope { return Scope{prefixes: []string{""}} }

// Regions is the scope of the named regions; trailing pairs of zeros match anything, so "320000" is all of Jiangsu.
func Regions(codes ...string) Scope {
	s := Scope{}
	for _, code := range codes {
		s.prefixes = append(s.prefixes, AreaPrefix(code))
	}
	return s
}

// OnlySums is the scope of somebody who may see sums and no person: statements that show units one by one conceal those
// of few persons from it.
func (s Scope) OnlySums() Scope {
	s.sums = true
	return s
}

// ConcealsFew tells whether what is about few persons is kept from the reader.
func (s Scope) ConcealsFew() bool { return s.sums }

// Prefixes is the scope as a statement takes it, an array of region-code prefixes; an empty array matches nothing.
func (s Scope) Prefixes() []string {
	if s.prefixes == nil {
		return []string{}
	}
	return s.prefixes
}

// Allows tells whether the whole of the region lies in the scope.
func (s Scope) Allows(regionCode string) bool {
	prefix := AreaPrefix(regionCode)
	for _, p := range s.prefixes {
		if strings.HasPrefix(prefix, p) {
			return true
		}
	}
	return false
}

// Within tells whether all of the scope lies in the region.
func (s Scope) Within(regionCode string) bool {
	area := AreaPrefix(regionCode)
	return len(s.prefixes) > 0 && !slices.ContainsFunc(s.prefixes, func(p string) bool { return !strings.HasPrefix(p, area) })
}

// AreaPrefix strips the trailing 00 pairs of a region code: "320000" gives "32", "440100" "4401", "320102" itself,
// and "" and "000000" give "", which matches every region.
func AreaPrefix(code string) string {
	for len(code) >= 2 && code[len(code)-2:] == "00" {
		code = code[:len(code)-2]
	}
	return code
}
