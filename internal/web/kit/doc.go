// Package kit is what every topic of pages stands on: the frame around a page, the state that an address holds, the guard before every
// route, sessions, bodies and limits of requests, problems in words, and the JSON interface. It knows what a topic is and no topic; topics
// embed it and never each other.
package kit
