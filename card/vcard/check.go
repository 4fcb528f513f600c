package vcard

import "fmt"

// maxATR is the longest answer to reset (ISO/IEC 7816-3, 8.2.1).
const maxATR = 33

// Bounds of a personalisation.
const (
	maxNonce       = 32 // bytes
	maxTries       = 15 // what 63Cx can say
	minMaxResponse = 64 // bytes
	minModulus     = 1024
	maxModulus     = 4096
)

// check says what a chip cannot be made of. The error wraps ErrPersonalisation.
func (p *Personalisation) check() error {
	for _, step := range []func() string{p.checkCard, p.checkPasswords, p.checkPACE, p.checkKeys, p.checkFiles} {
		if what := step(); what != "" {
			return fmt.Errorf("%s: %w", what, ErrPersonalisation)
		}
	}
	return nil
}

// Each part of check names what it refuses, or gives "".

func (p *Personalisation) checkCard() string {
	if len(p.atr()) == 0 || len(p.atr()) > maxATR {
		return "answer to reset"
	}
	if p.MaxResponse != 0 && (p.MaxResponse < minMaxResponse || p.MaxResponse > LongestResponse) {
		return "longest response"
	}
	if p.Latency.PerAPDU < 0 || p.Latency.PerByte < 0 || p.Latency.PerMultiplication < 0 {
		return "latency"
	}
	for _, f := range p.Faults {
		if !f.valid() {
			return "fault " + f.String()
		}
	}
	return ""
}

func (p *Personalisation) checkPasswords() string {
	switch {
	case len(p.PACE) == 0 && !p.BAC:
		return "neither PACE nor Basic Access Control"
	case len(p.CAN)+len(p.MRZ)+len(p.PIN)+len(p.PUK) == 0:
		return "no PACE password"
	case p.BAC && len(p.MRZ) == 0:
		return "Basic Access Control without MRZ"
	case p.PINTries < 0 || p.PINTries > maxTries:
		return "tries of the PIN"
	}
	return ""
}

func (p *Personalisation) checkPACE() string {
	for _, protocol := range p.PACE {
		_, err := protocol.Curve.domain()
		switch {
		case err != nil:
			return "PACE curve"
		case !protocol.Cipher.known():
			return "PACE cipher"
		case p.NonceSize <= 0 || p.NonceSize > maxNonce || p.NonceSize%protocol.Cipher.blockSize() != 0:
			return "size of the PACE nonce"
		case protocol.Mapping < GenericMapping || protocol.Mapping > ChipAuthenticationMapping:
			return "PACE mapping"
		case protocol.Mapping == ChipAuthenticationMapping && !p.canMap(protocol):
			return "chip authentication mapping"
		}
	}
	return ""
}

// canMap says whether chip authentication mapping has the AES cipher and the
// static key that it needs.
func (p *Personalisation) canMap(protocol PACEProtocol) bool {
	for _, k := range p.ChipKeys {
		if k.Curve == protocol.Curve {
			return protocol.Cipher != TripleDES
		}
	}
	return false
}

// nonceSize is the size of the nonce of a protocol in bytes.
func (p *Personalisation) nonceSize(protocol PACEProtocol) int {
	switch {
	case protocol.Mapping != IntegratedMapping:
		return p.NonceSize
	case p.NonceSize > 16 || protocol.Cipher.keySize() > 16:
		return 32
	}
	return 16
}

func (p *Personalisation) checkKeys() string {
	for _, k := range p.ChipKeys {
		if !k.Cipher.known() {
			return "chip authentication cipher"
		}
	}
	if _, err := p.chipKeys(); err != nil {
		return "chip authentication key"
	}
	key := p.ActiveAuthentication
	if key == nil {
		return ""
	}
	if _, _, err := digest(key.Hash, nil); err != nil {
		return "hash function of active authentication"
	}
	if key.RSA != nil {
		if n := key.RSA.N.BitLen(); n < minModulus || n > maxModulus || n%8 != 0 || key.RSA.D == nil {
			return "RSA key of active authentication"
		}
		return ""
	}
	d, err := key.Curve.domain()
	if err == nil {
		_, err = d.scalar(key.Scalar)
	}
	if err != nil {
		return "key of active authentication"
	}
	return ""
}

func (p *Personalisation) checkFiles() string {
	for _, files := range []map[uint16][]byte{p.MasterFiles, p.Files} {
		for fid, content := range files {
			if fid == 0 || fid == fidMF || len(content) > MaxFileSize {
				return fmt.Sprintf("file %04X", fid)
			}
		}
	}
	return ""
}

func (p *Personalisation) atr() []byte {
	if p.Contactless {
		return p.ATRContactless
	}
	return p.ATR
}
