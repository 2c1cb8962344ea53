package engine

import "golang.org/x/sys/unix"

// physicalMemory is the machine's memory in bytes, or 0.
func physicalMemory() uint64 {
	size, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return size
}
