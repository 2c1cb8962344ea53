// Package assets serves style sheets, scripts and boundaries under addresses that hold a hash of their contents, so that browsers keep
// them for ever.
package assets
