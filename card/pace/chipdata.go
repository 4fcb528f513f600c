package pace

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"

	"cnie.example/card/curve"
	"cnie.example/card/sm"
)

// chipProof is what chip authentication mapping leaves to verify: data · PK_IC
// must be mapped.
type chipProof struct {
	mapped *curve.Point  // PK_Map,IC
	data   *curve.Scalar // CA_IC
}

// readChipData decrypts the chip authentication data (ICAO Doc 9303-11,
// 4.4.3.5.2).
func (r *run) readChipData(a *agreed, encrypted []byte) (*chipProof, error) {
	secret := a.secret.X()
	defer clear(secret)
	plain, err := decryptChipData(r.suite.cipher, secret, encrypted)
	if err != nil {
		return nil, fmt.Errorf("PACE: chip authentication data: %w: %w", ErrChip, err)
	}
	defer clear(plain)
	data, err := r.suite.curve.Scalar(plain)
	if err != nil {
		return nil, fmt.Errorf("PACE: chip authentication data: %w: %w", ErrChip, err)
	}
	return &chipProof{mapped: r.mapped, data: data}, nil
}

// decryptChipData is CA_IC = D(KSenc, A_IC) in CBC mode with the
// initialization vector E(KSenc, -1), without the padding (4.4.3.5.3 and
// 4.4.3.5.4). The caller wipes the result. The MAC does not cover A_IC, but the
// token before it was right, so that errors tell only the chip something.
func decryptChipData(c sm.Cipher, secret, encrypted []byte) ([]byte, error) {
	key := sm.DeriveKey(c, secret, sm.CounterEnc)
	defer clear(key)
	block, err := c.NewBlock(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(encrypted) == 0 || len(encrypted)%size != 0 {
		return nil, fmt.Errorf("%d bytes are no whole blocks", len(encrypted))
	}
	iv := bytes.Repeat([]byte{0xFF}, size)
	block.Encrypt(iv, iv)
	plain := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, encrypted)
	data, ok := c.Unpad(plain)
	if !ok {
		clear(plain)
		return nil, errors.New("padding")
	}
	return data, nil
}
