package wire

import "fmt"

// Handover is the payload of the signed handover: the provider's ephemeral
// key for the chip, with what ties it to this login and this document.
//
// Proof is an ECDSA signature by the ephemeral scalar itself over the members
// without commands, so that no other provider can pass the point on as his
// own (package chipauth). Commands are wrapped under keys that only provider
// and chip have.
type Handover struct {
	Issuer     string `json:"iss"`         // as in the request
	JTI        string `json:"jti"`         // as in the request
	AgentNonce Bytes  `json:"agent_nonce"` // as in the request
	SODHash    Bytes  `json:"sod_sha256"`  // SHA-256 of Opening.SOD
	DG14Hash   Bytes  `json:"dg14_sha256"` // SHA-256 of Opening.DG14
	KeyID      Bytes  `json:"key_id"`      // of the chip's key in DG14; empty when DG14 gives none
	PublicKey  Bytes  `json:"public_key"`  // ephemeral point, uncompressed
	Proof      Bytes  `json:"proof"`       // r and s, each as long as the curve's order
	Commands   Batch  `json:"commands"`    // the first batch
}

// Validate checks lengths and presence. Whether the members are those of this
// login, whether the point is on the chip's curve and whether the proof holds
// is for the agent to check.
func (h Handover) Validate() error {
	return first(
		checkIssuer(h.Issuer),
		checkVisible("jti", h.JTI, 1, MaxJTI),
		length("agent_nonce", len(h.AgentNonce), NonceSize, NonceSize),
		length("sod_sha256", len(h.SODHash), HashSize, HashSize),
		length("dg14_sha256", len(h.DG14Hash), HashSize, HashSize),
		length("key_id", len(h.KeyID), 0, MaxKeyID),
		length("public_key", len(h.PublicKey), 1, MaxPoint),
		length("proof", len(h.Proof), 1, MaxProof),
		h.Commands.validate("commands", 1, MaxCommands, 1, MaxCommand),
	)
}

// DecodeHandover reads the payload of a signed handover.
func DecodeHandover(b []byte) (Handover, error) {
	var h Handover
	if err := decode("handover", b, MaxHandover, &h); err != nil {
		return Handover{}, err
	}
	if err := h.Validate(); err != nil {
		return Handover{}, fmt.Errorf("handover: %w", err)
	}
	return h, nil
}

// EncodeHandover writes the payload of a signed handover.
func EncodeHandover(h Handover) ([]byte, error) { return encode("handover", MaxHandover, h, h) }
