package attest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"cnie.example/attest/seal"
)

// MaxSealed is the longest Sealed.Text in bytes. A login that waits for the
// first answers of the chip takes about 5000, before Open about 600. Only when a
// file does not fit one batch of commands, as a photograph may not, what has
// been read of the files comes on top.
const MaxSealed = 512 << 10

// purpose names in seal.Binding what this package seals.
const purpose = "attest.Login"

// Sealed is a Login that waits outside of the process. Step and Version may be
// read by anybody who has it; Text tells nothing but its length, and opens
// only together with them.
type Sealed struct {
	Step    string // where the login is: "begun" or "opened", or "claimed" when a server has it
	Version uint64 // counts up with each change; 1 is the first
	Text    []byte // by seal.Ring; empty when a server has the login
}

// Seal ends the Login here and gives its state, encrypted, for Verifier.Resume,
// which may be called by another server with the same keys. It can be sealed
// while it waits for a message: before Open, and between Open and the last
// Answer. The keys here are wiped, and every method then behaves as after an
// error, except that there is no Record.
//
// version is the number under which the caller stores the state. It is bound to
// it, and so are issuer, jti and step of the login and the rules of the
// verifier. A state must be resumed at most once, or the chip's counters are
// used twice: SharedLogins sees to that.
//
// It fails with ErrSealed when the Login waits for nothing, and when its
// randomness fails. The Login is dead then.
func (l *Login) Seal(ring *seal.Ring, version uint64) (Sealed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sealed, err := l.seal(ring, version)
	if err != nil {
		err = fmt.Errorf("seal: %w", err)
		l.enter(dead, err)
		return Sealed{}, err
	}
	l.state = moved
	l.wipe()
	return sealed, nil
}

func (l *Login) seal(ring *seal.Ring, version uint64) (Sealed, error) {
	if l.state != begun && l.state != opened {
		return Sealed{}, fmt.Errorf("login that is %v: %w", l.state, ErrSealed)
	}
	plain, err := l.freeze()
	if err != nil {
		return Sealed{}, err
	}
	s := Sealed{Step: l.state.String(), Version: version}
	s.Text, err = ring.Seal(l.verifier.config.Rand, l.verifier.binding(l.tx.Issuer, l.tx.JTI, s), plain)
	if err != nil {
		return Sealed{}, err
	}
	if len(s.Text) > MaxSealed {
		return Sealed{}, fmt.Errorf("state of %d bytes: %w", len(s.Text), ErrSealed)
	}
	return s, nil
}

// Resume goes on with the Login of issuer and jti that Seal ended, perhaps in
// another process. The time for the answers is that of Open. The trust store is
// not asked again when the document has been verified already, but its rules
// must still allow to read the signer's certificate.
//
// It fails with ErrSealed when s is not that state: of another login, step or
// version, under other keys or other rules (Config.Lab, RequireRevocation,
// Countries, DocumentTypes, and whether there is a Status), cut or altered. The
// error does not tell which. It fails with ErrConfig when the trust store in
// force does not fit the verifier.
func (v *Verifier) Resume(ring *seal.Ring, issuer, jti string, s Sealed) (*Login, error) {
	if len(s.Text) > MaxSealed {
		return nil, fmt.Errorf("resume: %d bytes: %w", len(s.Text), ErrSealed)
	}
	plain, err := ring.Open(v.binding(issuer, jti, s), s.Text)
	if err != nil {
		return nil, fmt.Errorf("resume: %w: %w", ErrSealed, err)
	}
	l, err := v.thaw(issuer, jti, s.Step, plain)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	return l, nil
}

func (v *Verifier) binding(issuer, jti string, s Sealed) seal.Binding {
	return seal.Binding{
		Purpose: purpose, Issuer: issuer, Transaction: jti, Step: s.Step, Version: s.Version, Policy: v.policy,
	}
}

// digest is SHA-256 over the rules that judge a document after it was sealed,
// each string and list preceded by its length. The order of a list is no rule.
func (c *Config) digest() []byte {
	h := sha256.New()
	number := func(n int) { h.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) }
	for _, rule := range []bool{c.Lab, c.RequireRevocation, c.Status != nil} {
		if rule {
			number(1)
		} else {
			number(0)
		}
	}
	for _, list := range [][]string{slices.Sorted(slices.Values(c.Countries)), slices.Sorted(slices.Values(c.DocumentTypes))} {
		number(len(list))
		for _, s := range list {
			number(len(s))
			h.Write([]byte(s))
		}
	}
	return h.Sum(nil)
}
