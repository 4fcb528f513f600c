package vcard

import (
	"bytes"
	"crypto"
	"fmt"
	"math/big"
	"testing"
)

// fullCard is a card that speaks everything.
func fullCard() Personalisation {
	p := withPIN()
	p.BAC = true
	p.PACE = append(p.PACE, PACEProtocol{IntegratedMapping, AES256, BrainpoolP256r1})
	p.ChipKeys = append(p.ChipKeys, ChipKey{ID: []byte{1}, Curve: BrainpoolP256r1, Cipher: TripleDES, Scalar: append(make([]byte, 31), 5)})
	p.ActiveAuthentication = &ActiveAuthenticationKey{Curve: P256, Scalar: append(make([]byte, 31), 9), Hash: crypto.SHA256}
	p.MasterFiles[FIDCardSecurity] = []byte{0x30, 0x00}
	return p
}

// state is a state of the chip and how a terminal gets there.
type state struct {
	name  string
	reach func(*terminal)
}

func states() []state {
	d := domainBrainpoolP256r1()
	point := func(tag int) []byte { return encode(tag, d.encode(d.multiplyGenerator(big.NewInt(3)))) }
	begun := func(t *terminal) { t.setPACE(passwordCAN) }
	nonced := func(t *terminal) { begun(t); t.generalAuthenticate(0x10, nil) }
	mapped := func(t *terminal) { nonced(t); t.generalAuthenticate(0x10, point(tagMapTerminal)) }
	agreed := func(t *terminal) { mapped(t); t.generalAuthenticate(0x10, point(tagAgreeTerminal)) }
	integrated := func(t *terminal) { t.set(t.card.p.PACE[1], passwordCAN); t.generalAuthenticate(0x10, nil) }
	challenged := func(t *terminal) { t.send("0084000008") }
	paced := func(t *terminal) { t.establish("314159") }
	selected := func(t *terminal) { paced(t); t.selectApplication() }
	authenticated := func(t *terminal) {
		selected(t)
		t.authenticateChip(point(tagEphemeralKey)[2:])
	}
	return []state{
		{"reset", func(*terminal) {}},
		{"application in the clear", func(t *terminal) { t.selectApplication() }},
		{"challenge", challenged},
		{"MSE:Set AT", begun},
		{"nonce", nonced},
		{"mapped", mapped},
		{"integrated, nonce", integrated},
		{"agreed", agreed},
		{"PACE", paced},
		{"application", selected},
		{"chip key chosen", func(t *terminal) { selected(t); t.send(setChipAuthentication) }},
		{"chip authentication", authenticated},
		{"PACE again, agreed", func(t *terminal) { selected(t); agreed(t) }},
	}
}

// everyCommand is one command of every kind, well formed.
func everyCommand() map[string]string {
	d := domainBrainpoolP256r1()
	public := d.encode(d.multiplyGenerator(big.NewInt(11)))
	step := func(cla uint32, tag int, value []byte) string {
		return apdu(cla<<24|0x860000, encode(tagDynamicAuthenticationData, encode(tag, value)), true)
	}
	return map[string]string{
		"map":            step(0x10, tagMapTerminal, public),
		"map integrated": step(0x10, tagMapTerminal, make([]byte, 32)),
		"agree":          step(0x10, tagAgreeTerminal, public),
		"token":          step(0, tagTokenTerminal, make([]byte, 8)),
		"chip key":       step(0, tagEphemeralKey, public),
		"nonce":          "10860000027C0000",
		"KAT":            apdu(0x002241A6, encode(tagEphemeralKeyKAT, public), false),
		"CA":             setChipAuthentication,
		"PACE":           "0022C1A412 800A04007F00070202040204 830102 84010D",
		"AA":             "0088000008" + challenge + "00",
		"challenge":      "0084000008",
		"BAC":            apdu(0x00820000, make([]byte, 40), true),
		"unblock":        "002C0303",
		"application":    selectApplication,
		"DG1":            "00B0810004",
		"DG1, odd":       "00B10101 0354010004",
		"CardAccess":     "00B09C0002",
		"CardSecurity":   "00A4020C02011D",
		"master file":    "00A4000C",
	}
}

// accepted says which commands a state takes with 9000.
func accepted(s string) []string {
	plain := []string{"PACE", "challenge", "application", "master file"}
	inMF, inDF := append([]string{"CardAccess"}, plain...), plain
	session := []string{"PACE", "CA", "KAT", "application", "master file"}
	switch s {
	case "application in the clear":
		return inDF
	case "MSE:Set AT":
		return append(inMF, "nonce")
	case "nonce":
		return append(inMF, "map")
	case "integrated, nonce":
		return append(inMF, "map integrated")
	case "mapped":
		return append(inMF, "agree")
	case "PACE":
		return append(session, "CardAccess", "CardSecurity")
	case "application", "chip authentication", "PACE again, agreed":
		return append(session, "DG1", "DG1, odd", "AA")
	case "chip key chosen":
		return append(session, "DG1", "DG1, odd", "AA", "chip key")
	}
	return inMF
}

// Would catch: a command that a state must not take, or must, and one that
// changes the access rights of a state it is refused in.
func TestEveryCommandInEveryState(t *testing.T) {
	p := fullCard()
	for _, s := range states() {
		allowed := map[string]bool{}
		for _, name := range accepted(s.name) {
			allowed[name] = true
		}
		for name, command := range everyCommand() {
			terminal := connect(t, p)
			s.reach(terminal)
			inSession := terminal.channel != nil
			r := terminal.send(command)
			if (r.sw == statusOK) != allowed[name] {
				t.Errorf("%s in state %s: %04X", name, s.name, r.sw)
			}
			if inSession && r.sw != statusOK {
				terminal.selectApplication()
				if r := terminal.send("00B0810004"); r.sw != statusOK {
					t.Errorf("%s in state %s: the session is lost, %04X", name, s.name, r.sw)
				}
			}
			if r := terminal.raw(unhex(t, "00B0810004")); r.sw == statusOK {
				t.Errorf("%s in state %s: DG1 without protection", name, s.name)
			}
		}
	}
}

// Would catch: secure messaging that goes on after its error in one state only.
func TestEveryStateEndsWithItsSession(t *testing.T) {
	for _, s := range states() {
		terminal := connect(t, fullCard())
		s.reach(terminal)
		if terminal.channel == nil {
			continue
		}
		b := terminal.protect(unhex(t, "00B0810004"))
		b[len(b)-3] ^= 1
		if r := terminal.raw(b); r.sw != statusSMIncorrect {
			t.Errorf("state %s: wrong MAC answered %04X", s.name, r.sw)
		}
		before := fmt.Sprintf("%+v", volatile{steps: terminal.card.steps})
		if got := fmt.Sprintf("%+v", terminal.card.volatile); got != before {
			t.Errorf("state %s: after it the card is %s", s.name, got)
		}
		if r := terminal.raw(unhex(t, "00A4020C02011D")); r.sw != statusSecurity {
			t.Errorf("state %s: EF.CardSecurity answered %04X", s.name, r.sw)
		}
	}
}

// Would catch: answers that depend on what an earlier card of the same
// contents was asked, so that recordings could not be repeated.
func TestSameRandomnessSameAnswers(t *testing.T) {
	var first [][]byte
	for run := range 2 {
		terminal := connect(t, fullCard())
		var all [][]byte
		for _, command := range []string{"0084000008", "0022C1A412 800A04007F00070202040404 830102 84010D", "10860000027C0000"} {
			r := terminal.send(command)
			all = append(all, r.data)
		}
		if run == 0 {
			first = all
		} else if !bytes.Equal(bytes.Join(first, nil), bytes.Join(all, nil)) {
			t.Error("answers differ")
		}
	}
}
