package pcsc

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

var (
	// ErrDriver says that the PC/SC library or the driver of a reader panicked or
	// gave an answer without meaning. It comes with card.ErrUnresponsive from a
	// card and with card.ErrNoService from the service.
	ErrDriver = errors.New("fault in the driver of the card reader")
	// ErrDenied says that the system does not let this user use readers, such as
	// a rule of polkit. It comes with card.ErrNoService.
	ErrDenied = errors.New("access to card readers denied")
)

var errDenied = fmt.Errorf("%w: %w", ErrDenied, card.ErrNoService)

// failure wraps an error of the service with the operation and the connection
// error of package card that it stands for. The code of the service stays in
// the text and in the chain.
func failure(op string, err error) error { return wrap(op, kindOf(err), err) }

// cardFailure is failure for a card that was connected: one that is no longer
// in the reader was removed, and one without power has forgotten what a reset
// makes it forget, as after the sleep of the computer.
func cardFailure(op string, err error) error {
	switch {
	case errors.Is(err, scard.ErrNoSmartcard):
		return wrap(op, card.ErrRemoved, err)
	case errors.Is(err, scard.ErrUnpoweredCard):
		return wrap(op, card.ErrReset, err)
	}
	return failure(op, err)
}

// serviceFailure is failure for the service as a whole: where no card is
// concerned, what fails is the service, or the reader asked for.
func serviceFailure(op string, err error) error {
	kind := kindOf(err)
	if !errors.Is(kind, card.ErrNoReader) && !errors.Is(kind, card.ErrNoService) {
		kind = card.ErrNoService
	}
	return wrap(op, kind, err)
}

// kinds are the connection errors of package card.
var kinds = [...]error{
	card.ErrNoService, card.ErrNoReader, card.ErrNoCard, card.ErrRemoved, card.ErrReset, card.ErrBusy, card.ErrUnresponsive,
}

// wrap names the operation and the kind, unless the error has a kind already.
func wrap(op string, kind, err error) error {
	if kind == nil || named(err) {
		return fmt.Errorf("%s: %w", op, err)
	}
	return fmt.Errorf("%s: %w (%w)", op, kind, err)
}

func named(err error) bool {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// kindOf maps PC/SC return codes (pcsclite.h, winscard.h) to the errors of
// package card; nil for codes that say nothing a caller can act on.
func kindOf(err error) error {
	if errors.Is(err, ErrDriver) {
		return card.ErrUnresponsive
	}
	var code scard.Error
	if !errors.As(err, &code) {
		return nil
	}
	switch code {
	case scard.ErrNoService, scard.ErrServiceStopped, scard.ErrShutdown, scard.ErrSystemCancelled, scard.ErrServerTooBusy,
		scard.ErrInvalidHandle: // the service that gave the handle is gone
		return card.ErrNoService
	case scard.ErrSecurityViolation, scard.ErrNoAccess:
		return errDenied
	case scard.ErrNoReadersAvailable, scard.ErrUnknownReader, scard.ErrReaderUnavailable, scard.ErrReaderUnsupported:
		return card.ErrNoReader
	case scard.ErrNoSmartcard:
		return card.ErrNoCard
	case scard.ErrRemovedCard:
		return card.ErrRemoved
	case scard.ErrResetCard:
		return card.ErrReset
	case scard.ErrSharingViolation:
		return card.ErrBusy
	case scard.ErrUnresponsiveCard, scard.ErrUnpoweredCard, scard.ErrUnsupportedCard, scard.ErrCardUnsupported,
		scard.ErrNotTransacted, scard.ErrCommDataLost, scard.ErrCommError, scard.ErrProtoMismatch, scard.ErrTimeout,
		scard.ErrNotReady, scard.ErrInvalidAtr, scard.ErrInternalError, scard.ErrUnknownError, scard.ErrWaitedTooLong:
		return card.ErrUnresponsive
	case windowsInvalidHandle:
		return card.ErrNoService
	}
	if ofWindows(code) {
		return card.ErrUnresponsive
	}
	return nil
}

// windowsInvalidHandle is ERROR_INVALID_HANDLE of Windows, for a context or card
// of a service that is gone.
const windowsInvalidHandle scard.Error = 6

// ofWindows says that a code is an error of Windows itself (winerror.h: 16 bits),
// in which the driver of a reader tells that it failed, such as
// ERROR_GEN_FAILURE. Many fail so when a command is too long for them or the card
// moves away.
func ofWindows(code scard.Error) bool { return code != scard.ErrSuccess && code < 1<<16 }

// vague reports whether a failed exchange may have a better reason, which
// SCardStatus knows or will know.
func vague(err error) bool {
	for _, code := range []scard.Error{
		scard.ErrNotTransacted, scard.ErrCommDataLost, scard.ErrCommError, scard.ErrInternalError, scard.ErrUnknownError,
	} {
		if errors.Is(err, code) {
			return true
		}
	}
	var code scard.Error
	windows := errors.As(err, &code) && ofWindows(code) && code != windowsInvalidHandle
	return windows || errors.Is(err, ErrDriver)
}
