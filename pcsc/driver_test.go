package pcsc

import (
	"testing"

	"github.com/ebfe/scard"
)

// Would catch: a version of ebfe/scard that keeps its numbers under other names,
// with which every response costs 64 KiB again and Windows waits on freed names,
// and a field of another kind that is taken for the number.
func TestSystemHandle(t *testing.T) {
	for name, test := range map[string]struct {
		of     any
		field  string
		number uintptr
		ok     bool
	}{
		"card":           {&scard.Card{}, "handle", 0, true},
		"context":        {&scard.Context{}, "ctx", 0, true},
		"its number":     {&struct{ handle uintptr }{7}, "handle", 7, true},
		"another name":   {&struct{ number uintptr }{7}, "handle", 0, false},
		"another kind":   {&struct{ handle string }{"7"}, "handle", 0, false},
		"another number": {&struct{ handle uint32 }{7}, "handle", 0, false},
		"no fields":      {new(uintptr), "handle", 0, false},
	} {
		number, ok := systemHandle(test.of, test.field)
		if number != test.number || ok != test.ok {
			t.Errorf("%s: %d, %v", name, number, ok)
		}
	}
}
