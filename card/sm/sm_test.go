package sm

import (
	"bytes"
	"errors"
	"testing"

	"cnie.example/card"
)

// Wrong padding, counter, initialisation vector, order of data objects or MAC
// input gives other commands than the recordings, or refuses their responses.
func TestKnownAnswerSessions(t *testing.T) {
	for name, r := range recordings() {
		t.Run(name, func(t *testing.T) {
			k, ssc := r.keys(t), r.ssc
			for i, e := range r.exchanges {
				plain, err := card.ParseCommand(unhex(t, e[0]))
				if err != nil {
					t.Fatal(err)
				}
				c, err := k.Wrap(ssc+1, plain)
				if err != nil {
					t.Fatal(err)
				}
				b, err := c.Bytes()
				if err != nil || !bytes.Equal(b, unhex(t, e[1])) {
					t.Fatalf("command %d: %X, %v, want %s", i, b, err, e[1])
				}
				answer, err := card.ParseResponse(unhex(t, e[2]))
				if err != nil {
					t.Fatal(err)
				}
				got, err := k.Unwrap(ssc+2, answer)
				if err != nil || !bytes.Equal(got.Bytes(), unhex(t, e[3])) {
					t.Fatalf("response %d: %X, %v, want %s", i, got.Bytes(), err, e[3])
				}
				ssc += 2
			}
			if ssc != r.afterwards {
				t.Errorf("counter %X, want %X", ssc, r.afterwards)
			}
		})
	}
}

// Data, Le and instruction in every combination at the block and length
// boundaries must reach the chip as they were, for every cipher.
func TestWrapReachesChip(t *testing.T) {
	all := []int{0, 1, 255, 256, 257, 65535, 65536}
	lengths := []int{0, 1, 7, 8, 9, 15, 16, 17, 111, 112, 127, 128, 222, 223, 224, 231, 255, 256, 257, 1000, 65000, 65500}
	for _, c := range ciphers() {
		k, p := pair(c)
		ssc := uint64(0)
		for _, n := range lengths {
			les := all
			if n > 257 {
				les = []int{0, 65536} // long messages are slow under the race detector
			}
			for _, le := range les {
				for _, ins := range []byte{0xB0, 0xB1} {
					ssc++
					plain := card.Command{CLA: 0x00, INS: ins, P1: 0x81, P2: 0x02, Data: bytes.Repeat([]byte{0x80}, n), Le: le}
					w, err := k.Wrap(ssc, plain)
					if err != nil {
						t.Fatalf("%v, %v: %v", c, plain, err)
					}
					checkForm(t, plain, w)
					got, err := p.open(ssc, w)
					if err != nil {
						t.Fatalf("%v, %v: %v", c, plain, err)
					}
					if got.INS != ins || got.Le != le || !bytes.Equal(got.Data, plain.Data) || got.P1 != 0x81 || got.P2 != 2 {
						t.Fatalf("%v: %v became %v", c, plain, got)
					}
				}
			}
		}
	}
}

// checkForm: a command whose response may be long, or which is long itself,
// must be extended and ask for the most; any other must be short.
func checkForm(t *testing.T, plain, w card.Command) {
	t.Helper()
	extended := plain.Le > 256 || len(w.Data) > 255
	le := 256
	if extended {
		le = 65536
	}
	if w.Extended != extended || w.Le != le || w.CLA != plain.CLA|0x0C {
		t.Fatalf("%v became %v extended=%v", plain, w, w.Extended)
	}
}

// Responses of every length and status word must arrive as the chip sent them.
func TestUnwrapFromChip(t *testing.T) {
	for _, c := range ciphers() {
		k, p := pair(c)
		for _, n := range []int{0, 1, 7, 8, 9, 15, 16, 17, 112, 127, 128, 223, 255, 256, 4096, 65000} {
			for _, status := range []card.Status{0x9000, 0x6282, 0x6982, 0x6C10} {
				plain := card.Response{Data: bytes.Repeat([]byte{0x00, 0x80}, n)[:n], Status: status}
				sealed := p.seal(7, plain)
				before := bytes.Clone(sealed.Data)
				got, err := k.Unwrap(7, sealed)
				if err != nil || !bytes.Equal(got.Data, plain.Data) || got.Status != status {
					t.Fatalf("%v, %d bytes, %v: %v", c, n, status, err)
				}
				if !bytes.Equal(before, sealed.Data) {
					t.Fatal("response was changed")
				}
			}
		}
	}
}

// Every single altered bit of a response must be found, whichever data object
// or status word it is in.
func TestUnwrapFindsEveryBit(t *testing.T) {
	for _, c := range ciphers() {
		k, p := pair(c)
		whole := p.seal(2, card.Response{Data: []byte("SPECIMEN DATA OF A FILE"), Status: 0x9000}).Bytes()
		for i := range whole {
			for bit := range 8 {
				b := bytes.Clone(whole)
				b[i] ^= 1 << bit
				r, err := card.ParseResponse(b)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := k.Unwrap(2, r); !errors.Is(err, ErrSecureMessaging) {
					t.Fatalf("%v: byte %d bit %d: %v, %v", c, i, bit, got, err)
				}
			}
		}
	}
}

// A response for another counter is a replay, or one that was left out.
func TestUnwrapCounter(t *testing.T) {
	for _, c := range ciphers() {
		k, p := pair(c)
		r := p.seal(4, card.Response{Data: []byte{1}, Status: 0x9000})
		for _, ssc := range []uint64{0, 2, 3, 5, 6} {
			if _, err := k.Unwrap(ssc, r); !errors.Is(err, ErrMAC) {
				t.Errorf("%v, counter %d: %v", c, ssc, err)
			}
		}
	}
}

// Data objects that are missing, doubled, out of order, malformed or behind the
// MAC must be refused, although the MAC over them is right.
func TestUnwrapRefusesForm(t *testing.T) {
	k, p := pair(AES256)
	block := make([]byte, 16)
	p.block(p.enc).Encrypt(block, xor(p.iv(2), append([]byte{1, 0x80}, make([]byte, 14)...)))
	badPadding := make([]byte, 16)
	p.block(p.enc).Encrypt(badPadding, xor(p.iv(2), make([]byte, 16)))
	longPadding := make([]byte, 32)
	cbc(p, longPadding, append([]byte{0x80}, make([]byte, 31)...))
	data := object(0x87, append([]byte{0x01}, block...))
	ok := []byte{0x99, 0x02, 0x90, 0x00}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

	if r, err := k.Unwrap(2, p.sign(2, join(data, ok), 0x9000)); err != nil || !bytes.Equal(r.Data, []byte{1}) {
		t.Fatalf("the good one: %v", err)
	}
	if _, err := k.Unwrap(2, p.sign(2, join(object(0x85, block), ok), 0x9000)); err != nil {
		t.Fatalf("the good one with DO'85': %v", err)
	}
	for name, objects := range map[string][]byte{
		"no status":              data,
		"status twice":           join(ok, ok),
		"status before data":     join(ok, data),
		"data twice":             join(data, data, ok),
		"85 and 87":              join(object(0x85, block), data, ok),
		"plain data 81":          join(object(0x81, []byte{1}), ok),
		"Le object":              join(object(0x97, []byte{0}), ok),
		"unknown object":         join(ok, object(0x80, nil)),
		"status of one byte":     {0x99, 0x01, 0x90},
		"status of three bytes":  {0x99, 0x03, 0x90, 0x00, 0x00},
		"empty status":           {0x99, 0x00},
		"empty 87":               join(object(0x87, nil), ok),
		"87 with indicator only": join(object(0x87, []byte{0x01}), ok),
		"87, indicator 00":       join(object(0x87, append([]byte{0x00}, block...)), ok),
		"87, indicator 02":       join(object(0x87, append([]byte{0x02}, block...)), ok),
		"empty 85":               join(object(0x85, nil), ok),
		"part of a block":        join(object(0x87, append([]byte{0x01}, block[:15]...)), ok),
		"no padding":             join(object(0x87, append([]byte{0x01}, badPadding...)), ok),
		"padding over a block":   join(object(0x87, append([]byte{0x01}, longPadding...)), ok),
		"length too long":        {0x99, 0x81, 0x02, 0x90, 0x00},
		"length beyond the end":  {0x99, 0x7F, 0x90, 0x00},
		"nothing":                {},
	} {
		if r, err := k.Unwrap(2, p.sign(2, objects, 0x9000)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}

	good := p.sign(2, ok, 0x9000)
	for name, b := range map[string][]byte{
		"bytes behind the MAC":  join(good.Data, []byte{0x00}),
		"object behind the MAC": join(good.Data, data),
		"MAC twice":             join(good.Data, good.Data[4:]),
		"MAC of 7 bytes":        join(ok, object(0x8E, good.Data[6:13])),
		"MAC of 16 bytes":       join(ok, object(0x8E, make([]byte, 16))),
		"no MAC":                ok,
		"empty MAC":             join(ok, object(0x8E, nil)),
		"MAC only":              good.Data[4:],
	} {
		if r, err := k.Unwrap(2, card.Response{Data: b, Status: 0x9000}); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	if _, err := k.Unwrap(2, p.sign(2, ok, 0x6282)); !errors.Is(err, ErrFormat) {
		t.Errorf("another status word outside: %v", err)
	}
}

func xor(a, b []byte) []byte {
	out := make([]byte, len(a))
	for i := range a {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// cbc encrypts whole blocks as the chip does for counter 2.
func cbc(p chip, dst, src []byte) {
	previous := p.iv(2)
	for i := 0; i < len(src); i += 16 {
		p.block(p.enc).Encrypt(dst[i:], xor(previous, src[i:i+16]))
		previous = dst[i : i+16]
	}
}

// A bare status word must not pass for a protected one, and a caller must be
// able to see which it was.
func TestUnprotected(t *testing.T) {
	k, _ := pair(AES128)
	_, err := k.Unwrap(2, card.Response{Status: card.StatusSMIncorrect})
	var status *card.StatusError
	if !errors.Is(err, ErrUnprotected) || !errors.Is(err, ErrSecureMessaging) || !errors.As(err, &status) || status.Status != card.StatusSMIncorrect {
		t.Errorf("6988: %v", err)
	}
	_, err = k.Unwrap(2, card.Response{Status: card.StatusOK})
	if !errors.Is(err, ErrUnprotected) || errors.As(err, &status) && status.Status == card.StatusOK {
		t.Errorf("9000: %v", err)
	}
}

// A command that is protected already would be protected twice; one that is too
// long would be cut.
func TestWrapRefuses(t *testing.T) {
	k, _ := pair(AES128)
	for _, c := range []card.Command{
		{CLA: 0x0C},
		{CLA: 0x04},
		{CLA: 0x08},
		{CLA: 0x40},
		{CLA: 0x60},
		{Data: make([]byte, 65535)},
		{Data: make([]byte, 70000)},
		{Le: 65537},
		{Le: -1},
	} {
		if _, err := k.Wrap(1, c); !errors.Is(err, card.ErrCommand) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// Wrap must leave the data of the command as it is, and share no bytes with it.
func TestWrapCopies(t *testing.T) {
	k, _ := pair(AES256)
	data := []byte{1, 2, 3}
	w, err := k.Wrap(1, card.Command{INS: 0x20, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	clear(w.Data)
	if !bytes.Equal(data, []byte{1, 2, 3}) {
		t.Error("data was changed")
	}
}

// Keys of a wrong length, or that stay readable after Wipe, are a defect.
func TestKeys(t *testing.T) {
	for _, c := range ciphers() {
		n := c.KeySize()
		enc, mac := bytes.Repeat([]byte{0xEE}, n), bytes.Repeat([]byte{0xAA}, n)
		k, err := NewKeys(c, enc, mac)
		if err != nil {
			t.Fatal(err)
		}
		if k.Cipher() != c {
			t.Errorf("cipher %v", k.Cipher())
		}
		k.Wipe()
		k.Wipe()
		if !bytes.Equal(enc, make([]byte, n)) || !bytes.Equal(mac, make([]byte, n)) {
			t.Errorf("%v: keys left", c)
		}
		if _, err := k.Wrap(1, card.Command{}); !errors.Is(err, ErrClosed) {
			t.Errorf("Wrap: %v", err)
		}
		if _, err := k.Unwrap(1, card.Response{}); !errors.Is(err, ErrClosed) {
			t.Errorf("Unwrap: %v", err)
		}
		if _, err := k.Token(nil); !errors.Is(err, ErrClosed) {
			t.Errorf("Token: %v", err)
		}
		short := bytes.Repeat([]byte{0xEE}, n-1)
		if _, err := NewKeys(c, short, make([]byte, n)); err == nil || !bytes.Equal(short, make([]byte, n-1)) {
			t.Errorf("%v: short key: %v, %X", c, err, short)
		}
		if _, err := NewKeys(c, make([]byte, n), make([]byte, n+1)); err == nil {
			t.Errorf("%v: long key taken", c)
		}
	}
	if _, err := NewKeys(Cipher(9), nil, nil); err == nil {
		t.Error("no cipher: keys made")
	}
	if _, err := DeriveKeys(Cipher(0), []byte{1}); err == nil {
		t.Error("no cipher: keys derived")
	}
}

// FuzzUnwrap: bytes of a hostile card never panic, never pass without a right
// MAC, and give a typed error.
func FuzzUnwrap(f *testing.F) {
	_, p := pair(AES256)
	f.Add(p.seal(2, card.Response{Data: []byte("SPECIMEN"), Status: 0x9000}).Bytes())
	f.Add(p.seal(2, card.Response{Status: 0x6A82}).Bytes())
	f.Add([]byte{0x69, 0x88})
	f.Add(unhex(f, "871101D8059A9CF835105082CA2B1837E4AEC0990290008E08B36DB56761D706BB9000"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := card.ParseResponse(b)
		if err != nil {
			return
		}
		for _, c := range ciphers() {
			k, p := pair(c)
			got, err := k.Unwrap(2, r)
			if err != nil {
				if !errors.Is(err, ErrSecureMessaging) {
					t.Fatalf("untyped error %v", err)
				}
				continue
			}
			// There is one encoding of each plain response, but for DO'85'.
			if b[0] != 0x85 && !bytes.Equal(p.seal(2, got).Bytes(), b) {
				t.Fatalf("%v: %X passed", c, b)
			}
		}
	})
}

// FuzzUnwrapSigned goes deeper: the MAC over the data objects is right.
func FuzzUnwrapSigned(f *testing.F) {
	f.Add([]byte{0x99, 0x02, 0x90, 0x00})
	f.Add([]byte{0x87, 0x11, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x99, 0x02, 0x90, 0x00})
	k, p := pair(AES128)
	f.Fuzz(func(t *testing.T, objects []byte) {
		if len(objects) > 60000 {
			return
		}
		got, err := k.Unwrap(2, p.sign(2, objects, 0x9000))
		if err != nil {
			if !errors.Is(err, ErrSecureMessaging) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if objects[0] == 0x85 {
			return
		}
		if want := p.seal(2, got); !bytes.Equal(want.Data[:len(want.Data)-10], objects) {
			t.Fatalf("%X passed", objects)
		}
	})
}
