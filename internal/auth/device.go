package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"jianfu/queries"
)

// A browser in which somebody has signed in keeps a device's mark: random bits, and the proof that the account's password
// was known when they were made. Failed tries in a marked browser count by themselves, so that nobody who guesses an account
// elsewhere, be it at the next desk behind the same address, keeps its owner out; and whoever has no mark is answered alike
// whether there is an account of the name or not. The proof is made with the password's hash as its key, which nobody but the
// store knows: it needs no memory and no key of its own, several servers agree about it, and a new password ends all marks.
// It opens nothing.

// NewDevice is the mark for the browser in which somebody has just signed in with a password; "" for an account without one.
func (s *Service) NewDevice(ctx context.Context, account string) (string, error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return "", err
	}
	row := s.state.accounts[account]
	if row.Password == "" {
		return "", nil
	}
	random := newSecret()
	return random + "." + deviceProof(row, random), nil
}

// deviceOf is the random bits of a mark that is the account's, and "" where it is not.
func deviceOf(row queries.Account, mark string) string {
	random, proof, ok := strings.Cut(mark, ".")
	if !ok || row.Password == "" || !sameSecret(proof, deviceProof(row, random)) {
		return ""
	}
	return random
}

func deviceProof(row queries.Account, random string) string {
	mac := hmac.New(sha256.New, []byte(row.Password))
	fmt.Fprint(mac, "jianfu device ", row.Account, " ", random) // a hash takes everything
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
