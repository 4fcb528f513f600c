package csca

import "cnie.example/attest/certificate"

// MaxCandidates is the most keys that are tried for a name.
const MaxCandidates = maxCandidates

// ParseManifest and MarshalManifest read and write trust.json.
func ParseManifest(text []byte) (Manifest, error) { return parseManifest(text) }

func MarshalManifest(m Manifest) ([]byte, error) { return m.marshal() }

// Forget makes the store forget the certificates that it has seen, so that
// each look at one is the first.
func (s *Store) Forget() { s.remembered = remembered{} }

// CheckListSignature verifies the signature of the list's first signer with a
// key and nothing else.
func (l *MasterList) CheckListSignature(by *certificate.Certificate) error {
	return l.signed.CheckSignature(&l.signed.SignerInfos[0], by.PublicKey)
}
