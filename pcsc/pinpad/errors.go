package pinpad

import (
	"errors"
	"fmt"

	"cnie.example/card"
)

// What can become of a PIN that a person enters at a reader. A PIN that the
// card refuses is a *card.StatusError: errors.Is finds
// card.ErrAuthenticationFailed or card.ErrBlocked, Status.Tries the tries left.
var (
	ErrNoPad       = errors.New("card reader has no keys for a PIN")
	ErrUnsupported = errors.New("card reader does not support this")
	ErrAnswer      = errors.New("malformed answer of the card reader")
	ErrRequest     = errors.New("card reader refuses the request")
	ErrCancelled   = errors.New("entry cancelled at the card reader")
	ErrTimeout     = errors.New("nothing was entered at the card reader in time")
	ErrMismatch    = errors.New("the new PINs entered at the card reader differ")
	ErrLength      = errors.New("PIN entered at the card reader is too short or too long")
)

// Status words that a reader gives in place of the card (PC/SC part 10, 2.5.2
// and 2.5.3).
const (
	statusTimeout   card.Status = 0x6400
	statusCancelled card.Status = 0x6401
	statusMismatch  card.Status = 0x6402
	statusLength    card.Status = 0x6403
	statusRequest   card.Status = 0x6B80
)

// result reads the answer to VERIFY_PIN_DIRECT and MODIFY_PIN_DIRECT: a status
// word, of the card or of the reader.
func result(op string, answer []byte) error {
	if len(answer) != 2 {
		return fmt.Errorf("%s: %d bytes: %w", op, len(answer), ErrAnswer)
	}
	status := card.Status(answer[0])<<8 | card.Status(answer[1])
	cause := map[card.Status]error{
		statusTimeout: ErrTimeout, statusCancelled: ErrCancelled, statusMismatch: ErrMismatch,
		statusLength: ErrLength, statusRequest: ErrRequest,
	}[status]
	switch {
	case status == card.StatusOK:
		return nil
	case cause != nil:
		return fmt.Errorf("%s: %w (SW %v)", op, cause, status)
	}
	return &card.StatusError{Op: op, Status: status}
}
