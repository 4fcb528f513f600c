package vcard

import "bytes"

// P1-P2 of MANAGE SECURITY ENVIRONMENT (ICAO Doc 9303-11, 4.4.4.1 and 6.2.4).
const (
	setATForPACE                = 0xC1A4
	setATForChipAuthentication  = 0x41A4
	setKATForChipAuthentication = 0x41A6
)

// Tags in the data of MSE:Set AT.
const (
	tagMechanism = 0x80 // value bytes of the protocol's object identifier
	tagPassword  = 0x83
	tagReference = 0x84 // domain parameters of PACE, key of chip authentication
)

// Dynamic authentication data (ICAO Doc 9303-11, 4.4.4.2).
const tagDynamicAuthenticationData = 0x7C

// securityEnvironment is the data of MSE:Set AT; a nil member was absent.
type securityEnvironment struct{ mechanism, password, reference []byte }

// parseSecurityEnvironment passes over objects the command does not know
// (ICAO Doc 9303-11, 4.4.4.1, note 2).
func parseSecurityEnvironment(b []byte) (e securityEnvironment, ok bool) {
	objects, err := readObjects(b)
	if err != nil {
		return e, false
	}
	for _, o := range objects {
		var member *[]byte
		switch o.tag {
		case tagMechanism:
			member = &e.mechanism
		case tagPassword:
			member = &e.password
		case tagReference:
			member = &e.reference
		}
		if member == nil {
			continue
		}
		if *member != nil || len(o.value) == 0 {
			return e, false
		}
		*member = o.value
	}
	return e, e.mechanism != nil
}

func (c *Card) manageEnvironment(cmd command) response {
	e, ok := parseSecurityEnvironment(cmd.data)
	switch int(cmd.p1)<<8 | int(cmd.p2) {
	case setATForPACE:
		if !ok {
			return refuse(statusWrongData)
		}
		return c.setPACE(e)
	case setATForChipAuthentication:
		if c.channel == nil {
			return refuse(statusSecurity)
		}
		if !ok || e.password != nil {
			return refuse(statusWrongData)
		}
		return c.setChipAuthentication(e)
	case setKATForChipAuthentication:
		if c.channel == nil {
			return refuse(statusSecurity)
		}
		return c.setKeyAgreement(cmd.data)
	}
	return refuse(statusParameters)
}

// generalAuthenticate goes one step in the authentication that MSE:Set AT
// began. A step that fails ends it.
func (c *Card) generalAuthenticate(cmd command) response {
	run, chip := c.run, c.chipAuthentication
	c.endAuthentication()
	switch {
	case cmd.p1 != 0 || cmd.p2 != 0:
		return refuse(statusParameters)
	case cmd.ne == 0:
		return refuse(statusWrongLength)
	case run == nil && chip == nil:
		return refuse(statusConditions)
	}
	content, err := only(cmd.data, tagDynamicAuthenticationData)
	if err != nil {
		return refuse(statusWrongData)
	}
	chained := cmd.cla&claChaining != 0
	if chip != nil {
		if chained {
			return refuse(statusLastOfChainExpected)
		}
		return c.agreeWithChipKey(chip, content)
	}
	r := c.advance(run, chained, content)
	if r.sw == statusOK && run.step != paceDone {
		c.run = run
	}
	return r
}

// authenticationData reads the one object that a step needs. Another step's
// object, or none, is a step out of order.
func authenticationData(content []byte, tag int) ([]byte, status) {
	if len(content) == 0 {
		return nil, statusConditions
	}
	o, rest, err := readObject(content)
	switch {
	case err != nil || len(rest) > 0:
		return nil, statusWrongData
	case o.tag != tag:
		return nil, statusConditions
	}
	return o.value, statusOK
}

// authenticated is a response with dynamic authentication data.
func authenticated(content []byte) response {
	return response{data: encode(tagDynamicAuthenticationData, content), sw: statusOK}
}

// mechanism is the object identifier of a protocol with a cipher, as value
// bytes.
func mechanism(protocol []byte, c Cipher) []byte {
	return append(bytes.Clone(protocol), byte(c.Arc()))
}
