package idpd

import (
	"errors"
	"log/slog"

	"cnie.example/attest/csca"
)

// loadTrust loads the trust store for the first time. A store that cannot be
// used is refused by the verifier that is made of it.
func (c Config) loadTrust() (*csca.Live, error) {
	store, err := c.Trust(c.Clock())
	if err != nil {
		return nil, err
	}
	c.Logger.Info("trust store is loaded", contents(store))
	c.warn(store)
	return csca.NewLive(store), nil
}

// reloadTrust puts a new trust store in force, or leaves the old one there and
// tells why. Logins under way end with the store they began with.
func (c Config) reloadTrust(live *csca.Live) {
	store, err := c.Trust(c.Clock())
	if err == nil {
		_, err = c.verifier(store) // a store that it would not take would end every login
	}
	if err != nil {
		c.Logger.Error("trust store is not replaced, the old one stays in force", "file", fileOf(err), "error", err, contents(live.Store()))
		return
	}
	if store.Digest() == live.Store().Digest() {
		c.Logger.Info("trust store has not changed", contents(store))
		return
	}
	old := live.Swap(store)
	changes := csca.Diff(old.Certificates(), store.Certificates())
	c.Logger.Info("trust store is replaced", "added", len(changes.Added), "removed", len(changes.Removed),
		"replaced", csca.Fingerprint(old.Digest()).String(), contents(store))
	c.warn(store)
}

// warn tells the operator of a policy that refuses every document, and of master
// lists that are too old to be imported today.
func (c Config) warn(store *csca.Store) {
	for _, list := range store.Lists() {
		if list.Expired(c.Clock()) {
			c.Logger.Warn("the certificates of a master list's signer have expired: import a newer list",
				"list", list.SHA256.String(), "until", list.Until)
		}
	}
	if c.RequireRevocation && len(store.RevocationLists()) == 0 {
		c.Logger.Warn("revocation is required and the trust store has no revocation list: every login will be refused")
	}
}

// contents are the attributes of a store in the log.
func contents(s *csca.Store) slog.Attr {
	return slog.Group("trust",
		"authorities", len(s.Authorities()), "anchors", len(s.Anchors()), "revocation_lists", len(s.RevocationLists()),
		"digest", csca.Fingerprint(s.Digest()).String())
}

// fileOf is the path in an error of csca.Load; empty when it is not about a
// file.
func fileOf(err error) string {
	if file, ok := errors.AsType[*csca.FileError](err); ok {
		return file.Path
	}
	return ""
}
