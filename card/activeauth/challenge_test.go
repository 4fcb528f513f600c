package activeauth

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestKnownAnswerChallenge catches a change of label, order or length prefix.
// The values were computed by another program.
func TestKnownAnswerChallenge(t *testing.T) {
	nonce, agentNonce := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	for _, test := range []struct {
		issuer, jti       string
		nonce, agentNonce []byte
		want              string
	}{
		{"https://idp.test", "jti-1", nonce, agentNonce, "056769cdbfd1cd1b"},
		{"", "", nil, nil, "11898b4ccf63a0d0"},
	} {
		got := Challenge(test.issuer, test.jti, test.nonce, test.agentNonce)
		if hex.EncodeToString(got[:]) != test.want {
			t.Errorf("challenge %x, want %s", got, test.want)
		}
	}
}

// TestChallengeFields catches a field that is not in the challenge, and fields
// that run into each other.
func TestChallengeFields(t *testing.T) {
	a, b := []byte("a"), []byte("b")
	seen := map[[8]byte]int{}
	for i, c := range [][8]byte{
		Challenge("i", "j", a, b),
		Challenge("I", "j", a, b),
		Challenge("i", "J", a, b),
		Challenge("i", "j", b, b),
		Challenge("i", "j", a, a),
		Challenge("i", "j", b, a),
		Challenge("ij", "", a, b),
		Challenge("", "ij", a, b),
		Challenge("i", "ja", nil, b),
		Challenge("i", "j", []byte("ab"), nil),
		Challenge("i", "j", nil, []byte("ab")),
	} {
		if j, ok := seen[c]; ok {
			t.Errorf("challenges %d and %d are equal", j, i)
		}
		seen[c] = i
	}
}
