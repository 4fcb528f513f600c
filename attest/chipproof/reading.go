package chipproof

import (
	"fmt"

	"cnie.example/attest/refusal"
	"cnie.example/card/lds"
	"cnie.example/card/tlv"
)

// MaxFile is the longest file that is put together, in bytes.
const MaxFile = 1 << 16

// longestHeader is what tlv.Size needs at most.
const longestHeader = 7

// reading is a file on its way.
type reading struct {
	file    lds.File
	content []byte
	size    int  // of the whole element, 0 while unknown
	ended   bool // the chip said that the file ends behind content
	done    bool
}

// put places bytes of the file; data is not kept. Bytes behind a gap, which a
// shorter answer than asked for leaves, are dropped and read again.
func (r *reading) put(offset int, data []byte, end bool) {
	to := offset + len(data)
	if offset > len(r.content) || to <= len(r.content) {
		return
	}
	if to > cap(r.content) {
		r.grow(max(to, r.size))
	}
	r.content = append(r.content[:offset], data...)
	r.ended = end
}

// grow makes room for n bytes and overwrites what it leaves: append would not.
func (r *reading) grow(n int) {
	old := r.content
	r.content = append(make([]byte, 0, n), old...)
	clear(old)
}

// measure finds the size in the header of the file, which is one element. It
// leaves the size unknown while the header is not there whole.
func (r *reading) measure() error {
	if r.size > 0 {
		return nil
	}
	size, err := tlv.Size(r.content)
	switch {
	case err == nil && size > MaxFile:
		return refusal.New(refusal.FileTooLong, fmt.Errorf("%v of %d bytes", r.file, size))
	case err == nil:
		r.size = size
	case len(r.content) >= longestHeader || r.ended:
		return refusal.New(refusal.FileMalformed, fmt.Errorf("%v: %w", r.file, err))
	}
	return nil
}

// complete says whether the file is there, and cuts off what follows its
// element. A file that ended before is refused.
func (r *reading) complete() (bool, error) {
	if err := r.measure(); err != nil || r.size == 0 {
		return false, err
	}
	if len(r.content) >= r.size {
		clear(r.content[r.size:])
		r.content = r.content[:r.size:r.size]
		return true, nil
	}
	if r.ended {
		return false, refusal.New(refusal.FileMalformed, fmt.Errorf("%v ends after %d of %d bytes", r.file, len(r.content), r.size))
	}
	return false, nil
}

// assemble checks every file that has become complete. The MAC of an answer
// does not cover the command, so hash and tag have to identify the file.
func (x *Exchange) assemble() error {
	for _, r := range x.readings {
		if r.done {
			continue
		}
		complete, err := r.complete()
		if err != nil {
			return err
		}
		if !complete {
			continue
		}
		if err := x.check(r.file, r.content); err != nil {
			return err
		}
		content := r.content
		r.done, r.content = true, nil
		if tag, _, _, err := tlv.Read(content); err != nil || tag != r.file.Tag() {
			return refusal.New(refusal.FileMalformed, fmt.Errorf("%v has the tag of another file", r.file))
		}
		x.present = x.present || r.file == lds.DG1
	}
	return nil
}
