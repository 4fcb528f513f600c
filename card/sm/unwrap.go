package sm

import (
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// Unwrap verifies a protected response under the counter ssc, which is the
// value for this very response, and decrypts it (ICAO Doc 9303-11, 9.8.4).
// The data objects must be DO'87' or DO'85' if there is data, DO'99', DO'8E',
// and nothing else; the status word must be the one in DO'99'. Every error
// about the response unwraps to ErrSecureMessaging; after Wipe the error is
// ErrClosed. The data of the result is new; that of r is not changed.
func (k *Keys) Unwrap(ssc uint64, r card.Response) (card.Response, error) {
	if k.auth == nil {
		return card.Response{}, ErrClosed
	}
	if len(r.Data) == 0 {
		return card.Response{}, unprotected(r.Status)
	}
	o, err := parseObjects(r.Data)
	if err != nil {
		return card.Response{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if !k.verify(ssc, o) {
		return card.Response{}, ErrMAC
	}
	// From here the objects are the chip's own.
	if o.status != r.Status {
		return card.Response{}, fmt.Errorf("%w: status word %v outside, %v protected", ErrFormat, r.Status, o.status)
	}
	data, err := k.decrypt(ssc, o.cryptogram)
	if err != nil {
		return card.Response{}, err
	}
	return card.Response{Data: data, Status: o.status}, nil
}

// objects is a protected response taken apart. The slices alias it.
type objects struct {
	covered    []byte // all data objects under the MAC
	cryptogram []byte // nil when there is none
	status     card.Status
	mac        []byte
}

func parseObjects(b []byte) (objects, error) {
	var o objects
	rest, err := o.parseCryptogram(b)
	if err != nil {
		return objects{}, err
	}
	status, rest, err := tlv.Expect(rest, tagStatus)
	if err != nil {
		return objects{}, err
	}
	if len(status) != 2 {
		return objects{}, fmt.Errorf("DO'99' of %d bytes", len(status))
	}
	o.status = card.Status(status[0])<<8 | card.Status(status[1])
	o.covered = b[:len(b)-len(rest)]
	if o.mac, err = tlv.Only(rest, tagMAC); err != nil {
		return objects{}, err
	}
	if len(o.mac) != macSize {
		return objects{}, fmt.Errorf("DO'8E' of %d bytes", len(o.mac))
	}
	return o, nil
}

// parseCryptogram takes DO'87' or DO'85' off b, if it begins with one.
func (o *objects) parseCryptogram(b []byte) (rest []byte, err error) {
	tag, value, rest, err := tlv.Read(b)
	if err != nil {
		return nil, err
	}
	switch tag {
	case tagCryptogram:
		if len(value) == 0 || value[0] != paddingIndicator {
			return nil, errors.New("DO'87' without padding indicator 01")
		}
		value = value[1:]
	case tagCryptogramOddINS:
	default:
		return b, nil
	}
	if len(value) == 0 {
		return nil, errors.New("empty cryptogram")
	}
	o.cryptogram = value
	return rest, nil
}

// verify compares the MAC in constant time.
func (k *Keys) verify(ssc uint64, o objects) bool {
	k.auth.write(k.counter(ssc))
	k.auth.write(o.covered)
	k.auth.pad()
	m := k.auth.sum()
	return subtle.ConstantTimeCompare(m[:], o.mac) == 1
}

// decrypt gives the plain data with room for a status word behind it.
func (k *Keys) decrypt(ssc uint64, cryptogram []byte) ([]byte, error) {
	if len(cryptogram) == 0 {
		return nil, nil
	}
	if len(cryptogram)%k.cipher.BlockSize() != 0 {
		return nil, fmt.Errorf("%w: cryptogram of %d bytes", ErrFormat, len(cryptogram))
	}
	plain := make([]byte, len(cryptogram), len(cryptogram)+2)
	cipher.NewCBCDecrypter(k.block, k.vector(ssc)).CryptBlocks(plain, cryptogram)
	// The MAC was right, so the padding tells nothing to anyone but the chip.
	data, ok := k.cipher.Unpad(plain)
	if !ok {
		clear(plain)
		return nil, fmt.Errorf("%w: padding", ErrFormat)
	}
	return data, nil
}
