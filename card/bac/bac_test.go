package bac

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"strings"
	"testing"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// chip is the other half of Basic Access Control and of the secure messaging
// behind it, without the code under test. fault changes one thing it does.
type chip struct {
	information    string
	fault          string
	rndIC, rndIFD  []byte
	material       []byte // K.IC
	enc, mac, file []byte
	ssc            uint64 // of the channel, once there is one
	open           bool
	sent           int
}

// derive is the key derivation for 3DES in plain words (9.7.1).
func derive(seed []byte, c byte) []byte {
	h := sha1.Sum(join(seed, []byte{0, 0, 0, c}))
	key := h[:16]
	for i := range key {
		if bits.OnesCount8(key[i])%2 == 0 {
			key[i] ^= 1
		}
	}
	return key
}

func triple(key []byte) cipher.Block {
	b, err := des.NewTripleDESCipher(join(key, key[:8]))
	if err != nil {
		panic(err)
	}
	return b
}

func retail(key, message []byte) []byte {
	message = append(bytes.Clone(message), 0x80)
	message = append(message, make([]byte, (8-len(message)%8)%8)...)
	k1, _ := des.NewCipher(key[:8])
	k2, _ := des.NewCipher(key[8:])
	cipher.NewCBCEncrypter(k1, make([]byte, 8)).CryptBlocks(message, message)
	last := message[len(message)-8:]
	k2.Decrypt(last, last)
	k1.Encrypt(last, last)
	return last
}

func (p *chip) Transmit(_ context.Context, b []byte) ([]byte, error) {
	p.sent++
	c, err := card.ParseCommand(b)
	if err != nil {
		return nil, err
	}
	switch {
	case p.open:
		return p.read(c), nil
	case c.INS == 0x84 && len(c.Data) == 0 && c.Le == 8:
		p.rndIC = make([]byte, 8)
		_, _ = rand.Read(p.rndIC)
		return p.challenge(), nil
	case c.INS == 0x82 && len(c.Data) == 40 && c.Le == 40 && p.rndIC != nil:
		return p.authenticate(c.Data), nil
	}
	return []byte{0x69, 0x85}, nil
}

func (p *chip) challenge() []byte {
	switch p.fault {
	case "short nonce":
		return join(p.rndIC[:7], ok())
	case "long nonce":
		return join(p.rndIC, []byte{0}, ok())
	case "no nonce":
		return ok()
	}
	return join(p.rndIC, ok())
}

func (p *chip) authenticate(data []byte) []byte {
	h := sha1.Sum([]byte(p.information))
	enc, mac := triple(derive(h[:16], 1)), derive(h[:16], 2)
	s := make([]byte, 32)
	cipher.NewCBCDecrypter(enc, make([]byte, 8)).CryptBlocks(s, data[:32])
	if p.fault != "believes everything" && (!bytes.Equal(retail(mac, data[:32]), data[32:]) || !bytes.Equal(s[8:16], p.rndIC)) {
		return []byte{0x63, 0x00}
	}
	p.rndIFD, p.material = s[:8], make([]byte, 16)
	_, _ = rand.Read(p.material)
	r := join(p.rndIC, p.rndIFD, p.material)
	switch p.fault {
	case "other nonce of the terminal":
		r[8] ^= 1
	case "other nonce of the chip":
		r[7] ^= 1
	case "nonces swapped":
		r = join(p.rndIFD, p.rndIC, p.material)
	case "echo":
		return join(data, ok())
	case "replay":
		r = join(make([]byte, 16), p.material)
	}
	cipher.NewCBCEncrypter(enc, make([]byte, 8)).CryptBlocks(r, r)
	p.establish(s[16:])
	answer := join(r, retail(mac, r), ok())
	switch p.fault {
	case "MAC":
		answer[39] ^= 0x80
	case "cryptogram":
		answer[0] ^= 1
	case "no MAC":
		return join(r, ok())
	case "longer":
		return join(answer[:40], []byte{0}, ok())
	case "empty":
		return ok()
	case "unknown key":
		_, _ = rand.Read(answer[:40])
	}
	return answer
}

func (p *chip) establish(other []byte) {
	seed := make([]byte, 16)
	for i := range seed {
		seed[i] = other[i] ^ p.material[i]
	}
	p.enc, p.mac = derive(seed, 1), derive(seed, 2)
	p.ssc = binary.BigEndian.Uint64(join(p.rndIC[4:], p.rndIFD[4:]))
	p.open = true
}

// read answers a READ BINARY without data under the session keys.
func (p *chip) read(c card.Command) []byte {
	n := len(c.Data) - 10
	header := []byte{c.CLA, c.INS, c.P1, c.P2, 0x80, 0, 0, 0}
	if n < 0 || !bytes.Equal(c.Data[n+2:], retail(p.mac, join(p.count(), header, c.Data[:n]))) {
		return []byte{0x69, 0x88}
	}
	padded := append(bytes.Clone(p.file), 0x80)
	padded = append(padded, make([]byte, (8-len(padded)%8)%8)...)
	cipher.NewCBCEncrypter(triple(p.enc), make([]byte, 8)).CryptBlocks(padded, padded)
	body := join([]byte{0x87, byte(len(padded) + 1), 1}, padded, []byte{0x99, 2, 0x90, 0x00})
	return join(body, []byte{0x8E, 8}, retail(p.mac, join(p.count(), body)), ok())
}

func (p *chip) count() []byte {
	p.ssc++
	return binary.BigEndian.AppendUint64(nil, p.ssc)
}

const specimen = "SPECIMEN<0400010143112314" // information of no document

// TestChip catches a terminal that only agrees with itself: a chip written
// apart reads its commands and is read.
func TestChip(t *testing.T) {
	p := &chip{information: specimen, file: []byte("file of a SPECIMEN")}
	channel, err := Establish(t.Context(), p, rand.Reader, NewPassword([]byte(specimen)))
	must(t, err)
	for range 3 {
		r, err := card.Send(t.Context(), channel, card.Command{INS: 0xB0, P1: 0x81, Le: 256})
		must(t, err)
		equal(t, "file", r.Data, p.file)
	}
}

// TestDishonestChips catches a chip believed that does not know the zone, or
// one that is not told from a wrong zone.
func TestDishonestChips(t *testing.T) {
	for _, fault := range []string{
		"short nonce", "long nonce", "no nonce", "other nonce of the terminal", "other nonce of the chip",
		"nonces swapped", "echo", "replay", "MAC", "cryptogram", "no MAC", "longer", "empty", "unknown key",
	} {
		p := &chip{information: specimen, fault: fault}
		channel, err := Establish(t.Context(), p, rand.Reader, NewPassword([]byte(specimen)))
		if channel != nil || !errors.Is(err, ErrChip) || errors.Is(err, ErrWrongPassword) {
			t.Errorf("%s: %v", fault, err)
		}
	}
	p := &chip{information: "OTHER", fault: "believes everything"}
	if _, err := Establish(t.Context(), p, rand.Reader, NewPassword([]byte(specimen))); !errors.Is(err, ErrChip) {
		t.Errorf("chip with other keys that believes everything: %v", err)
	}
}

// TestWrongPassword catches a wrong zone reported as a broken chip, or any
// other refusal reported as a wrong zone.
func TestWrongPassword(t *testing.T) {
	p := &chip{information: specimen}
	_, err := Establish(t.Context(), p, rand.Reader, NewPassword([]byte("OTHER")))
	var status *card.StatusError
	if !errors.Is(err, ErrWrongPassword) || errors.Is(err, ErrChip) || !errors.As(err, &status) || status.Status != 0x6300 {
		t.Errorf("wrong zone: %v", err)
	}
	// The right zone works on the same connection afterwards.
	p.file = []byte("file")
	channel, err := Establish(t.Context(), p, rand.Reader, NewPassword([]byte(specimen)))
	must(t, err)
	if _, err := card.Send(t.Context(), channel, card.Command{INS: 0xB0, Le: 256}); err != nil {
		t.Errorf("second try: %v", err)
	}

	for _, test := range []struct {
		answers []string
		wrong   bool
	}{
		{[]string{"46 08 F9 19 88 70 22 12 90 00", "63 C2"}, true},
		{[]string{"46 08 F9 19 88 70 22 12 90 00", "63 00"}, true},
		{[]string{"46 08 F9 19 88 70 22 12 90 00", "69 85"}, false},
		{[]string{"46 08 F9 19 88 70 22 12 90 00", "6A 80"}, false},
		{[]string{"63 00"}, false}, // of GET CHALLENGE
		{[]string{"69 82"}, false},
		{[]string{"6D 00"}, false},
	} {
		_, err := Establish(t.Context(), answering(t, test.answers...), rand.Reader, NewPassword([]byte(specimen)))
		if !errors.As(err, &status) || errors.Is(err, ErrWrongPassword) != test.wrong || errors.Is(err, ErrChip) {
			t.Errorf("%v: %v", test.answers, err)
		}
	}
}

// answering gives the answers in order, then loses the card.
func answering(t testing.TB, answers ...string) card.Transmitter {
	return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
		if len(answers) == 0 {
			return nil, card.ErrRemoved
		}
		b := unhex(t, strings.ReplaceAll(answers[0], " ", ""))
		answers = answers[1:]
		return b, nil
	})
}

// TestRemoved catches a lost card without its cause, at every command.
func TestRemoved(t *testing.T) {
	for n, answers := range [][]string{nil, {"4608F919887022129000"}} {
		_, err := Establish(t.Context(), answering(t, answers...), rand.Reader, NewPassword([]byte(specimen)))
		if !errors.Is(err, card.ErrRemoved) {
			t.Errorf("removed after %d: %v", n, err)
		}
	}
	_, err := Establish(t.Context(), answering(t, "90"), rand.Reader, NewPassword([]byte(specimen)))
	if !errors.Is(err, card.ErrResponse) {
		t.Errorf("answer without status word: %v", err)
	}
}

// TestNothingSent catches a command sent without a password or without
// randomness, and a nonce used that was not drawn whole.
func TestNothingSent(t *testing.T) {
	wiped := NewPassword([]byte(specimen))
	seed := wiped.seed
	wiped.Wipe()
	wiped.Wipe()
	if !bytes.Equal(seed, make([]byte, 16)) {
		t.Error("seed left after Wipe")
	}
	p := &chip{information: specimen}
	for name, pw := range map[string]*Password{"none": nil, "zero": {}, "wiped": wiped} {
		if _, err := Establish(t.Context(), p, rand.Reader, pw); err == nil {
			t.Errorf("password %s was taken", name)
		}
	}
	for n := range 24 {
		short := io.LimitReader(rand.Reader, int64(n))
		if _, err := Establish(t.Context(), p, short, NewPassword([]byte(specimen))); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes of randomness: %v", n, err)
		}
	}
	if p.sent != 0 {
		t.Errorf("%d commands sent", p.sent)
	}
}

// keeper is a source of randomness that keeps the buffers it filled, and fails
// after some of them.
type keeper struct {
	buffers [][]byte
	good    int
}

func (k *keeper) Read(b []byte) (int, error) {
	if k.buffers = append(k.buffers, b); len(k.buffers) > k.good {
		return copy(b, "SECRET"), io.ErrUnexpectedEOF
	}
	return rand.Read(b)
}

// TestWiped catches keying material left in memory, whatever the outcome, and
// document keys that can be used after their end.
func TestWiped(t *testing.T) {
	for name, test := range map[string]struct {
		p    *chip
		good int
	}{
		"channel":          {&chip{information: specimen}, 2},
		"wrong zone":       {&chip{information: "OTHER"}, 2},
		"dishonest chip":   {&chip{information: specimen, fault: "MAC"}, 2},
		"randomness ended": {&chip{information: specimen}, 1},
	} {
		source := &keeper{good: test.good}
		_, err := Establish(t.Context(), test.p, source, NewPassword([]byte(specimen)))
		if (err == nil) != (name == "channel") || len(source.buffers) != 2 {
			t.Fatalf("%s: %v, %d reads of randomness", name, err, len(source.buffers))
		}
		equal(t, name, source.buffers[1], make([]byte, materialSize))
	}
	k, err := newDocumentKeys(make([]byte, seedSize))
	must(t, err)
	k.wipe()
	if _, err := k.mac.Token(nil); !errors.Is(err, sm.ErrClosed) {
		t.Errorf("document keys after wipe: %v", err)
	}
}

// TestErrorsTellNoSecret catches zone, keys or cryptograms in an error text.
func TestErrorsTellNoSecret(t *testing.T) {
	for _, fault := range []string{"", "MAC", "other nonce of the chip", "short nonce"} {
		p := &chip{information: specimen + fault, fault: fault}
		pw := NewPassword([]byte(specimen + fault))
		if fault == "" {
			pw = NewPassword([]byte("OTHER"))
		}
		_, err := Establish(t.Context(), p, rand.Reader, pw)
		if err == nil {
			t.Fatalf("%q: no error", fault)
		}
		for _, word := range strings.FieldsFunc(err.Error(), func(r rune) bool { return !strings.ContainsRune("0123456789ABCDEFabcdef", r) }) {
			if len(word) > 7 {
				t.Errorf("%q: %v", fault, err)
			}
		}
	}
}

// FuzzEstablish catches a panic, an error without a type, and a channel opened
// for a chip that does not know the zone.
func FuzzEstablish(f *testing.F) {
	v := readVector(f)
	b := v.values
	good := join(b["e_ic"], b["m_ic"], ok())
	f.Add(join(b["rnd_ic"], ok()), good)
	f.Add(join(b["rnd_ic"], ok()), []byte{0x63, 0x00})
	f.Add([]byte{0x61, 0x08}, join(b["rnd_ic"], ok()))
	f.Add([]byte{0x6C, 0x08}, good)
	f.Add([]byte{}, []byte{0x90})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		answers := [][]byte{first, second}
		chip := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			if len(answers) == 0 {
				return nil, card.ErrRemoved
			}
			a := answers[0]
			answers = answers[1:]
			return a, nil
		})
		channel, err := Establish(t.Context(), chip, bytes.NewReader(join(b["rnd_ifd"], b["k_ifd"])), NewPassword([]byte(v.zone)))
		var status *card.StatusError
		switch {
		case err == nil:
			if !bytes.Equal(first, join(b["rnd_ic"], ok())) || !bytes.Equal(second, good) {
				t.Fatalf("%X, %X opened a channel", first, second)
			}
			channel.Close()
		case channel != nil:
			t.Fatal("channel with an error")
		case !errors.Is(err, ErrChip) && !errors.Is(err, ErrWrongPassword) && !errors.As(err, &status) &&
			!errors.Is(err, card.ErrResponse) && !errors.Is(err, card.ErrRemoved):
			t.Fatalf("untyped error: %v", err)
		}
	})
}
