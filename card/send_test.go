package card_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"cnie.example/card"
)

// script is a card that expects exact commands in order.
type script struct {
	t     *testing.T
	steps [][2]string // command, response; hexadecimal
	at    int
}

func (s *script) Transmit(_ context.Context, command []byte) ([]byte, error) {
	s.t.Helper()
	if s.at == len(s.steps) {
		s.t.Fatalf("command %X after the end of the script", command)
	}
	step := s.steps[s.at]
	if got := hex.EncodeToString(command); got != step[0] {
		s.t.Fatalf("command %d: %s, want %s", s.at, got, step[0])
	}
	s.at++
	b, err := hex.DecodeString(step[1])
	if err != nil {
		s.t.Fatal(err)
	}
	return b, nil
}

func (s *script) done() {
	s.t.Helper()
	if s.at != len(s.steps) {
		s.t.Errorf("%d of %d commands sent", s.at, len(s.steps))
	}
}

// Send that ignores 61xx or 6Cxx loses data, one that repeats a protected
// command spends a counter twice, one that follows 6Cxx twice never ends.
func TestSend(t *testing.T) {
	read := card.Command{INS: 0xB0, Le: 256}
	protected := card.Command{CLA: 0x0C, INS: 0xB0, Data: []byte{0x8E}, Le: 256}
	for name, tc := range map[string]struct {
		command card.Command
		steps   [][2]string
		data    string
		status  card.Status
	}{
		"one answer":             {read, [][2]string{{"00b0000000", "01029000"}}, "0102", 0x9000},
		"status kept":            {read, [][2]string{{"00b0000000", "6a82"}}, "", 0x6A82},
		"data with a warning":    {read, [][2]string{{"00b0000000", "016282"}}, "01", 0x6282},
		"corrected length":       {read, [][2]string{{"00b0000000", "6c02"}, {"00b0000002", "01029000"}}, "0102", 0x9000},
		"corrected length 256":   {card.Command{INS: 0xB0, Le: 65536}, [][2]string{{"00b00000000000", "6c00"}, {"00b0000000", "019000"}}, "01", 0x9000},
		"corrected only once":    {read, [][2]string{{"00b0000000", "6c02"}, {"00b0000002", "6c01"}}, "", 0x6C01},
		"6Cxx without Le":        {card.Command{INS: 0xA4}, [][2]string{{"00a40000", "6c02"}}, "", 0x6C02},
		"more":                   {read, [][2]string{{"00b0000000", "016102"}, {"00c0000002", "02039000"}}, "010203", 0x9000},
		"more and more":          {read, [][2]string{{"00b0000000", "6100"}, {"00c0000000", "016101"}, {"00c0000001", "026282"}}, "0102", 0x6282},
		"corrected, then more":   {read, [][2]string{{"00b0000000", "6c05"}, {"00b0000005", "016101"}, {"00c0000001", "029000"}}, "0102", 0x9000},
		"more, length corrected": {read, [][2]string{{"00b0000000", "6110"}, {"00c0000010", "6c02"}, {"00c0000002", "01029000"}}, "0102", 0x9000},
		"more ends in an error":  {read, [][2]string{{"00b0000000", "016102"}, {"00c0000002", "6f00"}}, "01", 0x6F00},
		"protected, 6Cxx":        {protected, [][2]string{{"0cb00000018e00", "6c02"}}, "", 0x6C02},
		"protected, more":        {protected, [][2]string{{"0cb00000018e00", "016101"}, {"00c0000001", "029000"}}, "0102", 0x9000},
		"protected, 8-bit class": {card.Command{CLA: 0x8C, INS: 0x10, Le: 256}, [][2]string{{"8c10000000", "6c02"}}, "", 0x6C02},
		"end of a chain":         {card.Command{CLA: 0x10, INS: 0x86, Le: 256}, [][2]string{{"1086000000", "6101"}, {"00c0000001", "019000"}}, "01", 0x9000},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{t: t, steps: tc.steps}
			r, err := card.Send(context.Background(), s, tc.command)
			if err != nil {
				t.Fatal(err)
			}
			s.done()
			if hex.EncodeToString(r.Data) != tc.data || r.Status != tc.status {
				t.Errorf("%X %v, want %s %v", r.Data, r.Status, tc.data, tc.status)
			}
		})
	}
}

// A hostile card announces more forever, with data, without, or by correcting
// the length again and again.
func TestSendEnds(t *testing.T) {
	for name, answer := range map[string][]byte{
		"no data":   {0x61, 0x00},
		"data":      append(make([]byte, 256), 0x61, 0x00),
		"long data": append(make([]byte, 65536), 0x61, 0x00),
		"corrected": {0x6C, 0x01},
	} {
		n := 0
		_, err := card.Send(context.Background(), card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) {
			if n++; n == 1 {
				return []byte{0x61, 0x00}, nil
			}
			return answer, nil
		}), card.Command{INS: 0xB0, Le: 256})
		if !errors.Is(err, card.ErrResponse) || n > 300 || len(answer) > 65536 && n > 3 {
			t.Errorf("%s: %v after %d commands", name, err, n)
		}
	}
}

// Errors of the transport must stay visible to errors.Is, and an answer without
// a status word is no answer.
func TestSendErrors(t *testing.T) {
	removed := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return nil, card.ErrRemoved })
	if _, err := card.Send(context.Background(), removed, card.Command{}); !errors.Is(err, card.ErrRemoved) {
		t.Error(err)
	}
	cut := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return []byte{0x90}, nil })
	if _, err := card.Send(context.Background(), cut, card.Command{}); !errors.Is(err, card.ErrResponse) {
		t.Error(err)
	}
	if _, err := card.Send(context.Background(), cut, card.Command{Le: -1}); !errors.Is(err, card.ErrCommand) {
		t.Error(err)
	}
}

// A refusal taken for data, or an error that does not say which command it was
// about, misleads every caller at once.
func TestExchange(t *testing.T) {
	read := card.Command{INS: 0xB0, Le: 256}
	answering := func(b ...byte) card.Transmitter {
		return card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return b, nil })
	}
	if data, err := card.Exchange(t.Context(), answering(1, 2, 0x90, 0x00), read, "read"); err != nil || !bytes.Equal(data, []byte{1, 2}) {
		t.Errorf("%X, %v", data, err)
	}
	for _, status := range []card.Status{0x6282, 0x6300, 0x9001} {
		data, err := card.Exchange(t.Context(), answering(1, status.SW1(), status.SW2()), read, "read")
		refusal, ok := err.(*card.StatusError)
		if data != nil || !ok || refusal.Op != "read" || refusal.Status != status {
			t.Errorf("%v: %X, %v", status, data, err)
		}
	}
	lost := card.TransmitterFunc(func(context.Context, []byte) ([]byte, error) { return nil, card.ErrRemoved })
	if _, err := card.Exchange(t.Context(), lost, read, "read"); !errors.Is(err, card.ErrRemoved) || !strings.HasPrefix(err.Error(), "read: ") {
		t.Error(err)
	}
}

// A chain with the bit on its last command, or Le on an earlier one, is not
// executed by a card; a card that refuses a link must end it.
func TestSendChained(t *testing.T) {
	c := card.Command{INS: 0x2A, P1: 0x9E, P2: 0x9A, Data: []byte{1, 2, 3, 4, 5}, Le: 256}
	for name, tc := range map[string]struct {
		maxData int
		steps   [][2]string
		status  card.Status
	}{
		"fits":          {5, [][2]string{{"002a9e9a05010203040500", "9000"}}, 0x9000},
		"two links":     {4, [][2]string{{"102a9e9a0401020304", "9000"}, {"002a9e9a010500", "9000"}}, 0x9000},
		"three links":   {2, [][2]string{{"102a9e9a020102", "9000"}, {"102a9e9a020304", "9000"}, {"002a9e9a010500", "6a80"}}, 0x6A80},
		"link refused":  {2, [][2]string{{"102a9e9a020102", "9000"}, {"102a9e9a020304", "6884"}}, 0x6884},
		"first refused": {4, [][2]string{{"102a9e9a0401020304", "6884"}}, 0x6884},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{t: t, steps: tc.steps}
			r, err := card.SendChained(context.Background(), s, c, tc.maxData)
			if err != nil {
				t.Fatal(err)
			}
			s.done()
			if r.Status != tc.status {
				t.Errorf("status %v", r.Status)
			}
		})
	}
	if _, err := card.SendChained(context.Background(), nil, c, 0); !errors.Is(err, card.ErrCommand) {
		t.Errorf("links of no bytes: %v", err)
	}
	if !bytes.Equal(c.Data, []byte{1, 2, 3, 4, 5}) {
		t.Error("data of the command was changed")
	}
}
