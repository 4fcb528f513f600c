package certificate

import (
	"crypto"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Tags of RSASSA-PSS-params.
var (
	tagHash    = asn1.Tag(0).Constructed().ContextSpecific()
	tagMask    = asn1.Tag(1).Constructed().ContextSpecific()
	tagSalt    = asn1.Tag(2).Constructed().ContextSpecific()
	tagTrailer = asn1.Tag(3).Constructed().ContextSpecific()
)

// parsePSS reads RSASSA-PSS-params (RFC 8017, A.2.3). Defaults are SHA-1, MGF1
// with SHA-1, 20 bytes of salt and trailer 1. A mask generation function with
// another hash than the message, another trailer, or no salt is not supported.
func parsePSS(parameters []byte) (SignatureAlgorithm, error) {
	unsupported := fmt.Errorf("RSASSA-PSS parameters: %w", ErrAlgorithm)
	input, body := cryptobyte.String(parameters), cryptobyte.String(nil)
	if !input.ReadASN1(&body, asn1.SEQUENCE) || !input.Empty() {
		return SignatureAlgorithm{}, unsupported
	}
	hash, ok := readHash(&body)
	mask, okMask := readMaskHash(&body)
	salt, okSalt := readNumber(&body, tagSalt, 20)
	trailer, okTrailer := readNumber(&body, tagTrailer, 1)
	if !ok || !okMask || !okSalt || !okTrailer || !body.Empty() {
		return SignatureAlgorithm{}, unsupported
	}
	if mask != hash || trailer != 1 || salt < 1 || salt > maxRSA/8 {
		return SignatureAlgorithm{}, unsupported
	}
	return SignatureAlgorithm{Scheme: PSS, Hash: hash, SaltLength: salt}, nil
}

func readHash(input *cryptobyte.String) (crypto.Hash, bool) {
	var inner cryptobyte.String
	var present bool
	if !input.ReadOptionalASN1(&inner, &present, tagHash) {
		return 0, false
	}
	if !present {
		return crypto.SHA1, true
	}
	return digestOnly(inner)
}

func readMaskHash(input *cryptobyte.String) (crypto.Hash, bool) {
	var inner cryptobyte.String
	var present bool
	if !input.ReadOptionalASN1(&inner, &present, tagMask) {
		return 0, false
	}
	if !present {
		return crypto.SHA1, true
	}
	mask, err := ParseAlgorithmIdentifier(inner)
	if err != nil || mask.Algorithm != oidMGF1 {
		return 0, false
	}
	return digestOnly(mask.Parameters)
}

func digestOnly(der []byte) (crypto.Hash, bool) {
	a, err := ParseAlgorithmIdentifier(der)
	if err != nil {
		return 0, false
	}
	hash, err := a.Digest()
	return hash, err == nil
}

func readNumber(input *cryptobyte.String, tag asn1.Tag, otherwise int) (int, bool) {
	var n int
	if !input.ReadOptionalASN1Integer(&n, tag, otherwise) {
		return 0, false
	}
	return n, true
}
