package cnie_test

import (
	"errors"
	"testing"

	"cnie.example/card"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/sm"
	"cnie.example/card/tlv"
	"cnie.example/card/vcard"
)

const insInternalAuthenticate = 0x88

// TestProof catches a local proof of the chip that is another than the document
// calls for, that is not said, or whose want is not said.
func TestProof(t *testing.T) {
	mapping := pace.Preference{ChipAuthentication: true}
	for name, tc := range map[string]struct {
		s      subject
		change func(p *vcard.Personalisation)
		want   cnie.Proof
		err    error
	}{
		"chip authentication": {
			s:    subject{profile: "cnie"},
			want: cnie.Proof{Method: cnie.ChipAuthentication, Source: lds.DG14, Reason: cnie.ReasonAnnounced},
		},
		"mapping preferred, not offered": {
			s:    subject{profile: "cnie", preference: mapping},
			want: cnie.Proof{Method: cnie.ChipAuthentication, Source: lds.DG14, Reason: cnie.ReasonAnnounced, MappingMissing: true},
		},
		"key without protocol": {
			s:    subject{profile: "passport"},
			want: cnie.Proof{Method: cnie.ChipAuthentication, Source: lds.DG14, Reason: cnie.ReasonKeyOnly},
		},
		"after Basic Access Control": {
			s:    subject{profile: "passport", bac: true},
			want: cnie.Proof{Method: cnie.ChipAuthentication, Source: lds.DG14, Reason: cnie.ReasonKeyOnly},
		},
		"mapping, key in DG14": {
			s:    subject{profile: "cam", preference: mapping},
			want: cnie.Proof{Method: cnie.ChipAuthenticationMapping, Source: lds.DG14, Reason: cnie.ReasonMapped},
		},
		"mapping, key in EF.CardSecurity": {
			s:      subject{profile: "cam", preference: mapping},
			change: func(p *vcard.Personalisation) { p.Files[vcard.FIDDG14] = []byte{0x6E, 0x02, 0x31, 0x00} },
			want:   cnie.Proof{Method: cnie.ChipAuthenticationMapping, Source: lds.CardSecurity, Reason: cnie.ReasonMapped},
		},
		"mapping, key nowhere": {
			s: subject{profile: "cam", preference: mapping},
			change: func(p *vcard.Personalisation) {
				p.Files[vcard.FIDDG14] = []byte{0x6E, 0x02, 0x31, 0x00}
				delete(p.MasterFiles, vcard.FIDCardSecurity)
			},
			err: cnie.ErrChip,
		},
		"mapping offered, not preferred": {
			s:    subject{profile: "cam"},
			want: cnie.Proof{Method: cnie.ChipAuthentication, Source: lds.DG14, Reason: cnie.ReasonAnnounced},
		},
		"active authentication, RSA": {
			s:    subject{profile: "active-rsa"},
			want: cnie.Proof{Method: cnie.ActiveAuthentication, Source: lds.DG15, Reason: cnie.ReasonOnlyActive},
		},
		"active authentication, ECDSA": {
			s:    subject{profile: "active-ecdsa"},
			want: cnie.Proof{Method: cnie.ActiveAuthentication, Source: lds.DG15, Reason: cnie.ReasonOnlyActive},
		},
		"chip authentication of another version": {
			s: subject{profile: "active-rsa"},
			change: func(p *vcard.Personalisation) {
				p.Files[vcard.FIDDG14] = tlv.Append(nil, 0x6E, set(sequence(bsi(t, 3, 2, 4), integer(2))))
			},
			want: cnie.Proof{Method: cnie.ActiveAuthentication, Source: lds.DG15, Reason: cnie.ReasonUnsupported},
		},
		"nothing": {
			s:    subject{profile: "bac", bac: true},
			want: cnie.Proof{Reason: cnie.ReasonNothing},
			err:  cnie.ErrNoProof,
		},
	} {
		p := document(t, tc.s.profile)
		if tc.change != nil {
			tc.change(&p)
		}
		c := openWith(t, newCard(t, p), tc.s.access(t, 0))
		if got := c.Proof(); got != (cnie.Proof{}) {
			t.Errorf("%s: %v before it", name, got)
		}
		if err := c.Authenticate(t.Context()); !errors.Is(err, tc.err) {
			t.Errorf("%s: %v", name, err)
		}
		if got := c.Proof(); got != tc.want {
			t.Errorf("%s: %+v", name, got)
		}
		_, err := c.Read(t.Context(), lds.DG1)
		if stays := tc.err == nil || errors.Is(tc.err, cnie.ErrNoProof); stays != (err == nil) {
			t.Errorf("%s: read after it: %v", name, err)
		}
	}
}

// TestNotGenuine catches a copy that passes, by any method, a chip that goes on
// under its old keys, and reading after it.
func TestNotGenuine(t *testing.T) {
	mapping := pace.Preference{ChipAuthentication: true}
	for _, tc := range []struct {
		s    subject
		kind vcard.FaultKind
	}{
		{subject{profile: "cnie"}, vcard.Clone},
		{subject{profile: "passport"}, vcard.Clone},
		{subject{profile: "cam", preference: mapping}, vcard.Clone},
		{subject{profile: "active-rsa"}, vcard.Clone},
		{subject{profile: "active-ecdsa"}, vcard.Clone},
		{subject{profile: "cnie"}, vcard.KeepKeys},
		{subject{profile: "passport"}, vcard.KeepKeys},
	} {
		p := document(t, tc.s.profile)
		p.Faults = []vcard.Fault{{Kind: tc.kind}}
		chip := &counter{card: newCard(t, p)}
		c := openWith(t, chip, tc.s.access(t, 0))
		if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrChip) {
			t.Errorf("%s, %v: %v", tc.s.profile, p.Faults, err)
		}
		if got := c.Proof(); got != (cnie.Proof{}) {
			t.Errorf("%s, %v: proof %v", tc.s.profile, p.Faults, got)
		}
		before := len(chip.commands)
		if _, err := c.Read(t.Context(), lds.DG1); !errors.Is(err, cnie.ErrOrder) || len(chip.commands) != before {
			t.Errorf("%s, %v: read after it: %v", tc.s.profile, p.Faults, err)
		}
	}
	// A chip without keys refuses; that is no proof either.
	p := document(t, "cnie")
	p.ChipKeys = nil
	c := openWith(t, newCard(t, p), subject{profile: "cnie"}.access(t, 0))
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrChip) {
		t.Errorf("chip without a key: %v", err)
	}
}

// TestFaultyChannel catches a terminal that goes on with a chip without secure
// messaging or on another curve.
func TestFaultyChannel(t *testing.T) {
	for kind, want := range map[vcard.FaultKind]error{vcard.PlainAfterPACE: sm.ErrSecureMessaging, vcard.OtherCurve: pace.ErrChip} {
		for _, s := range []subject{{profile: "cnie"}, {profile: "passport"}} {
			p := document(t, s.profile)
			p.Faults = []vcard.Fault{{Kind: kind}}
			for name, run := range map[string]flow{"login": login, "read": read} {
				if _, err := run(t.Context(), newCard(t, p), s.access(t, 0), identityFiles()); !errors.Is(err, want) {
					t.Errorf("%s, %v, %s: %v", s.profile, p.Faults, name, err)
				}
			}
		}
	}
}

// TestActiveAuthenticationNeverInstead catches a terminal that takes active
// authentication for enough although the document has chip authentication,
// locally or for a provider, also when chip authentication fails.
func TestActiveAuthenticationNeverInstead(t *testing.T) {
	active := document(t, "active-rsa")
	for _, clone := range []bool{false, true} {
		p := document(t, "passport")
		p.ActiveAuthentication = active.ActiveAuthentication
		p.Files[vcard.FIDDG15] = active.Files[vcard.FIDDG15]
		if clone {
			var err error
			p.ChipKeys[0].Scalar, err = vcard.P256.GenerateKey(seeded("clone", 0))
			must(t, err)
		}
		chip := &counter{card: newCard(t, p)}
		c := openWith(t, chip, subject{profile: "passport"}.access(t, 0))
		if _, _, err := c.ActiveAuthenticate(t.Context(), [8]byte{}); !errors.Is(err, cnie.ErrOrder) {
			t.Errorf("before Evidence: %v", err)
		}
		_, _, err := c.Evidence(t.Context())
		must(t, err)
		before := len(chip.commands)
		if _, _, err := c.ActiveAuthenticate(t.Context(), [8]byte{}); !errors.Is(err, cnie.ErrOrder) || len(chip.commands) != before {
			t.Errorf("for a provider: %v", err)
		}
		err = c.Authenticate(t.Context())
		if clone && !errors.Is(err, cnie.ErrChip) || !clone && (err != nil || c.Proof().Method != cnie.ChipAuthentication) {
			t.Errorf("clone %v: %v, %v", clone, err, c.Proof())
		}
	}
}

// TestActiveAuthenticate catches a document without a key that is taken for one
// with, and a card that is closed although nothing is wrong with it.
func TestActiveAuthenticate(t *testing.T) {
	p := document(t, "active-rsa")
	delete(p.Files, vcard.FIDDG15)
	c := openWith(t, newCard(t, p), subject{profile: "active-rsa"}.access(t, 0))
	_, _, err := c.Evidence(t.Context())
	must(t, err)
	if _, _, err := c.ActiveAuthenticate(t.Context(), [8]byte{}); !errors.Is(err, cnie.ErrNoProof) || !errors.Is(err, card.ErrFileNotFound) {
		t.Errorf("without DG15: %v", err)
	}
	if err := c.Authenticate(t.Context()); !errors.Is(err, cnie.ErrNoProof) {
		t.Errorf("without DG15, local: %v", err)
	}
	if _, err := c.Read(t.Context(), lds.DG1); err != nil {
		t.Error(err)
	}
	c.Close()
	if _, _, err := c.ActiveAuthenticate(t.Context(), [8]byte{}); !errors.Is(err, cnie.ErrOrder) {
		t.Errorf("after Close: %v", err)
	}
}

// TestMappingIsShown catches a caller who asked for a mapping and cannot see
// that another one was run.
func TestMappingIsShown(t *testing.T) {
	for name, tc := range map[string]struct {
		s    subject
		want lds.Mapping
	}{
		"default":                    {subject{profile: "cnie"}, lds.GenericMapping},
		"integrated":                 {subject{profile: "cnie", preference: pace.Preference{Integrated: true}}, lds.IntegratedMapping},
		"integrated, not offered":    {subject{profile: "passport", preference: pace.Preference{Integrated: true}}, lds.GenericMapping},
		"chip authentication":        {subject{profile: "cam", preference: pace.Preference{ChipAuthentication: true}}, lds.ChipAuthenticationMapping},
		"chip auth., not offered":    {subject{profile: "cnie", preference: pace.Preference{ChipAuthentication: true}}, lds.GenericMapping},
		"after Basic Access Control": {subject{profile: "passport", bac: true}, 0},
	} {
		c := openWith(t, newCard(t, document(t, tc.s.profile)), tc.s.access(t, 0))
		if info, ok := c.PACE(); info.Mapping != tc.want || ok != (tc.want != 0) {
			t.Errorf("%s: %v", name, info)
		}
	}
}
