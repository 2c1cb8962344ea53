// Package limits counts what somebody has had: requests in time, and bytes of bodies that are in memory at once. Whoever asks says what
// an account or an address may have.
package limits
