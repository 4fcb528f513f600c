package pace

import (
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// Status words about the password (BSI TR-03110-3, B.11.1 and B.11.2). 63C1
// and 63C0 are those of a password with one try left, which suspends a PIN, and
// with none.
const (
	statusDeactivated card.Status = 0x6283 // warning of MSE:Set AT
	statusUnusable    card.Status = 0x6984 // the password is deactivated
)

// TriesLeft is the number of tries that the chip announced when it gave the
// error; ok is false when it announced none. Tries of MRZ and CAN are usually
// not counted.
func TriesLeft(err error) (tries int, ok bool) {
	status, ok := statusOf(err)
	if !ok {
		return 0, false
	}
	return status.Tries()
}

func statusOf(err error) (card.Status, bool) {
	var refusal *card.StatusError
	if !errors.As(err, &refusal) {
		return 0, false
	}
	return refusal.Status, true
}

// admit judges the answer to MSE:Set AT: a warning that tries are left lets the
// run go on, if it is not the last one.
func (r *run) admit(err error) error {
	tries, ok := TriesLeft(err)
	switch {
	case err == nil || tries > 1:
		return nil
	case !ok:
		return r.refused(err)
	case tries == 0:
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	case r.password.reference == referencePIN && !r.secured():
		return fmt.Errorf("%w: %w", ErrSuspended, err)
	case !r.options.lastTry:
		return fmt.Errorf("%w: %w", ErrLastTry, err)
	}
	return nil
}

// secured tells whether the run goes through the channel of another session,
// without which a chip does not resume a suspended PIN.
func (r *run) secured() bool {
	_, ok := r.card.(*sm.Channel)
	return ok
}

// refused gives the cause that a status word names, in any step.
func (r *run) refused(err error) error {
	status, ok := statusOf(err)
	if !ok {
		return err
	}
	switch {
	case status == card.StatusBlocked:
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	case status == statusDeactivated || status == statusUnusable:
		return fmt.Errorf("%w: %w", ErrDeactivated, err)
	case status == card.StatusConditions && r.password.reference == referencePIN:
		return fmt.Errorf("%w: %w", ErrSuspended, err)
	}
	return err
}

// rejected judges the error of the last step, where the chip has compared the
// tokens: authentication failed means that the password was wrong.
func (r *run) rejected(err error) error {
	if _, ok := statusOf(err); !ok || !errors.Is(err, card.ErrAuthenticationFailed) {
		return r.refused(err)
	}
	tries, announced := TriesLeft(err)
	switch {
	case announced && tries == 0:
		return fmt.Errorf("%w: %w: %w", ErrWrongPassword, ErrBlocked, err)
	case announced && tries == 1 && r.password.reference == referencePIN:
		return fmt.Errorf("%w: %w: %w", ErrWrongPassword, ErrSuspended, err)
	}
	return fmt.Errorf("%w: %w", ErrWrongPassword, err)
}
