package audit

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// mostRows is how many entries a page shows at most.
const mostRows = 500

// Search returns one page of the entries that the principal may see, newest first, and whether there are more behind;
// the next page has Before set to the last entry's number.
func (l *Log) Search(ctx context.Context, p access.Principal, s queries.AuditSearch) (page []queries.AuditEntry, more bool, err error) {
	if err := p.Require(access.AuditRead); err != nil {
		return nil, false, err
	}
	wanted := min(max(s.Rows, 1), mostRows)
	s.Rows = wanted + 1
	for e, err := range l.q.SearchAudit(ctx, p.Scope(access.AuditRead), s) {
		if err != nil {
			return nil, false, err
		}
		page = append(page, *e)
	}
	if len(page) > wanted {
		return page[:wanted], true, nil
	}
	return page, false, nil
}

// Columns are the columns of an export.
var Columns = []string{"seq", "at", "actor", "view_as", "session", "address", "action", "object", "scope", "details",
	"reason", "hash"}

// Export writes all entries of a search into a table, newest first, and returns how many. The caller has recorded the
// export with its reason.
func (l *Log) Export(ctx context.Context, p access.Principal, s queries.AuditSearch, table tabular.Table) (int, error) {
	for _, right := range []access.Right{access.AuditRead, access.Export} {
		if err := p.Require(right); err != nil {
			return 0, err
		}
	}
	s.Rows = math.MaxInt32
	rows := 0
	for e, err := range l.q.SearchAudit(ctx, p.Scope(access.AuditRead), s) {
		if err == nil {
			err = table.Row(int64(e.Seq), e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.ViewAs, e.Session, e.Address, e.Action, //nolint:gosec // a count
				e.Object, strings.Join(e.Scope, " "), Details(e.Details), e.Reason, e.Hash)
		}
		if err != nil {
			return rows, err
		}
		rows++
	}
	return rows, nil
}

// Details writes details in one line, in the order of their names.
func Details(details map[string]string) string {
	parts := make([]string, 0, len(details))
	for _, name := range slices.Sorted(maps.Keys(details)) {
		parts = append(parts, name+"="+details[name])
	}
	return strings.Join(parts, "; ")
}
