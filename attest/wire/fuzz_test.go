package wire_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"cnie.example/attest/wire"
)

// fuzzCodec holds a decoder to its promise: what it accepts it writes again,
// and reads as the same; what it refuses has a typed error and no value.
func fuzzCodec(f *testing.F, name string) {
	e, ok := examples(f)[name]
	if !ok {
		f.Fatalf("no example of %s", name)
	}
	f.Add(e.text)
	f.Add([]byte(`{"type":"` + name + `"}`))
	f.Add([]byte(`{"version":1}`))
	f.Add(bytes.Replace(e.text, []byte(":"), []byte(": "), -1))
	f.Fuzz(func(t *testing.T, b []byte) {
		value, text, err := e.again(b)
		if err != nil {
			if !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, wire.ErrVersion) {
				t.Fatalf("untyped error: %v", err)
			}
			if !reflect.ValueOf(value).IsZero() {
				t.Fatal("a value came with the error")
			}
			return
		}
		again, same, err := e.again(text)
		if err != nil || !reflect.DeepEqual(again, value) || !bytes.Equal(same, text) {
			t.Fatalf("not the same after writing: %v", err)
		}
	})
}

func FuzzOpening(f *testing.F)         { fuzzCodec(f, "Opening") }
func FuzzSigned(f *testing.F)          { fuzzCodec(f, "Signed") }
func FuzzAnswers(f *testing.F)         { fuzzCodec(f, "Answers") }
func FuzzHandoverMessage(f *testing.F) { fuzzCodec(f, "HandoverMessage") }
func FuzzCommands(f *testing.F)        { fuzzCodec(f, "Commands") }
func FuzzResult(f *testing.F)          { fuzzCodec(f, "Result") }
func FuzzHandover(f *testing.F)        { fuzzCodec(f, "Handover") }
func FuzzFetchRequest(f *testing.F)    { fuzzCodec(f, "FetchRequest") }
func FuzzRequest(f *testing.F)         { fuzzCodec(f, "Request") }

// FuzzFromAgent holds the provider's entry to the same promise.
func FuzzFromAgent(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e.text)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, decode := range []func([]byte) (wire.Message, error){wire.DecodeFromAgent, wire.DecodeReply} {
			m, err := decode(b)
			if err != nil && (m != nil || !errors.Is(err, wire.ErrMalformed)) {
				t.Fatalf("%v, %v", m, err)
			}
			if err == nil && m.Validate() != nil {
				t.Fatal("an invalid message was decoded")
			}
		}
	})
}
