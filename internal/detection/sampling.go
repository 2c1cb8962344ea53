package detection

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
)

// Candidate is a case that may be drawn, with the stratum that it belongs to.
type Candidate struct {
	ID      string // of the case; no two candidates have the same
	Stratum string
}

// A sample is drawn by rank: each candidate's rank is the SHA-256 of frame, seed and id, and those with the lowest are
// drawn. So the same seed draws the same cases from the same frame whatever the order in which they are listed, anybody can
// draw them again, and a larger sample holds the smaller one. The frame says what is drawn from: the run and the filter.

// Random draws n candidates, or all where there are fewer, in the order of their ranks.
func Random(frame string, seed uint64, candidates []Candidate, n int) []Candidate {
	type ranked struct {
		rank [sha256.Size]byte
		Candidate
	}
	list := make([]ranked, len(candidates))
	for i, c := range candidates {
		list[i] = ranked{sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", frame, seed, c.ID)), c}
	}
	slices.SortFunc(list, func(a, b ranked) int { return bytes.Compare(a.rank[:], b.rank[:]) })
	drawn := make([]Candidate, max(0, min(n, len(list))))
	for i := range drawn {
		drawn[i] = list[i].Candidate
	}
	return drawn
}

// Stratum is one part of a stratified sample.
type Stratum struct {
	Name  string
	Of    int // candidates
	Drawn int
}

// Stratified draws n candidates so that each stratum has its share: one at least while n allows, the largest strata first,
// and the rest by largest remainders. Within a stratum it draws as Random does. Strata are in the order of their names.
func Stratified(frame string, seed uint64, candidates []Candidate, n int) (drawn []Candidate, strata []Stratum) {
	members := map[string][]Candidate{}
	for _, c := range candidates {
		members[c.Stratum] = append(members[c.Stratum], c)
	}
	for name, list := range members {
		strata = append(strata, Stratum{Name: name, Of: len(list)})
	}
	slices.SortFunc(strata, func(a, b Stratum) int { return cmp.Compare(a.Name, b.Name) })
	allot(strata, max(0, min(n, len(candidates))))
	for _, s := range strata {
		drawn = append(drawn, Random(frame, seed, members[s.Name], s.Drawn)...)
	}
	return drawn, strata
}

// allot gives each stratum its part of n, which is at most what there are in all.
func allot(strata []Stratum, n int) {
	largest := make([]int, len(strata))
	total := 0
	for i, s := range strata {
		largest[i] = i
		total += s.Of
	}
	slices.SortStableFunc(largest, func(a, b int) int { return cmp.Compare(strata[b].Of, strata[a].Of) })
	ones := min(n, len(strata))
	for _, i := range largest[:ones] {
		strata[i].Drawn = 1
	}
	rest := n - ones
	if rest == 0 {
		return
	}
	// What is left is shared by what is left in the strata.
	left := total - ones
	remainders := make([]int, len(strata))
	given := 0
	for i := range strata {
		share := (strata[i].Of - 1) * rest
		strata[i].Drawn += share / left
		remainders[i] = share % left
		given += share / left
	}
	slices.SortStableFunc(largest, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range largest[:rest-given] {
		strata[i].Drawn++
	}
}
