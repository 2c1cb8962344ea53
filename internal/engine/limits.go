package engine

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// limits bounds what the engine takes of the machine.
type limits struct {
	Memory  uint64 // bytes, all queries and caches together
	Threads int    // per query
}

// smallestMemory is what the engine needs to start and to answer at all.
const smallestMemory = 512 << 20

// limitsOf fills in what the options leave open: half of the memory that this process may use, and every core.
func limitsOf(o Options) limits {
	l := limits{Memory: o.MaxMemory, Threads: o.Threads}
	if l.Memory == 0 {
		l.Memory = machineMemory() / 2
	}
	l.Memory = max(l.Memory, smallestMemory)
	if l.Threads <= 0 {
		l.Threads = runtime.GOMAXPROCS(0)
	}
	return l
}

// serverArguments bound the engine as a whole; only the connection that boots it is asked.
func (l limits) serverArguments() []string {
	return arguments(map[string]uint64{
		"max_server_memory_usage":  l.Memory,
		"mark_cache_size":          l.Memory / 16,
		"index_mark_cache_size":    l.Memory / 32,
		"primary_index_cache_size": l.Memory / 16,
		"uncompressed_cache_size":  0,
	})
}

// largestStatement is how long a statement may be, in bytes.
const largestStatement = 256 << 20

// querySettings bound one query. A query that groups or sorts more than fits goes to disk long before it would fail.
func (l limits) querySettings() []string {
	return arguments(map[string]uint64{
		"max_memory_usage":                   l.Memory / 10 * 9,
		"max_bytes_before_external_group_by": l.Memory / 5 * 2,
		"max_bytes_before_external_sort":     l.Memory / 5 * 2,
		"max_threads":                        uint64(l.Threads),
		"max_query_size":                     largestStatement,
		// The profiler works by signals to every thread, which belong to the Go runtime here.
		"query_profiler_real_time_period_ns": 0,
		"query_profiler_cpu_time_period_ns":  0,
	})
}

func arguments(values map[string]uint64) []string {
	var out []string
	for name, value := range values {
		out = append(out, "--"+name+"="+strconv.FormatUint(value, 10))
	}
	return out
}

// machineMemory is how much memory this process may use: the machine's, or less where a cgroup (a container, a systemd
// unit) says so. Where nothing is known it is 4 GiB.
func machineMemory() uint64 {
	memory := uint64(math.MaxUint64)
	if m := physicalMemory(); m > 0 {
		memory = m
	}
	for _, limit := range cgroupLimits() {
		memory = min(memory, limit)
	}
	if memory == math.MaxUint64 {
		return 4 << 30
	}
	return memory
}

// cgroupLimits reads the memory limits of the process's cgroup and of all those above it, version 2 and 1.
func cgroupLimits() []uint64 {
	var out []uint64
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(own)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, path, found := strings.Cut(rest, ":")
		if !found {
			continue
		}
		root, file := "/sys/fs/cgroup", "memory.max"
		if controllers != "" {
			if !strings.Contains(","+controllers+",", ",memory,") {
				continue
			}
			root, file = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		for ; ; path = filepath.Dir(path) {
			if text, err := os.ReadFile(filepath.Join(root, path, file)); err == nil {
				if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 {
					out = append(out, limit)
				}
			}
			if path == "/" || path == "." {
				break
			}
		}
	}
	return out
}
