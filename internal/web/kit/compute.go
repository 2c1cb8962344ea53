package kit

import "time"

// ComputeTimeout bounds a what-if: longer than any province takes, shorter than the server waits to write.
const ComputeTimeout = 100 * time.Second
