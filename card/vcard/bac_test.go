package vcard

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Would catch: a wrong byte in Basic Access Control or in secure messaging with
// 3DES: key derivation, retail MAC, counter, order of the objects
// (appendices D.1 to D.4, one conversation).
func TestKnownAnswerBAC(t *testing.T) {
	all := readKnownAnswers(t)
	k := all.BAC
	v := known(t, k, "rnd_ic", "k_ic", "capdu_external_authenticate", "e_ic", "m_ic", "ks_enc", "ks_mac", "ssc")
	p := blank()
	p.BAC, p.MRZ = true, []byte(k["mrz_information"])
	p.Files[FIDCOM] = unhex(t, all.TripleDES.COM)
	c, err := New(p, bytes.NewReader(append(bytes.Clone(v[0]), v[1]...)))
	if err != nil {
		t.Fatal(err)
	}
	terminal := &terminal{TB: t, card: c}
	terminal.selectApplication()
	if r := terminal.send("0084000008"); r.sw != statusOK || !bytes.Equal(r.data, v[0]) {
		t.Fatalf("GET CHALLENGE: %04X %X", r.sw, r.data)
	}
	r := terminal.raw(v[2])
	if r.sw != statusOK || !bytes.Equal(r.data, append(bytes.Clone(v[3]), v[4]...)) {
		t.Fatalf("EXTERNAL AUTHENTICATE: %04X %X", r.sw, r.data)
	}
	sameKeys(t, c.channel, TripleDES, v[5], v[6])
	if c.channel.ssc != binary.BigEndian.Uint64(v[7]) {
		t.Errorf("counter starts at %016X", c.channel.ssc)
	}
	if len(all.TripleDES.Exchanges) != 3 {
		t.Fatalf("%d exchanges in the vectors", len(all.TripleDES.Exchanges))
	}
	for i, x := range all.TripleDES.Exchanges {
		answer, err := c.Transmit(t.Context(), unhex(t, x.CAPDU))
		if err != nil {
			t.Fatal(err)
		}
		if want := unhex(t, x.RAPDU); !bytes.Equal(answer, want) {
			t.Errorf("exchange %d: answer %X, want %X", i, answer, want)
		}
	}
}

// bacCommand is EXTERNAL AUTHENTICATE of a terminal that knows the MRZ.
func bacCommand(mrz string, challenge []byte) string {
	digest := sha1Of(mrz)
	access := newChannel(TripleDES, digest[:16])
	token := append(bytes.Repeat([]byte{7}, 8), challenge...)
	secret := encryptCBC(access.enc, nil, append(token, bytes.Repeat([]byte{9}, 16)...))
	return apdu(0x00820000, append(secret, access.token(secret)...), true)
}

// Would catch: a challenge that lives longer than one command, is used twice,
// or is not compared, and authentication that any MRZ passes.
func TestOrderOfBAC(t *testing.T) {
	const challenge = "0084000008"
	authenticate := func(mrz string) func(*terminal, []byte) string {
		return func(_ *terminal, c []byte) string { return bacCommand(mrz, c) }
	}
	good, plain := authenticate(string(blank().MRZ)), func(s string) func(*terminal, []byte) string {
		return func(*terminal, []byte) string { return s }
	}
	for _, x := range []struct {
		name  string
		steps []func(*terminal, []byte) string
		want  status
	}{
		{"as it should be", []func(*terminal, []byte) string{plain(challenge), good}, statusOK},
		{"without challenge", []func(*terminal, []byte) string{good}, statusConditions},
		{"other MRZ", []func(*terminal, []byte) string{plain(challenge), authenticate("T22000129364081251010317")}, statusAuthenticationFailed},
		{"other challenge", []func(*terminal, []byte) string{plain(challenge), func(*terminal, []byte) string {
			return bacCommand(string(blank().MRZ), make([]byte, 8))
		}}, statusAuthenticationFailed},
		{"after a failure", []func(*terminal, []byte) string{plain(challenge), authenticate("X"), good}, statusConditions},
		{"another command between", []func(*terminal, []byte) string{plain(challenge), plain("00B09C0002"), good}, statusConditions},
		{"cut token", []func(*terminal, []byte) string{plain(challenge), plain("0082000001FF00")}, statusWrongLength},
		{"no Le", []func(*terminal, []byte) string{plain("00840000")}, statusWrongLength},
		{"short challenge", []func(*terminal, []byte) string{plain("0084000004")}, statusWrongLength},
		{"P1 of GET CHALLENGE", []func(*terminal, []byte) string{plain("0084010008")}, statusParameters},
		{"P1 of EXTERNAL AUTHENTICATE", []func(*terminal, []byte) string{plain(challenge), plain("0082010001FF00")}, statusParameters},
	} {
		p := blank()
		p.BAC = true
		terminal, drawn := connect(t, p), make([]byte, 8)
		terminal.selectApplication()
		var r response
		for _, step := range x.steps {
			r = terminal.send(step(terminal, drawn))
			if len(r.data) == 8 {
				drawn = r.data
			}
		}
		if r.sw != x.want {
			t.Errorf("%s: %04X, want %04X", x.name, r.sw, x.want)
		}
		if open := terminal.card.channel != nil; open != (x.want == statusOK) {
			t.Errorf("%s: session %v", x.name, open)
		}
	}
}

// Would catch: EF.CardSecurity given to a session that PACE did not open, and
// a challenge given inside a session.
func TestBACIsNotPACE(t *testing.T) {
	p := blank()
	p.BAC, p.MasterFiles[FIDCardSecurity] = true, []byte{0x30, 0x00}
	terminal := connect(t, p)
	r := terminal.send("0084000008")
	digest := sha1Of(string(p.MRZ))
	access := newChannel(TripleDES, digest[:16])
	r = terminal.send(bacCommand(string(p.MRZ), r.data))
	if r.sw != statusOK {
		t.Fatalf("Basic Access Control: %04X", r.sw)
	}
	half := decryptCBC(access.enc, nil, r.data[:32])[16:]
	xor(half, bytes.Repeat([]byte{9}, 16))
	terminal.channel = newChannel(TripleDES, half)
	terminal.channel.ssc = terminal.card.channel.ssc
	if r := terminal.send("00B09D0000"); r.sw != statusSecurity {
		t.Errorf("EF.CardSecurity: %04X", r.sw)
	}
	if r := terminal.send("0084000008"); r.sw != statusConditions {
		t.Errorf("GET CHALLENGE in a session: %04X", r.sw)
	}
	terminal.selectApplication()
	if r := terminal.send("00B0810004"); r.sw != statusOK || len(r.data) != 4 {
		t.Errorf("DG1: %04X", r.sw)
	}
	p.PACE, p.CAN = nil, nil
	terminal = connect(t, p)
	if r := terminal.send("0022C1A40F 800A04007F00070202040204 830101"); r.sw != statusWrongData {
		t.Errorf("PACE of a chip without: %04X", r.sw)
	}
}
