package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// The proof that a form was made by our own page is derived from the id in the cookie: it belongs to that session alone,
// changes when the id does (at every sign-in), and needs no memory of its own. It is masked with new random bytes each
// time, so that pages can be compressed without giving it away letter by letter (BREACH). Before anybody has signed in,
// the id of a cookie with random bits takes the session's place, so that nobody can be signed in as somebody else either.

const proofLength = sha256.Size

// NewAnonymousID is the id for the cookie of who has not signed in yet.
func NewAnonymousID() string { return newSecret() }

// FormProof makes the hidden field of a form for the session, or the anonymous cookie, with that id.
func FormProof(id string) string { return masked(proof(id, "jianfu form")) }

// CheckFormProof tells whether a form's field was made for the session with that id.
func CheckFormProof(id, field string) bool { return unmasks(field, id, "jianfu form") }

// AddressProof makes the field that says that a page of our own wrote this very address for the session with that id.
func AddressProof(id, address string) string { return masked(proof(id, "jianfu address "+address)) }

// CheckAddressProof tells whether a page of our own wrote the address for the session with that id.
func CheckAddressProof(id, address, field string) bool {
	return unmasks(field, id, "jianfu address "+address)
}

func masked(plain []byte) string {
	masked := make([]byte, 2*proofLength)
	_, _ = rand.Read(masked[:proofLength]) // never fails: it ends the program instead
	for i, b := range plain {
		masked[proofLength+i] = b ^ masked[i]
	}
	return base64.RawURLEncoding.EncodeToString(masked)
}

// unmasks tells whether a field is the masked proof of a text.
func unmasks(field, id, text string) bool {
	if id == "" || len(field) != base64.RawURLEncoding.EncodedLen(2*proofLength) {
		return false
	}
	masked, err := base64.RawURLEncoding.DecodeString(field)
	if err != nil {
		return false
	}
	plain := make([]byte, proofLength)
	for i := range plain {
		plain[i] = masked[i] ^ masked[proofLength+i]
	}
	return hmac.Equal(plain, proof(id, text))
}

func proof(id, text string) []byte {
	mac := hmac.New(sha256.New, []byte(id))
	fmt.Fprint(mac, text) // a hash takes everything
	return mac.Sum(nil)
}
