package pace

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
)

// TestFormats catches a password that reaches the chip, where it spends a try,
// although it cannot be one.
func TestFormats(t *testing.T) {
	long := strings.Repeat("1", 17)
	for _, tc := range []struct {
		name    string
		make    func([]byte) (*Password, error)
		format  error
		good    []string
		refused []string
	}{
		{"CAN", CAN, ErrCANFormat, []string{"000000"}, []string{"", "12345", "1234567", "12345a", "12 456", "١٢٣", "-12345"}},
		{"PIN", PIN, ErrPINFormat, []string{"1234", "12345", "123456", long[:16]}, []string{"", "123", long, "12345 ", "1234x", "+1234"}},
		{"PUK", PUK, ErrPUKFormat, []string{"1234567890", "1234"}, []string{"", "123", long, "123456789O"}},
	} {
		for _, s := range tc.refused {
			if _, err := tc.make([]byte(s)); !errors.Is(err, tc.format) {
				t.Errorf("%s of %d bytes: %v", tc.name, len(s), err)
			}
		}
		for _, s := range tc.good {
			digits := []byte(s)
			pw, err := tc.make(digits)
			must(t, err)
			digits[0] = '9'
			if string(pw.value) != s {
				t.Errorf("%s aliases the caller's bytes", tc.name)
			}
			pw.Wipe()
			if pw.value != nil {
				t.Errorf("%s remains after Wipe", tc.name)
			}
			if _, err := Establish(t.Context(), nowhere(t), rand.Reader, infoG1(), pw); err == nil {
				t.Errorf("a wiped %s was used", tc.name)
			}
		}
	}
}

// nowhere fails the test when a command is sent.
func nowhere(t *testing.T) card.Transmitter {
	return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
		t.Error("a command was sent")
		return nil, card.ErrRemoved
	})
}

func password(t *testing.T, r reference, digits string) *Password {
	t.Helper()
	pw := can(t, digits)
	pw.reference = r
	return pw
}

// TestWrongPassword catches a wrong password reported as something else, tries
// left that get lost, and a connection that cannot be used again.
func TestWrongPassword(t *testing.T) {
	for _, tc := range []struct {
		reference reference
		status    card.Status
		also      error
		tries     int
		announced bool
	}{
		{referenceCAN, 0x6300, nil, 0, false},
		{referenceMRZ, 0x6300, nil, 0, false},
		{referenceCAN, 0x63C2, nil, 2, true},
		{referenceCAN, 0x63C1, nil, 1, true},
		{referencePIN, 0x63C2, nil, 2, true},
		{referencePIN, 0x63C1, ErrSuspended, 1, true},
		{referencePIN, 0x63C0, ErrBlocked, 0, true},
		{referencePUK, 0x63C9, nil, 9, true},
		{referencePUK, 0x63C0, ErrBlocked, 0, true},
	} {
		c := newChip(t, infoG1(), password(t, tc.reference, "123456"))
		c.status = tc.status
		_, err := Establish(t.Context(), c, rand.Reader, infoG1(), password(t, tc.reference, "123457"))
		if !errors.Is(err, ErrWrongPassword) || errors.Is(err, ErrChip) {
			t.Fatalf("%v: error %v", tc.status, err)
		}
		for _, other := range []error{ErrSuspended, ErrBlocked, ErrLastTry, ErrDeactivated} {
			if errors.Is(err, other) != (other == tc.also) {
				t.Errorf("%v for reference %d: %v", tc.status, tc.reference, err)
			}
		}
		var refused *card.StatusError
		if !errors.As(err, &refused) || refused.Status != tc.status {
			t.Errorf("status of %v is lost", err)
		}
		if tries, ok := TriesLeft(err); tries != tc.tries || ok != tc.announced {
			t.Errorf("%v: %d tries left, announced %v", tc.status, tries, ok)
		}
		if strings.Contains(err.Error(), "12345") {
			t.Errorf("password in the error: %v", err)
		}
		if _, err := Establish(t.Context(), c, rand.Reader, infoG1(), password(t, tc.reference, "123456")); err != nil {
			t.Errorf("right password after a wrong one: %v", err)
		}
	}
	if tries, ok := TriesLeft(errors.New("other")); tries != 0 || ok {
		t.Errorf("tries left without a status word: %d", tries)
	}
	if _, ok := TriesLeft(nil); ok {
		t.Error("tries left without an error")
	}
}

// TestPasswordState catches a last try that is spent without a word of the
// caller, a suspended PIN that is sent without the CAN before it, and a state of
// the password that gets another name. The number of commands shows what was
// sent: one is MSE:Set AT alone, which spends nothing.
func TestPasswordState(t *testing.T) {
	for _, tc := range []struct {
		reference reference
		selected  card.Status
		opts      []Option
		want      error
		sent      int
	}{
		{referencePIN, 0x9000, nil, nil, 5},
		{referencePIN, 0x63C3, nil, nil, 5},
		{referencePIN, 0x63C2, nil, nil, 5},
		{referencePIN, 0x63C1, nil, ErrSuspended, 1},
		{referencePIN, 0x63C1, []Option{LastTry()}, ErrSuspended, 1},
		{referencePIN, 0x63C0, []Option{LastTry()}, ErrBlocked, 1},
		{referencePIN, 0x6283, []Option{LastTry()}, ErrDeactivated, 1},
		{referencePIN, 0x6983, nil, ErrBlocked, 1},
		{referencePIN, 0x6984, nil, ErrDeactivated, 1},
		{referencePIN, 0x6985, nil, ErrSuspended, 1},
		{referenceCAN, 0x63C2, nil, nil, 5},
		{referenceCAN, 0x63C1, nil, ErrLastTry, 1},
		{referenceCAN, 0x63C1, []Option{LastTry()}, nil, 5},
		{referenceCAN, 0x63C0, []Option{LastTry()}, ErrBlocked, 1},
		{referenceMRZ, 0x63C1, nil, ErrLastTry, 1},
		{referencePUK, 0x63C1, nil, ErrLastTry, 1},
		{referencePUK, 0x63C1, []Option{LastTry()}, nil, 5},
		{referencePUK, 0x63C0, nil, ErrBlocked, 1},
		{referencePUK, 0x63CF, nil, nil, 5},
	} {
		pw := password(t, tc.reference, "123456")
		c := newChip(t, infoG1(), pw)
		c.selected = tc.selected
		_, err := Establish(t.Context(), c, rand.Reader, infoG1(), pw, tc.opts...)
		if !errors.Is(err, tc.want) || errors.Is(err, ErrWrongPassword) || c.sent != tc.sent {
			t.Errorf("%v for reference %d: %v, %d sent", tc.selected, tc.reference, err, c.sent)
		}
		tries, ok := TriesLeft(err)
		if want, announced := tc.selected.Tries(); err != nil && (tries != want || ok != announced) {
			t.Errorf("%v: %d tries left, announced %v", tc.selected, tries, ok)
		}
	}
	// A refusal that says nothing about the password keeps its own name.
	for _, status := range []card.Status{0x6985, 0x6982, 0x6A80, 0x6A88, 0x6282, 0x6300, 0x6700} {
		c := newChip(t, infoG1(), can(t, "123456"))
		c.selected = status
		_, err := Establish(t.Context(), c, rand.Reader, infoG1(), can(t, "123456"))
		var refused *card.StatusError
		if !errors.As(err, &refused) || refused.Status != status || c.sent != 1 {
			t.Errorf("%v: %v, %d sent", status, err, c.sent)
		}
		for _, other := range []error{ErrSuspended, ErrBlocked, ErrLastTry, ErrDeactivated, ErrWrongPassword, ErrChip} {
			if errors.Is(err, other) {
				t.Errorf("%v: %v", status, err)
			}
		}
	}
}

// TestLaterRefusal catches a state of the password that only GENERAL
// AUTHENTICATE tells, in each of its steps, taken for a wrong password.
func TestLaterRefusal(t *testing.T) {
	for step := 1; step < 5; step++ {
		for status, want := range map[card.Status]error{0x6983: ErrBlocked, 0x6984: ErrDeactivated, 0x6985: ErrSuspended} {
			c := newChip(t, infoG1(), password(t, referencePIN, "123456"))
			refusing := card.TransmitterFunc(func(ctx context.Context, b []byte) ([]byte, error) {
				if c.sent == step {
					return []byte{status.SW1(), status.SW2()}, nil
				}
				return c.Transmit(ctx, b)
			})
			_, err := Establish(t.Context(), refusing, rand.Reader, infoG1(), password(t, referencePIN, "123456"))
			if !errors.Is(err, want) || errors.Is(err, ErrWrongPassword) {
				t.Errorf("%v at step %d: %v", status, step, err)
			}
		}
	}
}
