package agent_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strings"
	"testing"

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
	"cnie.example/web/agent"
	"cnie.example/web/problem"
)

// named errors of the packages that a login uses.
var namedErrors = map[string]struct {
	err  error
	want problem.Name
}{
	"card.ErrNoService":            {card.ErrNoService, problem.NoPCSCService},
	"card.ErrNoReader":             {card.ErrNoReader, problem.NoReader},
	"card.ErrNoCard":               {card.ErrNoCard, problem.NoCard},
	"card.ErrRemoved":              {card.ErrRemoved, problem.CardRemoved},
	"card.ErrReset":                {card.ErrReset, problem.CardReset},
	"card.ErrBusy":                 {card.ErrBusy, problem.CardBusy},
	"card.ErrUnresponsive":         {card.ErrUnresponsive, problem.CardUnresponsive},
	"card.ErrResponse":             {card.ErrResponse, problem.CardFault},
	"card.ErrSecureMessaging":      {card.ErrSecureMessaging, problem.SecureMessaging},
	"card.ErrAuthenticationFailed": {status(0x6300), problem.CardFault},
	"card.ErrBlocked":              {status(0x6983), problem.CardFault},
	"card.ErrFileNotFound":         {status(0x6A82), problem.CardFault},
	"card.ErrSecurityStatus":       {status(0x6982), problem.CardFault},
	"card.ErrWrongLength":          {status(0x6700), problem.CardFault},

	"pace.ErrWrongPassword": {pace.ErrWrongPassword, problem.WrongCAN},
	"pace.ErrCANFormat":     {pace.ErrCANFormat, problem.CANFormat},
	"pace.ErrBlocked":       {pace.ErrBlocked, problem.PasswordBlocked},
	"pace.ErrSuspended":     {pace.ErrSuspended, problem.PasswordSuspended},
	"pace.ErrLastTry":       {pace.ErrLastTry, problem.PasswordLastTry},
	"pace.ErrDeactivated":   {pace.ErrDeactivated, problem.PasswordDeactivated},
	"pace.ErrUnsupported":   {pace.ErrUnsupported, problem.CardUnknown},
	"pace.ErrChip":          {pace.ErrChip, problem.CardFault},

	"bac.ErrWrongPassword": {bac.ErrWrongPassword, problem.WrongMRZ},
	"bac.ErrChip":          {bac.ErrChip, problem.CardFault},

	"cnie.ErrUnknownCard":   {cnie.ErrUnknownCard, problem.CardUnknown},
	"cnie.ErrOtherDocument": {cnie.ErrOtherDocument, problem.OtherDocument},
	"cnie.ErrReopen":        {cnie.ErrReopen, problem.CardFault},
	"cnie.ErrDowngrade":     {cnie.ErrDowngrade, problem.CardAccessAltered},
	"cnie.ErrChip":          {cnie.ErrChip, "chip_not_genuine"},
	"cnie.ErrNoProof":       {cnie.ErrNoProof, problem.ChipUnsupported},
	"cnie.ErrLongSignature": {cnie.ErrLongSignature, problem.LongSignature},

	"chipauth.ErrUnsupported": {chipauth.ErrUnsupported, problem.ChipUnsupported},
	"chipauth.ErrProof":       {chipauth.ErrProof, problem.HandoverProof},
	"chipauth.ErrPoint":       {chipauth.ErrPoint, problem.HandoverProof},
	"chipauth.ErrChip":        {chipauth.ErrChip, problem.CardFault},

	"activeauth.ErrUnsupported": {activeauth.ErrUnsupported, problem.ChipUnsupported},
	"activeauth.ErrSignature":   {activeauth.ErrSignature, problem.CardFault},

	"lds.ErrFile":       {lds.ErrFile, problem.CardFault},
	"lds.ErrUnknownKey": {lds.ErrUnknownKey, problem.ChipUnsupported},
	"lds.ErrSFIRefused": {lds.ErrSFIRefused, problem.SFIRefused},
	"lds.ErrTooLong":    {lds.ErrTooLong, problem.CardFault},
	"lds.ErrTruncated":  {lds.ErrTruncated, problem.CardFault},
	"lds.ErrEndless":    {lds.ErrEndless, problem.CardFault},

	"relay.ErrRefused": {relay.ErrRefused, problem.RelayRefused},
	"relay.ErrExpired": {relay.ErrExpired, problem.TransactionExpired},

	"sm.ErrSecureMessaging": {sm.ErrSecureMessaging, problem.SecureMessaging},
	"sm.ErrUnprotected":     {sm.ErrUnprotected, problem.SecureMessaging},
	"sm.ErrMAC":             {sm.ErrMAC, problem.SecureMessaging},
	"sm.ErrFormat":          {sm.ErrFormat, problem.SecureMessaging},
	"sm.ErrClosed":          {sm.ErrClosed, problem.SecureMessaging},

	"tlv.ErrSyntax": {tlv.ErrSyntax, problem.CardFault},
}

// faultsOfTheProgram are errors that no card and no provider can cause, and
// those that never come alone.
var faultsOfTheProgram = map[string]string{
	"card.ErrCommand":      "a command that this program made",
	"pace.ErrPINFormat":    "no program asks for a PIN",
	"pace.ErrPUKFormat":    "no program asks for a PUK",
	"pace.ErrNoProof":      "of a step that a login does not have",
	"cnie.ErrAccess":       "of what the caller gave",
	"cnie.ErrOrder":        "of what the caller did",
	"cnie.ErrLengths":      "of a stored memory",
	"chipauth.ErrHandover": "of fields that package wire wants",
	"lds.ErrObjectVersion": "comes with lds.ErrFile",
	"lds.ErrObjectHash":    "comes with lds.ErrFile",
	"relay.ErrForm":        "comes with relay.ErrRefused",
	"relay.ErrConsent":     "comes with relay.ErrRefused",
	"relay.ErrBudget":      "comes with relay.ErrRefused",
	"relay.ErrClosed":      "of what the caller did",
}

func status(sw uint16) error { return card.Response{Status: card.Status(sw)}.Err("SPECIMEN") }

// Catches an error of a card that reaches people as "internal", and one with
// another name than is written here.
func TestEveryErrorHasAName(t *testing.T) {
	for name, c := range namedErrors {
		if got := agent.ProblemOf(fmt.Errorf("read: %w", c.err)); got != c.want {
			t.Errorf("%s is %s, want %s", name, got, c.want)
		}
	}
	found := 0
	for _, dir := range []string{"", "pace", "bac", "cnie", "chipauth", "activeauth", "lds", "relay", "sm", "tlv"} {
		for _, name := range errorsOf(t, filepath.Join("..", "..", "card", dir)) {
			found++
			_, named := namedErrors[name]
			if _, excused := faultsOfTheProgram[name]; named == excused {
				t.Errorf("%s has no name, or is excused from having one as well", name)
			}
		}
	}
	if want := len(namedErrors) + len(faultsOfTheProgram); found != want {
		t.Errorf("%d errors in the sources, %d here", found, want)
	}
}

// errorsOf lists the exported error variables of a package.
func errorsOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				for _, ident := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(ident.Name, "Err") {
						names = append(names, path.Base(filepath.ToSlash(dir))+"."+ident.Name)
					}
				}
			}
		}
	}
	return names
}

// Catches a cause that hides another one: what the person can do something
// about counts.
func TestCauseThatCounts(t *testing.T) {
	for want, err := range map[problem.Name]error{
		problem.CardRemoved:       errors.Join(sm.ErrSecureMessaging, card.ErrRemoved),
		problem.PasswordBlocked:   errors.Join(pace.ErrWrongPassword, pace.ErrBlocked),
		problem.PasswordSuspended: errors.Join(pace.ErrWrongPassword, pace.ErrSuspended, status(0x63C1)),
		problem.OtherDocument:     errors.Join(pace.ErrChip, cnie.ErrOtherDocument),
		problem.CardFault:         errors.Join(sm.ErrUnprotected, cnie.ErrReopen, status(0x6700)),
		problem.SecureMessaging:   errors.Join(lds.ErrSFIRefused, sm.ErrUnprotected), // anybody in between can say so
		"chip_not_genuine":        errors.Join(activeauth.ErrSignature, cnie.ErrChip),
		problem.ChipUnsupported:   errors.Join(cnie.ErrNoProof, status(0x6A82)),
		problem.Declined:          problem.Wrap(problem.Declined, card.ErrRemoved),
		problem.CardUnresponsive:  context.DeadlineExceeded,
		problem.Internal:          cnie.ErrOrder,
	} {
		if got := agent.ProblemOf(err); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
}
