package pcsc

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// failure wraps an error of the service with the operation and the connection
// error of package card that it stands for. The code of the service stays in
// the text and in the chain.
func failure(op string, err error) error {
	if kind := kindOf(err); kind != nil {
		return fmt.Errorf("%s: %w (%w)", op, kind, err)
	}
	return fmt.Errorf("%s: %w", op, err)
}

// kindOf maps PC/SC return codes (pcsclite.h, winscard.h) to the errors of
// package card; nil for codes that say nothing a caller can act on.
func kindOf(err error) error {
	var code scard.Error
	if !errors.As(err, &code) {
		return nil
	}
	switch code {
	case scard.ErrNoService, scard.ErrServiceStopped:
		return card.ErrNoService
	case scard.ErrNoReadersAvailable, scard.ErrUnknownReader, scard.ErrReaderUnavailable:
		return card.ErrNoReader
	case scard.ErrNoSmartcard:
		return card.ErrNoCard
	case scard.ErrRemovedCard:
		return card.ErrRemoved
	case scard.ErrResetCard:
		return card.ErrReset
	case scard.ErrSharingViolation:
		return card.ErrBusy
	case scard.ErrUnresponsiveCard, scard.ErrUnpoweredCard, scard.ErrUnsupportedCard,
		scard.ErrNotTransacted, scard.ErrCommDataLost, scard.ErrProtoMismatch, scard.ErrTimeout:
		return card.ErrUnresponsive
	}
	return nil
}
