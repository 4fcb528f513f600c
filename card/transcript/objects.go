package transcript

import (
	"bytes"

	"cnie.example/card/tlv"
)

// rule says how much of a data object stays beside its tag and length.
type rule func(value view) bool

func nothing(view) bool { return false }

// atMost lets a value stay that is no longer than n bytes.
func atMost(n int) rule { return func(value view) bool { return value.len() <= n } }

// publicOID lets an object identifier stay that belongs to the protocols of
// travel documents.
func publicOID(value view) bool {
	if !value.knows(0, value.len()) || value.len() > 16 {
		return false
	}
	for _, arc := range publicArcs() {
		if bytes.HasPrefix(value.b, arc) {
			return true
		}
	}
	return false
}

// publicArcs are 0.4.0.127.0.7 of the BSI (ICAO Doc 9303-11, 9.2) and 2.23.136
// of ICAO.
func publicArcs() [][]byte {
	return [][]byte{{0x04, 0x00, 0x7F, 0x00, 0x07}, {0x67, 0x81, 0x08}}
}

// redactObjects keeps tags and lengths of data objects, and the values that
// their rules allow. Data that is anything else than objects with a rule goes
// whole.
func redactObjects(c *cut, data view, rules map[tlv.Tag]rule) {
	list, ok := data.elements()
	for _, e := range list {
		ok = ok && rules[e.tag] != nil
	}
	if !ok {
		c.remove(data)
		return
	}
	for _, e := range list {
		c.keep(e.header)
		if rules[e.tag](e.value) {
			c.keep(e.value)
		} else {
			c.remove(e.value)
		}
	}
}

// redactProtected keeps which objects of secure messaging there are, the length
// asked for and the status word (ICAO Doc 9303-11, 9.8.4); never a cryptogram
// or a MAC.
func redactProtected(c *cut, data view) {
	redactObjects(c, data, map[tlv.Tag]rule{
		0x85: nothing, 0x87: nothing, 0x8E: nothing,
		0x97: atMost(2), 0x99: atMost(2),
	})
}

// redactEnvironment keeps of MSE the protocol, the kind of password and the
// number of the domain parameters (ICAO Doc 9303-11, 4.4.4.1).
func redactEnvironment(c *cut, data view) {
	redactObjects(c, data, map[tlv.Tag]rule{
		0x80: publicOID, 0x83: atMost(1), 0x84: atMost(1), 0x91: nothing, 0x7F4C: nothing,
	})
}

// offsetObjects are those of READ BINARY with odd instruction (ISO/IEC 7816-4,
// 11.3.3).
func offsetObjects() map[tlv.Tag]rule { return map[tlv.Tag]rule{0x54: atMost(4)} }

// redactTemplate keeps which objects the dynamic authentication data has, never
// a nonce, point or token (ICAO Doc 9303-11, 4.4.4.2).
func redactTemplate(c *cut, data view) {
	template, rest, ok := data.first()
	if !ok || template.tag != 0x7C || rest.len() != 0 {
		c.remove(data)
		return
	}
	c.keep(template.header)
	rules := map[tlv.Tag]rule{}
	for tag := tlv.Tag(0x80); tag <= 0x8A; tag++ {
		rules[tag] = nothing
	}
	redactObjects(c, template.value, rules)
}

// redactSelection keeps file identifiers and the name of the eMRTD application
// (ICAO Doc 9303-10, 3.4).
func redactSelection(c *cut, data view) {
	eMRTD := []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
	if data.len() == 2 || bytes.Equal(data.b, eMRTD) {
		c.keep(data)
		return
	}
	c.remove(data)
}
