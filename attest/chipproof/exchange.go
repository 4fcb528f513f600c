package chipproof

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"cnie.example/attest/refusal"
	"cnie.example/card/chipauth"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// Deadline is how long the verifier waits for the last answer, from the end of
// Start on its own clock.
const Deadline = 30 * time.Second

// State names where an Exchange is.
type State int

// States of an Exchange. From Complete and Dead nothing leads on.
const (
	Waiting  State = iota + 1 // commands are out, answers are expected
	Complete                  // every file is read and checked, the chip is proved
	Dead                      // an error, Close or Freeze ended it
)

// String is the name of the state.
func (s State) String() string {
	switch s {
	case Waiting:
		return "waiting"
	case Complete:
		return "complete"
	case Dead:
		return "dead"
	}
	return fmt.Sprintf("state(%d)", int(s))
}

// ErrConfig is a Config that a caller must not make.
var ErrConfig = errors.New("incomplete configuration of a chip proof")

// Config is what a proof needs. All members but Rand are kept until the end.
type Config struct {
	// Key is the chip's key out of a DG14 that passive authentication has
	// found genuine.
	Key chipauth.Key
	// Handover names the login. KeyID and PublicKey are filled in by Start.
	Handover chipauth.Handover
	// Files are read in this order; the first is DG1.
	Files []lds.File
	// MaxCommand and MaxResponse are the longest APDUs in bytes that card and
	// reader take, as the other side says. A false answer harms only itself.
	MaxCommand, MaxResponse int
	// Rand is the source of the ephemeral key, cryptographically secure.
	Rand io.Reader
	// Clock gives the time.
	Clock func() time.Time
	// Check compares the content of a file with its signed hash. It is called
	// once for each file, with bytes that the chip sent under the session
	// keys, and owns them when it returns nil. Its error ends the proof as it
	// is.
	Check func(file lds.File, content []byte) error
}

func (c Config) validate() error {
	switch {
	case c.Rand == nil || c.Clock == nil || c.Check == nil:
		return fmt.Errorf("randomness, clock or check is missing: %w", ErrConfig)
	}
	return checkFiles(c.Files)
}

// checkFiles wants DG1 first, and refuses fingerprints and iris (DG3 and DG4),
// what is no data group, and repetition.
func checkFiles(files []lds.File) error {
	if len(files) == 0 || files[0] != lds.DG1 {
		return fmt.Errorf("DG1 is not the first file: %w", ErrConfig)
	}
	for i, f := range files {
		if !f.IsDataGroup() || f == lds.DG3 || f == lds.DG4 || slices.Contains(files[:i], f) {
			return fmt.Errorf("file %v: %w", f, ErrConfig)
		}
	}
	return nil
}

// Offer is what goes to the holder of the card.
type Offer struct {
	KeyID     []byte // of the chip's key; nil when DG14 names none
	PublicKey []byte // the verifier's ephemeral point, SEC 1 uncompressed
	Proof     []byte // signature by the ephemeral scalar (package chipauth)
	Commands  [][]byte
}

// Exchange is one proof under way. It is not for concurrent use.
type Exchange struct {
	state    State
	keys     *sm.Keys
	clock    func() time.Time
	deadline time.Time
	check    func(lds.File, []byte) error

	sizes    sizes
	budget   budget
	wrapped  uint64 // commands wrapped so far, over all batches
	batch    []step // the commands that wait for answers
	readings []*reading
	present  bool
}

// Start makes a fresh ephemeral key, derives the session keys, destroys the
// scalar and wraps the first batch: one READ BINARY by short file identifier
// for each file. The time runs from here. It fails with ErrConfig, with the
// errors of chipauth.Compute, or when a command does not fit MaxCommand with
// refusal.MessageMalformed.
func Start(c Config) (*Exchange, *Offer, error) {
	if err := c.validate(); err != nil {
		return nil, nil, err
	}
	ephemeral, err := chipauth.Compute(c.Rand, c.Key, c.Handover)
	if err != nil {
		return nil, nil, fmt.Errorf("chip proof: %w", err)
	}
	x := &Exchange{
		state: Waiting, keys: ephemeral.Keys, clock: c.Clock, check: c.Check,
		sizes: sizesFor(c.Key.Cipher, c.MaxCommand, c.MaxResponse), budget: newBudget(),
	}
	for _, f := range c.Files {
		x.readings = append(x.readings, &reading{file: f})
	}
	commands, err := x.next()
	if err != nil {
		x.end(Dead)
		return nil, nil, err
	}
	x.deadline = c.Clock().Add(Deadline)
	return x, &Offer{
		KeyID: c.Key.KeyID, PublicKey: ephemeral.PublicKey, Proof: ephemeral.Proof, Commands: commands,
	}, nil
}

// Answer judges the chip's answers to the last batch, in order. It returns the
// next batch, or nil when every file is complete. After an error the Exchange
// is dead.
//
// responses are response APDUs with status word; they are not kept.
func (x *Exchange) Answer(responses [][]byte) (commands [][]byte, err error) {
	if x.state != Waiting {
		return nil, refusal.New(refusal.MessageOutOfOrder, fmt.Errorf("answers to a proof that is %v", x.state))
	}
	if commands, err = x.answer(responses); err != nil {
		x.end(Dead)
		return nil, err
	}
	if commands == nil {
		x.end(Complete)
	}
	return commands, nil
}

func (x *Exchange) answer(responses [][]byte) ([][]byte, error) {
	if !x.clock().Before(x.deadline) {
		return nil, refusal.New(refusal.ChipTimeout, nil)
	}
	if err := x.judge(responses); err != nil {
		return nil, err
	}
	if err := x.assemble(); err != nil {
		return nil, err
	}
	return x.next()
}

// State tells where the Exchange is.
func (x *Exchange) State() State { return x.state }

// Present says that the chip has proved its presence: an answer was valid
// under the session keys and DG1 has the signed hash. It stays true when a
// later file fails.
func (x *Exchange) Present() bool { return x.present }

// Close ends the proof and wipes its keys, whatever its state. What was proved
// stays proved. It can be called more than once.
func (x *Exchange) Close() {
	if x.state == Waiting {
		x.end(Dead)
	}
}

// end wipes the keys and what was read of files that are not complete. The
// content of a complete file belongs to who checked it.
func (x *Exchange) end(s State) {
	x.state = s
	x.keys.Wipe()
	x.forget()
}

func (x *Exchange) forget() {
	for _, r := range x.readings {
		clear(r.content)
	}
	x.batch, x.readings = nil, nil
}
