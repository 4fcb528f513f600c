package chipproof

import (
	"errors"
	"fmt"
	"math"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"cnie.example/card"
	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// ErrFrozen: an Exchange that does not wait for answers cannot be frozen, and
// bytes that Freeze did not write cannot be thawed.
var ErrFrozen = errors.New("chip proof cannot be frozen or thawed")

// frozenVersion is the first byte of a frozen Exchange. Another version of the
// layout has another number.
const frozenVersion = 1

// Most bytes around the contents of the files: numbers, keys, one entry for
// each data group and for each command.
const (
	frozenFixed   = 128
	frozenReading = 10
	frozenStep    = 9
)

// Freeze ends an Exchange that waits for answers here and gives what another
// process needs to go on with it: session keys, counter, deadline, and what has
// been read so far. The keys here are wiped.
//
// The result holds secrets and personal data in plain and is protected by
// nothing: the caller encrypts it (package seal) and wipes it. It must be
// thawed at most once, or a counter would be used twice; that is the caller's
// to see to.
//
// It fails with ErrFrozen, and changes nothing, when the Exchange does not wait.
func (x *Exchange) Freeze() ([]byte, error) {
	if x.state != Waiting {
		return nil, fmt.Errorf("freeze a proof that is %v: %w", x.state, ErrFrozen)
	}
	cipher := x.keys.Cipher()
	enc, mac, err := x.keys.Release()
	if err != nil {
		return nil, fmt.Errorf("freeze: %w", err)
	}
	defer clear(enc)
	defer clear(mac)
	// One buffer of the right size: one that grows would leave copies behind.
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, x.frozenSize()))
	b.AddUint8(frozenVersion)
	b.AddUint8(byte(cipher))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(enc) })
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(mac) })
	b.AddUint64(uint64(x.deadline.UnixNano()))
	x.freezeCounts(b)
	x.freezeReadings(b)
	x.freezeBatch(b)
	x.end(Dead)
	frozen, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("freeze: %w", err)
	}
	return frozen, nil
}

func (x *Exchange) frozenSize() int {
	size := frozenFixed + len(x.readings)*frozenReading + len(x.batch)*frozenStep
	for _, r := range x.readings {
		size += len(r.content)
	}
	return size
}

func (x *Exchange) freezeCounts(b *cryptobyte.Builder) {
	b.AddUint32(uint32(x.sizes.maxCommand))
	b.AddUint32(uint32(x.sizes.le))
	b.AddUint8(byte(x.budget.commands))
	b.AddUint32(uint32(x.budget.bytes))
	b.AddUint8(byte(x.wrapped))
}

func (x *Exchange) freezeReadings(b *cryptobyte.Builder) {
	b.AddUint8(byte(len(x.readings)))
	for _, r := range x.readings {
		b.AddUint8(byte(r.file))
		addBool(b, r.ended)
		addBool(b, r.done)
		b.AddUint24(uint32(r.size))
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(r.content) })
	}
}

func (x *Exchange) freezeBatch(b *cryptobyte.Builder) {
	index := make(map[*reading]byte, len(x.readings))
	for i, r := range x.readings {
		index[r] = byte(i)
	}
	b.AddUint8(byte(len(x.batch)))
	for _, s := range x.batch {
		b.AddUint8(index[s.reading])
		b.AddUint32(uint32(s.offset))
		b.AddUint32(uint32(s.le))
	}
}

func addBool(b *cryptobyte.Builder, v bool) {
	if v {
		b.AddUint8(1)
		return
	}
	b.AddUint8(0)
}

// Thaw goes on with an Exchange that Freeze ended, perhaps in another process.
// clock and check are as in Config; the deadline is the one of Start, as a time
// of day, so that clocks of several servers must agree. frozen is overwritten,
// also after an error.
//
// Bytes that Freeze did not write fail with ErrFrozen. Who can write such bytes
// can invent a proof: they have to come out of authenticated encryption.
func Thaw(frozen []byte, clock func() time.Time, check func(lds.File, []byte) error) (*Exchange, error) {
	defer clear(frozen)
	if clock == nil || check == nil {
		return nil, fmt.Errorf("clock or check is missing: %w", ErrConfig)
	}
	x := &Exchange{state: Waiting, clock: clock, check: check}
	s := cryptobyte.String(frozen)
	if err := x.thaw(&s); err != nil {
		x.forget()
		return nil, fmt.Errorf("thaw: %w", err)
	}
	return x, nil
}

// thaw reads in the order of Freeze. The keys are taken last, when everything
// else has turned out well.
func (x *Exchange) thaw(s *cryptobyte.String) error {
	var version, cipher uint8
	var enc, mac cryptobyte.String
	var deadline uint64
	ok := s.ReadUint8(&version) && version == frozenVersion && s.ReadUint8(&cipher) &&
		s.ReadUint8LengthPrefixed(&enc) && s.ReadUint8LengthPrefixed(&mac) && s.ReadUint64(&deadline) &&
		x.thawCounts(s) && x.thawReadings(s) && x.thawBatch(s) && s.Empty()
	if !ok {
		return ErrFrozen
	}
	x.deadline = time.Unix(0, int64(deadline))
	keys, err := sm.NewKeys(sm.Cipher(cipher), append([]byte(nil), enc...), append([]byte(nil), mac...))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFrozen, err)
	}
	x.keys = keys
	return nil
}

// thawCounts wants counts that belong together: what was wrapped and what may
// still be wrapped are MaxCommands.
func (x *Exchange) thawCounts(s *cryptobyte.String) bool {
	var maxCommand, le, bytes uint32
	var commands, wrapped uint8
	if !s.ReadUint32(&maxCommand) || !s.ReadUint32(&le) || !s.ReadUint8(&commands) || !s.ReadUint32(&bytes) || !s.ReadUint8(&wrapped) {
		return false
	}
	x.sizes = sizes{maxCommand: int(maxCommand), le: int(le)}
	x.budget = budget{commands: int(commands), bytes: int(bytes)}
	x.wrapped = uint64(wrapped)
	return maxCommand <= math.MaxInt32 && 1 <= le && le <= card.MaxExtendedLe &&
		int(commands)+int(wrapped) == MaxCommands && bytes <= MaxBytes
}

func (x *Exchange) thawReadings(s *cryptobyte.String) bool {
	var n uint8
	if !s.ReadUint8(&n) {
		return false
	}
	files := make([]lds.File, 0, n)
	for range n {
		r, ok := thawReading(s)
		if !ok {
			return false
		}
		x.readings = append(x.readings, r)
		files = append(files, r.file)
	}
	if checkFiles(files) != nil {
		return false
	}
	x.present = x.readings[0].done
	return true
}

func thawReading(s *cryptobyte.String) (*reading, bool) {
	var file, ended, done uint8
	var size uint32
	var content cryptobyte.String
	ok := s.ReadUint8(&file) && s.ReadUint8(&ended) && s.ReadUint8(&done) && s.ReadUint24(&size) &&
		s.ReadUint24LengthPrefixed(&content) &&
		ended <= 1 && done <= 1 && size <= MaxFile && len(content) <= MaxFile && (done == 0 || len(content) == 0)
	if !ok {
		return nil, false
	}
	return &reading{
		file: lds.File(file), content: append([]byte(nil), content...),
		size: int(size), ended: ended == 1, done: done == 1,
	}, true
}

func (x *Exchange) thawBatch(s *cryptobyte.String) bool {
	var n uint8
	if !s.ReadUint8(&n) || n == 0 || uint64(n) > x.wrapped {
		return false
	}
	for range n {
		var index uint8
		var offset, le uint32
		if !s.ReadUint8(&index) || !s.ReadUint32(&offset) || !s.ReadUint32(&le) {
			return false
		}
		if int(index) >= len(x.readings) || x.readings[index].done || offset > largestOffset || le < 1 || le > card.MaxExtendedLe {
			return false
		}
		x.batch = append(x.batch, step{reading: x.readings[index], offset: int(offset), le: int(le)})
	}
	return true
}
