package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// ReceivedPackage is a report that a lower bureau sent.
type ReceivedPackage struct {
	Hash         string    `ch:"hash" json:"hash"` // SHA-256 of the package, under which it is kept as an attachment
	Size         uint64    `ch:"size" json:"size"`
	ReportID     string    `ch:"report_id" json:"report"` // as the bureau calls it
	Version      uint16    `ch:"version" json:"version"`  // from 1
	Set          string    `ch:"report_set" json:"set"`
	Title        string    `ch:"title" json:"title"`
	Organisation string    `ch:"organisation" json:"organisation"`
	Region       string    `ch:"region" json:"region"`
	From         uint32    `ch:"period_from" json:"from"`
	To           uint32    `ch:"period_to" json:"to"`
	Comparison   string    `ch:"comparison" json:"comparison"`
	PackHash     string    `ch:"pack_hash" json:"pack_hash"`
	Pack         string    `ch:"pack" json:"pack"`
	Few          bool      `ch:"few" json:"few"` // it shows figures about few persons
	Tables       uint16    `ch:"tables" json:"tables"`
	Waived       uint16    `ch:"waived" json:"waived"`
	SignedAt     time.Time `ch:"signed_at" json:"signed_at"`
	Fingerprint  string    `ch:"fingerprint" json:"fingerprint"`
	ReceivedBy   string    `ch:"received_by" json:"received_by"`
	ReceivedAt   time.Time `ch:"received_at" json:"received_at"`
}

// ExchangeKey is the public key of a bureau as it stands: trusted or revoked.
type ExchangeKey struct {
	Fingerprint  string    `ch:"fingerprint" json:"fingerprint"`
	At           time.Time `ch:"at" json:"at"`
	Step         string    `ch:"step" json:"step"`
	Name         string    `ch:"name" json:"name"`
	Organisation string    `ch:"organisation" json:"organisation"`
	Region       string    `ch:"region" json:"region"`
	PublicKey    string    `ch:"public_key" json:"public_key"`
	Account      string    `ch:"account" json:"account"`
	Note         string    `ch:"note" json:"note,omitempty"`
}

//go:embed exchange/received.sql
var exchangeReceivedSQL string

//go:embed exchange/keys.sql
var exchangeKeysSQL string

// KeepReceived stores that a package was received, whose contents are an attachment already. It is there whole or not at all.
func (q *Queries) KeepReceived(ctx context.Context, r ReceivedPackage) error {
	type row struct {
		Hash         string    `ch:"package_hash"`
		Size         uint64    `ch:"size"`
		ReportID     string    `ch:"report_id"`
		Version      uint16    `ch:"version"`
		Set          string    `ch:"report_set"`
		Title        string    `ch:"title"`
		Organisation string    `ch:"organisation"`
		Region       string    `ch:"region"`
		From         uint32    `ch:"period_from"`
		To           uint32    `ch:"period_to"`
		Comparison   string    `ch:"comparison"`
		PackHash     string    `ch:"pack_hash"`
		Pack         string    `ch:"pack"`
		Few          bool      `ch:"few"`
		Tables       uint16    `ch:"tables"`
		Waived       uint16    `ch:"waived"`
		SignedAt     time.Time `ch:"signed_at"`
		Fingerprint  string    `ch:"fingerprint"`
		ReceivedBy   string    `ch:"received_by"`
		ReceivedAt   time.Time `ch:"received_at"`
	}
	return store.InsertOnce(ctx, q.db, `INSERT INTO received_packages (package_hash, size, report_id, version, report_set, title, organisation, region, period_from,
		period_to, comparison, pack_hash, pack, few, tables, waived, signed_at, fingerprint, received_by, received_at)`, r.Hash, []row{row(r)})
}

// Received lists the packages of lower bureaus that a reader with this scope may see; of those whose hash begins so, "" for all.
func (q *Queries) Received(ctx context.Context, scope filter.Scope, hash string) ([]ReceivedPackage, error) {
	return store.Select[ReceivedPackage](ctx, q.db, exchangeReceivedSQL, store.Params{"scope": scope.Prefixes(), "few": !scope.ConcealsFew(), "hash": hash})
}

// PutExchangeKey stores what a key now is.
func (q *Queries) PutExchangeKey(ctx context.Context, k ExchangeKey, nonce string) error {
	type row struct {
		ExchangeKey
		Nonce string `ch:"nonce"`
	}
	return store.InsertOnce(ctx, q.db, `INSERT INTO exchange_keys (fingerprint, at, step, name, organisation, region, public_key, account, note, nonce)`, nonce, []row{{k, nonce}})
}

// ExchangeKeys lists the public keys of bureaus.
func (q *Queries) ExchangeKeys(ctx context.Context) ([]ExchangeKey, error) {
	return store.Select[ExchangeKey](ctx, q.db, exchangeKeysSQL, nil)
}
