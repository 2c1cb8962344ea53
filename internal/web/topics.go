package web

import (
	"jianfu/internal/subscription"
	"jianfu/internal/web/accounts"
	"jianfu/internal/web/alerts"
	"jianfu/internal/web/calendar"
	"jianfu/internal/web/cases"
	"jianfu/internal/web/check"
	"jianfu/internal/web/figures"
	"jianfu/internal/web/help"
	"jianfu/internal/web/issues"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/loads"
	"jianfu/internal/web/notices"
	"jianfu/internal/web/pictures"
	"jianfu/internal/web/policy"
	"jianfu/internal/web/reports"
	"jianfu/internal/web/runs"
	"jianfu/internal/web/saved"
	"jianfu/internal/web/screen"
	"jianfu/internal/web/search"
	"jianfu/internal/web/subscriptions"
	"jianfu/internal/web/units"
	"jianfu/internal/web/view"
	"jianfu/internal/web/whatif"
)

// Config is what a server is built from.
type Config = kit.Config

// What some of its parts are.
type (
	HeldRuns     = kit.HeldRuns
	Checks       = kit.Checks
	WhatIfs      = kit.WhatIfs
	DeclaredFile = kit.DeclaredFile
	Withdraw     = kit.Withdraw
)

// ChartKit is the chart library with its letters, for pictures outside of browsers.
var ChartKit = view.ChartKit

// Server is the web server.
type Server struct{ *kit.Kit }

// New builds a server of all topics. It starts nothing.
func New(config Config) (*Server, error) {
	k, err := kit.New(config)
	if err != nil {
		return nil, err
	}
	return &Server{k}, k.Offer(topics(view.New(k))...)
}

// Subscribed makes the pages that somebody subscribes to.
func (s *Server) Subscribed() subscription.Pages { return subscriptions.Making(s.Kit) }

// topics are all that the server offers, in the order in which the bar and the document of the JSON interface name them.
func topics(k *view.Kit) []kit.Topic {
	return []kit.Topic{
		figures.Topic(k), units.Topic(k), cases.Topic(k), issues.Topic(k), reports.Topic(k), check.Topic(k), policy.Topic(k),
		whatif.Topic(k), screen.Topic(k), loads.Topic(k), runs.Topic(k), accounts.Topic(k), notices.Topic(k), alerts.Topic(k), subscriptions.Topic(k),
		calendar.Topic(k), help.Topic(k), search.Topic(k), saved.Topic(k), pictures.Topic(k),
	}
}
