package pace

import (
	"fmt"

	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Session is one PACE that succeeded.
type Session struct {
	// Channel is the secure channel, with its send sequence counter at zero. It
	// belongs to the caller, who closes it.
	Channel *sm.Channel
	// Info is the protocol that was run.
	Info lds.PACEInfo

	proof *chipProof // nil unless the mapping was that of chip authentication
}

// VerifyChip checks that the chip which ran chip authentication mapping has the
// private key of a public key in infos, of DG14 or EF.CardSecurity, on the curve
// of PACE: PK_Map,IC = CA_IC · PK_IC (ICAO Doc 9303-11, 4.4.3.5.2). It proves
// the chip only as far as passive authentication vouches for infos, and it
// convinces nobody but the terminal that ran PACE.
//
// ErrNoProof when the mapping was another one; ErrChip when the chip proved
// none of the keys.
func (s *Session) VerifyChip(infos lds.SecurityInfos) error {
	if s.proof == nil {
		return ErrNoProof
	}
	for _, key := range infos.ChipAuthenticationKeys {
		if key.Curve != s.proof.mapped.Curve() {
			continue
		}
		static, err := key.Curve.Point(key.Point)
		if err != nil {
			return fmt.Errorf("chip's static key: %w: %w", ErrChip, err)
		}
		p, err := static.Mul(s.proof.data)
		if err != nil {
			return fmt.Errorf("chip authentication data: %w", err)
		}
		if p.Equal(s.proof.mapped) {
			return nil
		}
	}
	return fmt.Errorf("chip authentication mapping: %w: no static key proved", ErrChip)
}
