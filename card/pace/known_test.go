package pace

import (
	"bytes"
	"context"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// script answers exactly the commands it expects, in order.
type script struct {
	steps [][2][]byte
	next  int
}

func (s *script) Transmit(_ context.Context, command []byte) ([]byte, error) {
	if s.next == len(s.steps) {
		return nil, fmt.Errorf("command %X after the end of the script", command)
	}
	step := s.steps[s.next]
	if !bytes.Equal(command, step[0]) {
		return nil, fmt.Errorf("command %d is %X, want %X", s.next, command, step[0])
	}
	s.next++
	return step[1], nil
}

// example is one published run of PACE.
type example struct {
	vector
	info   lds.PACEInfo
	pw     *Password
	script func() *script
	drawn  []byte // what the terminal draws, in this order
}

func (e example) random() *bytes.Reader { return bytes.NewReader(e.drawn) }

// exampleG1 is published as a conversation.
func exampleG1(t testing.TB) example {
	v := readVector(t, "G1")
	return example{
		vector: v, info: infoG1(), pw: MRZ([]byte(v.MRZInformation)), drawn: append(bytes.Clone(v.MapTerminalSK), v.TerminalSK...),
		script: func() *script {
			s := &script{steps: [][2][]byte{{mse(v.OID, 1, 13), {0x90, 0x00}}}}
			for _, ga := range v.GeneralAuthenticate {
				s.steps = append(s.steps, [2][]byte{ga[0], ga[1]})
			}
			return s
		},
	}
}

// exampleH1 is published as values, as are the two that follow.
func exampleH1(t testing.TB) example {
	v := readVector(t, "H1")
	return example{
		vector: v, info: infoH1(), pw: can(t, v.CAN), drawn: append(bytes.Clone(v.T), v.TerminalSK...),
		script: func() *script {
			return conversation(mse(v.OID, 2, 13), [4][2][]byte{
				{nil, object(0x80, v.Z)},
				{object(0x81, v.T), {0x82, 0x00}},
				{object(0x83, v.TerminalPK), object(0x84, v.ChipPK)},
				{object(0x85, v.TTerminal), object(0x86, v.TChip)},
			})
		},
	}
}

func exampleI1(t testing.TB) example {
	v := readVector(t, "I1")
	k, err := curve.BrainpoolP256r1().Scalar(v.MapTerminalSK)
	must(t, err)
	mapped, err := curve.BrainpoolP256r1().Generator().Mul(k)
	must(t, err)
	return example{
		vector: v, info: infoI1(), pw: &Password{reference: referenceMRZ, value: v.K}, drawn: append(bytes.Clone(v.MapTerminalSK), v.TerminalSK...),
		script: func() *script {
			return conversation(mse(v.OID, 1, 13), [4][2][]byte{
				{nil, object(0x80, v.Z)},
				{object(0x81, mapped.Bytes()), object(0x82, v.MapChipPK)},
				{object(0x83, v.TerminalPK), object(0x84, v.ChipPK)},
				{object(0x85, v.TTerminal), append(object(0x86, v.TChip), object(0x8A, v.AIC)...)},
			})
		},
	}
}

// exampleBSI is the run of BSI TR-03110 with the PIN.
func exampleBSI(t testing.TB) example {
	var v map[string]string
	readJSON(t, "bsi-eac2-ecdh.json", &v)
	value := func(name string) []byte {
		b, err := hex.DecodeString(v[name])
		must(t, err)
		return b
	}
	scalar := func(name string) []byte { b := value(name); return b[len(b)-32:] }
	pw, err := PIN([]byte("123456"))
	must(t, err)
	oid, err := tlv.OID(infoG1().OID)
	must(t, err)
	return example{
		vector: vector{KSEnc: value("k_enc"), KSMAC: value("k_mac")},
		info:   infoG1(), pw: pw, drawn: append(scalar("map_pcd_priv_key"), scalar("pcd_priv_key")...),
		script: func() *script {
			return conversation(mse(oid, 3, 13), [4][2][]byte{
				{nil, object(0x80, value("nonce_enc"))},
				{object(0x81, value("map_pcd_pub_key")), object(0x82, value("map_picc_pub_key"))},
				{object(0x83, value("pcd_pub_key")), object(0x84, value("picc_pub_key"))},
				{object(0x85, value("authentication_token_pcd")), object(0x86, value("authentication_token_picc"))},
			})
		},
	}
}

func examples(t testing.TB) map[string]example {
	return map[string]example{
		"G.1": exampleG1(t), "H.1": exampleH1(t), "I.1": exampleI1(t), "BSI": exampleBSI(t),
	}
}

// TestKnownAnswerBytes catches any deviation on the wire: a wrong tag, class
// byte, length, point, nonce or token, or another order of steps; and a channel
// with other keys or another counter than the published ones.
func TestKnownAnswerBytes(t *testing.T) {
	for name, e := range examples(t) {
		t.Run(name, func(t *testing.T) {
			s := e.script()
			session, err := Establish(t.Context(), s, e.random(), e.info, e.pw)
			if err != nil {
				t.Fatal(err)
			}
			if s.next != len(s.steps) {
				t.Fatalf("%d of %d commands sent", s.next, len(s.steps))
			}
			if !session.Info.OID.Equal(e.info.OID) {
				t.Errorf("session of %v", session.Info.OID)
			}
			keys, err := sm.NewKeys(sm.AES128, bytes.Clone(e.KSEnc), bytes.Clone(e.KSMAC))
			must(t, err)
			command := card.Command{INS: 0xA4, P1: 4, P2: 0x0C, Data: []byte{1, 2, 3}}
			want, err := keys.Wrap(1, command)
			must(t, err)
			wantBytes, _ := want.Bytes()
			plain, _ := command.Bytes()
			s.steps = append(s.steps, [2][]byte{wantBytes, {0x69, 0x88}})
			if _, err := session.Channel.Transmit(t.Context(), plain); !errors.Is(err, sm.ErrUnprotected) {
				t.Fatalf("first command under the session keys: %v", err)
			}
		})
	}
}

// TestKnownAnswerG1Values catches an error in one step that another one hides:
// each value of the example is compared by itself.
func TestKnownAnswerG1Values(t *testing.T) {
	v := exampleG1(t)
	equal(t, "K", v.pw.value, v.K)
	equal(t, "K_pi", sm.DeriveKey(sm.AES128, v.pw.value, sm.CounterPi), v.KPi)
	s, err := decryptNonce(sm.AES128, v.pw, v.Z)
	must(t, err)
	equal(t, "s", s, v.S)
	oid, err := tlv.OID(v.info.OID)
	must(t, err)
	equal(t, "OID", oid, v.OID)

	e, err := Prepare(v.random(), curve.BrainpoolP256r1())
	must(t, err)
	equal(t, "mapping public key", e.public.Bytes(), v.MapTerminalPK)
	suite, err := newSuite(v.info)
	must(t, err)
	r := run{card: &script{steps: v.script().steps[2:]}, suite: suite, oid: oid, ephemeral: e}
	g, err := r.mapNonce(t.Context(), s)
	must(t, err)
	equal(t, "mapped generator", g.Bytes(), v.MappedG)
	a, err := r.agree(t.Context(), g)
	must(t, err)
	equal(t, "ephemeral public key", a.own.Bytes(), v.TerminalPK)
	equal(t, "chip's public key", a.other.Bytes(), v.ChipPK)
	equal(t, "shared secret", a.secret.X(), v.Shared)
	token, err := a.keys.Token(publicKeyData(oid, v.ChipPK))
	must(t, err)
	equal(t, "T_IFD", token, v.TTerminal)
	token, err = a.keys.Token(publicKeyData(oid, v.TerminalPK))
	must(t, err)
	equal(t, "T_IC", token, v.TChip)
}

// TestKnownAnswerH1Values catches a pseudo-random function with other
// constants, another order of its keys, or another number of rounds.
func TestKnownAnswerH1Values(t *testing.T) {
	v := exampleH1(t)
	equal(t, "K_pi", sm.DeriveKey(sm.AES128, v.pw.value, sm.CounterPi), v.KPi)
	s, err := decryptNonce(sm.AES128, v.pw, v.Z)
	must(t, err)
	equal(t, "s", s, v.S)
	r, err := pseudoRandom(sm.AES128, v.S, v.T, 256)
	must(t, err)
	equal(t, "R(s,t)", r, v.R)
	equal(t, "R_p(s,t)", residue(r), v.RP)
	g, err := curve.BrainpoolP256r1().IntegratedMap(r)
	must(t, err)
	equal(t, "mapped generator", g.Bytes(), v.MappedG)
}

// residue is b modulo the prime of brainpoolP256r1 (RFC 5639, 3.4).
func residue(b []byte) []byte {
	p, _ := new(big.Int).SetString("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377", 16)
	return p.Mod(new(big.Int).SetBytes(b), p).FillBytes(make([]byte, 32))
}

// TestKnownAnswerIntegratedMapping catches keys k_i that are not cut for
// AES-192, constants of the wrong length, and a nonce of the terminal whose
// length is mixed up with the chip's.
func TestKnownAnswerIntegratedMapping(t *testing.T) {
	var v struct {
		Cases []struct {
			Bits             int `json:"aes_key_bits"`
			S, T, RP, Mapped hexBytes
			MappedG          hexBytes `json:"mapped_g"`
		}
	}
	readJSON(t, "integrated-mapping-brainpoolP256r1.json", &v)
	seen := map[int]int{}
	for i, tc := range v.Cases {
		seen[tc.Bits]++
		c := map[int]sm.Cipher{128: sm.AES128, 192: sm.AES192, 256: sm.AES256}[tc.Bits]
		r, err := pseudoRandom(c, tc.S, tc.T, 256)
		must(t, err)
		equal(t, fmt.Sprintf("case %d: R_p(s,t)", i), residue(r), tc.RP)
		e, err := PrepareIntegrated(bytes.NewReader(append(bytes.Clone(tc.T), tc.RP...)), curve.BrainpoolP256r1(), c)
		must(t, err)
		suite, err := newSuite(information(lds.IntegratedMapping, c, 13))
		must(t, err)
		answered := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			return []byte{0x7C, 0x02, 0x82, 0x00, 0x90, 0x00}, nil
		})
		g, err := (&run{card: answered, suite: suite, ephemeral: e}).mapNonce(t.Context(), tc.S)
		must(t, err)
		equal(t, fmt.Sprintf("case %d: mapped generator", i), g.Bytes(), tc.MappedG)
	}
	if seen[128] != 6 || seen[192] != 6 || seen[256] != 6 {
		t.Errorf("cases by key length: %v", seen)
	}
}

// TestKnownAnswerI1Values catches chip authentication data decrypted with
// another initialization vector or padded otherwise, and a proof that any key
// passes.
func TestKnownAnswerI1Values(t *testing.T) {
	v := exampleI1(t)
	data, err := decryptChipData(sm.AES128, v.Shared, v.AIC)
	must(t, err)
	equal(t, "CA_IC", data, v.CAIC)
	session, err := Establish(t.Context(), v.script(), v.random(), v.info, v.pw)
	must(t, err)
	static := lds.ChipAuthenticationPublicKeyInfo{Curve: curve.BrainpoolP256r1(), Point: v.StaticPK}
	other := lds.ChipAuthenticationPublicKeyInfo{Curve: curve.BrainpoolP256r1(), Point: v.ChipPK}
	foreign := lds.ChipAuthenticationPublicKeyInfo{Curve: curve.P256(), Point: curve.P256().Generator().Bytes()}
	for name, tc := range map[string]struct {
		keys []lds.ChipAuthenticationPublicKeyInfo
		want error
	}{
		"key":                  {[]lds.ChipAuthenticationPublicKeyInfo{static}, nil},
		"key among others":     {[]lds.ChipAuthenticationPublicKeyInfo{foreign, other, static}, nil},
		"other key":            {[]lds.ChipAuthenticationPublicKeyInfo{other}, ErrChip},
		"key on another curve": {[]lds.ChipAuthenticationPublicKeyInfo{foreign}, ErrChip},
		"no key":               {nil, ErrChip},
		"no point":             {[]lds.ChipAuthenticationPublicKeyInfo{{Curve: static.Curve, Point: []byte{0}}}, ErrChip},
	} {
		if err := session.VerifyChip(lds.SecurityInfos{ChipAuthenticationKeys: tc.keys}); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, e := range examples(t) {
		if name == "I.1" {
			continue
		}
		session, err := Establish(t.Context(), e.script(), e.random(), e.info, e.pw)
		must(t, err)
		if err := session.VerifyChip(lds.SecurityInfos{ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{static}}); !errors.Is(err, ErrNoProof) {
			t.Errorf("%s proves a chip: %v", name, err)
		}
	}
}

// TestFiniteField catches a protocol over a finite field that is taken for one
// over a curve, or after whose refusal something weaker is tried. The PACEInfo
// are those of appendices G.2 and H.2.
func TestFiniteField(t *testing.T) {
	for _, info := range []string{"3012060A04007F00070202040102020102020100", "3012060A04007F00070202040302020102020100"} {
		b, err := hex.DecodeString("3114" + info)
		must(t, err)
		infos, err := lds.ParseCardAccess(b)
		must(t, err)
		if len(infos.PACE) != 1 || infos.PACE[0].Agreement != lds.DH {
			t.Fatalf("read as %v", infos.PACE)
		}
		if _, err := Choose(infos, Preference{Integrated: true, ChipAuthentication: true}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v chosen: %v", infos.PACE[0].OID, err)
		}
		if _, err := Establish(t.Context(), nowhere(t), nil, infos.PACE[0], can(t, "123456")); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v established: %v", infos.PACE[0].OID, err)
		}
	}
}

func equal(t *testing.T, name string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s = %X, want %X", name, got, want)
	}
}

// TestEveryBitOfTheChip catches an answer of the chip that is not checked: each
// bit of each published answer is altered once. Altered chip authentication data
// may pass Establish, but must then prove nothing.
func TestEveryBitOfTheChip(t *testing.T) {
	for name, e := range examples(t) {
		static := lds.SecurityInfos{ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{
			{Curve: curve.BrainpoolP256r1(), Point: e.StaticPK},
		}}
		stride := 1
		if testing.Short() || name == "BSI" {
			stride = 7
		}
		for i, step := range e.script().steps {
			for bit := i % stride; bit < 8*len(step[1]); bit += stride {
				s := e.script()
				b := bytes.Clone(step[1])
				b[bit/8] ^= 0x80 >> (bit % 8)
				s.steps[i][1] = b
				session, err := Establish(t.Context(), s, e.random(), e.info, e.pw)
				if err != nil {
					continue
				}
				session.Channel.Close()
				if err := session.VerifyChip(static); e.AIC == nil || err == nil {
					t.Fatalf("%s: answer %d with bit %d altered was accepted", name, i, bit)
				}
			}
		}
	}
}

// TestObjectIdentifiers catches a protocol that is named by another object
// identifier than the one the chip announced.
func TestObjectIdentifiers(t *testing.T) {
	for _, e := range []example{exampleG1(t), exampleH1(t), exampleI1(t)} {
		got, err := tlv.OID(e.info.OID)
		must(t, err)
		equal(t, "OID", got, e.OID)
	}
	if _, err := tlv.OID(asn1.ObjectIdentifier{}); err == nil {
		t.Error("no object identifier was encoded")
	}
}

// BenchmarkEstablish is the work of the terminal alone: the chip's answers are
// those of the published examples.
func BenchmarkEstablish(b *testing.B) {
	for name, e := range examples(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				session, err := Establish(b.Context(), e.script(), e.random(), e.info, e.pw)
				if err != nil {
					b.Fatal(err)
				}
				session.Channel.Close()
			}
		})
	}
}
