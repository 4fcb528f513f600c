package activeauth

import "errors"

// Errors a caller acts on.
var (
	// ErrUnsupported: the key, or what DG14 says about it, is nothing that this
	// package verifies. No signature was judged.
	ErrUnsupported = errors.New("no supported active authentication")
	// ErrSignature: the signature is not one of this challenge by this key. The
	// chip is a copy, or is broken.
	ErrSignature = errors.New("active authentication signature does not verify")
)
