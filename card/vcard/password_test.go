package vcard

import "testing"

// withPIN is a card with all four passwords.
func withPIN() Personalisation {
	p := blank()
	p.PIN, p.PUK = []byte("123456"), []byte("87654321")
	return p
}

// password runs PACE with a password of withPIN, wrong ones with a letter.
func (t *terminal) password(reference byte, password string) status {
	t.Helper()
	return t.pace(t.card.p.PACE[0], reference, []byte(password))
}

// Would catch: tries that are not counted, not announced, given back too early,
// or forgotten at a reset; a suspended PIN that goes on without the CAN, or is
// resumed by another password; a blocked PIN that the right PIN or the CAN opens.
func TestPIN(t *testing.T) {
	const right, wrong = "123456", "12345x"
	terminal := connect(t, withPIN())
	reset := func() { terminal.card.Reset(); terminal.channel = nil }
	expect := func(what string, got, want status) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %04X, want %04X", what, got, want)
		}
	}
	expect("fresh", terminal.setPACE(passwordPIN).sw, 0x9000)
	expect("first wrong PIN", terminal.password(passwordPIN, wrong), 0x63C2)
	expect("announced", terminal.setPACE(passwordPIN).sw, 0x63C2)
	expect("the CAN announces nothing", terminal.setPACE(passwordCAN).sw, 0x9000)
	expect("right PIN", terminal.password(passwordPIN, right), 0x9000)
	reset()
	expect("all tries again", terminal.setPACE(passwordPIN).sw, 0x9000)
	expect("first wrong PIN", terminal.password(passwordPIN, wrong), 0x63C2)
	reset()
	expect("second wrong PIN", terminal.password(passwordPIN, wrong), 0x63C1)
	expect("announced as suspended", terminal.setPACE(passwordPIN).sw, 0x63C1)
	expect("suspended", terminal.password(passwordPIN, right), statusConditions)
	expect("wrong CAN", terminal.password(passwordCAN, "000000"), statusAuthenticationFailed)
	expect("MRZ", terminal.password(passwordMRZ, string(sha1Of(string(terminal.card.p.MRZ)))), 0x9000)
	expect("suspended after the MRZ", terminal.password(passwordPIN, right), statusConditions)
	reset()
	expect("CAN", terminal.password(passwordCAN, "314159"), 0x9000)
	reset()
	expect("suspended after a reset", terminal.password(passwordPIN, right), statusConditions)
	expect("CAN", terminal.password(passwordCAN, "314159"), 0x9000)
	expect("resumed", terminal.password(passwordPIN, right), 0x9000)
	reset()
	for range 2 {
		terminal.password(passwordPIN, wrong)
	}
	expect("CAN", terminal.password(passwordCAN, "314159"), 0x9000)
	expect("last try", terminal.password(passwordPIN, wrong), 0x63C0)
	expect("blocked", terminal.setPACE(passwordPIN).sw, 0x63C0)
	expect("blocked for the right PIN", terminal.password(passwordPIN, right), statusBlocked)
	reset()
	expect("blocked after a reset", terminal.password(passwordPIN, right), statusBlocked)
	expect("unblocked in the clear", terminal.send("002C0303").sw, statusSecurity)
	expect("CAN", terminal.password(passwordCAN, "314159"), 0x9000)
	expect("unblocked by the CAN", terminal.send("002C0303").sw, statusSecurity)
	reset()
	expect("wrong PUK", terminal.password(passwordPUK, "8765432x"), statusAuthenticationFailed)
	expect("PUK", terminal.password(passwordPUK, "87654321"), 0x9000)
	expect("CAN after the PUK", terminal.password(passwordCAN, "314159"), 0x9000)
	expect("unblocked by the CAN after the PUK", terminal.send("002C0303").sw, statusSecurity)
	expect("PUK again", terminal.password(passwordPUK, "87654321"), 0x9000)
	expect("other P1-P2", terminal.send("002C0203").sw, statusParameters)
	expect("new PIN", terminal.send("002C030306313233343536").sw, statusWrongLength)
	expect("unblocked", terminal.send("002C0303").sw, 0x9000)
	expect("right PIN", terminal.password(passwordPIN, right), 0x9000)
}

// Would catch: a try that is not spent when the token never matches in length,
// and one that is spent by a run that ends before its token.
func TestTriesAreSpentByTokens(t *testing.T) {
	terminal := connect(t, withPIN())
	terminal.setPACE(passwordPIN)
	terminal.generalAuthenticate(0x10, nil)
	if got := terminal.setPACE(passwordPIN).sw; got != statusOK {
		t.Errorf("a run that was given up: %04X", got)
	}
	terminal.generalAuthenticate(0x10, nil)
	d := domainBrainpoolP256r1()
	own := d.encode(d.multiplyGenerator(terminal.scalar))
	terminal.generalAuthenticate(0x10, encode(tagMapTerminal, own))
	terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, own))
	if got := terminal.generalAuthenticate(0, encode(tagTokenTerminal, []byte{1})).sw; got != 0x63C2 {
		t.Errorf("short token: %04X", got)
	}
}

// Would catch: a number of tries other than asked for, and a PIN that is taken
// though it is deactivated.
func TestPINSettings(t *testing.T) {
	p := withPIN()
	p.PINTries = 1
	terminal := connect(t, p)
	if got := terminal.password(passwordPIN, "123456"); got != statusConditions {
		t.Errorf("PIN with one try is suspended from the start: %04X", got)
	}
	p.PINTries = 15
	if got := connect(t, p).password(passwordPIN, "x"); got != 0x63CE {
		t.Errorf("15 tries: %04X", got)
	}
	p.PINDeactivated = true
	terminal = connect(t, p)
	if got := terminal.setPACE(passwordPIN).sw; got != statusDeactivated {
		t.Errorf("deactivated: %04X", got)
	}
	if got := terminal.password(passwordPIN, "123456"); got != statusNotUsable {
		t.Errorf("deactivated PIN: %04X", got)
	}
}
