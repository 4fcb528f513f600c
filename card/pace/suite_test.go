package pace

import (
	"crypto/rand"
	"errors"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
)

// suites are the protocols that are offered.
func suites() []lds.PACEInfo {
	var all []lds.PACEInfo
	for _, m := range []lds.Mapping{lds.GenericMapping, lds.IntegratedMapping, lds.ChipAuthenticationMapping} {
		for _, c := range []sm.Cipher{sm.TripleDES, sm.AES128, sm.AES192, sm.AES256} {
			if m == lds.ChipAuthenticationMapping && c == sm.TripleDES {
				continue
			}
			for id := 12; id <= 18; id++ {
				all = append(all, information(m, c, id))
			}
		}
	}
	return all
}

// TestSuites catches a mapping, a cipher or a curve that works only for the
// published example, and a nonce length tied to the key length.
func TestSuites(t *testing.T) {
	pw := can(t, "123456")
	for i, info := range suites() {
		for _, n := range []int{16, 32} {
			if (i+n/16)%2 == 0 && testing.Short() {
				continue
			}
			c := newChip(t, info, pw)
			c.nonceLen = n
			session, err := Establish(t.Context(), c, rand.Reader, info, pw)
			if err != nil {
				t.Fatalf("%v %v, parameters %d, nonce of %d bytes: %v", info.Mapping, info.Cipher, info.ParameterID, n, err)
			}
			if c.static != nil {
				must(t, session.VerifyChip(c.infos()))
				other := newChip(t, info, pw).infos()
				if err := session.VerifyChip(other); !errors.Is(err, ErrChip) {
					t.Errorf("parameters %d: key of another chip: %v", info.ParameterID, err)
				}
			}
			session.Channel.Close()
		}
	}
}

// TestNonceLength catches a nonce that is not of whole blocks, or so long or
// short that no chip gives it.
func TestNonceLength(t *testing.T) {
	for _, tc := range []struct {
		m  lds.Mapping
		c  sm.Cipher
		ok []int
	}{
		{lds.GenericMapping, sm.TripleDES, []int{8, 16, 24, 32}},
		{lds.IntegratedMapping, sm.TripleDES, []int{16, 32}},
		{lds.GenericMapping, sm.AES128, []int{16, 32}},
		{lds.IntegratedMapping, sm.AES128, []int{16, 32}},
		{lds.IntegratedMapping, sm.AES192, []int{16, 32}},
		{lds.IntegratedMapping, sm.AES256, []int{16, 32}},
		{lds.ChipAuthenticationMapping, sm.AES256, []int{16, 32}},
	} {
		info := information(tc.m, tc.c, 13)
		for n := range 65 {
			pw := can(t, "123456")
			c := newChip(t, info, pw)
			c.nonceLen = n
			want := false
			for _, k := range tc.ok {
				want = want || k == n
			}
			_, err := Establish(t.Context(), c, rand.Reader, info, pw)
			if want && err != nil || !want && !errors.Is(err, ErrChip) {
				t.Errorf("%v %v, %d bytes: %v", tc.m, tc.c, n, err)
			}
		}
	}
}

// TestLeadingZeros catches a shared secret whose leading zeros are lost before
// the keys are derived: one run in 170 on brainpoolP256r1, where it looks like a
// wrong password.
func TestLeadingZeros(t *testing.T) {
	pw := can(t, "123456")
	for _, info := range suites() {
		if info.Cipher != sm.AES256 && testing.Short() {
			continue
		}
		c := newChip(t, info, pw)
		c.leadingZero = true
		session, err := Establish(t.Context(), c, rand.Reader, info, pw)
		if err != nil {
			t.Fatalf("%v %v, parameters %d: %v", info.Mapping, info.Cipher, info.ParameterID, err)
		}
		session.Channel.Close()
		if x := c.secret.X(); x[0] != 0 || len(x) != c.curve().Size() {
			t.Fatalf("secret of %d bytes begins with %02X", len(x), x[0])
		}
	}
}

// TestDishonestChip catches answers accepted unchecked: the terminal's own key
// sent back, points off the curve, nonces of other lengths, tokens that are
// wrong or short, elements that are missing or have others after them.
func TestDishonestChip(t *testing.T) {
	bendAt := func(step tlv.Tag, answer func(b []byte) []byte) func(c *chip) {
		return func(c *chip) {
			c.bend = func(s byte, b []byte) []byte {
				if tlv.Tag(s) != step {
					return b
				}
				return answer(b)
			}
		}
	}
	fixed := func(tag tlv.Tag, n int) func([]byte) []byte {
		return func([]byte) []byte { return tlv.Append(nil, tag, make([]byte, n)) }
	}
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	flipToken := func(b []byte) []byte { b[9] ^= 1; return b }
	token := func(b []byte) []byte { return b[:10:10] }
	for name, tc := range map[string]struct {
		info   func() lds.PACEInfo
		change func(c *chip)
	}{
		"data after MSE:Set AT":     {infoG1, func(c *chip) { c.extra = []byte{0} }},
		"mapping key reflected":     {infoG1, func(c *chip) { c.reflect = tagMapTerminal }},
		"ephemeral key reflected":   {infoG1, func(c *chip) { c.reflect = tagEphTerminal }},
		"nonce of 15 bytes":         {infoG1, bendAt(0, fixed(tagNonce, 15))},
		"nonce of 48 bytes":         {infoG1, bendAt(0, fixed(tagNonce, 48))},
		"no nonce":                  {infoG1, bendAt(0, fixed(tagNonce, 0))},
		"nonce under another tag":   {infoG1, bendAt(0, fixed(0x81, 16))},
		"mapping point off curve":   {infoG1, bendAt(tagMapTerminal, flip)},
		"key point off curve":       {infoG1, bendAt(tagEphTerminal, flip)},
		"infinity":                  {infoG1, bendAt(tagEphTerminal, fixed(tagEphChip, 1))},
		"token altered":             {infoG1, bendAt(tagTokenTerminal, flip)},
		"token of 7 bytes":          {infoG1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append([]byte{0x86, 7}, b[2:9]...) })},
		"token of no bytes":         {infoG1, bendAt(tagTokenTerminal, fixed(tagTokenChip, 0))},
		"element after the token":   {infoG1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append(b, 0x87, 0) })},
		"chip data without mapping": {infoG1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append(b, tlv.Append(nil, tagChipData, make([]byte, 48))...) })},
		"length cut":                {infoG1, bendAt(tagTokenTerminal, func(b []byte) []byte { return b[:5] })},
		"mapping data":              {infoH1, bendAt(tagMapTerminal, fixed(tagMapChip, 1))},
		"nonce of the terminal":     {infoH1, func(c *chip) { c.reflect = tagMapTerminal }},
		"no mapping data":           {infoH1, bendAt(tagMapTerminal, func([]byte) []byte { return nil })},
		"token altered, IM":         {infoH1, bendAt(tagTokenTerminal, flip)},
		"token altered, CAM":        {infoI1, bendAt(tagTokenTerminal, flipToken)},
		"no chip data":              {infoI1, bendAt(tagTokenTerminal, token)},
		"chip data without padding": {infoI1, bendAt(tagTokenTerminal, flip)},
		"chip data of no bytes":     {infoI1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append(token(b), 0x8A, 0) })},
		"chip data of 47 bytes":     {infoI1, bendAt(tagTokenTerminal, func(b []byte) []byte { return tlv.Append(token(b), tagChipData, b[12:59]) })},
		"chip data before token":    {infoI1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append(append([]byte{}, b[10:]...), b[:10]...) })},
		"chip data twice":           {infoI1, bendAt(tagTokenTerminal, func(b []byte) []byte { return append(b, b[10:]...) })},
		"chip data zero":            {infoI1, func(c *chip) { c.leadingZero, c.bend = false, zeroChipData(c) }},
	} {
		t.Run(name, func(t *testing.T) {
			pw := can(t, "123456")
			c := newChip(t, tc.info(), pw)
			tc.change(c)
			_, err := Establish(t.Context(), c, rand.Reader, tc.info(), pw)
			if !errors.Is(err, ErrChip) || errors.Is(err, ErrWrongPassword) {
				t.Fatalf("error %v, want ErrChip", err)
			}
		})
	}
}

// zeroChipData makes the chip say CA_IC = 0, which no key has.
func zeroChipData(c *chip) func(byte, []byte) []byte {
	return func(step byte, b []byte) []byte {
		if tlv.Tag(step) != tagTokenTerminal {
			return b
		}
		clear(c.ca)
		return tlv.Append(b[:10:10], tagChipData, c.chipData())
	}
}

// TestNonceOfOtherLength pins how a nonce is mapped whose length is not the
// standard's for the cipher: its constants have its own length, and keys are cut
// to the key size but not filled up to it.
func TestNonceOfOtherLength(t *testing.T) {
	for _, tc := range []struct {
		c, rest sm.Cipher // of k_0 and after
		n       int
		c0, c1  string
	}{
		{sm.AES256, sm.AES128, 16, short0, short1},
		{sm.AES128, sm.AES128, 32, long0, long1},
		{sm.TripleDES, sm.TripleDES, 32, long0, long1},
	} {
		s, nonce := make([]byte, tc.n), make([]byte, tc.c.KeySize())
		s[tc.n-1], nonce[0] = 1, 2
		r, err := pseudoRandom(tc.c, s, nonce, 256)
		must(t, err)
		if want := (256 + 64 + 8*tc.n - 1) / (8 * tc.n) * tc.n; len(r) != want {
			t.Fatalf("%v: %d bytes, want %d", tc.c, len(r), want)
		}
		k, err := encryptCBC(tc.c, nonce, s)
		must(t, err)
		for i := 0; i < len(r); i += tc.n {
			key := k[:tc.rest.KeySize()]
			x, err := encryptCBC(tc.rest, key, []byte(tc.c1))
			must(t, err)
			equal(t, tc.c.String(), r[i:i+tc.n], x)
			k, err = encryptCBC(tc.rest, key, []byte(tc.c0))
			must(t, err)
		}
	}
}
