package tlv_test

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"testing"

	"cnie.example/card/tlv"
)

// Tags and lengths at every boundary of their encodings; an encoder or a parser
// that is one off at any of them fails here.
func TestKnownElements(t *testing.T) {
	for name, tc := range map[string]struct {
		tag    tlv.Tag
		n      int
		prefix []byte
	}{
		"empty":             {0x30, 0, []byte{0x30, 0x00}},
		"127":               {0x04, 127, []byte{0x04, 0x7F}},
		"128":               {0x04, 128, []byte{0x04, 0x81, 0x80}},
		"255":               {0x04, 255, []byte{0x04, 0x81, 0xFF}},
		"256":               {0x04, 256, []byte{0x04, 0x82, 0x01, 0x00}},
		"65535":             {0x04, 65535, []byte{0x04, 0x82, 0xFF, 0xFF}},
		"65536":             {0x04, 65536, []byte{0x04, 0x83, 0x01, 0x00, 0x00}},
		"two-byte tag":      {0x7F49, 1, []byte{0x7F, 0x49, 0x01}},
		"number below 31":   {0x5F01, 1, []byte{0x5F, 0x01, 0x01}},
		"three-byte tag":    {0x7F8148, 1, []byte{0x7F, 0x81, 0x48, 0x01}},
		"largest tag":       {0xFFFF7F, 1, []byte{0xFF, 0xFF, 0x7F, 0x01}},
		"one byte, no 1F":   {0xDE, 1, []byte{0xDE, 0x01}},
		"number 31 exactly": {0x5F1F, 1, []byte{0x5F, 0x1F, 0x01}},
	} {
		t.Run(name, func(t *testing.T) {
			value := bytes.Repeat([]byte{0x5A}, tc.n)
			want := append(bytes.Clone(tc.prefix), value...)
			got := tlv.Append(nil, tc.tag, value)
			if !bytes.Equal(got, want) {
				t.Fatalf("Append begins %X, want %X", got[:min(len(got), 8)], want[:min(len(want), 8)])
			}
			tag, v, rest, err := tlv.Read(append(got, 0x99))
			if err != nil || tag != tc.tag || !bytes.Equal(v, value) || !bytes.Equal(rest, []byte{0x99}) {
				t.Fatalf("Read: %v, %d bytes, rest %X, %v", tag, len(v), rest, err)
			}
			if n, err := tlv.Size(tc.prefix); err != nil || n != len(want) {
				t.Fatalf("Size: %d, %v, want %d", n, err, len(want))
			}
			if v, err := tlv.Only(want, tc.tag); err != nil || !bytes.Equal(v, value) {
				t.Fatalf("Only: %v", err)
			}
		})
	}
}

func refused() map[string][]byte {
	return map[string][]byte{
		"nothing":                  {},
		"tag only":                 {0x30},
		"tag of zero":              {0x00, 0x00},
		"tag cut":                  {0x5F},
		"three-byte tag cut":       {0x7F, 0x81},
		"four-byte tag":            {0x7F, 0x81, 0x81, 0x01, 0x00},
		"tag longer than needed":   {0x5F, 0x80, 0x1F, 0x00},
		"indefinite length":        {0x30, 0x80},
		"indefinite, with end":     {0x30, 0x80, 0x00, 0x00},
		"length cut, 1":            {0x30, 0x81},
		"length cut, 2":            {0x30, 0x82, 0x01},
		"0 in two bytes":           {0x30, 0x81, 0x00},
		"127 in two bytes":         append([]byte{0x30, 0x81, 0x7F}, make([]byte, 127)...),
		"255 in three bytes":       append([]byte{0x30, 0x82, 0x00, 0xFF}, make([]byte, 255)...),
		"65535 in four bytes":      append([]byte{0x30, 0x83, 0x00, 0xFF, 0xFF}, make([]byte, 65535)...),
		"length of four bytes":     {0x30, 0x84, 0x40, 0x00, 0x00, 0x00, 0x01},
		"length of eight bytes":    {0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		"length of FF":             {0x30, 0xFF},
		"128 beyond 64 bits":       append([]byte{0x30, 0x89, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x80}, make([]byte, 128)...),
		"value one byte short":     {0x30, 0x02, 0x01},
		"16 MiB in eight bytes":    {0x30, 0x83, 0xFF, 0xFF, 0xFF, 0x01, 0x02, 0x03},
		"length longer than input": {0x30, 0x7F, 0x01},
	}
}

// Each of these was taken by a public reader, panicked it, or made it allocate
// a gigabyte.
func TestReadRefuses(t *testing.T) {
	for name, b := range refused() {
		if tag, v, _, err := tlv.Read(b); !errors.Is(err, tlv.ErrSyntax) {
			t.Errorf("%s: tag %v, %d bytes, %v", name, tag, len(v), err)
		}
	}
}

// Size has no value to compare a length with: what Read refuses for its header
// must be refused here by the header alone, before anyone reads that far.
func TestSizeRefuses(t *testing.T) {
	for name, b := range refused() {
		switch name {
		case "value one byte short", "16 MiB in eight bytes", "length longer than input":
			continue // right headers
		}
		if n, err := tlv.Size(b); !errors.Is(err, tlv.ErrSyntax) {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
	}
}

// Reading must not allocate by the length that the input announces, nor copy.
func TestReadAllocatesNothing(t *testing.T) {
	b := tlv.Append(nil, 0x7F49, make([]byte, 5000))
	if n := testing.AllocsPerRun(100, func() {
		if _, _, _, err := tlv.Read(b); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// An append to a value must not overwrite the element behind it.
func TestValueDoesNotGrow(t *testing.T) {
	b := []byte{0x04, 0x01, 0xAA, 0x04, 0x00}
	_, v, _, err := tlv.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	_ = append(v, 0xFF)
	if b[3] != 0x04 {
		t.Error("append to a value overwrote the next element")
	}
}

// Expect that ignores the tag, or Only that ignores what follows, lets one
// element stand for another.
func TestExpectAndOnly(t *testing.T) {
	b := []byte{0x30, 0x00, 0x31, 0x00}
	if _, rest, err := tlv.Expect(b, 0x30); err != nil || !bytes.Equal(rest, b[2:]) {
		t.Errorf("Expect: %X, %v", rest, err)
	}
	if _, _, err := tlv.Expect(b, 0x31); !errors.Is(err, tlv.ErrSyntax) {
		t.Errorf("Expect of another tag: %v", err)
	}
	if _, err := tlv.Only(b, 0x30); !errors.Is(err, tlv.ErrSyntax) {
		t.Errorf("Only with bytes behind: %v", err)
	}
	if _, err := tlv.Only(b[:2], 0x31); !errors.Is(err, tlv.ErrSyntax) {
		t.Errorf("Only of another tag: %v", err)
	}
}

// Pieces must be joined under one length.
func TestAppendJoins(t *testing.T) {
	got := tlv.Append([]byte{0x99}, 0x7C, []byte{0x01}, nil, []byte{0x02, 0x03})
	if want := []byte{0x99, 0x7C, 0x03, 0x01, 0x02, 0x03}; !bytes.Equal(got, want) {
		t.Errorf("%X, want %X", got, want)
	}
}

// The text of a tag is what a specification prints.
func TestTagString(t *testing.T) {
	for tag, want := range map[tlv.Tag]string{0x02: "02", 0x5F1F: "5F1F", 0x7F8148: "7F8148"} {
		if tag.String() != want {
			t.Errorf("%v, want %s", tag, want)
		}
	}
}

// An identifier encoded otherwise names another protocol to the chip. The known
// answers are id-PACE-ECDH-GM-AES-CBC-CMAC-128 (ICAO Doc 9303-11, 9.2.1) and an
// arc of more than one octet.
func TestKnownAnswerOID(t *testing.T) {
	for _, tc := range []struct {
		oid  asn1.ObjectIdentifier
		want []byte
	}{
		{asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 2}, []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02}},
		{asn1.ObjectIdentifier{2, 23, 136, 1, 1, 5}, []byte{0x67, 0x81, 0x08, 0x01, 0x01, 0x05}},
	} {
		if got, err := tlv.OID(tc.oid); err != nil || !bytes.Equal(got, tc.want) {
			t.Errorf("%v: %X, %v, want %X", tc.oid, got, err, tc.want)
		}
	}
	for _, oid := range []asn1.ObjectIdentifier{nil, {1}, {3, 1}, {1, 40}} {
		if got, err := tlv.OID(oid); err == nil {
			t.Errorf("%v: %X", oid, got)
		}
	}
}

// FuzzRead: what is read is written back the same, byte for byte, and Size
// agrees with Read.
func FuzzRead(f *testing.F) {
	for _, b := range refused() {
		if len(b) < 300 {
			f.Add(b)
		}
	}
	f.Add([]byte{0x7F, 0x49, 0x02, 0x86, 0x00, 0x01})
	f.Add(tlv.Append(nil, 0x5F1F, make([]byte, 200)))
	f.Fuzz(func(t *testing.T, b []byte) {
		tag, v, rest, err := tlv.Read(b)
		if err != nil {
			if !errors.Is(err, tlv.ErrSyntax) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if got := append(tlv.Append(nil, tag, v), rest...); !bytes.Equal(got, b) {
			t.Fatalf("%X became %X", b, got)
		}
		if n, err := tlv.Size(b); err != nil || n != len(b)-len(rest) {
			t.Fatalf("Size: %d, %v", n, err)
		}
	})
}
