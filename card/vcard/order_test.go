package vcard

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"
)

// Would catch: steps of PACE that are taken out of order, repeated, outside
// their chain, or go on after a failure.
func TestOrderOfPACE(t *testing.T) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		t.Fatal(err)
	}
	nonce, tooLate := "10860000027C0000", "00860000027C0000"
	step := func(cla, tag byte, value []byte) string {
		data := encode(tagDynamicAuthenticationData, encode(int(tag), value))
		return hex.EncodeToString(append(append([]byte{cla, 0x86, 0, 0, byte(len(data))}, data...), 0))
	}
	public := d.encode(d.generator)
	mapping, agree := step(0x10, tagMapTerminal, public), step(0x10, tagAgreeTerminal, public)
	token := step(0x00, tagTokenTerminal, make([]byte, 8))
	off := bytes.Clone(public)
	off[10] ^= 1
	read := "00B09C0002"
	for _, x := range []struct {
		name  string
		steps []string
		want  status
	}{
		{"nonce twice", []string{nonce, nonce}, statusConditions},
		{"mapping first", []string{mapping}, statusConditions},
		{"agreement before mapping", []string{nonce, agree}, statusConditions},
		{"mapping twice", []string{nonce, mapping, mapping}, statusConditions},
		{"token before agreement", []string{nonce, mapping, token}, statusConditions},
		{"agreement twice", []string{nonce, mapping, agree, agree}, statusLastOfChainExpected},
		{"nonce outside the chain", []string{tooLate}, statusConditions},
		{"token inside the chain", []string{nonce, mapping, agree, step(0x10, tagTokenTerminal, make([]byte, 8))}, statusLastOfChainExpected},
		{"wrong token", []string{nonce, mapping, agree, token}, statusAuthenticationFailed},
		{"short token", []string{nonce, mapping, agree, step(0, tagTokenTerminal, []byte{1})}, statusAuthenticationFailed},
		{"token after a wrong one", []string{nonce, mapping, agree, token, token}, statusConditions},
		{"point off the curve", []string{nonce, step(0x10, tagMapTerminal, off)}, statusWrongData},
		{"going on after it", []string{nonce, step(0x10, tagMapTerminal, off), mapping}, statusConditions},
		{"empty point", []string{nonce, step(0x10, tagMapTerminal, nil)}, statusWrongData},
		{"another command between", []string{nonce, read, mapping}, statusConditions},
		{"another command after MSE", []string{read, nonce}, statusConditions},
		{"not dynamic authentication data", []string{"10860000027D0000"}, statusWrongData},
		{"two objects", []string{nonce, "10860000077C05810100 830000"}, statusWrongData},
		{"no Le", []string{"10860000027C00"}, statusWrongLength},
		{"P1 and P2", []string{"10860001027C0000"}, statusParameters},
	} {
		terminal := connect(t, blank())
		if r := terminal.setPACE(passwordMRZ); r.sw != statusOK {
			t.Fatalf("MSE answered %04X", r.sw)
		}
		var r response
		for _, s := range x.steps {
			r = terminal.send(s)
		}
		if r.sw != x.want {
			t.Errorf("%s: %04X, want %04X", x.name, r.sw, x.want)
		}
		if r := terminal.send("00B0810000"); r.sw != statusSecurity {
			t.Errorf("%s: DG1 answered %04X", x.name, r.sw)
		}
	}
}

// Would catch: keys that come into force behind an answer that was refused,
// because the terminal asked for too few bytes.
func TestNoSessionBehindARefusal(t *testing.T) {
	terminal := connect(t, blank())
	terminal.setPACE(passwordCAN)
	terminal.generalAuthenticate(0x10, nil)
	d := domainBrainpoolP256r1()
	own := d.encode(d.multiplyGenerator(terminal.scalar))
	terminal.generalAuthenticate(0x10, encode(tagMapTerminal, own))
	terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, own))
	token := encode(tagDynamicAuthenticationData, encode(tagTokenTerminal, terminal.card.run.expected))
	if r := terminal.send(apdu(0x00860000, token, false) + "01"); r.sw != statusWrongLength {
		t.Fatalf("Le of 1: %04X", r.sw)
	}
	if terminal.card.channel != nil {
		t.Error("secure messaging has begun")
	}
}

// Would catch: a chip that accepts its own ephemeral key mirrored back.
func TestMirroredKeyRefused(t *testing.T) {
	d, err := BrainpoolP256r1.domain()
	if err != nil {
		t.Fatal(err)
	}
	one := append(make([]byte, 31), 1)
	c, err := New(blank(), bytes.NewReader(append(append(make([]byte, 16), one...), one...)))
	if err != nil {
		t.Fatal(err)
	}
	terminal := &terminal{TB: t, card: c}
	terminal.setPACE(passwordCAN)
	terminal.generalAuthenticate(0x10, nil)
	// Nonce 0, chip's scalar 1, terminal's scalar 1: the mapped generator is G.
	terminal.generalAuthenticate(0x10, encode(tagMapTerminal, d.encode(d.generator)))
	r := terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, d.encode(d.generator)))
	if r.sw != statusWrongData {
		t.Errorf("answered %04X", r.sw)
	}
}

// Would catch: old keys that live on after chip authentication, new keys that
// hold too early, a counter that is carried over, and failures that end the
// session.
func TestChipAuthentication(t *testing.T) {
	terminal := open(t, blank())
	d := terminal.card.keys[0].domain
	public := d.encode(d.multiply(terminal.scalar, d.generator))
	if sw := terminal.authenticateChip(public[:64]); sw != statusWrongData {
		t.Errorf("cut point: %04X", sw)
	}
	if r := terminal.generalAuthenticate(0, encode(tagEphemeralKey, public)); r.sw != statusConditions {
		t.Errorf("going on after it: %04X", r.sw)
	}
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("old session after a failure: %04X", r.sw)
	}
	old := *terminal.channel
	if sw := terminal.authenticateChip(public); sw != statusOK {
		t.Fatalf("chip authentication: %04X", sw)
	}
	old.ssc += 4
	if terminal.channel.ssc != 0 || terminal.card.channel.ssc != 0 {
		t.Error("counter is not zero under the new keys")
	}
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("read under the new keys: %04X", r.sw)
	}
	terminal.channel = &old
	if r := terminal.send("00B0810004"); r.sw != statusSMIncorrect {
		t.Errorf("read under the old keys: %04X", r.sw)
	}
}

// Would catch: PACE inside a session that leaves it on the old keys.
func TestSecondPACE(t *testing.T) {
	terminal := open(t, blank())
	if sw := terminal.establish("000000"); sw != statusAuthenticationFailed {
		t.Errorf("wrong CAN: %04X", sw)
	}
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("session after a wrong CAN: %04X", r.sw)
	}
	if sw := terminal.establish("314159"); sw != statusOK {
		t.Fatalf("second PACE: %04X", sw)
	}
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("read after the second PACE: %04X", r.sw)
	}
}

// Would catch: a session that survives an error of secure messaging or a plain
// command, and the wrong status word for each.
func TestSessionEnds(t *testing.T) {
	read := unhex(t, "00B0810004")
	for _, x := range []struct {
		name string
		bend func(b []byte) []byte
		want status
	}{
		{"wrong MAC", func(b []byte) []byte { b[len(b)-3] ^= 1; return b }, statusSMIncorrect},
		{"altered header", func(b []byte) []byte { b[2] = 0x82; return b }, statusSMIncorrect},
		{"altered Le", func(b []byte) []byte { b[9] = 5; return b }, statusSMIncorrect},
		{"no objects", func([]byte) []byte { return []byte{0x0C, 0xB0, 0x81, 0, 0} }, statusSMMissing},
		{"no MAC", func([]byte) []byte { return unhex(t, "0CB0810003 970104 00") }, statusSMMissing},
		{"short MAC", func([]byte) []byte { return unhex(t, "0CB0810006 970104 8E01FF 00") }, statusSMIncorrect},
		{"MAC before Le", func([]byte) []byte { return unhex(t, "0CB081000D 8E08FFFFFFFFFFFFFFFF 970104 00") }, statusSMIncorrect},
		{"unknown object", func([]byte) []byte { return unhex(t, "0CB081000D 8701 00 8E08FFFFFFFFFFFFFFFF 00") }, statusSMIncorrect},
		{"cut object", func([]byte) []byte { return unhex(t, "0CB0810002 9705 00") }, statusSMIncorrect},
		{"no outer Le", func(b []byte) []byte { return b[:len(b)-2] }, statusSMMissing},
		{"malformed", func(b []byte) []byte { return b[:len(b)-3] }, statusWrongLength},
		{"plain", func([]byte) []byte { return read }, statusSecurity},
		{"plain of a free file", func([]byte) []byte { return unhex(t, "00B09C0002") }, statusOK},
		{"unknown class", func([]byte) []byte { return unhex(t, "80B0810004") }, statusClass},
		{"replay", nil, statusSMIncorrect},
	} {
		terminal := open(t, blank())
		before := *terminal.channel
		b := terminal.protect(read)
		if x.bend == nil {
			terminal.raw(b)
			terminal.channel.ssc = before.ssc + 2
		} else {
			b = x.bend(b)
		}
		if r := terminal.raw(b); r.sw != x.want || len(r.data) > 2 {
			t.Errorf("%s: %04X, want %04X", x.name, r.sw, x.want)
		}
		*terminal.channel = before
		for range 3 {
			if r := terminal.raw(terminal.protect(read)); r.sw != statusSecurity || len(r.data) != 0 {
				t.Errorf("%s: session goes on with %04X", x.name, r.sw)
			}
		}
	}
}

// Would catch: anything remembered over a reset.
func TestReset(t *testing.T) {
	terminal := open(t, blank())
	terminal.send(setChipAuthentication)
	terminal.card.Reset()
	if r := terminal.raw(terminal.protect(unhex(t, "00B0810004"))); r.sw != statusSecurity {
		t.Errorf("session after reset: %04X", r.sw)
	}
	terminal.channel = nil
	if r := terminal.send("00B09C0002"); r.sw != statusOK {
		t.Errorf("master file after reset: %04X", r.sw)
	}
	terminal.setPACE(passwordCAN)
	terminal.card.Reset()
	if r := terminal.generalAuthenticate(0x10, nil); r.sw != statusConditions {
		t.Errorf("PACE begun before the reset: %04X", r.sw)
	}
}

// Would catch: a response longer than the command asked for, and an extended
// command taken by a chip that has none.
func TestLengths(t *testing.T) {
	terminal := open(t, blank())
	b := terminal.protect(unhex(t, "00B0810000"))
	short := append([]byte{b[0], b[1], b[2], b[3], b[6]}, b[7:len(b)-1]...)
	r := terminal.unprotect(terminal.raw(short))
	if r.sw != statusWrongLength || len(r.data) != 0 {
		t.Errorf("256 bytes in a short response: %04X with %d bytes", r.sw, len(r.data))
	}
	p := blank()
	p.ShortLength = true
	terminal = connect(t, p)
	if r := terminal.send("00B09C000000 00"); r.sw != statusWrongLength {
		t.Errorf("extended command to a short chip: %04X", r.sw)
	}
	if r := terminal.send("00B09C0002"); r.sw != statusOK {
		t.Errorf("short command to a short chip: %04X", r.sw)
	}
}

// Would catch: a SELECT of the master file that answers 6A86 and yet changes
// the selection.
func TestSelectMF(t *testing.T) {
	p := blank()
	p.SelectMF = 0x6A86
	terminal := open(t, p)
	if r := terminal.send("00A4000C023F00"); r.sw != statusParameters {
		t.Errorf("SELECT MF: %04X", r.sw)
	}
	if r := terminal.send("00B0810004"); r.sw != statusOK {
		t.Errorf("application after it: %04X", r.sw)
	}
}

// Would catch: an ended context that is ignored, counters that miss bytes, and
// contents shared with the caller.
func TestTransmit(t *testing.T) {
	p := blank()
	c := newCard(t, p)
	p.MasterFiles[FIDCardAccess][0], p.CAN[0], p.ATR[0] = 0xFF, 'X', 0xFF
	answer, err := c.Transmit(t.Context(), unhex(t, "00B09C0002"))
	if err != nil || !bytes.Equal(answer, unhex(t, "31009000")) {
		t.Errorf("answer %X, error %v", answer, err)
	}
	answer[0] = 0xFF
	c.ATR()[0] = 0xFF
	if again, _ := c.Transmit(t.Context(), unhex(t, "00B09C0002")); again[0] != 0x31 || c.ATR()[0] != 0x3B {
		t.Error("the card's contents are the caller's to change")
	}
	if n := c.Counters(); n.APDUs != 2 || n.Received != 10 || n.Sent != 8 {
		t.Errorf("counted %d APDUs, %d and %d bytes", n.APDUs, n.Received, n.Sent)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Transmit(ctx, unhex(t, "00B09C0002")); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// Would catch: a random source that fails and leaves a guessable nonce or key.
func TestRandomFailure(t *testing.T) {
	for n, want := range map[int]int{0: 0, 16: 1, 48: 2} {
		c, err := New(blank(), bytes.NewReader(bytes.Repeat([]byte{1}, n)))
		if err != nil {
			t.Fatal(err)
		}
		terminal := &terminal{TB: t, card: c}
		terminal.setPACE(passwordCAN)
		d := domainBrainpoolP256r1()
		g := d.encode(d.generator)
		served := 0
		for _, content := range [][]byte{nil, encode(tagMapTerminal, g), encode(tagAgreeTerminal, g)} {
			r := terminal.generalAuthenticate(0x10, content)
			if r.sw == statusFailure {
				break
			}
			served++
		}
		if served != want {
			t.Errorf("%d random bytes: %d steps served, want %d", n, served, want)
		}
	}
}

// Would catch: a card made of contents it cannot serve.
func TestPersonalisationRefused(t *testing.T) {
	for name, change := range map[string]func(*Personalisation){
		"no answer to reset":   func(p *Personalisation) { p.ATR = nil },
		"long answer to reset": func(p *Personalisation) { p.ATR = make([]byte, 34) },
		"contactless without":  func(p *Personalisation) { p.Contactless = true },
		"no password":          func(p *Personalisation) { p.CAN, p.MRZ = nil, nil },
		"no cipher":            func(p *Personalisation) { p.PACE[0].Cipher = 0 },
		"no curve":             func(p *Personalisation) { p.PACE[0].Curve = 0 },
		"nonce of 8 bytes":     func(p *Personalisation) { p.NonceSize = 8 },
		"no chip cipher":       func(p *Personalisation) { p.ChipKeys[0].Cipher = 5 },
		"no chip curve":        func(p *Personalisation) { p.ChipKeys[0].Curve = 11 },
	} {
		p := blank()
		change(&p)
		if _, err := New(p, seeded(1)); !errors.Is(err, ErrPersonalisation) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := blank()
	p.ChipKeys = nil
	terminal := open(t, p)
	if r := terminal.send(setChipAuthentication); r.sw != statusWrongData {
		t.Errorf("chip without a key: %04X", r.sw)
	}
}
