package vcard

import (
	"bytes"
	"crypto/subtle"
	"io"
	"math/big"
)

// paceProtocol is the object identifier of a mapping over elliptic curves,
// 0.4.0.127.0.7.2.2.4.x, as value bytes (ICAO Doc 9303-11, 9.2.1).
func paceProtocol(m Mapping) []byte {
	arc := byte(2)
	switch m {
	case IntegratedMapping:
		arc = 4
	case ChipAuthenticationMapping:
		arc = 6
	}
	return []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, arc}
}

// identifier is the object identifier of the protocol.
func (p PACEProtocol) identifier() []byte { return mechanism(paceProtocol(p.Mapping), p.Cipher) }

// Tags of the steps (ICAO Doc 9303-11, table 4).
const (
	tagEncryptedNonce    = 0x80
	tagMapTerminal       = 0x81
	tagMapChip           = 0x82
	tagAgreeTerminal     = 0x83
	tagAgreeChip         = 0x84
	tagTokenTerminal     = 0x85
	tagTokenChip         = 0x86
	tagEncryptedChipData = 0x8A
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
	protocol PACEProtocol
	domain   *domain
	step     paceStep
	password byte // reference
	secret   []byte
	nonce    []byte
	base     point    // the mapped generator
	mapping  *big.Int // the chip's scalar of generic mapping

	channel          *channel
	expected, answer []byte // tokens of the terminal and of the chip
}

// setPACE is MSE:Set AT of PACE (ICAO Doc 9303-11, 4.4.4.1).
func (c *Card) setPACE(e securityEnvironment) response {
	if len(e.password) != 1 {
		return refuse(statusWrongData)
	}
	protocol, sw := c.p.protocol(e)
	if sw != statusOK {
		return refuse(sw)
	}
	d, err := protocol.Curve.domain()
	if err != nil {
		return refuse(statusReferenceNotFound)
	}
	secret := c.p.secret(e.password[0])
	if len(secret) == 0 {
		return refuse(statusReferenceNotFound)
	}
	c.run = &paceRun{protocol: protocol, domain: d, password: e.password[0], secret: secret}
	return response{sw: c.announcePassword(e.password[0])}
}

// protocol finds what MSE:Set AT names. The domain parameters have to be named
// when the chip has more than one set of them for PACE.
func (p *Personalisation) protocol(e securityEnvironment) (PACEProtocol, status) {
	sw, ambiguous := statusWrongData, false
	for _, protocol := range p.PACE {
		ambiguous = ambiguous || protocol.Curve != p.PACE[0].Curve
	}
	for _, protocol := range p.PACE {
		if !bytes.Equal(e.mechanism, protocol.identifier()) {
			continue
		}
		sw = statusReferenceNotFound
		if bytes.Equal(e.reference, []byte{byte(protocol.Curve)}) || e.reference == nil && !ambiguous {
			return protocol, statusOK
		}
	}
	return PACEProtocol{}, sw
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
	if sw := c.admitPassword(run.password); sw != statusOK {
		return refuse(sw)
	}
	run.nonce = make([]byte, c.p.nonceSize(run.protocol))
	if _, err := io.ReadFull(c.rand, run.nonce); err != nil {
		return refuse(statusFailure)
	}
	cipher := run.protocol.Cipher
	secret := encryptCBC(cipher.block(cipher.derive(run.secret, derivePassword)), nil, run.nonce)
	return authenticated(encode(tagEncryptedNonce, secret))
}

// agree is the key agreement over the mapped generator. The two public keys
// have to differ (4.4.1).
func (c *Card) agree(run *paceRun, content []byte) response {
	terminal, sw := terminalPoint(run.domain, content, tagAgreeTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	k, shared, err := c.agreementKey(run, terminal)
	if err != nil {
		return refuse(statusFailure)
	}
	public := run.domain.encode(c.times(run.domain, k, run.base))
	theirs := run.domain.encode(terminal)
	if bytes.Equal(public, theirs) {
		return refuse(statusWrongData)
	}
	run.channel = newChannel(run.protocol.Cipher, run.domain.secret(shared))
	run.expected = run.channel.token(run.tokenInput(public))
	run.answer = run.channel.token(run.tokenInput(theirs))
	return authenticated(encode(tagAgreeChip, c.presented(run, public)))
}

// agreementKey draws the ephemeral key of the agreement and computes the
// shared point.
func (c *Card) agreementKey(run *paceRun, terminal point) (*big.Int, point, error) {
	k, err := run.domain.randomScalar(c.rand)
	if err != nil {
		return nil, point{}, err
	}
	shared := c.times(run.domain, k, terminal)
	if c.has(LeadingZero) {
		k, shared = c.searchLeadingZero(run.domain, k, terminal, shared)
	}
	return k, shared, nil
}

// checkToken ends the run: secure messaging starts after this response, with
// the counter at zero. A wrong token is a wrong password.
func (c *Card) checkToken(run *paceRun, content []byte) response {
	token, sw := authenticationData(content, tagTokenTerminal)
	if sw != statusOK {
		return refuse(sw)
	}
	c.countTry(run.password)
	if subtle.ConstantTimeCompare(token, run.expected) != 1 {
		return c.wrongPassword(run.password)
	}
	answer := encode(tagTokenChip, run.answer)
	c.spoilMAC(answer)
	if run.protocol.Mapping == ChipAuthenticationMapping {
		data, ok := c.chipAuthenticationData(run)
		if !ok {
			return refuse(statusFailure)
		}
		answer = append(answer, encode(tagEncryptedChipData, data)...)
	}
	c.next = &succession{channel: run.channel, by: byPACE, password: run.password}
	return authenticated(answer)
}

// terminalPoint is the public key that the terminal sent.
func terminalPoint(d *domain, content []byte, tag int) (point, status) {
	b, sw := authenticationData(content, tag)
	if sw != statusOK {
		return point{}, sw
	}
	p, err := d.decode(b)
	if err != nil {
		return point{}, statusWrongData
	}
	return p, statusOK
}

// tokenInput is a public key data object: the protocol and the other side's
// ephemeral public key (4.4.3.4 and 9.4.5).
func (r *paceRun) tokenInput(public []byte) []byte {
	return encode(0x7F49, append(encode(0x06, r.protocol.identifier()), encode(0x86, public)...))
}
