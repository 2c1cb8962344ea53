package main

import "syscall"

// withoutCoreDumps keeps this process, and the engine that it starts, from leaving its memory on the disk when it crashes:
// passwords on their way in, pages and records of persons would lie there for whoever finds the file.
func withoutCoreDumps() error {
	return syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
