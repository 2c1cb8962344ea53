package web

import "time"

// computeTimeout bounds a what-if: longer than any province takes, shorter than the server waits to write.
const computeTimeout = 100 * time.Second
