package etl

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"jianfu/internal/fault"
)

// keyName is the file in the data directory with the key of the hash that stands for a person's number. Without it the
// hashes cannot be traced back to numbers by trying them all; with another one the same person hashes differently.
const keyName = "person.key"

// personKey reads the key, or makes one for a new store.
func personKey(dir string) ([16]byte, error) {
	var key [16]byte
	path := filepath.Join(dir, keyName)
	data, err := os.ReadFile(path) //nolint:gosec // in the data directory
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := rand.Read(key[:]); err != nil {
			return key, err
		}
		if err := os.WriteFile(path, key[:], 0o600); err != nil {
			return key, fault.Wrap(err, "data_not_writable", "dir", dir)
		}
		return key, nil
	}
	if err != nil {
		return key, fault.Wrap(err, "person_key_unreadable", "file", path)
	}
	if len(data) != len(key) {
		return key, fault.New("person_key_damaged", "file", path)
	}
	copy(key[:], data)
	return key, nil
}
