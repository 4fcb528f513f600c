package vcard

// serve is the transport side of a command: its form and its protection. A
// command without protection ends secure messaging and is then served as a
// plain one (ICAO Doc 9303-11, 9.8.3).
func (c *Card) serve(raw []byte) response {
	cmd, err := parseCommand(raw)
	secure := cmd.cla & claSecure
	if err != nil || cmd.extended && (c.p.ShortLength || c.p.ShortProtected && secure != 0) {
		c.endSession()
		return refuse(statusWrongLength)
	}
	if cmd.cla&^(claChaining|claSecure) != 0 || secure != 0 && secure != claSecure {
		c.endSession()
		return refuse(statusClass)
	}
	if secure != 0 {
		return c.serveProtected(cmd)
	}
	if c.channel != nil {
		c.endSession()
	}
	return c.handOver(c.execute(cmd))
}

func (c *Card) serveProtected(cmd command) response {
	if c.channel == nil {
		c.endAuthentication()
		return refuse(statusSecurity)
	}
	plain, sw := c.channel.unwrap(cmd)
	if sw != statusOK {
		c.endSession()
		return refuse(sw)
	}
	if c.paced && c.has(PlainAfterPACE) {
		return c.handOver(c.execute(plain))
	}
	r := c.channel.wrap(c.execute(plain), cmd.ins, cmd.ne)
	c.spoilMAC(r.data)
	return c.handOver(r)
}

// execute serves a plain command. A response with more data than was asked for
// becomes 6700.
func (c *Card) execute(cmd command) response {
	r := c.dispatch(cmd)
	if len(r.data) > cmd.ne {
		return refuse(statusWrongLength)
	}
	return r
}

// dispatch knows the instructions. An authentication under way lives only as
// long as its next command follows on it.
func (c *Card) dispatch(cmd command) response {
	challenge := c.challenge // for this command only
	if cmd.ins != insGeneralAuthenticate {
		c.endAuthentication()
		if cmd.cla&claChaining != 0 {
			return refuse(statusChaining)
		}
	}
	switch cmd.ins {
	case insManageEnvironment:
		return c.manageEnvironment(cmd)
	case insResetRetryCounter:
		return c.resetRetryCounter(cmd)
	case insExternalAuthenticate:
		return c.externalAuthenticate(challenge, cmd)
	case insGetChallenge:
		return c.getChallenge(cmd)
	case insGeneralAuthenticate:
		return c.generalAuthenticate(cmd)
	case insInternalAuthenticate:
		return c.internalAuthenticate(cmd)
	case insSelect:
		return c.selectFile(cmd)
	case insReadBinary:
		return c.readBinary(cmd)
	case insReadBinaryOdd:
		return c.readBinaryOdd(cmd)
	}
	return refuse(statusInstruction)
}
