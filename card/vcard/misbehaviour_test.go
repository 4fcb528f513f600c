package vcard

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"cnie.example/card"
)

// faulty is a card with faults.
func faulty(t *testing.T, texts ...string) Personalisation {
	t.Helper()
	p := blank()
	for _, text := range texts {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		p.Faults = append(p.Faults, f)
	}
	return p
}

const readAccess = "00B09C0002"

// Would catch: a card that answers after it was taken away, comes back without
// a reset, counts on over a reset, or never comes back.
func TestCut(t *testing.T) {
	c := newCard(t, faulty(t, "cut@2"))
	for range 2 {
		for i := range 4 {
			answer, err := c.Transmit(t.Context(), unhex(t, readAccess))
			if i == 0 && (err != nil || len(answer) != 4) {
				t.Errorf("before: %X, %v", answer, err)
			}
			if i > 0 && !errors.Is(err, card.ErrRemoved) {
				t.Errorf("APDU %d: %X, %v", i+1, answer, err)
			}
		}
		c.Reset()
	}
	if err := c.SetFaults(); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := c.Transmit(t.Context(), unhex(t, readAccess)); err != nil {
			t.Errorf("without the fault: %v", err)
		}
	}
	if n := c.Counters().APDUs; n != 8 {
		t.Errorf("%d commands reached the chip, want 8", n)
	}
}

// Would catch: a command that was cut before the chip acted on it.
func TestCutCardActs(t *testing.T) {
	p := faulty(t, "cut@5")
	p.PIN = []byte("123456")
	terminal := connect(t, p)
	terminal.setPACE(passwordPIN)
	terminal.generalAuthenticate(0x10, nil)
	d := domainBrainpoolP256r1()
	own := d.encode(d.multiplyGenerator(terminal.scalar))
	terminal.generalAuthenticate(0x10, encode(tagMapTerminal, own))
	terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, own))
	token := encode(tagDynamicAuthenticationData, encode(tagTokenTerminal, make([]byte, 8)))
	if _, err := terminal.card.Transmit(t.Context(), unhex(t, apdu(0x00860000, token, true))); !errors.Is(err, card.ErrRemoved) {
		t.Fatalf("cut: %v", err)
	}
	terminal.card.Reset()
	if got := terminal.setPACE(passwordPIN).sw; got != 0x63C2 {
		t.Errorf("the wrong PIN was not counted: %04X", got)
	}
}

// Would catch: answers altered at another APDU, or otherwise than said.
func TestAlteredAnswers(t *testing.T) {
	for _, x := range []struct{ fault, want string }{
		{"status@2=6F42", "6F42"}, {"length@2", "319000"}, {"mac@2", "31009000"},
	} {
		c := newCard(t, faulty(t, x.fault))
		for i := range 3 {
			want := unhex(t, "31009000")
			if i == 1 {
				want = unhex(t, x.want)
			}
			if answer, err := c.Transmit(t.Context(), unhex(t, readAccess)); err != nil || !bytes.Equal(answer, want) {
				t.Errorf("%s, APDU %d: %X, %v, want %X", x.fault, i+1, answer, err, want)
			}
		}
	}
	c := newCard(t, faulty(t, "length@1"))
	if answer, err := c.Transmit(t.Context(), unhex(t, "00A4000C")); err != nil || !bytes.Equal(answer, []byte{0x90}) {
		t.Errorf("status word cut: %X, %v", answer, err)
	}
}

// Would catch: a MAC that stays right, or bytes beside it that change.
func TestWrongMAC(t *testing.T) {
	p := blank()
	good, bad := open(t, p), open(t, p)
	if err := bad.card.SetFaults(Fault{Kind: WrongMAC, APDU: 7}); err != nil {
		t.Fatal(err)
	}
	command := unhex(t, "00B0810004")
	want, got := good.raw(good.protect(command)).data, bad.raw(bad.protect(command)).data
	if n := len(want) - 1; !bytes.Equal(want[:n], got[:n]) || want[n] == got[n] {
		t.Errorf("answer %X, want %X but for the last byte", got, want)
	}
}

// Would catch: a chip that proves itself though told not to, or that spoils
// another step than asked.
func TestWrongMACOfProof(t *testing.T) {
	tokens := func(fault string) (chip, right []byte) {
		terminal := connect(t, faulty(t, fault))
		terminal.setPACE(passwordCAN)
		terminal.generalAuthenticate(0x10, nil)
		d := domainBrainpoolP256r1()
		own := d.encode(d.multiplyGenerator(terminal.scalar))
		terminal.generalAuthenticate(0x10, encode(tagMapTerminal, own))
		terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, own))
		run := terminal.card.run
		return terminal.object(terminal.generalAuthenticate(0, encode(tagTokenTerminal, run.expected)), tagTokenChip), run.channel.token(run.tokenInput(own))
	}
	if chip, right := tokens("mac@5"); bytes.Equal(chip, right) || !bytes.Equal(chip[:macSize-1], right[:macSize-1]) {
		t.Errorf("token %X, the right one %X", chip, right)
	}
	if chip, right := tokens("mac@4"); !bytes.Equal(chip, right) {
		t.Errorf("fault of another step: token %X, the right one %X", chip, right)
	}
	var answers [2]response
	for i, fault := range []string{"mac@3", "mac@2"} {
		p := faulty(t, fault)
		p.BAC = true
		terminal := connect(t, p)
		terminal.selectApplication()
		answers[i] = terminal.send(bacCommand(string(p.MRZ), terminal.send("0084000008").data))
	}
	n := len(answers[0].data) - 1
	if n != tokenSize+macSize-1 || !bytes.Equal(answers[0].data[:n], answers[1].data[:n]) || answers[0].data[n] == answers[1].data[n] {
		t.Errorf("EXTERNAL AUTHENTICATE: %X, %X", answers[0].data, answers[1].data)
	}
}

// Would catch: a late answer that does not wait, waits twice, or holds on after
// its context.
func TestLate(t *testing.T) {
	var waited []time.Duration
	ctx, cancel := context.WithCancel(t.Context())
	c, err := New(faulty(t, "late@2=3s", "late@3=1h"), seeded(1), Sleep(func(ctx context.Context, d time.Duration) error {
		waited = append(waited, d)
		if d == time.Hour {
			cancel()
		}
		return ctx.Err()
	}))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		answer, err := c.Transmit(ctx, unhex(t, readAccess))
		if i < 2 && (err != nil || len(answer) != 4) {
			t.Errorf("APDU %d: %X, %v", i+1, answer, err)
		}
		if i == 2 && !errors.Is(err, context.Canceled) {
			t.Errorf("ended context: %v", err)
		}
	}
	if len(waited) != 2 || waited[0] != 3*time.Second || waited[1] != time.Hour {
		t.Errorf("waited %v", waited)
	}
}

// Would catch: the timer that holds answers back, when its context ends.
func TestSleepEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("sleep: %v", err)
	}
	if err := sleep(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("sleep: %v", err)
	}
}

// Would catch: faults of the chip that do not show, or show elsewhere.
func TestChipFaults(t *testing.T) {
	t.Run("clone", func(t *testing.T) {
		p := faulty(t, "clone")
		p.PACE[0].Mapping = ChipAuthenticationMapping
		terminal := open(t, p)
		if terminal.proof {
			t.Error("chip authentication mapping proves the key")
		}
		d := terminal.card.keys[0].domain
		if sw := terminal.authenticateChip(d.encode(d.generator)); sw != statusOK {
			t.Errorf("chip authentication answered %04X", sw)
		}
		if r := terminal.raw(terminal.protect(unhex(t, "00B0810004"))); r.sw != statusSMIncorrect {
			t.Errorf("keys of the genuine chip: %04X", r.sw)
		}
	})
	t.Run("keep-keys", func(t *testing.T) {
		terminal := open(t, faulty(t, "keep-keys"))
		old := terminal.channel
		d := terminal.card.keys[0].domain
		if sw := terminal.authenticateChip(d.encode(d.generator)); sw != statusOK {
			t.Errorf("chip authentication answered %04X", sw)
		}
		terminal.channel = old
		if r := terminal.send("00B0810004"); r.sw != statusOK {
			t.Errorf("old keys: %04X", r.sw)
		}
	})
	t.Run("plain-after-pace", func(t *testing.T) {
		terminal := connect(t, faulty(t, "plain-after-pace"))
		terminal.establish("314159")
		if r := terminal.raw(terminal.protect(unhex(t, selectApplication))); r.sw != statusOK || len(r.data) != 0 {
			t.Errorf("SELECT: %04X %X", r.sw, r.data)
		}
		terminal.channel.ssc = terminal.card.channel.ssc
		if r := terminal.raw(terminal.protect(unhex(t, "00B0810004"))); r.sw != statusOK || !bytes.Equal(r.data, terminal.card.p.Files[FIDDG1][:4]) {
			t.Errorf("READ BINARY: %04X %X", r.sw, r.data)
		}
	})
	t.Run("other-curve", func(t *testing.T) {
		for _, curve := range Curves() {
			p := faulty(t, "other-curve")
			p.PACE[0].Curve = curve
			terminal := connect(t, p)
			terminal.setPACE(passwordCAN)
			terminal.generalAuthenticate(0x10, nil)
			d, err := curve.domain()
			if err != nil {
				t.Fatal(err)
			}
			public := terminal.object(terminal.generalAuthenticate(0x10, encode(tagMapTerminal, d.encode(d.generator))), tagMapChip)
			if _, err := d.decode(public); err == nil {
				t.Errorf("%v: public key is on the curve", curve)
			}
		}
	})
	t.Run("leading-zero", func(t *testing.T) {
		for _, curve := range []Curve{BrainpoolP256r1, P384, P521} {
			p := faulty(t, "leading-zero")
			p.PACE[0].Curve = curve
			terminal := connect(t, p)
			if sw := terminal.establish("314159"); sw != statusOK || terminal.shared[0] != 0 {
				t.Errorf("%v: PACE answered %04X, secret begins with %02X", curve, sw, terminal.shared[0])
			}
		}
	})
}
