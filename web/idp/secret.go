package idp

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"cnie.example/attest/wire"
)

// secretSize is the length in bytes of every random value that opens
// something: request address, exchange token, cookie, code, form token.
const secretSize = 32

// base64url is the one text of a random value (RFC 4648, 5, no padding).
var base64url = base64.RawURLEncoding.Strict()

// kind is what a secret opens. It is hashed with the secret, so that a value
// of one kind never opens another.
type kind string

const (
	kindRequest  kind = "request"
	kindExchange kind = "exchange"
	kindCookie   kind = "cookie"
	kindCode     kind = "code"
)

// handle is the digest by which a transaction is found: the store compares it
// in place of the secret.
type handle [sha256.Size]byte

func handleOf(k kind, secret []byte) handle {
	h := sha256.New()
	fmt.Fprintf(h, "cnie-idp-%s\x00", k)
	h.Write(secret)
	return handle(h.Sum(nil))
}

// parseHandle reads the text of a secret of kind k. Text of another length or
// with another spelling of the same bytes is no secret.
func parseHandle(k kind, text string) (handle, bool) {
	if len(text) != base64url.EncodedLen(secretSize) || strings.ContainsAny(text, "\r\n") {
		return handle{}, false
	}
	b, err := base64url.DecodeString(text)
	if err != nil {
		return handle{}, false
	}
	defer clear(b)
	return handleOf(k, b), true
}

// draw reads n random bytes.
func draw(rand io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return b, nil
}

// drawText is a random value as text.
func drawText(rand io.Reader) (string, error) {
	b, err := draw(rand, secretSize)
	if err != nil {
		return "", err
	}
	return base64url.EncodeToString(b), nil
}

// drawSessionCode picks each character uniformly: bytes beyond the largest
// multiple of the alphabet's length are drawn again.
func drawSessionCode(rand io.Reader) (string, error) {
	const alphabet = wire.SessionCodeAlphabet
	limit := byte(256 / len(alphabet) * len(alphabet))
	code := make([]byte, 0, wire.SessionCodeLength)
	for len(code) < wire.SessionCodeLength {
		b, err := draw(rand, 1)
		if err != nil {
			return "", err
		}
		if b[0] < limit {
			code = append(code, alphabet[int(b[0])%len(alphabet)])
		}
	}
	return string(code), nil
}
