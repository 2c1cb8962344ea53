package auth

import (
	"context"
	"maps"
	"slices"

	"jianfu/internal/access"
	"jianfu/internal/filter"
)

// Colleagues are the accounts that have a right for a region, in order: who can be given an issue there, or told of one.
// Disabled accounts are not among them. Whoever asks must have the right there himself.
func (s *Service) Colleagues(ctx context.Context, by access.Principal, right access.Right, region string) ([]Account, error) {
	if err := by.Require(right); err != nil {
		return nil, err
	}
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return nil, err
	}
	colleagues := []Account{}
	if !by.Scope(right).Allows(region) {
		return colleagues, nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.state.accounts)) {
		a := accountOf(s.state.accounts[name])
		if !a.Disabled && !a.Unconfirmed() && access.New(a.Grant()).Scope(right).Allows(region) {
			colleagues = append(colleagues, a)
		}
	}
	return colleagues, nil
}

// NamesNear are what the holders of accounts are called, for accounts that somebody typed: only of one's own and of those
// whose regions lie in one's own or hold them. Of an account elsewhere nobody is told more than that of one that there is not.
func (s *Service) NamesNear(ctx context.Context, by access.Principal, accounts []string) (map[string]string, error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return nil, err
	}
	names, own := map[string]string{}, filter.Regions(by.Regions()...)
	for _, account := range accounts {
		a, ok := s.state.accounts[account]
		theirs := filter.Regions(a.Regions...)
		near := slices.ContainsFunc(a.Regions, own.Allows) || slices.ContainsFunc(by.Regions(), theirs.Allows)
		if ok && (near || account == by.Account()) {
			names[account] = a.Name
		}
	}
	return names, nil
}

// Names are what the holders of accounts are called, for pages that say who did something; an account that there is none
// of has no name. Nothing else about an account is told. The accounts come from what the reader is shown anyway, never from
// the address: see NamesNear.
func (s *Service) Names(ctx context.Context, accounts []string) (map[string]string, error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, account := range accounts {
		if a, ok := s.state.accounts[account]; ok {
			names[account] = a.Name
		}
	}
	return names, nil
}
