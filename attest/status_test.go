package attest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"cnie.example/attest"
	"cnie.example/attest/csca"
	"cnie.example/attest/level"
	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
)

// statusFunc is a status authority.
type statusFunc func(context.Context, attest.DocumentID) (attest.Status, error)

func (f statusFunc) Status(ctx context.Context, id attest.DocumentID) (attest.Status, error) {
	return f(ctx, id)
}

// Catches a document that was reported and gets in, a status that is lost on
// the way to the record, and an authority that is believed when it says nothing
// or something unknown.
func TestDocumentStatus(t *testing.T) {
	down := errors.New("authority is down")
	for name, c := range map[string]struct {
		status  attest.Status
		err     error
		record  string
		refused refusal.Reason
	}{
		"good":         {attest.StatusGood, nil, record.StatusGood, ""},
		"unknown":      {attest.StatusUnknown, nil, record.StatusUnknown, ""},
		"lost":         {attest.StatusLost, nil, record.StatusLost, refusal.DocumentReported},
		"stolen":       {attest.StatusStolen, nil, record.StatusStolen, refusal.DocumentReported},
		"invalid":      {attest.StatusInvalid, nil, record.StatusInvalid, refusal.DocumentReported},
		"error":        {attest.StatusGood, down, record.StatusUnknown, ""},
		"no status":    {99, nil, record.StatusUnknown, ""},
		"less than no": {-1, nil, record.StatusUnknown, ""},
	} {
		w := newWorld(t)
		var asked []attest.DocumentID
		w.config.Status = statusFunc(func(_ context.Context, id attest.DocumentID) (attest.Status, error) {
			asked = append(asked, id)
			return c.status, c.err
		})
		l, err := w.login()
		if reasonOf(err) != c.refused || (err == nil) != (c.refused == "") {
			t.Errorf("%s: %v", name, err)
		}
		want := []attest.DocumentID{{
			IssuingState: "FRA", DocumentCode: "ID", DocumentNumber: "SPEC00001", Expiry: time.Date(2036, 1, 14, 0, 0, 0, 0, time.UTC),
		}}
		if !slices.Equal(asked, want) {
			t.Errorf("%s: asked for %+v", name, asked)
		}
		if good := c.record == record.StatusGood; slices.Contains(l.Verified(), attest.CheckDocumentStatus) != good {
			t.Errorf("%s: verified %v", name, l.Verified())
		}
		r, err := l.Record()
		if err != nil || r.Status != c.record || r.Refused != c.refused {
			t.Errorf("%s: record %+v, %v", name, r, err)
		}
	}
}

// Catches a question about a document that was not proved to be here: whoever
// sends copied files must not make the provider ask about strangers.
func TestStatusIsAskedAfterTheProof(t *testing.T) {
	for name, change := range map[string]func(*world){
		"clone":   clone,
		"expired": func(w *world) { w.profile.ExpiryDate = "2026-06-30" },
	} {
		w := newWorld(t)
		change(w)
		w.config.Status = statusFunc(func(context.Context, attest.DocumentID) (attest.Status, error) {
			t.Errorf("%s: status was asked for", name)
			return attest.StatusGood, nil
		})
		if _, err := w.login(); err == nil {
			t.Errorf("%s: login succeeded", name)
		}
	}
}

// Catches an authority that holds a login up for ever: it ignores its context,
// and the login goes on without it.
func TestStatusIsNotWaitedForLongerThanItsTime(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	defer close(release)
	w.config.StatusWait = time.Millisecond
	w.config.Status = statusFunc(func(ctx context.Context, _ attest.DocumentID) (attest.Status, error) {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("no deadline")
		}
		<-release
		return attest.StatusGood, nil
	})
	l, err := w.login()
	if err != nil || l.Level() != level.EIDAS1 || slices.Contains(l.Verified(), attest.CheckDocumentStatus) {
		t.Errorf("%v at %v with %v", err, l.Level(), l.Verified())
	}
}

// Catches a login that succeeds after its request was given up, because the
// missing status counts as unknown.
func TestRequestEndsDuringStatus(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	w.config.Status = statusFunc(func(context.Context, attest.DocumentID) (attest.Status, error) {
		cancel()
		return attest.StatusGood, nil
	})
	s := w.session(w.card())
	l := w.begin()
	h, err := l.Open(ctx, s.opening)
	must(t, err)
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	if _, err := l.Answer(ctx, s.answers(r, h.Commands)); !errors.Is(err, context.Canceled) || !noLevel(l) {
		t.Errorf("%v at %v", err, l.Level())
	}
}

// Catches a panic of the operator's code that ends the process from another
// goroutine, or leaves a login alive with its keys.
func TestStatusPanics(t *testing.T) {
	w := newWorld(t)
	w.config.Status = statusFunc(func(context.Context, attest.DocumentID) (attest.Status, error) { panic("SPECIMEN") })
	s, l := w.session(w.card()), w.begin()
	defer func() {
		if got := recover(); got != "SPECIMEN" {
			t.Errorf("recovered %v", got)
		}
		if !noLevel(l) {
			t.Errorf("level %v", l.Level())
		}
		r, err := l.Record()
		if err != nil || r.Reached != level.None.String() {
			t.Errorf("record %+v, %v", r, err)
		}
	}()
	_ = s.run(l)
	t.Error("the panic was swallowed")
}

// Catches a ceiling that is not lifted by fresh lists and a good status, or is
// lifted by one of them alone. The record names what is missing.
func TestCurrentNeedsListsAndStatus(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*evidence)
		limits []level.Limit
	}{
		"both":        {func(*evidence) {}, []level.Limit{level.NoSecondFactor}},
		"no status":   {func(e *evidence) { e.config.Status = nil }, []level.Limit{level.StatusUnknown, level.NoSecondFactor}},
		"unknown":     {func(e *evidence) { e.config.Status = reported(attest.StatusUnknown) }, []level.Limit{level.StatusUnknown, level.NoSecondFactor}},
		"stale lists": {func(e *evidence) { e.now = e.now.AddDate(1, 0, 0) }, []level.Limit{level.StatusUnknown, level.NoSecondFactor}},
		"no lists": {func(e *evidence) {
			e.contents.RevocationLists = nil
			e.config.Trust = e.store()
		}, []level.Limit{level.StatusUnknown, level.NoSecondFactor}},
	} {
		e := newEvidence(t, plain(), nil)
		e.config.RequireRevocation = false
		c.change(e)
		l, err := e.login(e.verifier())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r, err := l.Record()
		if err != nil || !slices.Equal(r.Limits, c.limits) || l.Level() != level.EIDAS1 {
			t.Errorf("%s: limits %v at %v, %v", name, r.Limits, l.Level(), err)
		}
		if current := name == "both"; current != (slices.Contains(l.Verified(), attest.CheckRevocation) && slices.Contains(l.Verified(), attest.CheckDocumentStatus)) {
			t.Errorf("%s: verified %v", name, l.Verified())
		}
	}
}

// Catches a level above the ceiling: nothing in this package proves a second
// factor, so more than EIDAS1 is refused however current the document is.
func TestCurrentAloneIsNoSecondFactor(t *testing.T) {
	e := newEvidence(t, plain(), nil)
	e.tx.Level = level.EIDAS2
	if l, err := e.login(e.verifier()); reasonOf(err) != refusal.LevelInsufficient || !noLevel(l) {
		t.Errorf("%v at %v", err, l.Level())
	}
}

// Catches a verifier that demands fresh lists and lets a document in without.
func TestRequireRevocation(t *testing.T) {
	e := newEvidence(t, plain(), nil)
	e.now = e.now.AddDate(1, 0, 0)
	if _, err := e.login(e.verifier()); reasonOf(err) != refusal.RevocationUnknown {
		t.Error(err)
	}
}

// Catches a login under way that is judged by another store than it began with,
// and one that begins after the exchange and is not.
func TestTrustIsTakenOncePerLogin(t *testing.T) {
	w := newWorld(t)
	good, other := w.config.Trust.Store(), labStore(anchor(t, loadLab(t, "other")))
	live := csca.NewLive(good)
	w.config.Trust = live
	s := w.session(w.card())
	l := w.begin()
	h, err := l.Open(context.Background(), s.opening)
	must(t, err)
	live.Swap(other)
	r, err := s.hand(h, w.tx.Issuer, w.tx.JTI, w.tx.AgentNonce)
	must(t, err)
	if _, err := l.Answer(context.Background(), s.answers(r, h.Commands)); err != nil {
		t.Errorf("login under way: %v", err)
	}
	under, err := l.Record()
	if err != nil || under.Trust.SHA256 != record.SHA256(good.Digest()) {
		t.Errorf("trust store of the record: %v, %v", under.Trust.SHA256, err)
	}
	if _, err := w.login(); reasonOf(err) != refusal.CSCAUnknown {
		t.Errorf("after the exchange: %v", err)
	}
	live.Swap(good)
	if _, err := w.login(); err != nil {
		t.Errorf("after the way back: %v", err)
	}
}
