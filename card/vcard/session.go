package vcard

// authentication is what made the keys of a session.
type authentication int

const (
	byPACE authentication = iota + 1
	byBAC
	byChipAuthentication
)

// succession is session keys that wait for the end of the response under way.
type succession struct {
	channel  *channel
	by       authentication
	password byte // of PACE
}

// volatile is what a reset forgets.
type volatile struct {
	channel *channel    // nil: no secure messaging
	next    *succession // takes over after the response under way

	inApplication bool   // the eMRTD application is selected, else the master file
	current       uint16 // file identifier of the current file, 0 for none

	paced    bool // PACE ran in this session
	resumed  bool // PACE with the CAN ran in this session
	unblocks bool // the last PACE of this session was with the PUK

	run                *paceRun // PACE under way
	chipAuthentication *chipKey // selected for the next command
	challenge          []byte   // of Basic Access Control, for the next command

	steps   int  // APDUs since the reset
	removed bool // by the fault Cut
}

// endSession forgets the session keys and what was begun under them, and
// selects the master file (ICAO Doc 9303-11, 9.8.3).
func (v *volatile) endSession() {
	if v.channel == nil {
		v.endAuthentication()
		return
	}
	*v = volatile{steps: v.steps, removed: v.removed}
}

// endAuthentication forgets an authentication that was begun.
func (v *volatile) endAuthentication() {
	v.run, v.chipAuthentication, v.challenge = nil, nil, nil
}

// handOver puts new session keys in force, after the response that carried
// the last word of the old ones.
func (c *Card) handOver(r response) response {
	next := c.next
	c.next = nil
	if next == nil || r.sw != statusOK {
		return r
	}
	switch next.by {
	case byPACE:
		c.paced = true
		c.rightPassword(next.password)
	case byChipAuthentication:
		if c.has(KeepKeys) {
			return r
		}
	}
	c.channel = next.channel
	return r
}
