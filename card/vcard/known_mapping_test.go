package vcard

import (
	"bytes"
	"math/big"
	"testing"
)

// known decodes the hexadecimal members of one example.
func known(t *testing.T, members map[string]string, names ...string) [][]byte {
	t.Helper()
	var all [][]byte
	for _, name := range names {
		b := unhex(t, members[name])
		if len(b) == 0 {
			t.Fatalf("no member %s", name)
		}
		all = append(all, b)
	}
	return all
}

// Would catch: a wrong byte in integrated mapping on the chip's side: constants,
// keys of the pseudo-random function, point encoding, the empty answer, tokens
// with the protocol's own identifier (appendix H.1).
func TestKnownAnswerIntegratedMapping(t *testing.T) {
	k := readKnownAnswers(t).Integrated
	v := known(t, k, "k_pi", "z", "s", "t", "mapped_g", "ifd_pk", "ic_sk", "ic_pk", "t_ifd", "t_ic", "ks_enc", "ks_mac")
	keyPi, z, s, nonce, mapped, theirs, private, public, token, answer, enc, mac := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11]
	if !bytes.Equal(encryptCBC(AES128.block(keyPi), nil, s), z) {
		t.Error("encrypted nonce differs")
	}
	c, err := New(blank(), bytes.NewReader(private))
	if err != nil {
		t.Fatal(err)
	}
	terminal := &terminal{TB: t, card: c}
	d := domainBrainpoolP256r1()
	run := &paceRun{
		protocol: PACEProtocol{Mapping: IntegratedMapping, Cipher: AES128, Curve: BrainpoolP256r1},
		domain:   d, step: paceMap, nonce: s, password: passwordCAN,
	}
	c.run = run
	if got := terminal.object(terminal.generalAuthenticate(0x10, encode(tagMapTerminal, nonce)), tagMapChip); len(got) != 0 {
		t.Errorf("mapping answered %X", got)
	}
	if !bytes.Equal(d.encode(run.base), mapped) {
		t.Fatal("mapped generator differs")
	}
	if got := terminal.object(terminal.generalAuthenticate(0x10, encode(tagAgreeTerminal, theirs)), tagAgreeChip); !bytes.Equal(got, public) {
		t.Error("public key of the chip differs")
	}
	if got := terminal.object(terminal.generalAuthenticate(0, encode(tagTokenTerminal, token)), tagTokenChip); !bytes.Equal(got, answer) {
		t.Error("token of the chip differs")
	}
	sameKeys(t, c.channel, AES128, enc, mac)
}

// Would catch: constants or truncation that are right for AES-128 only.
func TestKnownAnswerPointEncoding(t *testing.T) {
	cases := readKnownAnswers(t).Mapping.Cases
	if len(cases) != 18 {
		t.Fatalf("%d cases", len(cases))
	}
	d := domainBrainpoolP256r1()
	for i, x := range cases {
		cipher := map[int]Cipher{128: AES128, 192: AES192, 256: AES256}[x.Bits]
		r := new(big.Int).SetBytes(cipher.pseudoRandom(unhex(t, x.S), unhex(t, x.T), d.p.BitLen()))
		r.Mod(r, d.p)
		if !bytes.Equal(r.FillBytes(make([]byte, 32)), unhex(t, x.RP)) {
			t.Errorf("case %d, %v: number differs", i, cipher)
		}
		if p, ok := d.encodeNumber(r); !ok || !bytes.Equal(d.encode(p), unhex(t, x.G)) {
			t.Errorf("case %d, %v: point differs", i, cipher)
		}
	}
}

// Would catch: an encoding that is right on brainpoolP256r1 only, and the
// numbers that have no point.
func TestPointEncodingOnEveryCurve(t *testing.T) {
	random := seeded(5)
	for _, curve := range Curves() {
		d, err := curve.domain()
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			k, err := d.randomScalar(random)
			if err != nil {
				t.Fatal(err)
			}
			p, ok := d.encodeNumber(k.Mod(k, d.p))
			if !ok {
				t.Fatalf("%v: no point", curve)
			}
			if _, err := d.decode(d.encode(p)); err != nil {
				t.Fatalf("%v: encoded point is off the curve", curve)
			}
		}
		for _, bad := range []*big.Int{new(big.Int), big.NewInt(1), new(big.Int).Sub(d.p, big.NewInt(1))} {
			if _, ok := d.encodeNumber(bad); ok {
				t.Errorf("%v: a number without a point got one", curve)
			}
		}
	}
}

// Would catch: a wrong byte in chip authentication mapping: padding, vector,
// modulus, and its own object identifier in the tokens. The example has no
// private key of the chip, so its public values are checked against the
// terminal's (appendix I.1).
func TestKnownAnswerChipAuthenticationMapping(t *testing.T) {
	k := readKnownAnswers(t).Chip
	d := domainBrainpoolP256r1()
	v := known(t, k, "k", "k_pi", "z", "s")
	if !bytes.Equal(AES128.derive(v[0], derivePassword), v[1]) || !bytes.Equal(encryptCBC(AES128.block(v[1]), nil, v[3]), v[2]) {
		t.Error("encrypted nonce differs")
	}
	points := map[string]point{}
	for _, name := range []string{"map_ic_pk", "ic_pk", "ifd_pk", "static_ic_pk"} {
		p, err := d.decode(known(t, k, name)[0])
		if err != nil {
			t.Fatal(err)
		}
		points[name] = p
	}
	number := func(name string) *big.Int { return new(big.Int).SetBytes(known(t, k, name)[0]) }
	base := d.add(d.multiplyGenerator(number("s")), d.multiply(number("map_ifd_sk"), points["map_ic_pk"]))
	if d.multiply(number("ifd_sk"), base).x.Cmp(points["ifd_pk"].x) != 0 {
		t.Error("mapped generator differs")
	}
	ch := newChannel(AES128, d.secret(d.multiply(number("ifd_sk"), points["ic_pk"])))
	v = known(t, k, "ks_enc", "ks_mac", "t_ifd", "t_ic", "ca_ic", "a_ic")
	sameKeys(t, ch, AES128, v[0], v[1])
	run := &paceRun{protocol: PACEProtocol{Mapping: ChipAuthenticationMapping, Cipher: AES128, Curve: BrainpoolP256r1}}
	if !bytes.Equal(ch.token(run.tokenInput(d.encode(points["ic_pk"]))), v[2]) || !bytes.Equal(ch.token(run.tokenInput(d.encode(points["ifd_pk"]))), v[3]) {
		t.Error("token differs")
	}
	if !bytes.Equal(ch.sealChipData(v[4]), v[5]) {
		t.Error("encrypted chip authentication data differs")
	}
	if d.multiply(number("ca_ic"), points["static_ic_pk"]).x.Cmp(points["map_ic_pk"].x) != 0 {
		t.Error("chip authentication data does not prove the static key")
	}
}
