package vcard

// shortIdentifier in P1 of READ BINARY says that its low bits are one, and
// that P2 is the whole offset (ISO/IEC 7816-4, 11.3.3).
const shortIdentifier = 0x80

// Tags of READ BINARY with odd instruction (ISO/IEC 7816-4, 11.3.3; ICAO Doc
// 9303-10, 3.6.3).
const (
	tagOffset        = 0x54
	tagDiscretionary = 0x53
)

// largestShortIdentifier bounds short file identifiers; 31 and 0 name no file.
const largestShortIdentifier = 30

// readBinary gives what there is from the offset to the end of the file, at
// most Ne bytes, and says 6282 when the file ends before.
func (c *Card) readBinary(cmd command) response {
	if len(cmd.data) > 0 || cmd.ne == 0 {
		return refuse(statusWrongLength)
	}
	fid, offset := c.current, int(cmd.p1)<<8|int(cmd.p2)
	if cmd.p1&shortIdentifier != 0 {
		sfi := cmd.p1 &^ shortIdentifier
		if sfi == 0 || sfi > largestShortIdentifier || c.p.NoShortIdentifiers {
			return refuse(statusParameters)
		}
		fid, offset = c.byShortIdentifier(sfi), int(cmd.p2)
	}
	return c.read(fid, offset, cmd.ne, c.limit(cmd.ins))
}

// readBinaryOdd is READ BINARY with the offset in a data object, for files
// beyond 32 KiB. P1 and P2 name no file, a short identifier or a file
// identifier. Ne counts the bytes of the data object in the response.
func (c *Card) readBinaryOdd(cmd command) response {
	if contentOf(cmd.ne) == 0 {
		return refuse(statusWrongLength)
	}
	value, err := only(cmd.data, tagOffset)
	if err != nil || len(value) == 0 || len(value) > 4 {
		return refuse(statusWrongData)
	}
	fid := c.current
	switch p := uint16(cmd.p1)<<8 | uint16(cmd.p2); {
	case p == 0:
	case p <= largestShortIdentifier && c.p.NoShortIdentifiers:
		return refuse(statusParameters)
	case p <= largestShortIdentifier:
		fid = c.byShortIdentifier(byte(p))
	case p > 0xFF:
		fid = p
	default:
		return refuse(statusParameters)
	}
	r := c.read(fid, number(value), contentOf(cmd.ne), contentOf(c.limit(cmd.ins)))
	if len(r.data) > 0 {
		r.data = encode(tagDiscretionary, r.data)
	}
	return r
}

// contentOf is the longest value of a data object of n bytes with a tag of one
// byte.
func contentOf(n int) int {
	for value := n; value > 0; value-- {
		if objectSize(value) <= n {
			return value
		}
	}
	return 0
}

// read is the part of a file from an offset that was asked for, as far as the
// response can carry it.
func (c *Card) read(fid uint16, offset, ne, limit int) response {
	if fid == 0 {
		return refuse(statusNoCurrentFile)
	}
	content, sw := c.file(fid)
	if sw != statusOK {
		return refuse(sw)
	}
	c.current = fid
	if offset >= len(content) {
		return refuse(statusOffset)
	}
	content = content[offset:]
	if n := min(ne, limit); len(content) > n {
		return response{data: content[:n], sw: statusOK}
	}
	if len(content) < ne {
		return response{data: content, sw: statusEndOfFile}
	}
	return response{data: content, sw: statusOK}
}

// LongestResponse is what, with a status word behind it, the 16 bit length of
// the virtual reader can tell, in bytes.
const LongestResponse = 65533

// limit is the most bytes that the response to a command with this INS can
// carry.
func (c *Card) limit(ins byte) int {
	longest := LongestResponse
	if c.p.MaxResponse != 0 {
		longest = c.p.MaxResponse
	}
	if c.channel != nil {
		return c.channel.capacity(longest, ins)
	}
	return longest
}
