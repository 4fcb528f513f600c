package sm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/tlv"
)

// Data objects of secure messaging (ISO/IEC 7816-4, 10.3; ICAO Doc 9303-11,
// 9.8.4). Odd numbers are covered by the MAC.
const (
	tagCryptogram       tlv.Tag = 0x87 // padding indicator, then the cryptogram
	tagCryptogramOddINS tlv.Tag = 0x85 // the cryptogram alone, of odd INS
	tagLe               tlv.Tag = 0x97
	tagStatus           tlv.Tag = 0x99
	tagMAC              tlv.Tag = 0x8E
)

// paddingIndicator says ISO/IEC 9797-1 method 2 (ISO/IEC 7816-4, table 53).
const paddingIndicator = 0x01

// CLA bits: secure messaging with the header in the MAC, and the bit of the
// further interindustry classes, which announce it otherwise (ISO/IEC 7816-4,
// 5.4.1).
const (
	claSecureMessaging = 0x0C
	claClassMask       = 0xC0
	claFurther         = 0x40
)

// The most plain bytes whose protected response of 9000 fits into a short one:
// the cryptogram has whole blocks and a byte of padding at least, DO'87', DO'99'
// and DO'8E' around it have 18 bytes.
const (
	MaxShortTripleDES = 29*des.BlockSize - 1
	MaxShortAES       = 14*aes.BlockSize - 1
)

// maxOverhead bounds what is written around the cryptogram: its header and
// padding indicator, DO'97' and DO'8E'.
const maxOverhead = 4 + 1 + 4 + 10

// Wrap protects a plain command under the counter ssc, which is the value for
// this very command (ICAO Doc 9303-11, 9.8.4). The data of the result is new;
// that of c is not changed. The result asks for the largest response its form
// can say. A command that has secure messaging already, or does not fit when
// wrapped, fails with card.ErrCommand; after Wipe the error is ErrClosed.
//
// A counter must be used for one command only.
func (k *Keys) Wrap(ssc uint64, c card.Command) (card.Command, error) {
	if k.auth == nil {
		return card.Command{}, ErrClosed
	}
	if c.CLA&claSecureMessaging != 0 || c.CLA&claClassMask == claFurther {
		return card.Command{}, fmt.Errorf("wrap %v: class: %w", c, card.ErrCommand)
	}
	if len(c.Data) > card.MaxExtendedData || c.Le < 0 || c.Le > card.MaxExtendedLe {
		return card.Command{}, fmt.Errorf("wrap %v: %w", c, card.ErrCommand)
	}
	out := card.Command{CLA: c.CLA | claSecureMessaging, INS: c.INS, P1: c.P1, P2: c.P2}
	body := make([]byte, 0, len(c.Data)+maxBlock+maxOverhead)
	body = k.appendCryptogram(body, ssc, c)
	body = appendLe(body, c.Le)
	m := k.commandMAC(ssc, out, body)
	out.Data = tlv.Append(body, tagMAC, m[:])
	if len(out.Data) > card.MaxExtendedData {
		return card.Command{}, fmt.Errorf("wrap %v: too long when protected: %w", c, card.ErrCommand)
	}
	out.Extended = c.Extended || c.Le > card.MaxShortLe || len(out.Data) > card.MaxShortData
	out.Le = card.MaxShortLe
	if out.Extended {
		out.Le = card.MaxExtendedLe
	}
	return out, nil
}

// appendCryptogram writes DO'87', or DO'85' for odd INS, when there is data.
func (k *Keys) appendCryptogram(dst []byte, ssc uint64, c card.Command) []byte {
	if len(c.Data) == 0 {
		return dst
	}
	bs := k.cipher.BlockSize()
	padded := make([]byte, len(c.Data)/bs*bs+bs)
	padded[copy(padded, c.Data)] = 0x80
	cipher.NewCBCEncrypter(k.block, k.vector(ssc)).CryptBlocks(padded, padded)
	if c.INS&1 != 0 {
		return tlv.Append(dst, tagCryptogramOddINS, padded)
	}
	return tlv.Append(dst, tagCryptogram, []byte{paddingIndicator}, padded)
}

// appendLe writes DO'97': one byte, where 00 is 256, or two, where 0000 is
// 65536.
func appendLe(dst []byte, le int) []byte {
	switch {
	case le == 0:
		return dst
	case le <= card.MaxShortLe:
		return tlv.Append(dst, tagLe, []byte{byte(le)})
	default:
		return tlv.Append(dst, tagLe, []byte{byte(le >> 8), byte(le)})
	}
}

// commandMAC covers counter, padded header and data objects. Without data
// objects the padded header is the last block: nothing more is added.
func (k *Keys) commandMAC(ssc uint64, c card.Command, body []byte) [macSize]byte {
	k.auth.write(k.counter(ssc))
	k.auth.write([]byte{c.CLA, c.INS, c.P1, c.P2})
	k.auth.pad()
	if len(body) > 0 {
		k.auth.write(body)
		k.auth.pad()
	}
	return k.auth.sum()
}
