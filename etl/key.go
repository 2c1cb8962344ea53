package etl

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jianfu/internal/problem"
	"jianfu/queries"
)

// KeyName is the file in the data directory with the key of the hash that stands for a person's number. Without it the
// hashes cannot be traced back to numbers by trying them all; with another one the same person hashes differently.
const KeyName = "person.key"

// personKey reads the key, or makes one for a store without records. The caller holds the store's lock, so that two
// first loads do not make two keys.
func personKey(ctx context.Context, q *queries.Queries) ([16]byte, error) {
	var key [16]byte
	dir := q.Store().Data()
	path := filepath.Join(dir, KeyName)
	data, err := os.ReadFile(path) //nolint:gosec // in the data directory
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newPersonKey(ctx, q, dir, path)
	case err != nil:
		return key, problem.Wrap(err, "person_key_unreadable", "file", path)
	case len(data) != len(key):
		return key, problem.New("person_key_damaged", "file", path)
	}
	copy(key[:], data)
	return key, nil
}

func newPersonKey(ctx context.Context, q *queries.Queries, dir, path string) (key [16]byte, err error) {
	visible, err := q.Visible(ctx)
	if err != nil {
		return key, fmt.Errorf("list the loads: %w", err)
	}
	if len(withRecords(visible.Loads))+len(visible.Withdrawals) > 0 { // records of a load that was withdrawn are still explained
		return key, problem.New("person_key_missing", "file", path)
	}
	if _, err := rand.Read(key[:]); err != nil {
		return key, err
	}
	if err := writeKey(dir, path, key[:]); err != nil {
		return key, problem.Wrap(err, "data_not_writable", "dir", dir)
	}
	return key, nil
}

// writeKey writes the key whole or not at all, and on the disk before anything is hashed with it.
func writeKey(dir, path string, key []byte) error {
	file, err := os.CreateTemp(dir, "."+KeyName+".*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // gone once it was renamed
	if _, err = file.Write(key); err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return err
}
