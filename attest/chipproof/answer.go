package chipproof

import (
	"errors"
	"fmt"

	"cnie.example/attest/refusal"
	"cnie.example/card"
	"cnie.example/card/sm"
)

// judge verifies the answers to the batch and places their data. The other
// side stops at the first answer that is no success, so fewer answers than
// commands are refused for the last of them, or as missing.
func (x *Exchange) judge(responses [][]byte) error {
	if len(responses) > len(x.batch) {
		return refusal.New(refusal.ChipAnswerExcess, fmt.Errorf("%d answers to %d commands", len(responses), len(x.batch)))
	}
	first := x.wrapped - uint64(len(x.batch))
	for i, b := range responses {
		s := x.batch[i]
		r, err := x.unwrap(2*(first+uint64(i))+2, b)
		if err != nil {
			return err
		}
		if err = accept(s, r); err == nil {
			s.reading.put(s.offset, r.Data, r.Status == card.StatusEndOfFile)
		}
		clear(r.Data)
		if err != nil {
			return err
		}
	}
	if len(responses) < len(x.batch) {
		return refusal.New(refusal.ChipAnswerMissing, fmt.Errorf("%d answers to %d commands", len(responses), len(x.batch)))
	}
	return nil
}

// unwrap verifies one answer under its counter.
func (x *Exchange) unwrap(ssc uint64, b []byte) (card.Response, error) {
	r, err := card.ParseResponse(b)
	if err != nil {
		return card.Response{}, refusal.New(refusal.ChipAnswerMissing, err)
	}
	plain, err := x.keys.Unwrap(ssc, r)
	switch {
	case err == nil:
		return plain, nil
	case errors.Is(err, sm.ErrMAC), refusesKeys(r):
		return card.Response{}, refusal.New(refusal.ChipNotGenuine, err)
	case errors.Is(err, sm.ErrSecureMessaging):
		return card.Response{}, refusal.New(refusal.ChipAnswerUnprotected, err)
	}
	return card.Response{}, fmt.Errorf("chip proof: %w", err)
}

// refusesKeys recognises the bare answer of a chip that cannot verify the
// command (ICAO Doc 9303-11, 9.8.4): it derived other session keys, as a chip
// does whose private key does not belong to DG14.
func refusesKeys(r card.Response) bool {
	return len(r.Data) == 0 && (r.Status == card.StatusSMMissing || r.Status == card.StatusSMIncorrect)
}

// accept judges what the chip said under its MAC.
func accept(s step, r card.Response) error {
	if r.Status != card.StatusOK && r.Status != card.StatusEndOfFile {
		return refusal.New(refusal.ChipRefused, r.Err(fmt.Sprintf("read %v", s.reading.file)))
	}
	switch n := len(r.Data); {
	case n == 0:
		return refusal.New(refusal.ChipNotPresent, fmt.Errorf("empty answer to a read of %v", s.reading.file))
	case n > s.le:
		return refusal.New(refusal.ChipNotGenuine, fmt.Errorf("%d bytes of %v, asked for %d", n, s.reading.file, s.le))
	}
	return nil
}
