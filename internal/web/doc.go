// Package web is the server that people's browsers talk to: pages from html/template, the JSON interface, downloads,
// and the embedded static files. It and what is below it are the only packages that know fiber. cmd/jianfu builds it from functions
// that ask the store; contents come from dashboards, words from i18n.
//
// Each topic of pages is a package of its own, with its handlers and its templates. Its function Topic says what it adds: routes,
// operations of the JSON interface, parameters, and its place in the bar. This package lists the topics, and that is all it does; what
// they stand on is in kit and view. A page is added in the folder of its topic; a topic is a folder and a line in topics. All state of
// a page is in its address (kit/state.go). Nothing is fetched from elsewhere, no script or style is inline, and the content security
// policy (kit/headers.go) holds the browser to that.
package web
