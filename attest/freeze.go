package attest

import (
	"crypto"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"golang.org/x/crypto/cryptobyte"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/level"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/record"
	"cnie.example/card/lds"
)

// frozenVersion is the first byte of a frozen Login. Another version of the
// layout has another number: servers of both versions can then run side by
// side, and do not take each other's logins.
const frozenVersion = 1

// facts is what a frozen Login knows that is neither a key nor personal data.
// Issuer and jti are in the binding.
type facts struct {
	AgentNonce []byte         `json:"agent_nonce"`
	Nonce      []byte         `json:"nonce"`
	Level      string         `json:"level"`
	Files      []lds.File     `json:"files"`
	Record     *record.Record `json:"record"`
	Chip       *record.Chip   `json:"chip,omitzero"`
	Document   *document      `json:"document,omitzero"`
}

// document is what CheckFile and AllowsType need of a passiveauth.Document.
type document struct {
	Signer  []byte              `json:"signer"` // DER
	Hash    crypto.Hash         `json:"hash"`
	Digests map[lds.File][]byte `json:"digests"`
}

// freeze writes the state in plain: the facts as JSON, then the proof and the
// files that were read. The proof is over here after it.
func (l *Login) freeze() ([]byte, error) {
	text, err := json.Marshal(l.facts(), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	var proof []byte
	if l.proof != nil {
		if proof, err = l.proof.Freeze(); err != nil {
			return nil, err
		}
		defer clear(proof)
	}
	size := 16 + len(text) + len(proof)
	for _, content := range l.contents {
		size += 4 + len(content)
	}
	// One buffer of the right size: one that grows would leave copies behind.
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, size))
	b.AddUint8(frozenVersion)
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(text) })
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(proof) })
	for _, f := range slices.Sorted(maps.Keys(l.contents)) {
		b.AddUint8(byte(f))
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(l.contents[f]) })
	}
	return b.Bytes()
}

func (l *Login) facts() facts {
	f := facts{
		AgentNonce: l.tx.AgentNonce, Nonce: l.tx.Nonce, Level: l.tx.Level.String(), Files: l.tx.Files,
		Record: &l.record, Chip: l.chip,
	}
	if l.document != nil {
		f.Document = &document{Signer: l.document.Signer.Raw, Hash: l.document.Object.Hash, Digests: l.document.Object.Digests}
	}
	return f
}

// thaw reads what freeze wrote, and overwrites it. It was authenticated, and is
// looked at all the same: another version of the software may have written it.
func (v *Verifier) thaw(issuer, jti, step string, plain []byte) (*Login, error) {
	defer clear(plain)
	s := cryptobyte.String(plain)
	var version uint8
	var text, proof cryptobyte.String
	if !s.ReadUint8(&version) || version != frozenVersion ||
		!s.ReadUint24LengthPrefixed(&text) || !s.ReadUint24LengthPrefixed(&proof) {
		return nil, fmt.Errorf("layout: %w", ErrSealed)
	}
	var f facts
	if err := json.Unmarshal(text, &f, json.RejectUnknownMembers(true)); err != nil || f.Record == nil {
		return nil, fmt.Errorf("facts: %w", ErrSealed)
	}
	l, err := v.recall(issuer, jti, f)
	if err != nil {
		return nil, err
	}
	switch step {
	case begun.String():
		l.state = begun
		if f.Document != nil || len(proof) != 0 || !s.Empty() {
			return nil, fmt.Errorf("layout: %w", ErrSealed)
		}
		return l, nil
	case opened.String():
		l.state = opened
		if err := l.rejoin(f.Document, proof, s); err != nil {
			l.wipe()
			return nil, err
		}
		return l, nil
	}
	return nil, fmt.Errorf("step: %w", ErrSealed)
}

// recall makes the Login of a transaction anew, with what was noted of it.
func (v *Verifier) recall(issuer, jti string, f facts) (*Login, error) {
	asked, err := level.Parse(f.Level)
	if err != nil {
		return nil, fmt.Errorf("level: %w", ErrSealed)
	}
	l, err := v.Begin(Transaction{
		Issuer: issuer, JTI: jti, AgentNonce: f.AgentNonce, Nonce: f.Nonce, Level: asked, Files: f.Files,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	if f.Record.Issuer != issuer || f.Record.Transaction != jti || f.Record.Asked != f.Level {
		return nil, fmt.Errorf("record: %w", ErrSealed)
	}
	l.record, l.chip = *f.Record, f.Chip
	return l, nil
}

// rejoin takes up document, files and proof.
func (l *Login) rejoin(d *document, proof []byte, files cryptobyte.String) error {
	if d == nil || l.chip == nil || l.record.Document == nil || !d.Hash.Available() {
		return fmt.Errorf("document: %w", ErrSealed)
	}
	trust, err := l.verifier.trust()
	if err != nil {
		return err
	}
	signer, err := trust.Signer(d.Signer)
	if err != nil {
		return fmt.Errorf("%w: signer: %w", ErrSealed, err)
	}
	l.document = passiveauth.Restore(lds.SecurityObject{Hash: d.Hash, Digests: d.Digests}, signer)
	l.contents = map[lds.File][]byte{}
	for !files.Empty() {
		var f uint8
		var content cryptobyte.String
		if !files.ReadUint8(&f) || !files.ReadUint24LengthPrefixed(&content) {
			return fmt.Errorf("files: %w", ErrSealed)
		}
		l.contents[lds.File(f)] = slices.Clone([]byte(content))
	}
	if l.proof, err = chipproof.Thaw(proof, l.verifier.config.Clock, l.takeFile); err != nil {
		return fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return nil
}
