package passiveauth

import (
	"cnie.example/attest/certificate"
	"cnie.example/card/lds"
)

// Restore gives back a Document that Verify found good in another process, as
// far as CheckFile and AllowsType need it: the security object and the document
// signer. It verifies nothing. What it is given must come from such a Document
// and must not have been in anybody's hands in between.
func Restore(object lds.SecurityObject, signer *certificate.Certificate) *Document {
	return &Document{Object: object, Signer: signer, verified: true}
}
