package vcard

import (
	"bytes"
	"crypto/sha1" // for the document basic access keys (ICAO Doc 9303-11, 9.7.2)
	"crypto/subtle"
	"encoding/binary"
	"io"
)

// Sizes of Basic Access Control, in bytes (ICAO Doc 9303-11, 4.3).
const (
	challengeSize   = 8
	keyMaterialSize = 16
	tokenSize       = 2*challengeSize + keyMaterialSize
)

// getChallenge is GET CHALLENGE: RND.IC (ICAO Doc 9303-11, 4.3.4.1).
func (c *Card) getChallenge(cmd command) response {
	switch {
	case !c.p.BAC:
		return refuse(statusInstruction)
	case cmd.p1 != 0 || cmd.p2 != 0:
		return refuse(statusParameters)
	case len(cmd.data) > 0 || cmd.ne < challengeSize:
		return refuse(statusWrongLength)
	case c.channel != nil:
		return refuse(statusConditions)
	}
	challenge := make([]byte, challengeSize)
	if _, err := io.ReadFull(c.rand, challenge); err != nil {
		return refuse(statusFailure)
	}
	c.challenge = challenge
	return response{data: challenge, sw: statusOK}
}

// externalAuthenticate is EXTERNAL AUTHENTICATE: the terminal proves the MRZ,
// and both send half of the session keys (ICAO Doc 9303-11, 4.3.1 and 4.3.4.2).
func (c *Card) externalAuthenticate(challenge []byte, cmd command) response {
	switch {
	case !c.p.BAC:
		return refuse(statusInstruction)
	case cmd.p1 != 0 || cmd.p2 != 0:
		return refuse(statusParameters)
	case len(cmd.data) != tokenSize+macSize || cmd.ne < tokenSize+macSize:
		return refuse(statusWrongLength)
	case challenge == nil:
		return refuse(statusConditions)
	}
	digest := sha1.Sum(c.p.MRZ)
	access := newChannel(TripleDES, digest[:keyMaterialSize])
	secret, mac := cmd.data[:tokenSize], cmd.data[tokenSize:]
	if subtle.ConstantTimeCompare(access.token(secret), mac) != 1 {
		return refuse(statusAuthenticationFailed)
	}
	token := decryptCBC(access.enc, nil, secret)
	theirs, echoed, half := token[:challengeSize], token[challengeSize:2*challengeSize], token[2*challengeSize:]
	if !bytes.Equal(echoed, challenge) {
		return refuse(statusAuthenticationFailed)
	}
	own := make([]byte, keyMaterialSize)
	if _, err := io.ReadFull(c.rand, own); err != nil {
		return refuse(statusFailure)
	}
	answer := append(append(bytes.Clone(challenge), theirs...), own...)
	answer = encryptCBC(access.enc, nil, answer)
	answer = append(answer, access.token(answer)...)
	c.spoilMAC(answer)
	xor(own, half)
	session := newChannel(TripleDES, own)
	session.ssc = binary.BigEndian.Uint64(append(bytes.Clone(challenge[4:]), theirs[4:]...))
	c.next = &succession{channel: session, by: byBAC}
	return response{data: answer, sw: statusOK}
}
