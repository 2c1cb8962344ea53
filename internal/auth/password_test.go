package auth

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"jianfu/internal/problem"
)

func TestPasswordRules(t *testing.T) {
	for name, c := range map[string]struct{ password, code string }{
		"ten characters will do":                       {"hx7kqm2vza", ""},
		"so will a sentence":                           {"correct horse battery staple", ""},
		"so will ten Chinese characters":               {"三人行必有我师焉择其", ""},
		"so will only digits that nobody guesses":      {"8402957163", ""},
		"nine are too short":                           {"hx7kqm2vz", "password_short"},
		"nine Chinese characters of 27 bytes are, too": {"三人行必有我师焉择", "password_short"},
		"none":                             {"", "password_short"},
		"a book":                           {strings.Repeat("ab1c", 33), "password_long"},
		"bytes that are no text":           {"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6", "password_text"},
		"a common one":                     {"1qaz2wsx3edc", "password_common"},
		"a common one in capitals":         {"PASSWORD123", "password_common"},
		"a common one in wide letters":     {"ｐａｓｓｗｏｒｄ１２３", "password_common"},
		"one letter over and over":         {"zzzzzzzzzzzz", "password_common"},
		"three letters over and over":      {"xyyzxyyzxyyz", "password_common"},
		"the alphabet":                     {"bcdefghijklm", "password_common"},
		"digits counted down":              {"9876543210", "password_common"},
		"the account":                      {"wang.xiaofang", "password_is_name"},
		"the account in capitals, with !1": {"Wang.XiaoFang!1", "password_is_name"},
		"the name over and over":           {"王小芳王小芳王小芳12", "password_is_name"},
		"the account and much besides":     {"wang.xiaofang rides a bike", "password_is_name"},
		"the account, divided otherwise":   {"2020 WangXiao-Fang harbour", "password_is_name"},
		"the name and much besides":        {"violin王 小芳harbour moss", "password_is_name"},
		"half of the account":              {"wang rides a bike", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckPassword("wang.xiaofang", "王小芳", c.password)
			if problem.Code(err) != c.code || err != nil && c.code == "" {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
	if n := len(commonest()); n < 200 {
		t.Errorf("only %d common passwords are known", n)
	}
	for password := range commonest() {
		if len(password) < shortestPassword || password != strings.ToLower(password) {
			t.Errorf("%q in the list is never compared", password)
		}
	}
}

func TestPasswordHashes(t *testing.T) {
	hash := hashPassword("correct horse", cheap)
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(hash) {
		t.Errorf("the hash is %s", hash)
	}
	if hashPassword("correct horse", cheap) == hash {
		t.Error("two hashes have the same salt")
	}
	for name, c := range map[string]struct {
		password, hash string
		want           bool
	}{
		"the right one":                 {"correct horse", hash, true},
		"the right one in wide letters": {"ｃｏｒｒｅｃｔ horse", hash, true},
		"another":                       {"correct horsf", hash, false},
		"nothing":                       {"", hash, false},
		"no hash":                       {"correct horse", "", false},
		"another method":                {"correct horse", strings.Replace(hash, "argon2id", "argon2i", 1), false},
		"another version":               {"correct horse", strings.Replace(hash, "v=19", "v=16", 1), false},
		"another cost":                  {"correct horse", strings.Replace(hash, "t=1", "t=2", 1), false},
		"a cost of nothing":             {"correct horse", strings.Replace(hash, "t=1", "t=0", 1), false},
		"no threads":                    {"correct horse", strings.Replace(hash, "p=1", "p=0", 1), false},
		"cut short":                     {"correct horse", hash[:len(hash)-4], false},
		"no key":                        {"correct horse", hash[:len(hash)-43], false},
		"a salt that is none":           {"correct horse", "$argon2id$v=19$m=64,t=1,p=1$!!$!!", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := verifyPassword(c.password, c.hash); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
	began := time.Now()
	strong := hashPassword("correct horse", standardCost)
	if !verifyPassword("correct horse", strong) || !strings.Contains(strong, "m=65536,t=3,p=1") {
		t.Errorf("the standard hash is %s", strong)
	}
	t.Logf("to make and check a password of the standard cost takes %v", time.Since(began))
}

// TestStoredHashesStayGood: whoever has an account signs in as before, whatever reads the hashes. These are of earlier versions.
func TestStoredHashesStayGood(t *testing.T) {
	for _, c := range []struct {
		password, hash string
		cost           Cost
	}{
		{"correct horse battery staple", "$argon2id$v=19$m=65536,t=3,p=1$2XpZ/9M5oCdAMtbL1HYBIw$U1YGYSe7iwdYSDJETdQ3A8gu901cwQDm/v/dVhd48Cs", standardCost},
		{"correct horse", "$argon2id$v=19$m=19456,t=2,p=1$pzQ/joUMlewrNgv1WuWjNQ$HjKjyIFdBE/EnoSTmNv3zwjkaHNA6kMgv9dBcJEkeLA", Cost{Memory: 19 << 10, Passes: 2, Threads: 1}},
	} {
		if !verifyPassword(c.password, c.hash) || verifyPassword(c.password+".", c.hash) || costOf(c.hash) != c.cost {
			t.Errorf("%s is read as of the cost %v, and is no longer its password's", c.hash, costOf(c.hash))
		}
	}
}

func TestHashingWaitsForItsTurn(t *testing.T) {
	s := New(nil, nil, time.Now, Options{Cost: cheap})
	for range hashesAtOnce {
		s.hashing <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.verify(ctx, "x", ""); err == nil {
		t.Error("one more password is hashed")
	}
	<-s.hashing
	if right, err := s.verify(t.Context(), "x", ""); right || err != nil {
		t.Errorf("%v, %v", right, err)
	}
}

func TestGeneratedPasswordsAreGood(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		p := GeneratePassword()
		if !regexp.MustCompile(`^([a-z2-9]{4}-){3}[a-z2-9]{4}$`).MatchString(p) || strings.ContainsAny(p, "01ilo") || seen[p] {
			t.Fatalf("%s", p)
		}
		if err := CheckPassword("wang", "王", p); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		seen[p] = true
	}
}

func TestAHashOfALowerCostTakesAsMuchWorkToRefuse(t *testing.T) {
	for _, c := range []struct{ standard, other Cost }{
		{standardCost, Cost{Memory: 46 << 10, Passes: 1, Threads: 1}},
		{standardCost, Cost{Memory: 19 << 10, Passes: 2, Threads: 1}},
		{standardCost, standardCost},
		{standardCost, Cost{Memory: 64 << 10, Passes: 2, Threads: 1}},
	} {
		rest := c.standard.rest(c.other)
		if all := rest.work() + c.other.work(); all > c.standard.work() || c.standard.work()-all >= 16 || rest.Memory > c.standard.Memory {
			t.Errorf("%v and %v are %d of %d", c.other, rest, all, c.standard.work())
		}
	}
	if rest := cheap.rest(standardCost); rest.Passes != 0 {
		t.Errorf("a higher cost lacks %v", rest)
	}
}
