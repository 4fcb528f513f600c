package cnie

import (
	"context"
	"errors"
	"fmt"

	"cnie.example/card"
	"cnie.example/card/sm"
)

// refusedLength tells the refusal of a length that came without protection and
// so ended the channel.
func refusedLength(err error) bool {
	var status *card.StatusError
	return errors.Is(err, sm.ErrUnprotected) && errors.As(err, &status) &&
		(status.Status == card.StatusWrongLength || status.Status.SW1() == 0x6C)
}

// reopen closes the Card and keeps the length to open it with again.
func (c *Card) reopen(err error, maxLe int) error {
	c.maxLe, c.guessed = maxLe, false
	c.Close()
	return fmt.Errorf("%w: %w", ErrReopen, err)
}

// Use opens a document, gives it to do, and closes it. When do fails with
// ErrReopen, it does so once more, with the length that the first time found: do
// has to begin anew then, and its error is the one that counts. maxLe is what
// the card was found to give in the end, for Lengths; 0 when it was not opened.
func Use(ctx context.Context, t card.Transmitter, a Access, do func(*Card) error) (maxLe int, err error) {
	maxLe, err = useOnce(ctx, t, a, do)
	if !errors.Is(err, ErrReopen) {
		return maxLe, err
	}
	a.MaxLe, a.Prepared = maxLe, nil
	return useOnce(ctx, t, a, do)
}

func useOnce(ctx context.Context, t card.Transmitter, a Access, do func(*Card) error) (maxLe int, err error) {
	c, err := Open(ctx, t, a)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	err = do(c)
	return c.MaxLe(), err
}
