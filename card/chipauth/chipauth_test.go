package chipauth

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"

	"cnie.example/card"
	"cnie.example/card/curve"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// arc is id-CA-DH (kind 1) or id-CA-ECDH (kind 2) with a cipher: the constants
// of sm count as the last arc does, 1 for 3DES to 4 for AES-256.
func arc(kind, last int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, kind, last}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newKey makes a chip's key on c and gives its scalar too.
func newKey(t testing.TB, c *curve.Curve, id []byte) (Key, *curve.Scalar) {
	t.Helper()
	k, err := c.RandomScalar(rand.Reader)
	must(t, err)
	p, err := c.Generator().Mul(k)
	must(t, err)
	return Key{OID: arc(2, 4), Cipher: sm.AES256, KeyID: id, Point: p}, k
}

func newHandover() Handover {
	return Handover{
		Issuer: "https://idp.test", JTI: "jti-1",
		AgentNonce: bytes.Repeat([]byte{1}, 32),
		SODHash:    bytes.Repeat([]byte{2}, 32),
		DG14Hash:   bytes.Repeat([]byte{3}, 32),
	}
}

// TestKnownAnswerDigest catches a change of label, order or length prefix. The
// value was computed by another program.
func TestKnownAnswerDigest(t *testing.T) {
	h := newHandover()
	h.PublicKey = append([]byte{4}, make([]byte, 64)...)
	got := h.Digest()
	if want := "e0f330f139ae2a5aaea7bd7b7273d50f85075e343d15bde45531c33fd05310bd"; hex.EncodeToString(got[:]) != want {
		t.Errorf("digest %x, want %s", got, want)
	}
}

// TestDigestFields catches fields that run into each other: a byte moved over
// the border between two fields must change the digest.
func TestDigestFields(t *testing.T) {
	a, b := newHandover(), newHandover()
	a.Issuer, a.JTI = "https://idp.test/a", "b"
	b.Issuer, b.JTI = "https://idp.test/", "ab"
	if a.Digest() == b.Digest() {
		t.Error("issuer and jti run into each other")
	}
	a, b = newHandover(), newHandover()
	a.KeyID, a.PublicKey = []byte{4}, []byte{5}
	b.PublicKey = []byte{4, 5}
	if a.Digest() == b.Digest() {
		t.Error("key id and public key run into each other")
	}
}

// TestKnownAnswerAgreement catches a wrong point multiplication or a wrong
// shared secret by the worked example of BSI TR-03110.
func TestKnownAnswerAgreement(t *testing.T) {
	b, err := os.ReadFile("testdata/bsi-eac2-ecdh.json")
	must(t, err)
	var v map[string]string
	must(t, json.Unmarshal(b, &v))
	value := func(name string) []byte {
		b, err := hex.DecodeString(v[name])
		must(t, err)
		return b
	}
	c := curve.BrainpoolP256r1()
	p, err := c.Point(value("ca_picc_pub_key"))
	must(t, err)
	e, err := Agree(bytes.NewReader(value("ca_pcd_priv_key")), Key{OID: arc(2, 2), Cipher: sm.AES128, Point: p})
	must(t, err)
	if !bytes.Equal(e.PublicKey, value("ca_pcd_pub_key")) {
		t.Errorf("public key %X", e.PublicKey)
	}
	want, err := sm.DeriveKeys(sm.AES128, value("ca_shared_secret_k"))
	must(t, err)
	sameKeys(t, e.Keys, want)
	if e.Proof != nil {
		t.Error("proof without a hand-over")
	}
}

// sameKeys compares both keys by what they make of one command with data.
func sameKeys(t *testing.T, a, b *sm.Keys) {
	t.Helper()
	x, err := a.Wrap(1, card.Command{INS: 0xA4, Data: []byte("data")})
	must(t, err)
	y, err := b.Wrap(1, card.Command{INS: 0xA4, Data: []byte("data")})
	must(t, err)
	if !bytes.Equal(x.Data, y.Data) {
		t.Error("session keys differ")
	}
}

// TestSharedSecretPadding catches a shared secret whose leading zeros are lost:
// runs until the x-coordinate of one begins with a zero byte. The chip's half
// here derives from the padded coordinate.
func TestSharedSecretPadding(t *testing.T) {
	key, k := newKey(t, curve.P256(), nil)
	for range 20000 {
		e, err := Agree(rand.Reader, key)
		must(t, err)
		p, err := key.Point.Curve().Point(e.PublicKey)
		must(t, err)
		shared, err := p.Mul(k)
		must(t, err)
		x := shared.X()
		if x[0] != 0 {
			continue
		}
		if len(x) != 32 {
			t.Fatalf("secret of %d bytes", len(x))
		}
		want, err := sm.DeriveKeys(sm.AES256, x)
		must(t, err)
		sameKeys(t, e.Keys, want)
		return
	}
	t.Fatal("no secret with a leading zero in 20000")
}

// TestSelect catches a weaker protocol chosen, a key with another id chosen,
// ambiguous keys accepted, finite fields accepted, 3DES preferred to AES or
// assumed where DG14 announces something else.
func TestSelect(t *testing.T) {
	c := curve.BrainpoolP256r1()
	g := c.Generator().Bytes()
	info := func(cipher sm.Cipher, version int, id []byte) lds.ChipAuthenticationInfo {
		return lds.ChipAuthenticationInfo{OID: arc(2, int(cipher)), Agreement: lds.ECDH, Cipher: cipher, Version: version, KeyID: id}
	}
	public := func(id []byte) lds.ChipAuthenticationPublicKeyInfo {
		return lds.ChipAuthenticationPublicKeyInfo{Curve: c, Point: g, KeyID: id}
	}
	finite := lds.ChipAuthenticationInfo{OID: arc(1, 4), Agreement: lds.DH, Cipher: sm.AES256, Version: 1}
	generic := lds.PACEInfo{Agreement: lds.ECDH, Mapping: lds.GenericMapping, Cipher: sm.AES256}
	mapping := lds.PACEInfo{Agreement: lds.ECDH, Mapping: lds.ChipAuthenticationMapping, Cipher: sm.AES256}
	one, two, high := []byte{1}, []byte{2}, []byte{0, 200}
	type (
		infos = []lds.ChipAuthenticationInfo
		keys  = []lds.ChipAuthenticationPublicKeyInfo
		paces = []lds.PACEInfo
	)
	for name, test := range map[string]struct {
		infos infos
		keys  keys
		pace  paces
		want  sm.Cipher // 0: unsupported
		id    []byte
	}{
		"plain":                {infos{info(sm.AES128, 1, nil)}, keys{public(nil)}, nil, sm.AES128, nil},
		"strongest":            {infos{info(sm.AES128, 1, nil), info(sm.AES256, 1, nil), info(sm.AES192, 1, nil)}, keys{public(nil)}, nil, sm.AES256, nil},
		"by id":                {infos{info(sm.AES256, 1, two), info(sm.AES128, 1, one)}, keys{public(one), public(two)}, nil, sm.AES256, two},
		"id of 128 and more":   {infos{info(sm.AES256, 1, high)}, keys{public(one), public(high)}, nil, sm.AES256, high},
		"first of equals":      {infos{info(sm.AES256, 1, two), info(sm.AES256, 1, one)}, keys{public(one), public(two)}, nil, sm.AES256, two},
		"strongest has no key": {infos{info(sm.AES256, 1, two), info(sm.AES128, 1, one)}, keys{public(one)}, nil, sm.AES128, one},
		"id without key":       {infos{info(sm.AES256, 1, one)}, keys{public(nil)}, nil, 0, nil},
		"no id, key with id":   {infos{info(sm.AES256, 1, nil)}, keys{public(one)}, nil, 0, nil},
		"empty id is no id":    {infos{info(sm.AES256, 1, []byte{})}, keys{public(nil)}, nil, 0, nil},
		"ambiguous":            {infos{info(sm.AES256, 1, nil)}, keys{public(nil), public(nil)}, nil, 0, nil},
		"finite field":         {infos{finite}, keys{public(nil)}, nil, 0, nil},
		"version 2":            {infos{info(sm.AES256, 2, nil)}, keys{public(nil)}, nil, 0, nil},
		"no such cipher":       {infos{info(5, 1, nil)}, keys{public(nil)}, nil, 0, nil},
		"no curve":             {infos{info(sm.AES256, 1, nil)}, keys{{Point: g}}, nil, 0, nil},

		"3DES alone":               {infos{info(sm.TripleDES, 1, nil)}, keys{public(nil)}, nil, sm.TripleDES, nil},
		"3DES last":                {infos{info(sm.TripleDES, 1, one), info(sm.AES128, 1, two)}, keys{public(one), public(two)}, nil, sm.AES128, two},
		"3DES when AES has no key": {infos{info(sm.TripleDES, 1, one), info(sm.AES256, 1, two)}, keys{public(one)}, nil, sm.TripleDES, one},
		"3DES with one key":        {infos{info(sm.AES256, 1, nil), info(sm.TripleDES, 1, nil)}, keys{public(nil)}, nil, sm.AES256, nil},

		"no info":                       {nil, keys{public(nil)}, paces{generic}, sm.TripleDES, nil},
		"no info, key with id":          {nil, keys{public(high)}, nil, sm.TripleDES, high},
		"no info, first of two":         {nil, keys{public(two), public(one)}, nil, sm.TripleDES, two},
		"no info, same id twice":        {nil, keys{public(one), public(one)}, nil, 0, nil},
		"no info, no key":               {nil, nil, nil, 0, nil},
		"no info, key of PACE":          {nil, keys{public(one)}, paces{generic, mapping}, 0, nil},
		"info of another protocol only": {infos{info(sm.AES256, 2, nil)}, keys{public(one)}, nil, 0, nil},
	} {
		got, err := Select(lds.SecurityInfos{PACE: test.pace, ChipAuthentication: test.infos, ChipAuthenticationKeys: test.keys})
		if test.want == 0 {
			if !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: cipher %v, error %v", name, got.Cipher, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Cipher != test.want || !bytes.Equal(got.KeyID, test.id) || got.Point == nil {
			t.Errorf("%s: chose %v with id %X", name, got.Cipher, got.KeyID)
		}
		if announced := len(test.infos) != 0; announced != got.OID.Equal(arc(2, int(test.want))) {
			t.Errorf("%s: protocol %v", name, got.OID)
		}
	}
	bad := lds.ChipAuthenticationPublicKeyInfo{Curve: c, Point: make([]byte, 65)}
	for _, infos := range []infos{{info(sm.AES256, 1, nil)}, nil} {
		_, err := Select(lds.SecurityInfos{ChipAuthentication: infos, ChipAuthenticationKeys: keys{bad}})
		if !errors.Is(err, ErrPoint) {
			t.Errorf("key that is no point: %v", err)
		}
	}
}

// TestProof catches a proof that does not bind one of the fields, or the point:
// with each of them changed it must fail.
func TestProof(t *testing.T) {
	for _, c := range []*curve.Curve{curve.BrainpoolP256r1(), curve.P256(), curve.P384(), curve.P521()} {
		key, k := newKey(t, c, []byte{7})
		h := newHandover()
		e, err := Compute(rand.Reader, key, h)
		must(t, err)
		h.KeyID, h.PublicKey = key.KeyID, e.PublicKey
		if err := VerifyProof(key, h, e.Proof); err != nil {
			t.Fatalf("%s: %v", c.Name(), err)
		}
		p, err := c.Point(e.PublicKey)
		must(t, err)
		shared, err := p.Mul(k)
		must(t, err)
		keys, err := sm.DeriveKeys(sm.AES256, shared.X())
		must(t, err)
		sameKeys(t, e.Keys, keys)

		other, err := Compute(rand.Reader, key, newHandover())
		must(t, err)
		elsewhere, _ := newKey(t, c, []byte{7})
		for name, change := range map[string]func(h *Handover, key *Key, proof *[]byte){
			"issuer":         func(h *Handover, _ *Key, _ *[]byte) { h.Issuer = "https://other.test" },
			"no issuer":      func(h *Handover, _ *Key, _ *[]byte) { h.Issuer = "" },
			"jti":            func(h *Handover, _ *Key, _ *[]byte) { h.JTI += "x" },
			"agent nonce":    func(h *Handover, _ *Key, _ *[]byte) { h.AgentNonce[31] ^= 1 },
			"short nonce":    func(h *Handover, _ *Key, _ *[]byte) { h.AgentNonce = h.AgentNonce[:31] },
			"SOD":            func(h *Handover, _ *Key, _ *[]byte) { h.SODHash[0] ^= 1 },
			"DG14":           func(h *Handover, _ *Key, _ *[]byte) { h.DG14Hash[0] ^= 1 },
			"key id":         func(h *Handover, _ *Key, _ *[]byte) { h.KeyID = []byte{8} },
			"other point":    func(h *Handover, _ *Key, _ *[]byte) { h.PublicKey = other.PublicKey },
			"chip's point":   func(h *Handover, _ *Key, _ *[]byte) { h.PublicKey = key.Point.Bytes() },
			"infinity":       func(h *Handover, _ *Key, _ *[]byte) { h.PublicKey = []byte{0} },
			"no point":       func(h *Handover, _ *Key, _ *[]byte) { h.PublicKey = nil },
			"other proof":    func(_ *Handover, _ *Key, p *[]byte) { *p = other.Proof },
			"no proof":       func(_ *Handover, _ *Key, p *[]byte) { *p = nil },
			"proof of zeros": func(_ *Handover, _ *Key, p *[]byte) { *p = make([]byte, len(*p)) },
			"longer proof":   func(_ *Handover, _ *Key, p *[]byte) { *p = append(*p, 0) },
			"no chip key":    func(_ *Handover, k *Key, _ *[]byte) { k.Point = nil },
			"chip's curve": func(_ *Handover, k *Key, _ *[]byte) {
				k.Point = curve.P256().Generator()
				if c == curve.P256() {
					k.Point = curve.BrainpoolP256r1().Generator()
				}
			},
		} {
			h, key, proof := clone(h), key, bytes.Clone(e.Proof)
			change(&h, &key, &proof)
			if err := VerifyProof(key, h, proof); !errors.Is(err, ErrProof) {
				t.Errorf("%s: %s changed: %v", c.Name(), name, err)
			}
		}
		// A proof that is good, but made for a key with another id.
		twin := key
		twin.KeyID = []byte{8}
		for _, id := range [][]byte{{8}, {7}} {
			h := clone(h)
			h.KeyID = id
			made, err := Compute(rand.Reader, twin, h)
			must(t, err)
			h.KeyID, h.PublicKey = twin.KeyID, made.PublicKey
			must(t, VerifyProof(twin, h, made.Proof))
			if err := VerifyProof(key, h, made.Proof); !errors.Is(err, ErrProof) {
				t.Errorf("%s: proof for another key id: %v", c.Name(), err)
			}
		}

		// The proof is about the provider's point; another chip's key on the same
		// curve with the same id is told by the hash of DG14.
		if err := VerifyProof(elsewhere, h, e.Proof); err != nil {
			t.Errorf("%s: %v", c.Name(), err)
		}
	}
}

func clone(h Handover) Handover {
	h.AgentNonce, h.SODHash, h.DG14Hash = bytes.Clone(h.AgentNonce), bytes.Clone(h.SODHash), bytes.Clone(h.DG14Hash)
	h.KeyID, h.PublicKey = bytes.Clone(h.KeyID), bytes.Clone(h.PublicKey)
	return h
}

// TestComputeRefuses catches a point made for an incomplete hand-over or for a
// key that is not offered, and a failing source of randomness that is ignored.
func TestComputeRefuses(t *testing.T) {
	key, _ := newKey(t, curve.BrainpoolP256r1(), nil)
	h := newHandover()
	h.SODHash = nil
	if _, err := Compute(rand.Reader, key, h); !errors.Is(err, ErrHandover) {
		t.Errorf("no SOD hash: %v", err)
	}
	if _, err := Compute(rand.Reader, Key{OID: arc(2, 4)}, newHandover()); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no point: %v", err)
	}
	for name, change := range map[string]func(*Key){
		"no cipher":            func(k *Key) { k.Cipher = 0 },
		"no such cipher":       func(k *Key) { k.Cipher = 5 },
		"AES without protocol": func(k *Key) { k.OID = nil },
		"3DES without a point": func(k *Key) { k.Cipher, k.Point = sm.TripleDES, nil },
	} {
		bad := key
		change(&bad)
		if _, err := Compute(rand.Reader, bad, newHandover()); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range 33 {
		if e, err := Compute(io.LimitReader(rand.Reader, int64(n)), key, newHandover()); err == nil {
			t.Errorf("%d bytes of randomness gave a proof of %d bytes", n, len(e.Proof))
		}
	}
	if _, err := Agree(io.LimitReader(rand.Reader, 31), key); err == nil {
		t.Error("31 bytes of randomness were enough")
	}
}

// TestFresh catches an ephemeral key used twice.
func TestFresh(t *testing.T) {
	key, _ := newKey(t, curve.BrainpoolP256r1(), nil)
	a, err := Compute(rand.Reader, key, newHandover())
	must(t, err)
	b, err := Compute(rand.Reader, key, newHandover())
	must(t, err)
	if bytes.Equal(a.PublicKey, b.PublicKey) {
		t.Error("same ephemeral key twice")
	}
}

// FuzzVerifyProof catches a panic, or a proof accepted that nobody made.
func FuzzVerifyProof(f *testing.F) {
	key, _ := newKey(f, curve.BrainpoolP256r1(), nil)
	e, err := Compute(rand.Reader, key, newHandover())
	must(f, err)
	f.Add(e.PublicKey, make([]byte, 64), []byte(nil))
	f.Add([]byte{4}, e.Proof, []byte{1})
	f.Fuzz(func(t *testing.T, public, proof, id []byte) {
		h := newHandover()
		h.KeyID, h.PublicKey = id, public
		if VerifyProof(key, h, proof) == nil {
			t.Fatal("accepted")
		}
	})
}
