package bac

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"cnie.example/card"
	"cnie.example/card/mrz"
)

// vector is the worked example of ICAO Doc 9303-11, Appendix D.
type vector struct {
	values    map[string][]byte
	zone      string
	exchanges []struct{ Plain, CAPDU, RAPDU string }
}

func readVector(t testing.TB) vector {
	t.Helper()
	b, err := os.ReadFile("testdata/icao-9303-11-d.json")
	must(t, err)
	var raw map[string]json.RawMessage
	must(t, json.Unmarshal(b, &raw))
	v := vector{values: make(map[string][]byte)}
	must(t, json.Unmarshal(raw["exchanges"], &v.exchanges))
	must(t, json.Unmarshal(raw["mrz_information"], &v.zone))
	for name, value := range raw {
		var s string
		if name == "exchanges" || name == "source" || name == "mrz_information" {
			continue
		}
		must(t, json.Unmarshal(value, &s))
		v.values[name] = unhex(t, s)
	}
	return v
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	must(t, err)
	return b
}

// script answers commands in order and wants each to be exactly the one given.
type script struct {
	t     testing.TB
	steps [][2][]byte // command, answer
}

func (s *script) add(command, answer []byte) { s.steps = append(s.steps, [2][]byte{command, answer}) }

func (s *script) transmitter() card.Transmitter {
	return card.TransmitterFunc(func(_ context.Context, command []byte) ([]byte, error) {
		if len(s.steps) == 0 {
			s.t.Fatalf("command %X after the end", command)
		}
		step := s.steps[0]
		s.steps = s.steps[1:]
		if !bytes.Equal(command, step[0]) {
			s.t.Fatalf("command %X, want %X", command, step[0])
		}
		return step[1], nil
	})
}

// TestKnownAnswer catches a wrong seed, key, cryptogram, session key or counter:
// the whole exchange of Appendix D.3 and the reading of D.4 behind it, byte for
// byte.
func TestKnownAnswer(t *testing.T) {
	v := readVector(t)
	b := v.values
	s := &script{t: t}
	s.add([]byte{0x00, 0x84, 0x00, 0x00, 0x08}, join(b["rnd_ic"], ok()))
	s.add(b["capdu_external_authenticate"], join(b["e_ic"], b["m_ic"], ok()))
	for _, x := range v.exchanges {
		s.add(unhex(t, x.CAPDU), unhex(t, x.RAPDU))
	}
	pw := NewPassword([]byte(v.zone))
	channel, err := Establish(t.Context(), s.transmitter(), bytes.NewReader(join(b["rnd_ifd"], b["k_ifd"])), pw)
	must(t, err)
	var file []byte
	for _, x := range v.exchanges {
		r, err := channel.Transmit(t.Context(), unhex(t, x.Plain))
		must(t, err)
		file = append(file, r[:len(r)-2]...)
	}
	if !bytes.Equal(file, b["ef_com"]) {
		t.Errorf("EF.COM %X", file)
	}
	if len(s.steps) != 0 {
		t.Errorf("%d commands were not sent", len(s.steps))
	}
}

// TestKnownAnswerSteps tells which step is wrong when TestKnownAnswer fails.
func TestKnownAnswerSteps(t *testing.T) {
	v := readVector(t)
	b := v.values
	pw := NewPassword([]byte(v.zone))
	equal(t, "K_seed", pw.seed, b["kseed"])
	k, err := newDocumentKeys(pw.seed)
	must(t, err)
	own := share{nonce: nonce(b["rnd_ifd"]), material: b["k_ifd"]}
	sealed, err := k.seal(own, nonce(b["rnd_ic"]))
	must(t, err)
	equal(t, "E_IFD, M_IFD", sealed, join(b["e_ifd"], b["m_ifd"]))
	other, err := k.open(join(b["e_ic"], b["m_ic"]), nonce(b["rnd_ic"]), own.nonce)
	must(t, err)
	equal(t, "K.IC", other.material, b["k_ic"])
	if got := counter(nonce(b["rnd_ic"]), own.nonce); got != 0x887022120C06C226 {
		t.Errorf("send sequence counter %X", got)
	}
}

// TestOverflowingNumber catches a seed made of a document number that is cut
// to nine characters. The zones and the information are those of ICAO Doc
// 9303-11, Appendix D.2; the digest was computed by another program.
func TestOverflowingNumber(t *testing.T) {
	const information = "D23145890734934071279507122"
	const zone = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
	m, err := mrz.Parse([]byte(zone))
	must(t, err)
	typed, err := mrz.Information("D23145890734", "340712", "950712")
	must(t, err)
	for name, b := range map[string][]byte{"zone": m.Information(), "typed": typed} {
		if string(b) != information {
			t.Errorf("%s: other information", name)
		}
		equal(t, name, NewPassword(b).seed, unhex(t, "B366AD857DDCA2B08C0E299811714730"))
	}
}

func equal(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %X, want %X", what, got, want)
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func ok() []byte { return []byte{0x90, 0x00} }
