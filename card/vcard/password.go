package vcard

import "crypto/sha1" // for the MRZ password (ICAO Doc 9303-11, 9.7.3)

// Password references (ICAO Doc 9303-11, 4.4.4.1; BSI TR-03110-3, B.11.1).
const (
	passwordMRZ = 0x01
	passwordCAN = 0x02
	passwordPIN = 0x03
	passwordPUK = 0x04
)

// defaultTries is the number of wrong PINs that block it.
const defaultTries = 3

// secret is f(π) of a password (ICAO Doc 9303-11, 9.7.3), nil for one that the
// chip does not have.
func (p *Personalisation) secret(reference byte) []byte {
	switch reference {
	case passwordMRZ:
		if len(p.MRZ) > 0 {
			digest := sha1.Sum(p.MRZ)
			return digest[:]
		}
	case passwordCAN:
		return p.CAN
	case passwordPIN:
		return p.PIN
	case passwordPUK:
		return p.PUK
	}
	return nil
}

func (p *Personalisation) tries() int {
	if p.PINTries == 0 {
		return defaultTries
	}
	return p.PINTries
}

// announcePassword is the status word of MSE:Set AT, which tells how it stands
// with the PIN: 63Cx for x tries left of fewer than all, 6283 for a PIN that is
// deactivated (BSI TR-03110-3, B.11.1).
func (c *Card) announcePassword(reference byte) status {
	switch {
	case reference != passwordPIN:
		return statusOK
	case c.p.PINDeactivated:
		return statusDeactivated
	case c.triesLeft < c.p.tries():
		return statusTries + status(c.triesLeft)
	}
	return statusOK
}

// admitPassword says whether PACE may begin with the password. A PIN with one
// try left is suspended: it needs PACE with the CAN before, in the same
// session. With none left it is blocked (BSI TR-03110-2, 3.3.1 and
// BSI TR-03110-3, B.11.2).
func (c *Card) admitPassword(reference byte) status {
	switch {
	case reference != passwordPIN:
		return statusOK
	case c.p.PINDeactivated:
		return statusNotUsable
	case c.triesLeft == 0:
		return statusBlocked
	case c.triesLeft == 1 && !c.resumed:
		return statusConditions
	}
	return statusOK
}

// countTry spends a try of the PIN before its token is looked at.
func (c *Card) countTry(reference byte) {
	if reference == passwordPIN && c.triesLeft > 0 {
		c.triesLeft--
	}
}

// wrongPassword is the answer to a wrong token.
func (c *Card) wrongPassword(reference byte) response {
	if reference == passwordPIN {
		return refuse(statusTries + status(c.triesLeft))
	}
	return refuse(statusAuthenticationFailed)
}

// rightPassword follows PACE with the password.
func (c *Card) rightPassword(reference byte) {
	c.unblocks = reference == passwordPUK
	switch reference {
	case passwordCAN:
		c.resumed = true
	case passwordPIN:
		c.triesLeft = c.p.tries()
	}
}

// retryCounterOfPIN is P1-P2 of RESET RETRY COUNTER that leaves the PIN as it
// is.
const retryCounterOfPIN = 0x0303

// resetRetryCounter gives the PIN all its tries back after PACE with the PUK
// (BSI TR-03110-3, B.11.5).
func (c *Card) resetRetryCounter(cmd command) response {
	switch {
	case len(c.p.PIN) == 0 || len(c.p.PUK) == 0:
		return refuse(statusInstruction)
	case int(cmd.p1)<<8|int(cmd.p2) != retryCounterOfPIN:
		return refuse(statusParameters)
	case len(cmd.data) > 0:
		return refuse(statusWrongLength)
	case c.channel == nil || !c.unblocks:
		return refuse(statusSecurity)
	}
	c.triesLeft = c.p.tries()
	return response{sw: statusOK}
}
