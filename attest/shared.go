package attest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cnie.example/attest/refusal"
	"cnie.example/attest/seal"
)

// claimed is the Sealed.Step of a login that a server has in its hands.
const claimed = "claimed"

// StateStore keeps the states of shared logins where every server reaches them:
// a table, a cache with compare-and-swap. The caller brings it. It is not
// trusted with secrets, since states are sealed, but with being up to date: who
// can put an old state back can have a step made twice. What it shows is which
// logins are under way and where they are; an older copy of it tells session
// keys and persons to whoever has a key of the Ring, so keys that have served
// are destroyed (package seal).
//
// id is opaque text of 64 characters. A state that is older than the caller's
// transactions live may be dropped at any time. Every method may be called from
// any goroutine; errors are those of the store itself.
type StateStore interface {
	// Load gives the state of a login; false when there is none.
	Load(ctx context.Context, id string) (Sealed, bool, error)
	// Swap puts next in place of the state whose Version is old, and reports
	// whether it did. With old 0 there must be no state. Of several calls with
	// the same old, on whatever servers, one at most succeeds.
	Swap(ctx context.Context, id string, old uint64, next Sealed) (bool, error)
	// Delete drops the state, whatever its Version. Without one it does nothing.
	Delete(ctx context.Context, id string) error
}

// SharedLogins are logins of which every message may reach another server. Each
// server has one, over the same StateStore, the same keys and a Verifier with
// the same rules. It is safe for concurrent use.
//
// A server claims a login before it looks at a message, gives it the message,
// and releases it before it answers:
//
//	login, err := shared.Claim(ctx, issuer, jti)
//	handover, err := login.Open(ctx, opening) // or Answer, Signed
//	err = shared.Release(ctx, login)
//
// A state is taken out of the store by compare-and-swap before it is used, so no
// two servers ever use one. Whoever comes second, to Claim or to Release, gets
// refusal.MessageOutOfOrder, and the login is over for everybody: messages are
// never repeated in an honest login. So it is after an error, and when a server
// that has claimed a login is lost.
type SharedLogins struct {
	verifier *Verifier
	ring     *seal.Ring
	store    StateStore
}

// NewSharedLogins makes SharedLogins of what the servers have in common. It
// fails with ErrConfig when something is missing.
func NewSharedLogins(v *Verifier, ring *seal.Ring, store StateStore) (*SharedLogins, error) {
	if v == nil || ring == nil || store == nil {
		return nil, fmt.Errorf("verifier, keys or store of shared logins: %w", ErrConfig)
	}
	return &SharedLogins{verifier: v, ring: ring, store: store}, nil
}

// Begin opens a login and leaves it in the store for whoever claims it. The
// errors are those of Verifier.Begin, those of the store, after which there is
// no such login, and ErrTransaction when there is one of this issuer and jti
// already.
func (s *SharedLogins) Begin(ctx context.Context, tx Transaction) error {
	l, err := s.verifier.Begin(tx)
	if err != nil {
		return err
	}
	sealed, err := l.Seal(s.ring, 1)
	if err != nil {
		return err
	}
	id := stateID(tx.Issuer, tx.JTI)
	put, err := s.store.Swap(ctx, id, 0, sealed)
	switch {
	case err != nil:
		// A store that did not answer may have kept the state all the same.
		return s.drop(ctx, id, fmt.Errorf("begin shared login: %w", err))
	case !put:
		return fmt.Errorf("there is such a login: %w", ErrTransaction)
	}
	return nil
}

// Claim takes a login out of the store. Until Release nobody else has it. The
// caller releases it, once, whatever came of the message. Whoever may call Claim
// can end the login, so that the caller lets in only who has shown the exchange
// token of the request.
//
// It fails with refusal.MessageOutOfOrder when there is no such login, or
// another server has it; with ErrSealed when what is in the store is not its
// state; and with the errors of the store. After every error the login is over,
// unless the store fails to drop it, too.
func (s *SharedLogins) Claim(ctx context.Context, issuer, jti string) (*Login, error) {
	l, err := s.claim(ctx, issuer, jti)
	if err != nil {
		return nil, s.drop(ctx, stateID(issuer, jti), fmt.Errorf("claim shared login: %w", err))
	}
	return l, nil
}

func (s *SharedLogins) claim(ctx context.Context, issuer, jti string) (*Login, error) {
	id := stateID(issuer, jti)
	state, found, err := s.store.Load(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, refusal.New(refusal.MessageOutOfOrder, errors.New("no such login"))
	case state.Step == claimed:
		return nil, refusal.New(refusal.MessageOutOfOrder, errors.New("another message of this login is under way"))
	}
	version := state.Version + 1
	taken, err := s.store.Swap(ctx, id, state.Version, Sealed{Step: claimed, Version: version})
	switch {
	case err != nil:
		return nil, err
	case !taken:
		return nil, refusal.New(refusal.MessageOutOfOrder, errors.New("another message of this login came at the same time"))
	}
	l, err := s.verifier.Resume(s.ring, issuer, jti, state)
	if err != nil {
		return nil, err
	}
	l.version = version
	return l, nil
}

// Release leaves a login that was claimed: one that waits for another message
// goes back into the store and is closed here, one that has ended is dropped
// from it. An answer that the step has given must not be sent before Release
// has returned nil.
//
// It fails with refusal.MessageOutOfOrder when another message of the login has
// come in the meantime, and with the errors of Seal and of the store. After
// these errors the login is over, unless the store fails to drop it, too, and
// one that had succeeded has not. It fails with ErrSealed, and does nothing,
// when l was not claimed or was released before.
func (s *SharedLogins) Release(ctx context.Context, l *Login) error {
	version := l.release()
	if version == 0 {
		return fmt.Errorf("release a login that is not claimed: %w", ErrSealed)
	}
	id := stateID(l.tx.Issuer, l.tx.JTI)
	waits, err := s.putBack(ctx, id, l, version)
	switch {
	case err != nil:
		err = fmt.Errorf("release shared login: %w", err)
	case waits:
		return nil
	}
	if err = s.drop(ctx, id, err); err != nil {
		l.fail(err)
	}
	return err
}

// release gives the version that Claim took, once.
func (l *Login) release() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	version := l.version
	l.version = 0
	return version
}

// putBack leaves the state of a login that waits for a message. For one that
// has succeeded it finds out whether another message has come, so that a
// success counts once only.
func (s *SharedLogins) putBack(ctx context.Context, id string, l *Login, version uint64) (waits bool, err error) {
	next := Sealed{Step: claimed, Version: version + 1}
	switch l.at() {
	case begun, opened:
		waits = true
		if next, err = l.Seal(s.ring, next.Version); err != nil {
			return false, err
		}
	case proved:
	default:
		return false, nil
	}
	put, err := s.store.Swap(ctx, id, version, next)
	if err == nil && !put {
		err = refusal.New(refusal.MessageOutOfOrder, errors.New("another message of this login came in the meantime"))
	}
	return waits, err
}

// at is the state of the Login.
func (l *Login) at() state {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// fail ends the Login for a cause outside of it.
func (l *Login) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.enter(dead, err)
}

// dropWait is how long a drop may take, also when the request has ended.
const dropWait = 5 * time.Second

// drop ends a login for every server and gives back why.
func (s *SharedLogins) drop(ctx context.Context, id string, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropWait)
	defer cancel()
	if err := s.store.Delete(ctx, id); err != nil {
		return errors.Join(why, fmt.Errorf("drop shared login: %w", err))
	}
	return why
}

// stateID names a login in the store: SHA-256 over issuer and jti, each preceded
// by its length in four bytes, in hexadecimal.
func stateID(issuer, jti string) string {
	var b []byte
	for _, s := range []string{issuer, jti} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
