package pcsc

import (
	"time"

	"github.com/ebfe/scard"
)

func statusChange(c *scard.Context, states []scard.ReaderState, timeout time.Duration) error {
	return c.GetStatusChange(states, timeout)
}
