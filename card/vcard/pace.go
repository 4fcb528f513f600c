package vcard

import (
	"bytes"
	"crypto/sha1" // for the MRZ password (ICAO Doc 9303-11, 9.7.3)
	"crypto/subtle"
	"io"
	"math/big"
)

// paceECDHGM is id-PACE-ECDH-GM, 0.4.0.127.0.7.2.2.4.2 (ICAO Doc 9303-11,
// 9.2.3), as value bytes.
func paceECDHGM() []byte { return []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02} }

// Password references (ICAO Doc 9303-11, 4.4.4.1).
const (
	passwordMRZ = 0x01
	passwordCAN = 0x02
)

// Tags of the steps (ICAO Doc 9303-11, table 4).
const (
	tagEncryptedNonce = 0x80
	tagMapTerminal    = 0x81
	tagMapChip        = 0x82
	tagAgreeTerminal  = 0x83
	tagAgreeChip      = 0x84
	tagTokenTerminal  = 0x85
	tagTokenChip      = 0x86
)

// paceStep is the step that the chip waits for.
type paceStep int

const (
	paceNonce paceStep = iota
	paceMap
	paceAgree
	paceToken
	paceDone
)

// paceRun is one run of PACE (ICAO Doc 9303-11, 4.4.3).
type paceRun struct {
	step     paceStep
	password []byte // the key of the nonce
	nonce    []byte
	base     point // the mapped generator

	channel          *channel
	expected, answer []byte // tokens of the terminal and of the chip
}

// setPACE is MSE:Set AT of PACE (ICAO Doc 9303-11, 4.4.4.1).
func (c *Card) setPACE(e securityEnvironment) response {
	switch {
	case !bytes.Equal(e.mechanism, mechanism(paceECDHGM(), c.p.PACECipher)) || len(e.password) != 1:
		return refuse(statusWrongData)
	case e.reference != nil && !bytes.Equal(e.reference, []byte{byte(c.p.PACECurve)}):
		return refuse(statusReferenceNotFound)
	}
	var secret []byte
	switch {
	case e.password[0] == passwordCAN && len(c.p.CAN) > 0:
		secret = c.p.CAN
	case e.password[0] == passwordMRZ && len(c.p.MRZ) > 0:
		digest := sha1.Sum(c.p.MRZ)
		secret = digest[:]
	default:
		return refuse(statusReferenceNotFound)
	}
	c.run = &paceRun{password: c.p.PACECipher.derive(secret, derivePassword)}
	return response{sw: statusOK}
}

// advance serves the step the run waits for. All steps but the last are links
// of a command chain.
func (c *Card) advance(run *paceRun, chained bool, content []byte) response {
	if last := run.step == paceToken; chained == last {
		if last {
			return refuse(statusLastOfChainExpected)
		}
		return refuse(statusConditions)
	}
	step := run.step
	run.step++
	switch step {
	case paceNonce:
		return c.giveNonce(run, content)
	case paceMap:
		return c.mapNonce(run, content)
	case paceAgree:
		return c.agree(run, content)
	default:
		return c.checkToken(run, content)
	}
}

// giveNonce draws the nonce s and sends it encrypted (4.4.3.2).
func (c *Card) giveNonce(run *paceRun, content []byte) response {
	if len(content) > 0 {
		return refuse(statusConditions)
	}
	run.nonce = make([]byte, c.p.NonceSize)
	if _, err := io.ReadFull(c.rand, run.nonce); err != nil {
		return refuse(statusFailure)
	}
	block := newBlock(run.password)
	secret := encryptCBC(block, make([]byte, block.BlockSize()), run.nonce)
	return authenticated(encode(tagEncryptedNonce, secret))
}

// mapNonce is the generic mapping: the new generator is s·G + H, H being the
// shared point of an anonymous key agreement (4.4.3.3.1).
func (c *Card) mapNonce(run *paceRun, content []byte) response {
	terminal, sw := c.terminalPoint(content, tagMapTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	k, err := c.pace.randomScalar(c.rand)
	if err != nil {
		return refuse(statusFailure)
	}
	s := new(big.Int).SetBytes(run.nonce)
	run.base = c.pace.add(c.pace.multiply(s, c.pace.generator), c.pace.multiply(k, terminal))
	if run.base.infinite() {
		return refuse(statusWrongData)
	}
	public := c.pace.encode(c.pace.multiply(k, c.pace.generator))
	return authenticated(encode(tagMapChip, public))
}

// agree is the key agreement over the mapped generator. The two public keys
// have to differ (4.4.1).
func (c *Card) agree(run *paceRun, content []byte) response {
	terminal, sw := c.terminalPoint(content, tagAgreeTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	k, err := c.pace.randomScalar(c.rand)
	if err != nil {
		return refuse(statusFailure)
	}
	public := c.pace.encode(c.pace.multiply(k, run.base))
	theirs := c.pace.encode(terminal)
	if bytes.Equal(public, theirs) {
		return refuse(statusWrongData)
	}
	run.channel = newChannel(c.p.PACECipher, c.pace.secret(c.pace.multiply(k, terminal)))
	run.expected = run.channel.token(c.tokenInput(public))
	run.answer = run.channel.token(c.tokenInput(theirs))
	return authenticated(encode(tagAgreeChip, public))
}

// checkToken ends the run: secure messaging starts after this response, with
// the counter at zero. A wrong token is a wrong password.
func (c *Card) checkToken(run *paceRun, content []byte) response {
	token, sw := authenticationData(content, tagTokenTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	if subtle.ConstantTimeCompare(token, run.expected) != 1 {
		return refuse(statusAuthenticationFailed)
	}
	c.next = run.channel
	return authenticated(encode(tagTokenChip, run.answer))
}

func (c *Card) terminalPoint(content []byte, tag int) (point, status) {
	b, sw := authenticationData(content, tag)
	if sw != statusOK {
		return point{}, sw
	}
	p, err := c.pace.decode(b)
	if err != nil {
		return point{}, statusWrongData
	}
	return p, statusOK
}

// tokenInput is a public key data object: the protocol and the other side's
// ephemeral public key (4.4.3.4 and 9.4.5).
func (c *Card) tokenInput(public []byte) []byte {
	oid := encode(0x06, mechanism(paceECDHGM(), c.p.PACECipher))
	return encode(0x7F49, append(oid, encode(0x86, public)...))
}
