// Package cache holds answers for a while: those that cost a question to the store, by what was asked and of which run, and small ones for
// seconds. A question that several ask at once is asked once.
package cache
