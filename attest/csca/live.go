package csca

import (
	"sync/atomic"

	"cnie.example/attest/certificate"
)

// Source gives the trust store that is in force. *Store and *Live implement it.
// A login takes the store once and keeps it to its end.
type Source interface {
	Store() *Store
}

// Live is a trust store that can be exchanged while it is used. Every reader
// sees the old store or the new one, whole; logins that began with the old one
// end with it. In place of a nil store, and in the zero value, one that trusts
// nothing is in force. A Live may be used concurrently and must not be copied.
type Live struct {
	store atomic.Pointer[Store]
}

// NewLive makes a Live that gives s.
func NewLive(s *Store) *Live {
	l := &Live{}
	l.Swap(s)
	return l
}

// Store is the store that is in force, never nil.
func (l *Live) Store() *Store {
	if s := l.store.Load(); s != nil {
		return s
	}
	l.store.CompareAndSwap(nil, nothing())
	return l.store.Load()
}

// Swap puts s in force and gives the store that was, never nil. What the old
// store remembered is not taken over: s may judge otherwise.
func (l *Live) Swap(s *Store) (old *Store) {
	if old = l.store.Swap(s); old == nil {
		return nothing()
	}
	return old
}

// nothing is a store that trusts nothing.
func nothing() *Store { return New(nil, certificate.Options{}) }
