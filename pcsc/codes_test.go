package pcsc

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"

	"cnie.example/card"
)

// codes are all return codes of PC/SC (pcsclite.h, winscard.h) with the error
// that each stands for, first from the service, then from a connected card. A
// nil in the second place is a code that says nothing a caller can act on.
var codes = map[scard.Error][2]error{
	scard.ErrInternalError:          {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrCancelled:              {card.ErrNoService, nil},
	scard.ErrInvalidHandle:          {card.ErrNoService, card.ErrNoService},
	scard.ErrInvalidParameter:       {card.ErrNoService, nil},
	scard.ErrInvalidTarget:          {card.ErrNoService, nil},
	scard.ErrNoMemory:               {card.ErrNoService, nil},
	scard.ErrWaitedTooLong:          {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrInsufficientBuffer:     {card.ErrNoService, nil},
	scard.ErrUnknownReader:          {card.ErrNoReader, card.ErrNoReader},
	scard.ErrTimeout:                {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrSharingViolation:       {card.ErrNoService, card.ErrBusy},
	scard.ErrNoSmartcard:            {card.ErrNoService, card.ErrRemoved},
	scard.ErrUnknownCard:            {card.ErrNoService, nil},
	scard.ErrCantDispose:            {card.ErrNoService, nil},
	scard.ErrProtoMismatch:          {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrNotReady:               {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrInvalidValue:           {card.ErrNoService, nil},
	scard.ErrSystemCancelled:        {card.ErrNoService, card.ErrNoService},
	scard.ErrCommError:              {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrUnknownError:           {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrInvalidAtr:             {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrNotTransacted:          {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrReaderUnavailable:      {card.ErrNoReader, card.ErrNoReader},
	scard.ErrShutdown:               {card.ErrNoService, card.ErrNoService},
	scard.ErrPciTooSmall:            {card.ErrNoService, nil},
	scard.ErrReaderUnsupported:      {card.ErrNoReader, card.ErrNoReader},
	scard.ErrDuplicateReader:        {card.ErrNoService, nil},
	scard.ErrCardUnsupported:        {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrNoService:              {card.ErrNoService, card.ErrNoService},
	scard.ErrServiceStopped:         {card.ErrNoService, card.ErrNoService},
	scard.ErrUnsupportedFeature:     {card.ErrNoService, nil},
	scard.ErrIccInstallation:        {card.ErrNoService, nil},
	scard.ErrIccCreateorder:         {card.ErrNoService, nil},
	scard.ErrFileNotFound:           {card.ErrNoService, nil},
	scard.ErrNoDir:                  {card.ErrNoService, nil},
	scard.ErrNoFile:                 {card.ErrNoService, nil},
	scard.ErrNoAccess:               {ErrDenied, ErrDenied},
	scard.ErrWriteTooMany:           {card.ErrNoService, nil},
	scard.ErrBadSeek:                {card.ErrNoService, nil},
	scard.ErrInvalidChv:             {card.ErrNoService, nil},
	scard.ErrUnknownResMng:          {card.ErrNoService, nil},
	scard.ErrNoSuchCertificate:      {card.ErrNoService, nil},
	scard.ErrCertificateUnavailable: {card.ErrNoService, nil},
	scard.ErrNoReadersAvailable:     {card.ErrNoReader, card.ErrNoReader},
	scard.ErrCommDataLost:           {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrNoKeyContainer:         {card.ErrNoService, nil},
	scard.ErrServerTooBusy:          {card.ErrNoService, card.ErrNoService},
	scard.ErrUnsupportedCard:        {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrUnresponsiveCard:       {card.ErrNoService, card.ErrUnresponsive},
	scard.ErrUnpoweredCard:          {card.ErrNoService, card.ErrReset},
	scard.ErrResetCard:              {card.ErrNoService, card.ErrReset},
	scard.ErrRemovedCard:            {card.ErrNoService, card.ErrRemoved},
	scard.ErrSecurityViolation:      {ErrDenied, ErrDenied},
	scard.ErrWrongChv:               {card.ErrNoService, nil},
	scard.ErrChvBlocked:             {card.ErrNoService, nil},
	scard.ErrEof:                    {card.ErrNoService, nil},
	scard.ErrCancelledByUser:        {card.ErrNoService, nil},
	scard.ErrCardNotAuthenticated:   {card.ErrNoService, nil},
	0x80100070:                      {card.ErrNoService, nil},                  // SCARD_W_CACHE_ITEM_NOT_FOUND of Windows
	0x00000006:                      {card.ErrNoService, card.ErrNoService},    // ERROR_INVALID_HANDLE of Windows
	0x00000016:                      {card.ErrNoService, card.ErrUnresponsive}, // ERROR_BAD_COMMAND
	0x0000001F:                      {card.ErrNoService, card.ErrUnresponsive}, // ERROR_GEN_FAILURE
	0x0000045D:                      {card.ErrNoService, card.ErrUnresponsive}, // ERROR_IO_DEVICE
	0x00010000:                      {card.ErrNoService, nil},
	0xFFFFFFFF:                      {card.ErrNoService, nil},
}

// Would catch: a return code of the service that panics, is taken for success
// or reaches people as another, from any call that takes it, and a next attempt
// that fails because of it.
func TestEveryReturnCodeOfTheService(t *testing.T) {
	for code, want := range codes {
		for _, call := range []string{"establish", "list", "look", "wait"} {
			synctest.Test(t, func(t *testing.T) {
				s := newScripted("A")
				s.faults[call] = func() error { return code }
				_, err := s.service.Readers(t.Context())
				looked := call == "establish" || call == "list" || call == "look" &&
					code != scard.ErrUnknownReader && code != scard.ErrInvalidParameter
				switch {
				case call == "list" && code == scard.ErrNoReadersAvailable:
					looked = false
					if !errors.Is(err, card.ErrNoReader) {
						t.Errorf("%s, %08X: %v", call, uint32(code), err)
					}
				case call == "look" && !looked:
					if !errors.Is(err, ErrDriver) {
						t.Errorf("%s, %08X: %v", call, uint32(code), err)
					}
				case looked && (!errors.Is(err, want[0]) || !errors.Is(err, code)):
					t.Errorf("%s, %08X: %v, want %v", call, uint32(code), err, want[0])
				case call == "wait" && err != nil && !errors.Is(err, want[0]): // the look before it may be told
					t.Errorf("%s, %08X: %v", call, uint32(code), err)
				}
				s.change(func() { delete(s.faults, call) })
				if r, err := s.service.Readers(t.Context()); err != nil || len(r) != 1 {
					t.Errorf("%s, %08X: next attempt: %v, %v", call, uint32(code), r, err)
				}
				s.left(t)
			})
		}
	}
}

// Would catch: a return code of a connected card that panics, is taken for
// success, reaches people as another, or holds up its caller where there is
// nothing to wait for.
func TestEveryReturnCodeOfACard(t *testing.T) {
	for code, want := range codes {
		synctest.Test(t, func(t *testing.T) {
			h := newHandle(func([]byte) ([]byte, error) { return nil, code })
			h.control = func(uint32, []byte) ([]byte, error) { return nil, code }
			h.begin, h.end, h.disconnectErr = code, code, code
			c := connected(t, h)
			_, transmit := c.Transmit(t.Context(), command)
			_, control := c.Control(t.Context(), 1, nil)
			begun := time.Now()
			for name, err := range map[string]error{
				"transmit": transmit, "control": control, "begin": c.BeginTransaction(t.Context()), "end": c.EndTransaction(false),
			} {
				if err == nil || want[1] != nil && !errors.Is(err, want[1]) || want[1] == nil && named(err) || !errors.Is(err, code) {
					t.Errorf("%s, %08X: %v, want %v", name, uint32(code), err, want[1])
				}
			}
			if !vague(code) && time.Since(begun) != 0 {
				t.Errorf("%08X: told after %v", uint32(code), time.Since(begun))
			}
			gone := want[1] == card.ErrRemoved || want[1] == card.ErrReset || want[1] == card.ErrNoReader
			if err := c.Close(); gone != (err == nil) {
				t.Errorf("close, %08X: %v", uint32(code), err)
			}
		})
	}
}

// Would catch: a return code of SCardConnect or SCardStatus that panics, is
// taken for success or leaves a context behind, and a next attempt that fails.
func TestEveryReturnCodeOfConnect(t *testing.T) {
	for code, want := range codes {
		synctest.Test(t, func(t *testing.T) {
			s := newScripted("A")
			kind := want[1]
			switch code {
			case scard.ErrNoSmartcard:
				kind = card.ErrNoCard
			case scard.ErrUnpoweredCard:
				kind = card.ErrUnresponsive
			}
			h := newHandle(nil)
			s.connect = func(scard.ShareMode, scard.Protocol) (handle, error) { return nil, code }
			_, connect := s.service.Connect(t.Context(), "A")
			h.status = code
			s.inserted(h)
			_, status := s.service.Connect(t.Context(), "A")
			for name, err := range map[string]error{"connect": connect, "status": status} {
				if err == nil || kind != nil && !errors.Is(err, kind) || kind == nil && named(err) {
					t.Errorf("%s, %08X: %v, want %v", name, uint32(code), err, kind)
				}
			}
			h.status = nil
			if c, err := s.service.Connect(t.Context(), "A"); err != nil {
				t.Errorf("%08X: next attempt: %v", uint32(code), err)
			} else {
				_ = c.Close()
			}
			s.left(t)
		})
	}
}
