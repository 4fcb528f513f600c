package pace

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

func oidGM(last int) []int { return []int{0, 4, 0, 127, 0, 7, 2, 2, 4, 2, last} }

func infoG1() lds.PACEInfo {
	return lds.PACEInfo{OID: oidGM(2), Cipher: sm.AES128, Version: 2, ParameterID: 13}
}

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

// scriptG1 is the published conversation, with the domain parameters named in
// MSE:Set AT by tag 84, which the publication omits.
func scriptG1(v vector) *script {
	mse, _ := hex.DecodeString("0022C1A412800A04007F0007020204020283010184010D")
	s := &script{steps: [][2][]byte{{mse, {0x90, 0x00}}}}
	for _, ga := range v.GeneralAuthenticate {
		s.steps = append(s.steps, [2][]byte{ga[0], ga[1]})
	}
	return s
}

// randomG1 gives the terminal's published scalars in the order they are drawn.
func randomG1(v vector) *bytes.Reader {
	return bytes.NewReader(append(bytes.Clone(v.MapTerminalSK), v.TerminalSK...))
}

// TestKnownAnswerG1Bytes catches any deviation on the wire: a wrong tag, class
// byte, length, point or token, or another order of steps.
func TestKnownAnswerG1Bytes(t *testing.T) {
	v := readVector(t)
	s := scriptG1(v)
	pw := MRZ([]byte(v.MRZInformation))
	defer pw.Wipe()
	channel, err := Establish(t.Context(), s, randomG1(v), infoG1(), pw)
	if err != nil {
		t.Fatal(err)
	}
	if s.next != len(s.steps) {
		t.Fatalf("%d of %d commands sent", s.next, len(s.steps))
	}

	// The channel must have the published session keys and count from 1: it is
	// compared with one made of them.
	keys, err := sm.NewKeys(sm.AES128, bytes.Clone(v.KSEnc), bytes.Clone(v.KSMAC))
	if err != nil {
		t.Fatal(err)
	}
	command := card.Command{INS: 0xA4, P1: 4, P2: 0x0C, Data: []byte{1, 2, 3}}
	want, err := keys.Wrap(1, command)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes, _ := want.Bytes()
	plain, _ := command.Bytes()
	s.steps = append(s.steps, [2][]byte{wantBytes, {0x69, 0x88}})
	if _, err := channel.Transmit(t.Context(), plain); !errors.Is(err, sm.ErrUnprotected) {
		t.Fatalf("first command under the session keys: %v", err)
	}
}

// TestKnownAnswerG1Values catches an error in one step that another one hides:
// each value of the example is compared by itself.
func TestKnownAnswerG1Values(t *testing.T) {
	v := readVector(t)
	pw := MRZ([]byte(v.MRZInformation))
	equal(t, "K", pw.value, v.K)
	equal(t, "K_pi", sm.DeriveKey(sm.AES128, pw.value, sm.CounterPi), v.KPi)
	s, err := decryptNonce(sm.AES128, pw, v.Z)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "s", s, v.S)
	oid, err := oidValue(oidGM(2))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "OID", oid, v.OID)

	c := curve.BrainpoolP256r1()
	e, err := Prepare(randomG1(v), c)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "mapping public key", e.public.Bytes(), v.MapTerminalPK)
	nonce, err := c.ReduceScalar(s)
	if err != nil {
		t.Fatal(err)
	}
	suite, err := newSuite(infoG1())
	if err != nil {
		t.Fatal(err)
	}
	r := run{card: &script{steps: scriptG1(v).steps[2:]}, suite: suite, oid: oid, ephemeral: e}
	g, err := r.mapNonce(t.Context(), nonce)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "mapped generator", g.Bytes(), v.MappedG)
	keys, own, other, err := r.agree(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "ephemeral public key", own.Bytes(), v.TerminalPK)
	equal(t, "chip's public key", other.Bytes(), v.ChipPK)
	token, err := keys.Token(publicKeyData(oid, v.ChipPK))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "T_IFD", token, v.TTerminal)
	if token, err = keys.Token(publicKeyData(oid, v.TerminalPK)); err != nil {
		t.Fatal(err)
	}
	equal(t, "T_IC", token, v.TChip)
}

func equal(t *testing.T, name string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s = %X, want %X", name, got, want)
	}
}

// TestEveryBitOfTheChip catches an answer of the chip that is not checked: each
// bit of each published answer is altered once.
func TestEveryBitOfTheChip(t *testing.T) {
	v := readVector(t)
	pw := MRZ([]byte(v.MRZInformation))
	for i, step := range scriptG1(v).steps {
		for bit := range 8 * len(step[1]) {
			if testing.Short() && bit%7 != i {
				continue
			}
			s := scriptG1(v)
			b := bytes.Clone(step[1])
			b[bit/8] ^= 0x80 >> (bit % 8)
			s.steps[i][1] = b
			channel, err := Establish(t.Context(), s, randomG1(v), infoG1(), pw)
			if err == nil {
				channel.Close()
				t.Fatalf("answer %d with bit %d altered was accepted", i, bit)
			}
		}
	}
}
