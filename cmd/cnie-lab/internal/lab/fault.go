package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cnie.example/card"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// Fault is one misbehaviour of one party in a login. The zero value is none.
type Fault struct {
	Name string
	Help string // what happens, in one line
	Want string // name of the problem that the login has to end with

	// WantSigned is that name where it is another one for a chip that proves
	// itself by active authentication alone.
	WantSigned string

	Defeats []string // checks that must not be named as passed
	Needs   []Demand // without which there is nothing to commit

	// The card and its reader.
	profile        func(*issuer.Profile)
	card           func(p, other *vcard.Personalisation) error // other is a second card of the same person
	noCard         bool
	pullOutAfter   int           // commands, then the card is gone
	connect        error         // embedded: what the agent is told instead of a card
	without        readerless    // pcsc: no service, no reader
	only           Transport     // the one transport that has this fault
	cardTime       time.Duration // how long the agent waits for a card
	strangeAnchors bool          // the provider trusts another country signing authority

	// The parties.
	notEnrolled bool
	between     *behaviour
	browse      func(*journey)
}

// Faults lists the faults by who commits them: the card, the network and the
// provider, an agent that lies, the browser.
func Faults() []Fault {
	return slices.Concat(cardFaults(), providerFaults(), agentFaults(), browserFaults())
}

// FindFault gives a fault by its name; the empty name is no fault.
func FindFault(name string) (Fault, error) {
	if name == "" {
		return Fault{}, nil
	}
	for _, f := range Faults() {
		if f.Name == name {
			return f, nil
		}
	}
	if _, err := vcard.ParseFault(name); err == nil {
		return Fault{}, fmt.Errorf("%s is what a chip does wrong: it belongs among the faults of a profile (--profile FILE)", name)
	}
	return Fault{}, fmt.Errorf("no fault is named %q: “cnie-lab faults” lists them", name)
}

// Fits says whether the fault can be committed with a transport and a card. A
// fault that nobody can commit would show nothing, or pass for a login.
func (f Fault) Fits(t Transport, p issuer.Profile) error {
	if f.only != "" && f.only != t {
		return fmt.Errorf("fault %s needs --transport %s", f.Name, f.only)
	}
	for _, d := range f.Needs {
		if !d.met(p) {
			return fmt.Errorf("fault %s needs a card with %s: choose another --profile", f.Name, d.What)
		}
	}
	return nil
}

// Ends is the name of the problem that a login with a card has to end with.
func (f Fault) Ends(p issuer.Profile) string {
	if f.WantSigned != "" && proofOf(p) == bySignature {
		return f.WantSigned
	}
	return f.Want
}

// ByCard says whether the card or its reader commits the fault, so that it
// shows with every transport.
func (f Fault) ByCard() bool {
	return slices.ContainsFunc(cardFaults(), func(other Fault) bool { return other.Name == f.Name })
}

// pulledOutAt is a command in the middle of the reading of a login.
const pulledOutAt = 7

func cardFaults() []Fault {
	return []Fault{
		{
			Name: "no-service", Help: "pcscd does not run", Want: "no_pcsc_service",
			only: PCSC, without: readerless{service: true}, noCard: true,
		},
		{
			Name: "no-reader", Help: "no card reader is connected", Want: "no_reader",
			connect: card.ErrNoReader, without: readerless{reader: true}, noCard: true,
		},
		{
			Name: "no-card", Help: "nobody presents a card", Want: "no_card",
			connect: card.ErrNoCard, noCard: true, cardTime: 500 * time.Millisecond,
		},
		{
			Name: "unknown-card", Help: "the card is no identity document", Want: "card_unknown",
			card: func(p, _ *vcard.Personalisation) error { p.MasterFiles[vcard.FIDCardAccess] = nil; return nil },
		},
		{
			Name: "card-removed", Help: "the card is pulled out while it is read", Want: "card_removed",
			Needs:        []Demand{opening()},
			pullOutAfter: pulledOutAt,
		},
		{
			Name: "clone", Help: "a copy: the files of a card on a chip with another key", Want: "chip_not_genuine",
			Needs:   []Demand{proof()},
			Defeats: []string{"chip_authentication", "active_authentication"},
			card:    cloneFiles,
		},
		{
			Name: "altered-dg1", Help: "DG1 was changed after it was signed", Want: "dg1_hash_mismatch",
			Needs:   []Demand{proof()},
			Defeats: []string{"dg1_hash", "chip_authentication"},
			card:    alterFile(vcard.FIDDG1),
		},
		{
			Name: "altered-dg11", Help: "DG11 was changed after it was signed", Want: "dg11_hash_mismatch",
			Needs:   []Demand{proof(), file("DG11")},
			Defeats: []string{"dg11_hash"},
			card:    alterFile(vcard.FIDDG11),
		},
		{
			Name: "altered-dg14", Help: "the key in DG14 was exchanged after DG14 was signed", Want: "dg14_hash_mismatch",
			Needs:   []Demand{agreement()},
			Defeats: []string{"dg14_hash"},
			card:    exchangeKey,
		},
		{
			Name: "altered-sod", Help: "a digest in the SOD was changed", Want: "sod_digest_mismatch",
			Needs:   []Demand{proof()},
			Defeats: []string{"sod_signature"},
			card:    alterSOD,
		},
		{
			Name: "unknown-csca", Help: "another authority signed the document", Want: "csca_unknown",
			Needs:          []Demand{proof()},
			Defeats:        []string{"ds_chain"},
			strangeAnchors: true,
		},
		{
			Name: "expired-document", Help: "the document has expired", Want: "document_expired",
			Needs:   []Demand{proof()},
			Defeats: []string{"document_expiry"},
			profile: func(p *issuer.Profile) { p.IssueDate, p.ExpiryDate = "2010-01-02", "2020-01-01" },
		},
	}
}

// alterFile changes the last byte of a file, which is a character or a part of
// a number but no length.
func alterFile(fid uint16) func(p, other *vcard.Personalisation) error {
	return func(p, _ *vcard.Personalisation) error {
		content := p.Files[fid]
		if len(content) == 0 {
			return errors.New("the card has no such file")
		}
		content[len(content)-1] ^= 1
		return nil
	}
}

func browserFaults() []Fault {
	return []Fault{
		{
			Name: "wrong-host", Help: "the agent is asked under another name, as by DNS rebinding", Want: "wrong_host",
			browse: func(j *journey) { j.toAgent = j.underAnotherName },
		},
		{
			Name: "foreign-origin", Help: "another site's page sends the form that starts a login", Want: "foreign_origin",
			browse: func(j *journey) { j.start = j.startFromElsewhere },
		},
		{
			Name: "second-login", Help: "another tab starts a login while one is under way", Want: "login_in_progress",
			browse: func(j *journey) { j.consent = j.beginAgain },
		},
		{
			Name: "no-cookie", Help: "the code arrives in a browser that did not begin the login", Want: "callback_without_cookie",
			Needs:  []Demand{proof()},
			browse: func(j *journey) { j.finish = j.withoutCookies },
		},
		{
			Name: "code-twice", Help: "the address with the code is opened a second time", Want: "code_invalid",
			Needs:  []Demand{proof()},
			browse: func(j *journey) { j.confirm = j.callbackAgain },
		},
		{
			Name: "declined", Help: "the person declines", Want: "declined",
			browse: func(j *journey) { j.consent = j.decline },
		},
	}
}

func providerFaults() []Fault {
	return []Fault{
		{
			Name: "not-enrolled", Help: "the provider is not enrolled with the agent", Want: "provider_not_enrolled",
			notEnrolled: true,
		},
		{
			Name: "unsigned-request", Help: "the login request has no signature", Want: "request_unsigned",
			between: &behaviour{request: unsigned},
		},
		{
			Name: "stranger-signs", Help: "a key that is not enrolled signs the request", Want: "request_altered",
			between: &behaviour{request: signedByStranger},
		},
		{
			Name: "altered-request", Help: "the request was changed after it was signed", Want: "request_altered",
			between: &behaviour{request: alteredPayload},
		},
		{
			Name: "malformed-request", Help: "the request is no JWS", Want: "request_signature",
			between: &behaviour{request: func(*party, string) (string, error) { return "..", nil }},
		},
		{
			Name: "oversized-request", Help: "the request is far too long", Want: "provider_refused",
			between: &behaviour{request: oversized},
		},
		{
			Name: "expired-request", Help: "the request expired an hour ago", Want: "request_expired",
			between: &behaviour{request: expired},
		},
		{
			Name: "foreign-request", Help: "the request was made by another provider", Want: "request_foreign",
			between: &behaviour{request: foreign},
		},
		{
			Name: "replayed-request", Help: "the request was made for another fetch", Want: "request_replayed",
			between: &behaviour{request: replayed},
		},
		{
			Name: "fetched-twice", Help: "someone else has fetched the request before", Want: "request_already_fetched",
			between: &behaviour{beforeFetch: fetchFirst},
		},
		{
			Name: "wrong-proof", Help: "an enrolled provider passes on the point of another one", Want: "handover_proof",
			Needs:   []Demand{agreement()},
			between: &behaviour{handover: passOn},
		},
	}
}

// step is a step of a journey.
type step func(ctx context.Context) error
