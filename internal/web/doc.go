// Package web is the server that people's browsers talk to: pages from html/template, the JSON interface, downloads,
// and the embedded static files. It is the only package that knows fiber. cmd/jianfu builds it from functions that ask
// the store; contents come from dashboards, words from i18n.
//
// A page is a file: pages_<name>.go has its handler and templates/<name>.html its markup, and its topic (topic_<name>.go) lists
// it: routes, operations of the JSON interface, parameters, and its place in the bar. topics.go lists the topics. A topic uses what
// all pages have, and no other topic. All state of a page is in its address (state.go). Nothing is fetched from elsewhere, no script or style is inline, and
// the content security policy (headers.go) holds the browser to that.
package web
