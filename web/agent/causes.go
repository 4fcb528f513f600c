package agent

import (
	"context"
	"errors"

	"cnie.example/card"
	"cnie.example/card/activeauth"
	"cnie.example/card/bac"
	"cnie.example/card/chipauth"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/relay"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
	"cnie.example/web/problem"
)

// chipNotGenuine is the reason of package attest/refusal.
const chipNotGenuine problem.Name = "chip_not_genuine"

// causes names the errors of package card and of those below it. The first row
// that matches counts: the loss of a card shows itself as many things, and a
// password that was refused may be blocked by that too.
var causes = []struct {
	err  error
	name problem.Name
}{
	{card.ErrNoService, problem.NoPCSCService},
	{card.ErrNoReader, problem.NoReader},
	{card.ErrNoCard, problem.NoCard},
	{card.ErrRemoved, problem.CardRemoved},
	{card.ErrReset, problem.CardReset},
	{card.ErrBusy, problem.CardBusy},
	{card.ErrUnresponsive, problem.CardUnresponsive},
	{cnie.ErrOtherDocument, problem.OtherDocument},
	{pace.ErrBlocked, problem.PasswordBlocked},
	{pace.ErrSuspended, problem.PasswordSuspended},
	{pace.ErrLastTry, problem.PasswordLastTry},
	{pace.ErrDeactivated, problem.PasswordDeactivated},
	{pace.ErrWrongPassword, problem.WrongCAN},
	{pace.ErrCANFormat, problem.CANFormat},
	{bac.ErrWrongPassword, problem.WrongMRZ},
	{bac.ErrChip, problem.CardFault},
	{cnie.ErrDowngrade, problem.CardAccessAltered},
	{cnie.ErrChip, chipNotGenuine},
	{cnie.ErrNoProof, problem.ChipUnsupported},
	{cnie.ErrLongSignature, problem.LongSignature},
	{cnie.ErrUnknownCard, problem.CardUnknown},
	{cnie.ErrReopen, problem.CardFault},
	{pace.ErrUnsupported, problem.CardUnknown},
	{pace.ErrChip, problem.CardFault},
	{activeauth.ErrUnsupported, problem.ChipUnsupported},
	{activeauth.ErrSignature, problem.CardFault},
	{lds.ErrUnknownKey, problem.ChipUnsupported},
	// A refusal without protection is first of all that.
	{sm.ErrSecureMessaging, problem.SecureMessaging},
	{sm.ErrClosed, problem.SecureMessaging},
	{lds.ErrSFIRefused, problem.SFIRefused},
	{relay.ErrRefused, problem.RelayRefused},
	{relay.ErrExpired, problem.TransactionExpired},
	{chipauth.ErrProof, problem.HandoverProof},
	{chipauth.ErrPoint, problem.HandoverProof},
	{chipauth.ErrUnsupported, problem.ChipUnsupported},
	{chipauth.ErrChip, problem.CardFault},
	{card.ErrSecureMessaging, problem.SecureMessaging},
	{lds.ErrFile, problem.CardFault},
	{lds.ErrTooLong, problem.CardFault},
	{lds.ErrTruncated, problem.CardFault}, // and lds.ErrEndless
	{tlv.ErrSyntax, problem.CardFault},
	{card.ErrResponse, problem.CardFault},
	{context.DeadlineExceeded, problem.CardUnresponsive},
}

// ProblemOf names an error of a login or of reading a card: by the name it
// carries, else by the table, else a refusal of the card by its status word,
// else internal.
func ProblemOf(err error) problem.Name {
	if name := problem.Of(err); name != problem.Internal {
		return name
	}
	for _, row := range causes {
		if errors.Is(err, row.err) {
			return row.name
		}
	}
	if _, ok := errors.AsType[*card.StatusError](err); ok {
		return problem.CardFault
	}
	return problem.Internal
}
