package cnie_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/sm"
	"cnie.example/card/vcard"
)

// Instructions that tell the steps of a flow.
const (
	insManageEnvironment   = 0x22
	insGeneralAuthenticate = 0x86
	insGetChallenge        = 0x84
	insGetResponse         = 0xC0
	insReadBinary          = 0xB0
)

// everyStep runs test for each flow of each subject, with the commands of a run
// without fault.
func everyStep(t *testing.T, test func(t *testing.T, s subject, u use, p vcard.Personalisation, clean [][]byte)) {
	few := []string{"cnie", "passport-bac", "active-ecdsa"}
	for _, s := range subjects() {
		if s.name == "cnie-photo" || (testing.Short() || raceEnabled) && !slices.Contains(few, s.name) {
			continue // more of the same
		}
		p := document(t, s.profile)
		for name, u := range s.flows() {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				chip := &counter{card: newCard(t, p)}
				_, err := u.run(t.Context(), chip, s.from(t, p, 0), s.files)
				must(t, err)
				test(t, s, u, p, chip.commands)
			})
		}
	}
}

// faulty plays a flow on a card with one fault.
func faulty(t testing.TB, s subject, u use, p vcard.Personalisation, f vcard.Fault) (outcome, *counter, *vcard.Card, error) {
	t.Helper()
	chip := quickCard(t, p, f.APDU)
	must(t, chip.SetFaults(f))
	c := &counter{card: chip}
	got, err := u.run(t.Context(), c, s.from(t, p, f.APDU), s.files)
	return got, c, chip, err
}

// TestRemovedEverywhere catches a card removed at any step whose cause is lost
// or called something else, a command to a card that is gone, and a next attempt
// that suffers from it.
func TestRemovedEverywhere(t *testing.T) {
	others := []error{
		cnie.ErrUnknownCard, cnie.ErrOtherDocument, cnie.ErrReopen, cnie.ErrDowngrade, cnie.ErrOrder, cnie.ErrChip, cnie.ErrNoProof,
		pace.ErrWrongPassword, pace.ErrChip, bac.ErrWrongPassword, bac.ErrChip, lds.ErrFile, lds.ErrSFIRefused,
		sm.ErrSecureMessaging, relay.ErrRefused, errProvider,
	}
	everyStep(t, func(t *testing.T, s subject, u use, p vcard.Personalisation, clean [][]byte) {
		for n := 1; n <= len(clean); n++ {
			_, c, chip, err := faulty(t, s, u, p, vcard.Fault{Kind: vcard.Cut, APDU: n})
			if !errors.Is(err, card.ErrRemoved) || len(c.commands) != n {
				t.Errorf("removed at %d: %v after %d commands", n, err, len(c.commands))
			}
			for _, other := range others {
				if errors.Is(err, other) {
					t.Errorf("removed at %d: also %v", n, other)
				}
			}
			must(t, chip.SetFaults())
			chip.Reset()
			got, err := u.run(t.Context(), chip, s.from(t, p, n), s.files)
			if err == nil {
				err = got.holds(p.Files, s.files)
			}
			if err != nil {
				t.Errorf("after removal at %d: %v", n, err)
			}
		}
	})
}

// TestStatusEverywhere catches a status word of any class, in the place of any
// answer, that is taken for success, makes the terminal panic, or after which
// it reads on.
func TestStatusEverywhere(t *testing.T) {
	all := []uint16{
		0x6105, 0x6200, 0x6282, 0x6300, 0x63C0, 0x63C1, 0x63C3, 0x6400, 0x6581, 0x6600, 0x6700, 0x6882, 0x6982, 0x6983, 0x6985,
		0x6988, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6C00, 0x6C10, 0x6D00, 0x6E00, 0x6F00, 0x9000, 0x9100,
	}
	everyStep(t, func(t *testing.T, s subject, u use, p vcard.Personalisation, clean [][]byte) {
		statuses := all
		if full := s.name == "cnie" || s.name == "passport-bac"; !full || testing.Short() || raceEnabled {
			statuses = []uint16{0x6105, 0x6282, 0x6700, 0x6982, 0x6A82, 0x6C10, 0x9000}
		}
		for n := 1; n <= len(clean); n++ {
			for _, status := range statuses {
				got, c, _, err := faulty(t, s, u, p, vcard.Fault{Kind: vcard.WrongStatus, APDU: n, Status: status})
				if err == nil {
					err = got.holds(p.Files, s.files)
					if err == nil && mayRecover(clean, n, status, u) {
						continue
					}
					t.Errorf("%04X at %d: success, %v", status, n, err)
					continue
				}
				allowed := n < opening(clean) || relayed(clean, n, status) || mayReopen(clean, n, status, u)
				if extra := after(c.commands, n, status); len(extra) != 0 && !allowed {
					t.Errorf("%04X at %d: %v, then % X", status, n, err, extra[0])
				}
			}
		}
	})
}

// opening is the number of the first command that authenticates: what comes
// before looks for the files that everybody may read.
func opening(clean [][]byte) int {
	return 1 + slices.IndexFunc(clean, func(b []byte) bool { return b[1] == insManageEnvironment || b[1] == insGetChallenge })
}

// mayRecover says whether a flow may succeed in spite of a status word: while it
// looks for EF.CardAccess, where the status word is the right one or announces
// tries, and where a length is refused so that Use opens the card anew.
func mayRecover(clean [][]byte, n int, status uint16, u use) bool {
	switch {
	case n < opening(clean):
		return true
	case clean[n-1][1] == insManageEnvironment && clean[n-1][0] == 0:
		return status == 0x9000 || status == 0x63C3
	case clean[n-1][1] == insGetChallenge:
		return status>>8 == 0x6C // repeated with the right length, in clear
	}
	return mayReopen(clean, n, status, u)
}

// mayReopen says whether the status word refuses the length of a protected
// command, so that the card is opened anew.
func mayReopen(clean [][]byte, n int, status uint16, u use) bool {
	ins := clean[n-1][1]
	return u.reopens && clean[n-1][0] == 0x0C && (ins == insReadBinary || ins == insInternalAuthenticate) &&
		(status == 0x6700 || status>>8 == 0x6C)
}

// after are the commands that followed the one with the fault, without those by
// which the transmission layer collects an answer, or repeats a command in clear
// once with the right length.
func after(commands [][]byte, n int, status uint16) (extra [][]byte) {
	for i, b := range commands[n:] {
		repeated := i == 0 && status>>8 == 0x6C && b[0]&0x0C == 0 && b[1] == commands[n-1][1]
		if b[1] != insGetResponse && !repeated {
			extra = append(extra, b)
		}
	}
	return extra
}

// relayed says whether the command is one of a provider's batch and the status
// word one that the agent, who has no keys, has to take for an answer.
func relayed(clean [][]byte, n int, status uint16) bool {
	last := 0 // the GENERAL AUTHENTICATE, or MSE:Set KAT, of the hand-over
	for i, b := range clean {
		if b[0] == 0x0C && (b[1] == insGeneralAuthenticate || b[1] == insManageEnvironment) {
			last = i + 1
		}
	}
	return n > last && last != 0 && (status == 0x9000 || status == 0x6282)
}

// TestWrongMACEverywhere catches a session that goes on after a wrong MAC, at
// any protected step of any flow.
func TestWrongMACEverywhere(t *testing.T) {
	everyStep(t, func(t *testing.T, s subject, u use, p vcard.Personalisation, clean [][]byte) {
		for n := 1; n <= len(clean); n++ {
			if clean[n-1][0]&0x0C == 0 {
				continue
			}
			_, c, _, err := faulty(t, s, u, p, vcard.Fault{Kind: vcard.WrongMAC, APDU: n})
			if !errors.Is(err, sm.ErrMAC) {
				t.Errorf("wrong MAC at %d: %v", n, err)
			}
			if extra := after(c.commands, n, 0); len(extra) != 0 && !relayed(clean, n, 0x9000) {
				t.Errorf("wrong MAC at %d: then % X", n, extra)
			}
		}
	})
}

// TestWrongLengthEverywhere catches an answer that is a byte short and is taken
// for whole. EF.CardAccess alone, which nobody protects, may be read again.
func TestWrongLengthEverywhere(t *testing.T) {
	everyStep(t, func(t *testing.T, s subject, u use, p vcard.Personalisation, clean [][]byte) {
		for n := 1; n <= len(clean); n++ {
			got, _, _, err := faulty(t, s, u, p, vcard.Fault{Kind: vcard.WrongLength, APDU: n})
			if err == nil && (n >= opening(clean) || got.holds(p.Files, s.files) != nil) {
				t.Errorf("answer %d cut short: accepted", n)
			}
		}
	})
}

// TestLeadingZeroEverywhere catches a shared secret of PACE that loses its
// leading zero, with each mapping and curve.
func TestLeadingZeroEverywhere(t *testing.T) {
	for _, s := range subjects() {
		if s.bac {
			continue
		}
		p := document(t, s.profile)
		for name, u := range s.flows() {
			got, _, _, err := faulty(t, s, u, p, vcard.Fault{Kind: vcard.LeadingZero})
			if err == nil {
				err = got.holds(p.Files, s.files)
			}
			if err != nil {
				t.Errorf("%s/%s: %v", s.name, name, fmt.Errorf("leading zero: %w", err))
			}
		}
	}
}
