// Package wire holds the messages between the agent on a citizen's machine and
// an identity provider: the signed login request, the messages of the exchange
// and the payload of the signed handover. It is what both sides share.
//
// Decoding is strict, so that two readers of the same bytes cannot understand
// different things: a member that is unknown, repeated, null or missing (but
// for key_id of the handover, which may be empty) is refused, and so are trailing data, invalid UTF-8, base64url with padding or
// with bits that do not belong to a byte, and a message or member longer than
// its limit. Every error unwraps to ErrMalformed; ErrTooLarge and
// *VersionError say more. Error texts name members, never their values.
//
// The package is data only: it makes and checks no signature, sends nothing
// and keeps nothing. Request.Check compares a request that was already
// verified with what the agent expects. A proof that the holder acted (members
// "webauthn" of the request and "holder" of the answers) is not part of
// version 1: the only value of Request.Holder is HolderNone.
package wire
