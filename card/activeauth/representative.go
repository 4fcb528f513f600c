package activeauth

import (
	"crypto"
	_ "crypto/sha1"   // hash functions of signatures
	_ "crypto/sha256" // hash functions of signatures
	_ "crypto/sha512" // hash functions of signatures
)

// Bytes of the message representative (ISO/IEC 9796-2, scheme 1). The header is
// a nibble that says how much of the message can be recovered, then padding:
// nibbles B, and a nibble A at its end.
const (
	headerPartial = 0x60 // M1 is recovered, the rest of the message is known
	headerTotal   = 0x40 // the whole message is recovered
	paddingEnd    = 0x0A
	paddingMore   = 0x0B
	paddingPair   = 0xBB
	paddingLast   = 0xBA

	trailerOption1 = 0xBC // one byte: SHA-1
	trailerOption2 = 0xCC // the byte before it names the hash function
)

// representative is F taken apart: header, recoverable message, digest,
// trailer. The slices alias it.
type representative struct {
	total   bool   // message is the whole message, not M1
	message []byte // recovered
	digest  []byte
	hash    crypto.Hash
}

// parseRepresentative reads a representative of whole bytes. A message of which
// only a part is recovered fills its place, so that its padding is the shortest
// (ICAO Doc 9303-11, 6.1.2.2: M1 has c-4 bits).
func parseRepresentative(f []byte) (representative, bool) {
	hash, rest, ok := cutTrailer(f)
	if !ok || len(rest) < hash.Size()+1 {
		return representative{}, false
	}
	at := len(rest) - hash.Size()
	r := representative{digest: rest[at:], hash: hash}
	switch recovered := rest[:at]; {
	case recovered[0] == headerPartial|paddingEnd:
		r.message = recovered[1:]
	case recovered[0]&0xF0 == headerTotal:
		r.total = true
		if r.message, ok = cutPadding(recovered); !ok {
			return representative{}, false
		}
	default:
		return representative{}, false
	}
	return r, true
}

// cutTrailer reads the hash function at the end of F.
func cutTrailer(f []byte) (hash crypto.Hash, rest []byte, ok bool) {
	n := len(f)
	if n >= 1 && f[n-1] == trailerOption1 {
		return crypto.SHA1, f[:n-1], true
	}
	if n < 2 || f[n-1] != trailerOption2 {
		return 0, nil, false
	}
	if hash, ok = hashOf(f[n-2]); !ok {
		return 0, nil, false
	}
	return hash, f[:n-2], true
}

// hashOf knows the identifiers of trailer option 2 (ICAO Doc 9303-11, 6.1.2.2;
// ISO/IEC 10118-3). SHA-1 is to have option 1; its identifier is taken too.
func hashOf(identifier byte) (crypto.Hash, bool) {
	switch identifier {
	case 0x33:
		return crypto.SHA1, true
	case 0x34:
		return crypto.SHA256, true
	case 0x35:
		return crypto.SHA512, true
	case 0x36:
		return crypto.SHA384, true
	case 0x38:
		return crypto.SHA224, true
	}
	return 0, false
}

// cutPadding takes header and padding off a message that is recovered whole:
// 4A, or 4B, any number of BB, BA.
func cutPadding(b []byte) (message []byte, ok bool) {
	switch b[0] & 0x0F {
	case paddingEnd:
		return b[1:], true
	case paddingMore:
		for i, c := range b[1:] {
			switch c {
			case paddingPair:
			case paddingLast:
				return b[1+i+1:], true
			default:
				return nil, false
			}
		}
	}
	return nil, false
}

// digest is the hash of the parts joined. hash is one of those named here.
func digest(hash crypto.Hash, parts ...[]byte) []byte {
	h := hash.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
