package transcript

// Tags of COMPACT-TLV objects among the historical bytes that say what a card
// can do (ISO/IEC 7816-4, 12.1.1): card service data, card capabilities, status
// indicator.
const (
	historicalService      = 3
	historicalCapabilities = 7
	historicalStatus       = 8
)

// redactATR keeps an answer to reset that is public, and of any other what it
// says about the transmission (ISO/IEC 7816-3, 8.2) and what the card can do.
// The other historical bytes, and the check byte from which they might be
// guessed, may differ from card to card.
func redactATR(atr Bytes, public bool) Bytes {
	v := newView(atr)
	var c cut
	if public {
		c.keep(v)
		return c.message
	}
	begin, end, ok := historicalBytes(v)
	if !ok {
		c.remove(v)
		return c.message
	}
	c.keep(v.slice(0, begin))
	redactHistorical(&c, v.slice(begin, end))
	c.remove(v.slice(end, v.len()))
	return c.message
}

// historicalBytes finds where the historical bytes begin and end. The interface
// bytes before them are announced by T0 and TDi.
func historicalBytes(v view) (begin, end int, ok bool) {
	if v.len() < 2 || !v.knows(0, 2) {
		return 0, 0, false
	}
	historical := int(v.b[1] & 0x0F)
	indicator, at := v.b[1]>>4, 2
	for {
		for bit := byte(1); bit < 8; bit <<= 1 { // TA, TB, TC
			if indicator&bit != 0 {
				at++
			}
		}
		if indicator&8 == 0 {
			break
		}
		if at >= v.len() {
			return 0, 0, false
		}
		indicator = v.b[at] >> 4 // TD
		at++
	}
	end = at + historical
	return at, end, end <= v.len() && v.len() <= maxATR && v.knows(0, at)
}

// redactHistorical keeps the category indicator and, where COMPACT-TLV objects
// follow, their tags and what they say about abilities.
func redactHistorical(c *cut, v view) {
	if v.len() == 0 || !v.knows(0, 1) {
		c.remove(v)
		return
	}
	tail := 0
	switch v.b[0] {
	case 0x00:
		tail = min(3, v.len()-1) // status indicator behind the objects
	case 0x80:
	default:
		c.remove(v) // proprietary
		return
	}
	c.keep(v.slice(0, 1))
	redactCompact(c, v.slice(1, v.len()-tail))
	c.remove(v.slice(v.len()-tail, v.len()))
}

// redactCompact goes through COMPACT-TLV objects, of one byte for tag and
// length each.
func redactCompact(c *cut, v view) {
	for v.len() > 0 {
		size := 1 + int(v.b[0]&0x0F)
		if !v.knows(0, 1) || size > v.len() {
			c.remove(v)
			return
		}
		c.keep(v.slice(0, 1))
		switch v.b[0] >> 4 {
		case historicalService, historicalCapabilities, historicalStatus:
			c.keep(v.slice(1, size))
		default:
			c.remove(v.slice(1, size))
		}
		v = v.slice(size, v.len())
	}
}
