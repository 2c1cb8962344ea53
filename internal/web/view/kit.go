package view

import "jianfu/internal/web/kit"

// Kit is what all topics share, with what pages of figures and downloads have in common.
type Kit struct{ *kit.Kit }

// New is the kit of a server.
func New(k *kit.Kit) *Kit { return &Kit{k} }
