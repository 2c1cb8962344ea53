package exchange

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// KeyFile is the file of the data directory with the bureau's own key. Its owner alone may read it; it is in no backup.
const KeyFile = "report.key"

// What a card has above the key, which other programs skip (RFC 7468).
const (
	cardBureau      = "Bureau"
	cardRegion      = "Region"
	cardName        = "Name"
	cardFingerprint = "Fingerprint"
)

// Limits of a card.
const (
	mostCard    = 8 << 10 // bytes
	longestName = 100     // characters
)

// Nation is the region code of the whole country.
const Nation = "000000"

// Card is what bureaus exchange once: a public key, and whose it is.
type Card struct {
	Organisation string `json:"organisation"`
	Region       string `json:"region"`
	Name         string `json:"name"`
	Fingerprint  string `json:"fingerprint"`

	public ed25519.PublicKey
}

// FingerprintOf is the first half of the SHA-256 of a public key: what two people read to each other.
func FingerprintOf(key ed25519.PublicKey) string {
	sum := sha256.Sum256(publicDER(key))
	return hex.EncodeToString(sum[:16])
}

// Grouped is a fingerprint as people read it.
func Grouped(fingerprint string) string {
	var groups []string
	for i := 0; i+4 <= len(fingerprint); i += 4 {
		groups = append(groups, fingerprint[i:i+4])
	}
	return strings.Join(groups, " ")
}

func publicDER(key ed25519.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err) // an Ed25519 key always can
	}
	return der
}

// Text is the card as a file.
func (c Card) Text() []byte {
	var b bytes.Buffer
	c.head(&b)
	_ = pem.Encode(&b, &pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(c.public)}) // into memory
	return b.Bytes()
}

func (c Card) head(b *bytes.Buffer) {
	fmt.Fprintf(b, "%s: %s\n%s: %s\n%s: %s\n%s: %s\n", cardBureau, c.Organisation, cardRegion, c.Region, cardName, c.Name, cardFingerprint, Grouped(c.Fingerprint))
}

// check wants a bureau, a region and a name that can stand in a line.
func (c Card) check() error {
	for _, text := range []string{c.Organisation, c.Name} {
		if text == "" || typed.Line(text) != text || utf8.RuneCountInString(text) > longestName {
			return problem.New("exchange_key_name", "most", longestName)
		}
	}
	if c.Region != Nation && (c.Region != filled(c.Region) || !region.Known(c.Region)) {
		return problem.New("report_region", "region", c.Region)
	}
	return nil
}

// ReadCard reads the file of a card. A fingerprint in it that is not that of the key is refused.
func ReadCard(text []byte) (Card, error) {
	if len(text) > mostCard {
		return Card{}, problem.New("exchange_card")
	}
	c, block, err := readHead(text)
	if err != nil || block.Type != "PUBLIC KEY" {
		return Card{}, problem.Wrap(err, "exchange_card")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := key.(ed25519.PublicKey)
	if err != nil || !ok {
		return Card{}, problem.Wrap(err, "exchange_card")
	}
	said := plainFingerprint(c.Fingerprint)
	if c.public, c.Fingerprint = public, FingerprintOf(public); said != c.Fingerprint {
		return Card{}, problem.New("exchange_fingerprint", "fingerprint", Grouped(c.Fingerprint))
	}
	return c, c.check()
}

// readHead reads the lines above a key, and the key.
func readHead(text []byte) (c Card, block *pem.Block, err error) {
	begin := bytes.Index(text, []byte("-----BEGIN "))
	if begin < 0 || !utf8.Valid(text[:begin]) {
		return c, nil, errors.New("no key")
	}
	for line := range strings.Lines(string(text[:begin])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case cardBureau:
			c.Organisation = value
		case cardRegion:
			c.Region = value
		case cardName:
			c.Name = value
		case cardFingerprint:
			c.Fingerprint = value
		}
	}
	block, _ = pem.Decode(text[begin:])
	if block == nil {
		return c, nil, errors.New("no key")
	}
	return c, block, nil
}

// plainFingerprint is a fingerprint as people type it, without what groups it.
func plainFingerprint(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", ":", "", "-", "").Replace(text))
}

// ownKey is the bureau's own key.
type ownKey struct {
	Card
	private ed25519.PrivateKey
}

func (o *Office) keyPath() string { return filepath.Join(o.q.Store().Data(), KeyFile) }

// own reads the bureau's own key. A file that others can read is refused: whoever has read it can sign.
func (o *Office) own() (ownKey, error) {
	info, err := os.Stat(o.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return ownKey{}, problem.New("exchange_no_key")
	}
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		return ownKey{}, problem.New("exchange_key_open", "file", o.keyPath())
	}
	text, readErr := os.ReadFile(o.keyPath())
	if err = errors.Join(err, readErr); err != nil {
		return ownKey{}, problem.Wrap(err, "exchange_key_file", "file", o.keyPath())
	}
	card, block, err := readHead(text)
	if err != nil {
		return ownKey{}, problem.Wrap(err, "exchange_key_file", "file", o.keyPath())
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return ownKey{}, problem.Wrap(err, "exchange_key_file", "file", o.keyPath())
	}
	card.public = private.Public().(ed25519.PublicKey) //nolint:forcetypeassert // of an Ed25519 key
	card.Fingerprint = FingerprintOf(card.public)
	return ownKey{card, private}, nil
}

// OwnCard is the card of the bureau's own key.
func (o *Office) OwnCard() (Card, error) {
	k, err := o.own()
	return k.Card, err
}

// NewKey makes the bureau's own key. One that there is stays, unless it is to be replaced: what it signed stays valid where it is
// trusted.
func (o *Office) NewKey(ctx context.Context, p access.Principal, c Card, replace bool) (Card, error) {
	if err := p.Require(access.Settings); err != nil {
		return c, err
	}
	if err := c.check(); err != nil {
		return c, err
	}
	if _, err := os.Stat(o.keyPath()); err == nil && !replace {
		return c, problem.New("exchange_key_there", "file", o.keyPath())
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return c, err
	}
	c.public, c.Fingerprint = public, FingerprintOf(public)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return c, err
	}
	var text bytes.Buffer
	c.head(&text)
	_ = pem.Encode(&text, &pem.Block{Type: "PRIVATE KEY", Bytes: der}) // into memory
	entry := audit.By(p, audit.ReportKeyMade, c.Fingerprint, "organisation", c.Organisation, "region", c.Region, "name", c.Name)
	return c, o.log.Do(ctx, entry, func(context.Context) error { return writeSecret(o.keyPath(), text.Bytes()) })
}

// writeSecret writes a file that its owner alone may read, whole.
func writeSecret(path string, text []byte) error {
	_ = os.Remove(path + ".new") // of a program that was killed
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return problem.Wrap(err, "exchange_key_file", "file", path)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return problem.Wrap(err, "exchange_key_file", "file", path)
	}
	return nil
}

// The steps of a key.
const (
	keyTrusted = "trusted"
	keyRevoked = "revoked"
)

// Keys lists the keys of other bureaus.
func (o *Office) Keys(ctx context.Context, p access.Principal) ([]queries.ExchangeKey, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	return o.q.ExchangeKeys(ctx)
}

// Trust takes the card of another bureau. Its fingerprint comes another way than the card, by telephone or on paper, and is typed in:
// a card that somebody has put in place of the right one is not taken.
func (o *Office) Trust(ctx context.Context, p access.Principal, c Card, fingerprint string) (queries.ExchangeKey, error) {
	k := queries.ExchangeKey{Fingerprint: c.Fingerprint, At: o.now().UTC(), Step: keyTrusted, Name: c.Name, Organisation: c.Organisation, Region: c.Region,
		PublicKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(c.public)})), Account: p.Account()}
	if err := p.Require(access.Settings); err != nil {
		return k, err
	}
	if plainFingerprint(fingerprint) != c.Fingerprint {
		return k, problem.New("exchange_fingerprint", "fingerprint", Grouped(c.Fingerprint))
	}
	keys, err := o.q.ExchangeKeys(ctx)
	if err != nil {
		return k, err
	}
	for _, known := range keys {
		if known.Fingerprint == k.Fingerprint && known.Step == keyRevoked {
			return k, problem.New("exchange_key_revoked", "fingerprint", Grouped(k.Fingerprint), "organisation", known.Organisation)
		}
	}
	entry := audit.By(p, audit.ReportKeyTrusted, k.Fingerprint, "organisation", k.Organisation, "region", k.Region, "name", k.Name)
	return k, o.putKey(ctx, entry, k)
}

func (o *Office) putKey(ctx context.Context, entry audit.Entry, k queries.ExchangeKey) error {
	return o.log.Do(ctx, entry, func(ctx context.Context) error { return o.q.PutExchangeKey(ctx, k, newNonce()) })
}

func newNonce() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}

// leastFingerprint is how much of a fingerprint names a key.
const leastFingerprint = 8

// Revoke ends the trust in a key for ever: no package that it signed is taken any more. What was received stays.
func (o *Office) Revoke(ctx context.Context, p access.Principal, fingerprint, reason string) (queries.ExchangeKey, error) {
	if err := p.Require(access.Settings); err != nil {
		return queries.ExchangeKey{}, err
	}
	reason, fingerprint = typed.Line(reason), plainFingerprint(fingerprint)
	if reason == "" || utf8.RuneCountInString(reason) > longestName {
		return queries.ExchangeKey{}, problem.New("exchange_revoke_reason", "most", longestName)
	}
	keys, err := o.q.ExchangeKeys(ctx)
	if err != nil {
		return queries.ExchangeKey{}, err
	}
	var found []queries.ExchangeKey
	for _, k := range keys {
		if len(fingerprint) >= leastFingerprint && strings.HasPrefix(k.Fingerprint, fingerprint) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) != 1:
		return queries.ExchangeKey{}, problem.New("exchange_key_none", "fingerprint", fingerprint)
	case found[0].Step == keyRevoked:
		return found[0], problem.New("exchange_key_revoked", "fingerprint", Grouped(found[0].Fingerprint), "organisation", found[0].Organisation)
	}
	k := found[0]
	k.At, k.Step, k.Account, k.Note = o.now().UTC(), keyRevoked, p.Account(), reason
	entry := audit.By(p, audit.ReportKeyRevoked, k.Fingerprint, "organisation", k.Organisation, "region", k.Region, "name", k.Name).Because(reason)
	return k, o.putKey(ctx, entry, k)
}

// trusted finds the key that a package says it is signed with.
func trusted(keys []queries.ExchangeKey, fingerprint string) (queries.ExchangeKey, ed25519.PublicKey, error) {
	for _, k := range keys {
		if k.Fingerprint != fingerprint {
			continue
		}
		if k.Step == keyRevoked {
			return k, nil, problem.New("exchange_key_revoked", "fingerprint", Grouped(k.Fingerprint), "organisation", k.Organisation)
		}
		block, _ := pem.Decode([]byte(k.PublicKey))
		if block == nil {
			return k, nil, fmt.Errorf("key %s of the store is damaged", k.Fingerprint)
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := key.(ed25519.PublicKey)
		if err != nil || !ok || FingerprintOf(public) != fingerprint {
			return k, nil, fmt.Errorf("key %s of the store is damaged", k.Fingerprint)
		}
		return k, public, nil
	}
	return queries.ExchangeKey{}, nil, problem.New("exchange_key_unknown", "fingerprint", Grouped(fingerprint))
}

// filled is the code of a region with six digits.
func filled(code string) string { return (filter.AreaPrefix(code) + Nation)[:6] }
