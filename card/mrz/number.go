package mrz

import (
	"fmt"
	"strings"
)

// number reads the document number of TD1 and TD2. When the filler stands in
// place of its check digit, the number goes on in the optional data up to the
// next filler, and the last character before it is the check digit (ICAO Doc
// 9303-5, 4.2.4 and 9303-6, 4.2.4).
func (m *MRZ) number(number string, digit byte, optional string) error {
	if digit == filler {
		over, rest, found := strings.Cut(optional, string(filler))
		if !found || len(over) < 2 || number[numberField-1] == filler {
			return fmt.Errorf("long document number: %w", ErrFormat)
		}
		last := len(over) - 1
		number, digit, optional = number+over[:last], over[last], rest
	}
	if err := verify("document number", digit, number); err != nil {
		return err
	}
	m.DocumentNumber, m.OptionalData = trim(number), trim(optional)
	if m.DocumentNumber == "" {
		return fmt.Errorf("document number: %w", ErrFormat)
	}
	return nil
}
