package passiveauth_test

import (
	"slices"
	"testing"

	at "cnie.example/attest/attesttest"
	"cnie.example/attest/csca"
	"cnie.example/attest/passiveauth"
	"cnie.example/attest/refusal"
)

// Catches a state that is better than the worst of the chain, one that is
// demanded and refused all the same, and a check that passes without a list.
func TestRevocationStates(t *testing.T) {
	stale := func(w *world, c *at.Certificate) *at.RevocationList {
		list := w.state.RevocationList(c)
		list.ThisUpdate, list.NextUpdate = w.state.Begin, w.state.Begin.AddDate(0, 1, 0)
		return list
	}
	for name, test := range map[string]struct {
		lists func(w *world) []*at.RevocationList
		want  csca.RevocationState
	}{
		"no list": {func(w *world) []*at.RevocationList { return nil }, csca.NoList},
		"fresh":   {func(w *world) []*at.RevocationList { return []*at.RevocationList{w.state.RevocationList(w.csca)} }, csca.NotRevoked},
		"stale":   {func(w *world) []*at.RevocationList { return []*at.RevocationList{stale(w, w.csca)} }, csca.Stale},
		"fresh of another signer": {func(w *world) []*at.RevocationList {
			return []*at.RevocationList{w.state.RevocationList(w.csca, w.state.DS(w.csca))}
		}, csca.NotRevoked},
		"under a link, both": {func(w *world) []*at.RevocationList {
			older, newer, _ := linked(w)
			return []*at.RevocationList{w.state.RevocationList(newer), w.state.RevocationList(older)}
		}, csca.NotRevoked},
		"under a link, the older is stale": {func(w *world) []*at.RevocationList {
			older, newer, _ := linked(w)
			return []*at.RevocationList{w.state.RevocationList(newer), stale(w, older)}
		}, csca.Stale},
		"under a link, the older has none": {func(w *world) []*at.RevocationList {
			_, newer, _ := linked(w)
			return []*at.RevocationList{w.state.RevocationList(newer)}
		}, csca.NoList},
		"under a link, the newer is stale, the older has none": {func(w *world) []*at.RevocationList {
			_, newer, _ := linked(w)
			return []*at.RevocationList{stale(w, newer)}
		}, csca.NoList},
		"under a link, the older revokes the serial number of the signer": {func(w *world) []*at.RevocationList {
			older, newer, _ := linked(w)
			return []*at.RevocationList{w.state.RevocationList(newer), w.state.RevocationList(older, w.ds)}
		}, csca.NotRevoked},
		"under a link, the newer has none": {func(w *world) []*at.RevocationList {
			older, _, _ := linked(w)
			return []*at.RevocationList{w.state.RevocationList(older)}
		}, csca.NoList},
	} {
		for _, demanded := range []bool{false, true} {
			w := newWorld()
			w.lists, w.policy.RequireRevocation = test.lists(w), demanded
			d, err := w.verify(t)
			if good := test.want == csca.NotRevoked; good && err != nil || !good && demanded != isReason(err, refusal.RevocationUnknown) {
				t.Errorf("%s, demanded %v: %v", name, demanded, err)
			}
			if d.Revocation != test.want || slices.Contains(d.Checks, passiveauth.CheckRevocation) != (test.want == csca.NotRevoked) {
				t.Errorf("%s, demanded %v: state %v, checks %q", name, demanded, d.Revocation, d.Checks)
			}
		}
	}
}

// Catches a signer that is remembered as good after it was revoked: the store
// remembers signatures and parsed certificates, and nothing about revocation
// or time.
func TestRevocationIsNotRemembered(t *testing.T) {
	w := newWorld()
	list := w.state.RevocationList(w.csca, w.ds)
	list.ThisUpdate = w.policy.Now.AddDate(0, 0, 7)
	w.lists = []*at.RevocationList{list}
	sod, store := w.sod(), w.store(t)
	for range 2 {
		if _, err := passiveauth.Verify(sod, store, w.policy); err != nil {
			t.Fatalf("before: %v", err)
		}
	}
	later := passiveauth.Policy{Now: w.policy.Now.AddDate(0, 0, 8)}
	if d, err := passiveauth.Verify(sod, store, later); !isReason(err, refusal.DSRevoked) || d.Revocation != csca.Revoked {
		t.Errorf("after: %v, state %v", err, d.Revocation)
	}
	end := passiveauth.Policy{Now: w.ds.NotAfter.AddDate(0, 0, 1)}
	if _, err := passiveauth.Verify(sod, store, end); !isReason(err, refusal.DSExpired) {
		t.Errorf("after the end: %v", err)
	}
}
