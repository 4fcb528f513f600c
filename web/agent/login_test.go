package agent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/web/agent"
	"cnie.example/web/problem"
	"cnie.example/web/providers/providertest"
)

// The whole login, over a real HTTPS connection and against the independent
// chip: the files arrive under keys the agent never had, in 14 APDUs at most,
// and the card is reset.
func TestLogin(t *testing.T) {
	w := newWorld(t)
	l, uri := w.begin()
	v := l.View()
	if v.State != agent.Consent || v.Asked == nil || v.Asked.RelyingParty != "Mairie de Specimenville" || v.Asked.SessionCode != "K7R2" || v.Problem != "" {
		t.Fatalf("at consent: %+v", v)
	}
	if v = consent(t, l, can); v.State != agent.Finished {
		t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
	}
	if apdus := w.reader.chip.Counters().APDUs; apdus > 14 {
		t.Errorf("%d APDUs, at most 14", apdus)
	}
	if open, closed := w.reader.balance(); open != 0 || closed != 1 {
		t.Errorf("connections: %d open, %d closed", open, closed)
	}
	for _, name := range []string{"DG1", "DG11"} {
		if len(w.provider.Read[name]) == 0 {
			t.Errorf("provider did not read %s", name)
		}
	}
	if !bytes.Contains(w.provider.Read["DG1"], []byte("SPECIMEN")) {
		t.Error("DG1 at the provider is not the specimen's")
	}
	redirect, err := l.Finish()
	if want := w.provider.Callback(uri); err != nil || redirect != want {
		t.Errorf("Finish = %q, %v; want %q", redirect, err, want)
	}
	if _, err := l.Finish(); problem.Of(err) != problem.LoginUnknown {
		t.Errorf("second Finish: %v", err)
	}
	steps := map[agent.Step]int{}
	events, _, _ := l.Progress(0)
	for _, e := range events {
		if e.Done {
			steps[e.Step]++
		}
	}
	for _, step := range agent.Steps() {
		if steps[step] != 1 {
			t.Errorf("step %s ended %d times", step, steps[step])
		}
	}
}

// A wrong CAN comes back to the question, with the same request, and not for
// ever.
func TestWrongCAN(t *testing.T) {
	w := newWorld(t)
	l, _ := w.begin()
	for n := 1; n < agent.MaxCANs; n++ {
		if v := consent(t, l, "654321"); v.State != agent.Consent || v.Problem != problem.WrongCAN || v.CANsLeft != agent.MaxCANs-n {
			t.Fatalf("try %d: %+v", n, v)
		}
	}
	// What is not six digits is no try.
	for _, bad := range []string{"", "12345", "1234567", "12345a", "１２３４５６"} {
		if v := consent(t, l, bad); v.State != agent.Consent || v.Problem != problem.CANFormat || v.CANsLeft != 1 {
			t.Errorf("CAN %q: %+v", bad, v)
		}
	}
	v := consent(t, l, "654321")
	if v.State != agent.Failed || v.Problem != problem.WrongCAN || v.Again || !v.Return {
		t.Errorf("last try: %+v", v)
	}
	if open, closed := w.reader.balance(); open != 0 || closed != agent.MaxCANs {
		t.Errorf("connections: %d open, %d closed", open, closed)
	}
	if w.provider.Calls("/exchange") != 0 || w.provider.Calls("/request") != 1 {
		t.Error("a wrong CAN reached the provider")
	}

	l, uri := w.begin()
	consent(t, l, "000000")
	if v := consent(t, l, can); v.State != agent.Finished {
		t.Fatalf("right CAN after a wrong one: %+v", v)
	}
	if redirect, err := l.Finish(); err != nil || redirect != w.provider.Callback(uri) {
		t.Errorf("Finish = %q, %v", redirect, err)
	}
}

// Every way a card can fail before anything was sent has its own name, resets
// the card, and can be tried again with the same request.
func TestCardFailures(t *testing.T) {
	gone := func(err error) func(*vcard.Card) ([]byte, error) {
		return func(*vcard.Card) ([]byte, error) { return nil, fmt.Errorf("transmit: %w", err) }
	}
	says := func(answer string) func(*vcard.Card) ([]byte, error) {
		return func(*vcard.Card) ([]byte, error) { return []byte(answer), nil }
	}
	for name, c := range map[string]struct {
		set  func(*reader)
		want problem.Name
	}{
		"no service":      {func(r *reader) { r.connect = fails(card.ErrNoService) }, problem.NoPCSCService},
		"no reader":       {func(r *reader) { r.connect = fails(fmt.Errorf("wait: %w", card.ErrNoReader)) }, problem.NoReader},
		"no card":         {func(r *reader) { r.connect = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() } }, problem.NoCard},
		"no card, said":   {func(r *reader) { r.connect = fails(card.ErrNoCard) }, problem.NoCard},
		"busy":            {func(r *reader) { r.connect = fails(card.ErrBusy) }, problem.CardBusy},
		"unresponsive":    {func(r *reader) { r.connect = fails(card.ErrUnresponsive) }, problem.CardUnresponsive},
		"no CardAccess":   {func(r *reader) { r.transmit = always(says("\x6A\x82")) }, problem.CardUnknown},
		"removed at PACE": {func(r *reader) { r.transmit = at(3, gone(card.ErrRemoved)) }, problem.CardRemoved},
		"removed, SM on":  {func(r *reader) { r.transmit = at(7, gone(card.ErrRemoved)) }, problem.CardRemoved},
		"reset by others": {func(r *reader) { r.transmit = at(7, gone(card.ErrReset)) }, problem.CardReset},
		"dumb":            {func(r *reader) { r.transmit = at(2, gone(card.ErrUnresponsive)) }, problem.CardUnresponsive},
		"one byte":        {func(r *reader) { r.transmit = at(2, says("\x90")) }, problem.CardFault},
		"refuses PACE":    {func(r *reader) { r.transmit = at(1, says("\x6D\x00")) }, problem.CardFault},
		"unprotected":     {func(r *reader) { r.transmit = at(7, says("\x90\x00")) }, problem.SecureMessaging},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l, uri := w.begin()
			c.set(w.reader)
			v := consent(t, l, can)
			if v.State != agent.Failed || v.Problem != c.want || !v.Again || !v.Return {
				t.Fatalf("%v %s again=%v, want %s\n%s", v.State, v.Problem, v.Again, c.want, w.logs)
			}
			if open, _ := w.reader.balance(); open != 0 {
				t.Error("the card is still connected")
			}
			w.reader.connect, w.reader.transmit = nil, nil
			if err := l.Again(); err != nil {
				t.Fatal(err)
			}
			if v := consent(t, l, can); v.State != agent.Finished {
				t.Fatalf("after trying again: %v %s\n%s", v.State, v.Problem, w.logs)
			}
			if redirect, err := l.Finish(); err != nil || redirect != w.provider.Callback(uri) {
				t.Errorf("Finish = %q, %v", redirect, err)
			}
			if w.provider.Calls("/request") != 1 {
				t.Error("the request was fetched again")
			}
		})
	}
}

// Catches a card that is refused for its answer to reset alone: new cards come
// with new ones.
func TestUnknownAnswerToReset(t *testing.T) {
	w := newWorld(t)
	w.reader.atr = []byte{0x3B, 0x00}
	l, _ := w.begin()
	if v := consent(t, l, can); v.State != agent.Finished {
		t.Fatalf("%v %s\n%s", v.State, v.Problem, w.logs)
	}
}

// After the evidence was sent there is no second try: the browser goes back
// with an error, and the card is reset.
func TestEndsAfterOpening(t *testing.T) {
	exchange := func(answer func(http.ResponseWriter)) func(*world) {
		return func(w *world) {
			w.provider.Answer = func(rw http.ResponseWriter, r *http.Request) bool {
				if strings.HasPrefix(r.URL.Path, "/exchange") {
					answer(rw)
					return true
				}
				return false
			}
		}
	}
	for name, c := range map[string]struct {
		set   func(*world)
		want  problem.Name
		error string
	}{
		"refused":  {exchange(func(w http.ResponseWriter) { providertest.Problem(w, "csca_unknown") }), "csca_unknown", "access_denied"},
		"level":    {exchange(func(w http.ResponseWriter) { providertest.Problem(w, "level_insufficient") }), "level_insufficient", "access_denied"},
		"nonsense": {exchange(func(w http.ResponseWriter) { _, _ = w.Write([]byte("{}")) }), problem.MessageMalformed, "server_error"},
		"hangs up": {exchange(func(http.ResponseWriter) { panic(http.ErrAbortHandler) }), problem.ProviderUnreachable, "temporarily_unavailable"},
		"removed": {func(w *world) {
			w.reader.transmit = at(11, func(*vcard.Card) ([]byte, error) { return nil, card.ErrRemoved })
		}, problem.CardRemoved, "temporarily_unavailable"},
		"invented answer": {func(w *world) {
			w.reader.transmit = at(11, func(*vcard.Card) ([]byte, error) { return []byte{0x90, 0}, nil })
		}, "chip_not_genuine", "access_denied"},
		"answer refused": {func(w *world) {
			w.reader.transmit = at(12, func(*vcard.Card) ([]byte, error) { return []byte{0x69, 0x82}, nil })
		}, "chip_not_genuine", "access_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.set(w)
			l, uri := w.begin()
			v := consent(t, l, can)
			if v.State != agent.Failed || v.Problem != c.want || v.Again || !v.Return || v.Decline {
				t.Fatalf("%+v, want %s\n%s", v, c.want, w.logs)
			}
			if err := l.Again(); problem.Of(err) != problem.OutOfOrder {
				t.Errorf("Again: %v", err)
			}
			if open, closed := w.reader.balance(); open != 0 || closed != 1 {
				t.Errorf("connections: %d open, %d closed", open, closed)
			}
			redirect, err := l.Finish()
			_, state := w.provider.Code(uri)
			if want := w.provider.URL + "/callback?" + (url.Values{"error": {c.error}, "state": {state}}).Encode(); err != nil || redirect != want {
				t.Errorf("Finish = %q, %v; want %q", redirect, err, want)
			}
		})
	}
}

// A handover that was made for another login, or by someone who does not hold
// the key, never reaches the chip; and no command beyond the consent does.
func TestHostileHandover(t *testing.T) {
	other := newWorld(t)
	var foreign wire.Handover
	other.provider.Handover = func(h *wire.Handover) { foreign = *h }
	l, _ := other.begin()
	if v := consent(t, l, can); v.State != agent.Finished {
		t.Fatalf("%+v", v)
	}
	flip := func(b wire.Bytes) wire.Bytes {
		b = bytes.Clone(b)
		b[len(b)-1] ^= 1
		return b
	}
	for name, c := range map[string]struct {
		change func(*wire.Handover)
		want   problem.Name
	}{
		"another's point":           {func(h *wire.Handover) { h.PublicKey = foreign.PublicKey }, problem.HandoverProof},
		"another's point and proof": {func(h *wire.Handover) { h.PublicKey, h.Proof = foreign.PublicKey, foreign.Proof }, problem.HandoverProof},
		"another's proof":           {func(h *wire.Handover) { h.Proof = foreign.Proof }, problem.HandoverProof},
		"proof changed":             {func(h *wire.Handover) { h.Proof = flip(h.Proof) }, problem.HandoverProof},
		"proof cut":                 {func(h *wire.Handover) { h.Proof = h.Proof[:63] }, problem.HandoverProof},
		"point off the curve":       {func(h *wire.Handover) { h.PublicKey = flip(h.PublicKey) }, problem.HandoverProof},
		"infinity":                  {func(h *wire.Handover) { h.PublicKey = wire.Bytes{0} }, problem.HandoverProof},
		"other key id":              {func(h *wire.Handover) { h.KeyID = wire.Bytes{99} }, problem.HandoverProof},
		"other SOD":                 {func(h *wire.Handover) { h.SODHash = flip(h.SODHash) }, problem.HandoverMismatch},
		"other nonce":               {func(h *wire.Handover) { h.AgentNonce = flip(h.AgentNonce) }, problem.HandoverMismatch},
		"whole of another login":    {func(h *wire.Handover) { *h = foreign }, problem.HandoverMismatch},
		"reads DG2":                 {func(h *wire.Handover) { h.Commands[1] = retarget(h.Commands[1], 0x82) }, problem.RelayRefused},
		"reads DG3":                 {func(h *wire.Handover) { h.Commands[1] = retarget(h.Commands[1], 0x83) }, problem.RelayRefused},
		"plain command":             {func(h *wire.Handover) { h.Commands[0] = wire.Bytes{0, 0xB0, 0x81, 0, 0} }, problem.RelayRefused},
		"selects":                   {func(h *wire.Handover) { h.Commands[0] = wire.Bytes{0x0C, 0xA4, 4, 0x0C, 0} }, problem.RelayRefused},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var atChip int64
			w.provider.Handover = func(h *wire.Handover) {
				c.change(h)
				atChip = w.reader.chip.Counters().APDUs
			}
			l, _ := w.begin()
			v := consent(t, l, can)
			if v.State != agent.Failed || v.Problem != c.want {
				t.Fatalf("%v %s, want %s\n%s", v.State, v.Problem, c.want, w.logs)
			}
			most := int64(0)
			if c.want == problem.RelayRefused {
				most = 2 // MSE:Set AT and GENERAL AUTHENTICATE come before the first command
			}
			if after := w.reader.chip.Counters().APDUs; after-atChip > most {
				t.Errorf("%d APDUs reached the chip after the handover, at most %d", after-atChip, most)
			}
			if open, _ := w.reader.balance(); open != 0 {
				t.Error("the card is still connected")
			}
		})
	}
}

// retarget changes P1 of a wrapped command.
func retarget(command wire.Bytes, p1 byte) wire.Bytes {
	command = bytes.Clone(command)
	command[2] = p1
	return command
}

// One login at a time. A second one never disturbs the first, unless the person
// gives up a login that waits for nobody else.
func TestOneLogin(t *testing.T) {
	w := newWorld(t)
	first, uri := w.begin()
	if _, err := w.agent.Begin("second", w.provider.Begin(), false); problem.Of(err) != problem.LoginInProgress {
		t.Fatalf("second login: %v", err)
	}
	if again, err := w.agent.Begin("login-B", w.provider.Begin(), false); err != nil || again != first {
		t.Errorf("the same id again: %v", err)
	}
	if v := first.View(); v.State != agent.Consent {
		t.Errorf("first login disturbed: %+v", v)
	}
	if v := consent(t, first, can); v.State != agent.Finished {
		t.Fatalf("first login: %+v", v)
	}
	second, err := w.agent.Begin("second", w.provider.Begin(), false)
	if err != nil {
		t.Fatalf("second login after the first: %v", err)
	}
	if redirect, err := first.Finish(); err != nil || redirect != w.provider.Callback(uri) {
		t.Errorf("first login is lost: %q, %v", redirect, err)
	}
	if err := second.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !w.agent.Waiting() {
		t.Error("the second login waits for its person")
	}
	if _, err := w.agent.Begin("third", w.provider.Begin(), true); err != nil {
		t.Errorf("replace a waiting login: %v", err)
	}
	if v := second.View(); v.State != agent.Failed || v.Problem != problem.Declined {
		t.Errorf("replaced login: %+v", v)
	}
}

// A provider that does not answer holds up no other login for longer than its
// person wants, and what comes of its request afterwards changes nothing.
func TestReplaceFetching(t *testing.T) {
	w := newWorld(t)
	entered, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	var asked atomic.Bool
	w.provider.Answer = func(http.ResponseWriter, *http.Request) bool {
		if asked.CompareAndSwap(false, true) {
			close(entered)
			<-release
		}
		return false
	}
	first, err := w.agent.Begin("first", w.provider.Begin(), false)
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	if _, err := w.agent.Begin("second", w.provider.Begin(), false); problem.Of(err) != problem.LoginInProgress {
		t.Errorf("second login that does not ask: %v", err)
	}
	if !w.agent.Waiting() {
		t.Error("a login that is fetching seems to be at work with the card")
	}
	second, err := w.agent.Begin("second", w.provider.Begin(), true)
	if err != nil {
		t.Fatalf("replace a login that is fetching: %v", err)
	}
	if err := second.Wait(t.Context()); err != nil || second.View().State != agent.Consent {
		t.Errorf("second login: %v, %+v", err, second.View())
	}
	if v := first.View(); v.State != agent.Failed || v.Problem != problem.Declined || v.Again {
		t.Errorf("replaced login: %+v", v)
	}
	for end := time.Now().Add(3 * time.Second); !strings.Contains(w.logs.String(), "login stopped"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the fetch of the replaced login goes on")
		}
	}
	if v := first.View(); v.State != agent.Failed || v.Problem != problem.Declined || v.Again {
		t.Errorf("replaced login after its fetch: %+v", v)
	}
}

// A login at work is not replaced by anybody.
func TestNoReplaceAtWork(t *testing.T) {
	w := newWorld(t)
	entered, release := make(chan struct{}), make(chan struct{})
	w.reader.transmit = at(2, func(*vcard.Card) ([]byte, error) {
		close(entered)
		<-release
		return nil, card.ErrRemoved
	})
	l, _ := w.begin()
	if err := l.Consent([]byte(can)); err != nil {
		t.Fatal(err)
	}
	<-entered
	if w.agent.Waiting() {
		t.Error("a login at work seems to wait for its person")
	}
	if _, err := w.agent.Begin("second", w.provider.Begin(), true); problem.Of(err) != problem.LoginInProgress {
		t.Errorf("replace a login at work: %v", err)
	}
	close(release)
	if v := settle(t, l); v.Problem != problem.CardRemoved {
		t.Errorf("first login: %+v", v)
	}
}

// The person's no, before and during the work, ends the login with
// access_denied; the card is released and the provider learns nothing.
func TestDecline(t *testing.T) {
	w := newWorld(t)
	l, uri := w.begin()
	if err := l.Decline(); err != nil {
		t.Fatal(err)
	}
	denied := func(l *agent.Login, uri string) {
		t.Helper()
		if v := l.View(); v.State != agent.Failed || v.Problem != problem.Declined || v.Again {
			t.Fatalf("%+v", v)
		}
		_, state := w.provider.Code(uri)
		redirect, err := l.Finish()
		if want := w.provider.URL + "/callback?error=access_denied&state=" + state; err != nil || redirect != want {
			t.Errorf("Finish = %q, %v; want %q", redirect, err, want)
		}
	}
	denied(l, uri)
	if err := l.Decline(); problem.Of(err) != problem.OutOfOrder {
		t.Errorf("second no: %v", err)
	}
	if err := l.Consent([]byte(can)); problem.Of(err) != problem.OutOfOrder {
		t.Errorf("yes after no: %v", err)
	}

	w.reader.connect = func(ctx context.Context) error {
		l, err := w.agent.Find("login-C")
		if err != nil {
			return err
		}
		if err := l.Decline(); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}
	l, uri = w.begin()
	consent(t, l, can)
	denied(l, uri)

	w.reader.connect = nil
	w.reader.transmit = at(3, func(chip *vcard.Card) ([]byte, error) {
		l, err := w.agent.Find("login-D")
		if err != nil {
			return nil, err
		}
		return nil, errors.Join(l.Decline(), context.Canceled)
	})
	l, uri = w.begin()
	consent(t, l, can)
	denied(l, uri)
	if open, _ := w.reader.balance(); open != 0 || w.provider.Calls("/exchange") != 0 {
		t.Errorf("open %d, exchanges %d", open, w.provider.Calls("/exchange"))
	}
}

// The page does not wait for ever, and an old yes counts for nothing.
func TestExpiry(t *testing.T) {
	w := newWorld(t)
	l, _ := w.begin()
	w.pass(agent.ConsentTime + time.Second)
	if err := l.Consent([]byte(can)); problem.Of(err) != problem.LoginExpired {
		t.Errorf("late yes: %v", err)
	}
	if v := l.View(); v.State != agent.Failed || v.Problem != problem.LoginExpired || v.Again || !v.Return {
		t.Errorf("%+v", v)
	}
	w.reader.connect = fails(card.ErrNoReader)
	l, _ = w.begin()
	consent(t, l, can)
	w.pass(agent.ConsentTime + time.Second)
	if err := l.Again(); problem.Of(err) != problem.LoginExpired {
		t.Errorf("late second try: %v", err)
	}
	if _, err := w.agent.Begin("next", w.provider.Begin(), false); err != nil {
		t.Errorf("an expired login stands in the way: %v", err)
	}
}

// A request that could not be had leaves nothing to consent to and nowhere to
// return.
func TestFetchFails(t *testing.T) {
	w := newWorld(t)
	w.provider.Signed = func(string, string) string { return "{}" }
	l, _ := w.begin()
	if v := l.View(); v.State != agent.Failed || v.Problem != problem.RequestUnsigned || v.Again || v.Return || v.Asked != nil {
		t.Errorf("%+v", v)
	}
	if _, err := l.Finish(); problem.Of(err) != problem.OutOfOrder {
		t.Errorf("Finish: %v", err)
	}
	if err := l.Consent([]byte(can)); problem.Of(err) != problem.OutOfOrder {
		t.Errorf("Consent: %v", err)
	}
	if _, err := w.agent.Begin("x", "https://evil.test/request", false); problem.Of(err) != problem.ProviderNotEnrolled {
		t.Errorf("foreign provider: %v", err)
	}
	if _, err := w.agent.Find("nobody"); problem.Of(err) != problem.LoginUnknown {
		t.Errorf("Find: %v", err)
	}
}

// A panic below ends the login, not the agent.
func TestPanic(t *testing.T) {
	w := newWorld(t)
	w.reader.transmit = at(4, func(*vcard.Card) ([]byte, error) { panic("CAN " + can) })
	l, _ := w.begin()
	if v := consent(t, l, can); v.State != agent.Failed || v.Problem != problem.Internal {
		t.Errorf("%+v", v)
	}
	if strings.Contains(w.logs.String(), can) {
		t.Error("the log holds what the panic carried")
	}
	if open, _ := w.reader.balance(); open != 0 {
		t.Error("the card is still connected")
	}
}

// Nothing secret in the logs of a login that works and of ones that fail: not
// the CAN, not the bearer token, not the code, nothing from the files.
func TestNoSecretsInLogs(t *testing.T) {
	w := newWorld(t)
	var tokens []string
	w.provider.Request = func(r *wire.Request) {
		text, err := r.ExchangeToken.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, string(text), r.JTI, r.State)
	}
	secrets := []string{can, "654321", "MARIE", "SPECIMEN<<"}
	run := func(can string) {
		l, uri := w.begin()
		consent(t, l, can)
		if l.View().State == agent.Consent {
			_ = l.Decline()
		}
		if _, err := l.Finish(); err != nil {
			t.Fatal(err)
		}
		code, _ := w.provider.Code(uri)
		secrets = append(secrets, code, uri)
	}
	run(can)
	run("654321")
	w.reader.transmit = at(9, func(*vcard.Card) ([]byte, error) { return []byte{0x69, 0x88}, nil })
	run(can)
	w.reader.transmit = nil
	w.provider.Redirect = func(s string) string { return s + "&more=1" }
	run(can)
	logs := w.logs.String()
	if !strings.Contains(logs, "login finished") || !strings.Contains(logs, "wrong_can") {
		t.Fatalf("the log misses what happened:\n%s", logs)
	}
	for _, secret := range append(secrets, tokens...) {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %q:\n%s", secret, logs)
		}
	}
}

// Consent wipes what it was given.
func TestConsentWipes(t *testing.T) {
	w := newWorld(t)
	l, _ := w.begin()
	for _, given := range []string{"12345", can} {
		b := []byte(given)
		if err := l.Consent(b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, make([]byte, len(b))) {
			t.Errorf("CAN is still there: %d bytes", len(b))
		}
	}
	settle(t, l)
}
