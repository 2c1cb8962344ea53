package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"jianfu/internal/problem"
)

// The rules of passwords: long enough, and not one that is tried first. Kinds of characters are not asked for, because
// such rules make people write Passw0rd!1 (NIST SP 800-63B).
const (
	shortestPassword = 10  // characters
	longestPassword  = 128 // characters, so that nobody makes the server hash a book
	fewestCharacters = 4   // different ones: aaaaaaaaaa and 1212121212 are none
)

//go:embed commonest.txt
var commonestText string

// commonest are the commonest passwords, lower-case.
var commonest = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonestText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all[line] = true
		}
	}
	return all
})

// CheckPassword tells what is wrong with a password for an account. The name is the person's, so that it is no part of
// the password either.
func CheckPassword(account, name, password string) error {
	password = norm.NFKC.String(password)
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return problem.New("password_text")
	case length < shortestPassword:
		return problem.New("password_short", "least", shortestPassword)
	case length > longestPassword:
		return problem.New("password_long", "most", longestPassword)
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	lower := strings.ToLower(password)
	if len(different) < fewestCharacters || commonest()[lower] || isRun(lower) {
		return problem.New("password_common")
	}
	local, _, _ := strings.Cut(account, "@")
	for _, word := range []string{account, local, name} {
		if holdsWord(lower, word) {
			return problem.New("password_is_name")
		}
	}
	return nil
}

// holdsWord tells whether a password holds a name, in whatever way it is divided: wang.fang is in wangfang2020 too. A name
// of one letter is in almost everything; a Chinese one has two.
func holdsWord(password, word string) bool {
	joined := strings.NewReplacer(".", "", "_", "", "-", "", "@", "", " ", "", "·", "")
	word = joined.Replace(strings.ToLower(norm.NFKC.String(word)))
	return utf8.RuneCountInString(word) >= 2 && strings.Contains(joined.Replace(password), word)
}

// isRun tells whether each character follows the one before in the alphabet or among the digits, up or down.
func isRun(text string) bool {
	runes := []rune(text)
	step := runes[1] - runes[0]
	if step != 1 && step != -1 {
		return false
	}
	for i := 1; i < len(runes); i++ {
		if runes[i]-runes[i-1] != step {
			return false
		}
	}
	return true
}

// Cost is how much work the hash of a password takes.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// standardCost is above every recommendation of the OWASP password storage cheat sheet, the memory and the passes of the
// second recommendation of RFC 9106, and short enough for a machine of two cores when the whole bureau signs in at half past
// eight.
var standardCost = Cost{Memory: 64 << 10, Passes: 3, Threads: 1}

// work is how much a hash takes, in passes over a kibibyte.
func (c Cost) work() uint32 { return c.Memory * c.Passes }

// rest is the cost of what a hash of another cost lacks to this one; no passes where it lacks nothing.
func (c Cost) rest(other Cost) Cost {
	if other.work() >= c.work() || c.Memory == 0 {
		return Cost{}
	}
	lacking := c.work() - other.work()
	passes := (lacking + c.Memory - 1) / c.Memory
	return Cost{Memory: lacking / passes, Passes: passes, Threads: c.Threads}
}

const (
	saltLength = 16
	keyLength  = 32
)

// hashPassword makes the argon2id hash of a password, in the usual form with its salt and cost.
func hashPassword(password string, cost Cost) string {
	hash, _ := argon2id.CreateHash(norm.NFKC.String(password), &argon2id.Params{ // random bytes never fail: that ends the program instead
		Memory: cost.Memory, Iterations: cost.Passes, Parallelism: cost.Threads, SaltLength: saltLength, KeyLength: keyLength})
	return hash
}

func derive(password string, salt []byte, cost Cost) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, cost.Passes, cost.Memory, cost.Threads, keyLength)
}

// readHash takes a hash apart; ok is false for what is none. The library also reads hashes without passes, threads or a key, and
// panics when it compares them; those are none here.
func readHash(hash string) (cost Cost, salt, key []byte, ok bool) {
	p, salt, key, err := argon2id.DecodeHash(hash)
	if err != nil || p.Iterations == 0 || p.Parallelism == 0 || len(key) != keyLength {
		return Cost{}, nil, nil, false
	}
	return Cost{p.Memory, p.Iterations, p.Parallelism}, salt, key, true
}

// verifyPassword tells whether the hash is the password's. A hash that cannot be read is nobody's.
func verifyPassword(password, hash string) bool {
	cost, salt, key, ok := readHash(hash)
	return ok && subtle.ConstantTimeCompare(key, derive(password, salt, cost)) == 1
}

// costOf reads the cost of a hash; that of what is none is zero.
func costOf(hash string) Cost {
	cost, _, _, _ := readHash(hash)
	return cost
}

// sameSecret compares in constant time.
func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// verify is verifyPassword when it is this request's turn. An empty hash takes as long as any other and is nobody's.
func (s *Service) verify(ctx context.Context, password, hash string) (bool, error) {
	if utf8.RuneCountInString(password) > longestPassword {
		password = "" // nobody's, and not worth hashing a book
	}
	if hash == "" {
		hash = s.dummy
	}
	if err := s.awaitTurn(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	if verifyPassword(password, hash) {
		return true, nil
	}
	// An account whose hash was made at a lower cost, and whose owner has not signed in since, must not be told by the time.
	if rest := s.options.Cost.rest(costOf(hash)); rest.Passes > 0 {
		derive(password, make([]byte, saltLength), rest)
	}
	return false, nil
}

// hash is hashPassword when it is this request's turn.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := s.awaitTurn(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return hashPassword(password, s.options.Cost), nil
}

func (s *Service) awaitTurn(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
}

// GeneratePassword makes a password to begin with, without characters that look alike.
func GeneratePassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789" // 31: 16 of them are 79 bits
	var b strings.Builder
	for b.Len() < 19 {
		if b.Len()%5 == 4 {
			b.WriteByte('-')
			continue
		}
		var random [1]byte
		_, _ = rand.Read(random[:]) // never fails: it ends the program instead
		if random[0] < 248 {        // the largest multiple of 31, so that all letters are as likely
			b.WriteByte(letters[random[0]%31])
		}
	}
	return b.String()
}
