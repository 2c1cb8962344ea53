package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"

	"jianfu/queries"
)

// origin stands for the hash of the entry before the first.
var origin = strings.Repeat("0", 2*sha256.Size)

// hashOf is the SHA-256 over the entry's fields, each written as "length:bytes,": prev, seq, time in milliseconds since
// 1970, actor, view_as, session, address, action, object, the number of regions in the scope and each of them, the
// number of details and each name and value in the order of the names, reason.
func hashOf(e *queries.AuditEntry) string {
	h := sha256.New()
	field(h, e.Prev)
	field(h, strconv.FormatUint(e.Seq, 10))
	field(h, strconv.FormatInt(e.At.UnixMilli(), 10))
	for _, text := range []string{e.Actor, e.ViewAs, e.Session, e.Address, e.Action, e.Object} {
		field(h, text)
	}
	field(h, strconv.Itoa(len(e.Scope)))
	for _, region := range e.Scope {
		field(h, region)
	}
	field(h, strconv.Itoa(len(e.Details)))
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		field(h, name)
		field(h, e.Details[name])
	}
	field(h, e.Reason)
	return hex.EncodeToString(h.Sum(nil))
}

func field(h hash.Hash, text string) {
	fmt.Fprintf(h, "%d:%s,", len(text), text) // a hash takes everything
}

// The ways in which a chain can be broken. Their texts are "audit.break.<id>".
const (
	BreakMissing  = "missing"  // entries between are not there
	BreakAltered  = "altered"  // the entry does not have its own hash
	BreakUnlinked = "unlinked" // the entry does not follow from the one before
	BreakDouble   = "double"   // two entries have the same number
	BreakCut      = "cut"      // the end is not there: the kept head is later than the last entry
	BreakReplaced = "replaced" // the chain holds together and is not the one whose head was kept
)

// Verdict is what became of a check of the whole log.
type Verdict struct {
	Entries  uint64 `json:"entries"`
	Seq      uint64 `json:"seq"`      // number of the last entry
	Hash     string `json:"hash"`     // its hash, to be noted down elsewhere
	Anchored bool   `json:"anchored"` // the kept head was there and was compared
	Break    string `json:"break"`    // how the chain is first broken; "" where it is whole
	At       uint64 `json:"at"`       // number of the entry that shows it
}

// Verify goes through the whole log and reports the first break. It may run while others write.
func (l *Log) Verify(ctx context.Context) (Verdict, error) {
	anchor, kept, err := l.kept() // first: what is kept now is in the store already
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Hash: origin, Anchored: kept}
	broken := func(how string, at uint64) {
		if v.Break == "" {
			v.Break, v.At = how, at
		}
	}
	for e, err := range l.q.AuditChain(ctx) {
		if err != nil {
			return Verdict{}, fmt.Errorf("read the audit log behind entry %d: %w", v.Seq, err)
		}
		switch {
		case v.Entries > 0 && e.Seq == v.Seq:
			broken(BreakDouble, e.Seq)
		case e.Seq != v.Seq+1:
			broken(BreakMissing, v.Seq+1)
		case e.Hash != hashOf(e):
			broken(BreakAltered, e.Seq)
		case e.Prev != v.Hash:
			broken(BreakUnlinked, e.Seq)
		case kept && e.Seq == anchor.seq && e.Hash != anchor.hash:
			broken(BreakReplaced, e.Seq)
		}
		v.Entries++
		v.Seq, v.Hash = e.Seq, e.Hash
	}
	if kept && anchor.seq > v.Seq {
		broken(BreakCut, v.Seq+1)
	}
	return v, nil
}
