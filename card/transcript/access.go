package transcript

import (
	"bytes"
	"encoding/binary"

	"cnie.example/card"
)

// EF.CardAccess by its identifiers (ICAO Doc 9303-10, 3.11.3).
const (
	accessSFI = 0x1C
	accessFID = 0x011C
)

// accessReader follows the unprotected reading of EF.CardAccess, whose content
// may come in several responses.
type accessReader struct {
	files    []accessFile
	current  bool // EF.CardAccess is the selected file
	expected bool // the next response goes on in it
}

// accessFile is the file as far as it was read.
type accessFile struct {
	parts []accessPart
	size  int
}

// accessPart is the data of the response of one event.
type accessPart struct {
	event        int
	data, status view
}

// follow takes note of a command that is no GET RESPONSE.
func (a *accessReader) follow(command view, h [4]byte) {
	a.expected = false
	switch {
	case isProtected(h):
		a.current = false
	case h[1] == insSelect:
		a.current = selectsAccess(command)
		if a.current {
			a.files = append(a.files, accessFile{})
		}
	case h[1] == insReadBinary && h[2]&shortFileBit != 0:
		a.current = h[2] == shortFileBit|accessSFI && h[3] == 0
		if a.expected = a.current; a.current {
			a.files = append(a.files, accessFile{})
		}
	case h[1] == insReadBinary && a.current:
		a.expected = int(binary.BigEndian.Uint16(h[2:])) == a.files[len(a.files)-1].size
	}
}

func selectsAccess(command view) bool {
	parsed, err := card.ParseCommand(command.b)
	return err == nil && command.knows(0, command.len()) && parsed.P1 != 0x04 &&
		bytes.Equal(parsed.Data, binary.BigEndian.AppendUint16(nil, accessFID))
}

// take notes the data of a response when it is a part of the file.
func (a *accessReader) take(event int, data, status view) {
	if !a.expected || data.len() == 0 {
		return
	}
	f := &a.files[len(a.files)-1]
	f.parts = append(f.parts, accessPart{event, data, status})
	f.size += data.len()
}

// restore puts what may stay of each file into the responses it came in.
func (a *accessReader) restore(events []Event) {
	for _, f := range a.files {
		var whole view
		for _, p := range f.parts {
			whole.b, whole.known = append(whole.b, p.data.b...), append(whole.known, p.data.known...)
		}
		var c cut
		redactSecurityInfos(&c, whole)
		message := c.message
		for _, p := range f.parts {
			var part cut
			part.message, message = message.split(p.data.len())
			part.keep(p.status)
			x := events[p.event].(Exchange)
			x.Response = part.message
			events[p.event] = x
		}
	}
}

// split divides a message after n bytes.
func (b Bytes) split(n int) (before, after Bytes) {
	for i, p := range b {
		size := len(p.Known) + p.Removed
		if n < size {
			if n > 0 {
				before = append(before, p.slice(0, n))
			}
			return before, append(Bytes{p.slice(n, size)}, b[i+1:]...)
		}
		before, n = append(before, p), n-size
	}
	return before, nil
}

func (p Piece) slice(from, to int) Piece {
	if p.Removed != 0 {
		return Piece{Removed: to - from}
	}
	return Piece{Known: p.Known[from:to:to]}
}

// redactSecurityInfos keeps of each SecurityInfo the protocol and small numbers
// (ICAO Doc 9303-11, 9.2): versions and numbers of domain parameters and keys.
// Keys, parameters and whatever else a file may hold go, and so does a file
// that is cut or no set of SecurityInfo.
func redactSecurityInfos(c *cut, file view) {
	const set, sequence, integer, oid = 0x31, 0x30, 0x02, 0x06
	whole, rest, ok := file.first()
	var infos []element
	if ok && whole.tag == set {
		infos, ok = whole.value.elements()
	}
	if !ok || whole.tag != set {
		c.remove(file)
		return
	}
	c.keep(whole.header)
	for _, info := range infos {
		c.keep(info.header)
		fields, ok := info.value.elements()
		if !ok || info.tag != sequence {
			c.remove(info.value)
			continue
		}
		for _, f := range fields {
			c.keep(f.header)
			if f.tag == oid && publicOID(f.value) || f.tag == integer && f.value.len() <= 2 {
				c.keep(f.value)
			} else {
				c.remove(f.value)
			}
		}
	}
	c.remove(rest)
}
