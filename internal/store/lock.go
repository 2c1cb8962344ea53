package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"jianfu/internal/problem"
)

// lockName is the file in the data directory whose lock the one writer holds: a load or a recompute. The lock goes with
// the process that holds it, however it ends.
const lockName = "writer.lock"

// lockPause is how long a held lock is left alone before it is asked for again. Polling, because a blocked flock cannot
// be given up when a context ends.
const lockPause = 10 * time.Millisecond

// patience is how long a writer waits before it says so.
const patience = time.Second

// Lock waits until no other process writes, and holds the place until release is called. When that takes more than a
// moment, waiting is called once; it may be nil.
func (db *DB) Lock(ctx context.Context, waiting func()) (release func(), err error) {
	if waiting != nil {
		timer := time.AfterFunc(patience, waiting)
		defer timer.Stop()
	}
	return db.LockFile(ctx, lockName)
}

// LockFile is Lock with a file of another name in the data directory, for what is written in moments and cannot wait
// for a load: the audit log and the accounts.
func (db *DB) LockFile(ctx context.Context, name string) (release func(), err error) {
	return db.lockFile(ctx, name, unix.LOCK_EX)
}

// ShareFile is LockFile for a place that many may hold together: it waits only for who has the file alone.
func (db *DB) ShareFile(ctx context.Context, name string) (release func(), err error) {
	return db.lockFile(ctx, name, unix.LOCK_SH)
}

func (db *DB) lockFile(ctx context.Context, name string, how int) (release func(), err error) {
	file, err := os.OpenFile(filepath.Join(db.data, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, problem.Wrap(err, "data_not_writable", "dir", db.data)
	}
	for {
		err := unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil // closing gives the lock back
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, fmt.Errorf("wait for the other writer: %w", ctx.Err())
		case <-time.After(lockPause):
		}
	}
}

// Data is the data directory, where keys and locks are kept even when a server keeps the rows.
func (db *DB) Data() string { return db.data }

// restoringName is the file in a data directory that is being restored, until it is whole.
const restoringName = "restore.unfinished"

// Unfinished tells whether a restore into the directory was begun and is not done.
func Unfinished(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, restoringName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// BeginRestore marks the directory as one that is not whole, and returns what takes the mark away.
func BeginRestore(dir string) (finish func() error, err error) {
	path := filepath.Join(dir, restoringName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, problem.Wrap(err, "data_not_writable", "dir", dir)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return nil, problem.Wrap(err, "data_not_writable", "dir", dir)
	}
	return func() error { return os.Remove(path) }, nil
}
