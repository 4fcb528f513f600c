package activeauth

import (
	"crypto/sha256"
	"encoding/binary"
)

// challengeLabel separates the challenge from every other digest.
const challengeLabel = "cnie-active-authentication-v1"

// ChallengeSize is the length of RND.IFD in bytes (ICAO Doc 9303-11, 6.1.2.1).
const ChallengeSize = 8

// Challenge is the challenge of one login: the first eight bytes of SHA-256
// over the label "cnie-active-authentication-v1" and the fields in the order of
// the parameters, each preceded by its length in four bytes, big-endian. issuer
// and jti are those of the provider's signed request, nonce is the provider's,
// agentNonce that of the agent (docs/protocol.md).
//
// Agent and provider both compute it, so that a chip signs nothing that was
// made for another login or another provider.
func Challenge(issuer, jti string, nonce, agentNonce []byte) [ChallengeSize]byte {
	d := sha256.New()
	d.Write([]byte(challengeLabel))
	for _, field := range [][]byte{[]byte(issuer), []byte(jti), nonce, agentNonce} {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(field)))
		d.Write(length[:])
		d.Write(field)
	}
	return [ChallengeSize]byte(d.Sum(nil))
}
