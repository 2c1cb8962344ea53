// Package view is what pages of figures have in common: the question that an address asks of the current run, what its reader must not
// see, the filter, comparisons, files to take away, and the parts of JSON answers that say the same everywhere.
package view
