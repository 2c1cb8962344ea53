package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jianfu/internal/problem"
)

// The files of a data directory. The engine's own data is below dataName; the rest says who owns it and who uses it.
const (
	dataName    = "clickhouse"     // what libchdb keeps
	socketName  = "engine.sock"    // where the engine answers
	lockName    = "engine.lock"    // locked by the engine for as long as it lives
	startName   = "engine.start"   // locked by whoever is starting an engine
	usersName   = "engine.users"   // locked shared by every user; the engine leaves when it can lock it alone
	logName     = "engine.log"     // what the engine wrote to its error output
	configName  = "engine.xml"     // settings that the library reads from a file alone
	versionName = "ENGINE_VERSION" // the newest engine that has written here
)

// makeDir creates the data directory, for its owner only. Whether it can be written shows when its files are opened; a
// full disk is no reason to refuse, because what is stored can still be read.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return directoryFault(err, dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil && !errors.Is(err, fs.ErrPermission) {
		return directoryFault(err, dir)
	}
	return nil
}

// HasData tells whether an engine has kept data in the directory.
func HasData(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, dataName))
	return err == nil && info.IsDir()
}

// directoryFault says what is wrong with a directory that cannot be written.
func directoryFault(err error, dir string) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return problem.Wrap(err, "engine_disk_full", "dir", dir)
	case errors.Is(err, syscall.ENOTDIR):
		return problem.Wrap(err, "engine_dir_is_file", "dir", dir)
	}
	return problem.Wrap(err, "engine_dir_not_writable", "dir", dir)
}

// lockPause is how long a process waits before it asks for a held lock again. Polling, because a blocked flock cannot
// be given up when a context ends.
const lockPause = 20 * time.Millisecond

// lockFile opens and locks a file of the directory, shared (unix.LOCK_SH) or alone (unix.LOCK_EX); closing the file
// releases it, and so does the death of the process.
func lockFile(ctx context.Context, dir, name string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, directoryFault(err, dir)
	}
	for {
		switch err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); {
		case err == nil:
			return f, nil
		case err != unix.EWOULDBLOCK && err != unix.EINTR:
			f.Close()
			return nil, directoryFault(err, dir)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// locked tells whether another process holds the file alone.
func locked(dir, name string) bool {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// longestAddress is how many bytes a socket address takes on every system that jianfu runs on: 108 on Linux, 104 on
// macOS, each with a closing zero.
const longestAddress = 103

// withSocketAddress calls use with an address of the directory's socket. The address of a Unix socket is short, a data
// directory may lie deep: then use gets a short detour to the same file.
func withSocketAddress(dir string, use func(address string) error) error {
	path, err := filepath.Abs(filepath.Join(dir, socketName))
	if err != nil {
		return err
	}
	if len(path) <= longestAddress {
		return use(path)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		defer d.Close()
		detour := "/proc/self/fd/" + strconv.Itoa(int(d.Fd()))
		if _, err := os.Stat(detour); err == nil {
			return use(filepath.Join(detour, socketName))
		}
	}
	temporary, err := os.MkdirTemp("", "jf")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	detour := filepath.Join(temporary, "d")
	if err := os.Symlink(filepath.Dir(path), detour); err != nil {
		return err
	}
	return use(filepath.Join(detour, socketName))
}

// dial connects to the engine that answers in the directory, if one does. It waits for a first answer, because the
// system takes connections for a process that is just dying, too.
func dial(ctx context.Context, dir string) (conn net.Conn, err error) {
	err = withSocketAddress(dir, func(address string) error {
		conn, err = new(net.Dialer).DialContext(ctx, "unix", address)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := ping(ctx, conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// ping asks the engine for a sign of life and leaves the connection as it found it.
func ping(ctx context.Context, conn net.Conn) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	if _, err := conn.Write([]byte("GET " + pingPath + " HTTP/1.1\r\nHost: engine\r\n\r\n")); err != nil {
		return err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("ping: %s, %w", response.Status, err)
	}
	return ctx.Err()
}

// listen opens the directory's socket. The caller holds lockName, so a socket that is already there belongs to an
// engine that died.
func listen(dir string) (listener *net.UnixListener, err error) {
	if err := removeSocket(dir); err != nil {
		return nil, err
	}
	err = withSocketAddress(dir, func(address string) error {
		listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: address, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, directoryFault(err, dir)
	}
	listener.SetUnlinkOnClose(false) // by removeSocket, because the address may have been a detour
	if err := os.Chmod(filepath.Join(dir, socketName), 0o600); err != nil {
		return nil, directoryFault(err, dir)
	}
	return listener, nil
}

func removeSocket(dir string) error {
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return directoryFault(err, dir)
	}
	return nil
}

// freeSpace is how many bytes may still be written to the directory, or the largest number where nothing is known.
func freeSpace(dir string) uint64 {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return math.MaxUint64
	}
	return s.Bavail * uint64(s.Bsize)
}
