package queries

import (
	"context"

	"jianfu/internal/filter"
)

// LatestRegistration is the last registration of a unit in a scope: what it is called and where it stands now. It is not
// found where nothing of the unit lies in the scope.
func (f *Figures) LatestRegistration(ctx context.Context, scope filter.Scope, id string) (r Registration, found bool, err error) {
	list, err := f.registrations(ctx, scope, id)
	if err != nil || len(list) == 0 {
		return Registration{}, false, err
	}
	return list[len(list)-1], true, nil
}
