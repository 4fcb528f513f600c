package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/card"
	"cnie.example/card/bac"
	"cnie.example/card/cnie"
	"cnie.example/card/lds"
	"cnie.example/card/pace"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/web/agent"
)

// hand holds a virtual card to the program. before is called for each
// connection, counted from 1, and says what goes wrong with it.
type hand struct {
	chip        *vcard.Card
	connections int
	before      func(connection int) error
}

func (h *hand) Connect(context.Context) (agent.Card, error) {
	h.connections++
	h.chip.Reset()
	if err := h.before(h.connections); err != nil {
		return nil, err
	}
	return held{h.chip}, nil
}

type held struct{ *vcard.Card }

func (h held) Close() error { return nil }

func (h held) Reader() string { return "SPECIMEN reader" }

func newHand(t *testing.T, profile string, change func(*issuer.Profile)) *hand {
	t.Helper()
	laboratory, err := issuer.LoadLab("../../../../card/vcard/issuer/testdata/lab")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := issuer.FindProfile(profile)
	if !ok {
		t.Fatal(profile)
	}
	if change != nil {
		change(&p)
	}
	v, err := laboratory.Personalise(rand.Reader, p)
	if err != nil {
		t.Fatal(err)
	}
	chip, err := vcard.New(v, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &hand{chip: chip, before: func(int) error { return nil }}
}

func config(h *hand, runs int) Config {
	return Config{Cards: h, Access: cnie.Access{Password: can("574139")}, Runs: runs, Wait: time.Second, Files: []lds.File{lds.DG1, lds.DG11}, Rand: rand.Reader}
}

func can(digits string) *pace.Password {
	p, err := pace.CAN([]byte(digits))
	if err != nil {
		panic(err)
	}
	return p
}

// Would catch: a step that is not counted, APDUs that are lost between steps,
// a limit that was found and is not told.
func TestRun(t *testing.T) {
	runs := 0
	c := config(newHand(t, "cnie", nil), 3)
	c.OnRun = func(run int, err error) { runs = run }
	r, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Asked != 3 || r.Runs != 3 || r.Passed != 3 || r.Failed != 0 || len(r.Failures) != 0 || runs != 3 {
		t.Errorf("%+v", r)
	}
	if r.Document == "" || r.ATR == "" || !slices.Equal(r.MaxResponse, []Found{{65538, 3}}) {
		t.Errorf("document %q, ATR %q, found %v", r.Document, r.ATR, r.MaxResponse)
	}
	var names []string
	apdus := 0
	for _, s := range r.Steps {
		names = append(names, s.Name)
		apdus += s.APDUs.Min
		if s.Passed != 3 || s.Failed != 0 || s.APDUs.Min != s.APDUs.Max {
			t.Errorf("%+v", s)
		}
		if s.MS.P50 > s.MS.P90 || s.MS.P90 > s.MS.P99 || s.MS.P99 > s.MS.Max {
			t.Errorf("%s: %v", s.Name, s.MS)
		}
	}
	if got := strings.Join(names, " "); got != "connect open evidence authenticate DG1 DG11 close" {
		t.Errorf("steps %s", got)
	}
	// EF.CardAccess, PACE 5, SELECT, DG14, SOD, MSE, GENERAL AUTHENTICATE, probe,
	// DG1, DG11.
	if r.Total.APDUs != (Spread{14, 14}) || apdus != 14 {
		t.Errorf("%v APDUs, %d in the steps", r.Total.APDUs, apdus)
	}
}

// Would catch: a card pulled out in one run that ends all of them, that is not
// told with run, step and reason, or whose times count among those that passed.
func TestRemovedInOneRun(t *testing.T) {
	h := newHand(t, "cnie", nil)
	h.before = func(n int) error {
		if n == 2 {
			return h.chip.SetFaults(vcard.Fault{Kind: vcard.Cut, APDU: 8})
		}
		return h.chip.SetFaults()
	}
	r, err := Run(t.Context(), config(h, 4))
	if err != nil {
		t.Fatal(err)
	}
	if r.Passed != 3 || r.Failed != 1 || r.Total.Passed != 3 || r.Total.Failed != 1 {
		t.Errorf("%+v", r)
	}
	if f := r.Failures; len(f) != 1 || f[0].Run != 2 || f[0].Step != stepEvidence || f[0].Reason != "card_removed" || f[0].Error == "" {
		t.Errorf("failures %+v", f)
	}
	for _, s := range r.Steps {
		want := map[string]int{stepConnect: 4, stepOpen: 4, stepClose: 4}[s.Name]
		if want == 0 {
			want = 3
		}
		if s.Passed != want {
			t.Errorf("%s passed %d times, want %d", s.Name, s.Passed, want)
		}
	}
}

// Would catch: runs that go on although the first found nothing to read, or
// that try a wrong CAN again, and reasons that are lost.
func TestNothingToMeasure(t *testing.T) {
	for name, x := range map[string]struct {
		before error
		can    string
		want   error
		runs   int
		reason string
	}{
		"no service":  {card.ErrNoService, "574139", card.ErrNoService, 1, "no_pcsc_service"},
		"no reader":   {card.ErrNoReader, "574139", card.ErrNoReader, 1, "no_reader"},
		"wrong CAN":   {nil, "000000", pace.ErrWrongPassword, 1, "wrong_can"},
		"no card":     {card.ErrNoCard, "574139", nil, 5, "no_card"},
		"no CAN":      {nil, "", cnie.ErrAccess, 1, "internal"},
		"card in use": {card.ErrBusy, "574139", nil, 5, "card_busy"},
	} {
		h := newHand(t, "cnie", nil)
		h.before = func(int) error { return x.before }
		c := config(h, 5)
		c.Access.Password = nil
		if x.can != "" {
			c.Access.Password = can(x.can)
		}
		r, err := Run(t.Context(), c)
		if !errors.Is(err, x.want) || (err == nil) != (x.want == nil) || h.connections != x.runs {
			t.Errorf("%s: %v after %d runs", name, err, h.connections)
		}
		if x.runs > 0 && (r.Runs != x.runs || r.Failed != x.runs || r.Passed != 0) {
			t.Errorf("%s: %+v", name, r)
		}
		if r.Failures[0].Reason != x.reason {
			t.Errorf("%s: reason %s", name, r.Failures[0].Reason)
		}
	}
}

// Would catch: a wrong machine readable zone that is told as a wrong CAN.
func TestWrongMRZ(t *testing.T) {
	wrong := []byte("SPEC99999490071383601143")
	for name, access := range map[string]cnie.Access{
		"PACE":                 {Password: pace.MRZ(wrong)},
		"Basic Access Control": {BAC: bac.NewPassword(wrong)},
	} {
		c := config(newHand(t, "passport", nil), 3)
		c.Access, c.MRZ = access, true
		r, err := Run(t.Context(), c)
		if err == nil || r.Runs != 1 || r.Failures[0].Reason != "wrong_mrz" {
			t.Errorf("%s: %+v, error %v", name, r, err)
		}
	}
}

// Would catch: an interrupt that is counted as a fault of the card, or that
// loses the runs made.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h := newHand(t, "cnie", nil)
	h.before = func(n int) error {
		if n == 3 {
			cancel()
		}
		return nil
	}
	r, err := Run(ctx, config(h, 10))
	if !errors.Is(err, context.Canceled) || r.Runs != 2 || r.Passed != 2 || r.Failed != 0 || r.Asked != 10 {
		t.Errorf("%+v, error %v", r, err)
	}
}

// Would catch: a chip that proves itself otherwise, or a card that has to be
// opened again, counted as a failure; a length that is found anew in every run.
func TestOtherCards(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*issuer.Profile)
		proof  cnie.Method
		files  []lds.File
		apdus  Spread
	}{
		// DG14 is looked for and is not there; DG15, INTERNAL AUTHENTICATE.
		"active-rsa": {nil, cnie.ActiveAuthentication, []lds.File{lds.DG1}, Spread{12, 12}},
		"passport":   {nil, cnie.ChipAuthentication, []lds.File{lds.DG1, lds.DG11}, Spread{13, 13}},
		// The first run finds out with two APDUs and opens again with six.
		"cnie": {
			func(p *issuer.Profile) { p.CAN, p.ShortProtected = "581634", true },
			cnie.ChipAuthentication,
			[]lds.File{lds.DG1},
			Spread{23, 31},
		},
	} {
		c := config(newHand(t, name, x.change), 2)
		c.Access.Password, c.Files = can("581634"), x.files
		r, err := Run(t.Context(), c)
		if err != nil || r.Passed != 2 || r.Proof != string(x.proof) || r.Total.APDUs != x.apdus {
			t.Errorf("%s: %+v, error %v", name, r, err)
		}
	}
}

// Would catch: a login that is measured with more or fewer APDUs than an agent
// sends, one whose chip proves nothing, and a document that is read again
// although it is known.
func TestLogin(t *testing.T) {
	both := []lds.File{lds.DG1, lds.DG11}
	for name, x := range map[string]struct {
		profile string
		known   bool
		files   []lds.File
		proof   cnie.Method
		apdus   Spread
	}{
		"extended length":       {"cnie", false, both, cnie.ChipAuthentication, Spread{13, 13}},
		"short length":          {"short", false, both, cnie.ChipAuthentication, Spread{23, 24}}, // the first run finds out
		"known":                 {"cnie", true, both, cnie.ChipAuthentication, Spread{10, 13}},
		"known, DG1 alone":      {"cnie", true, both[:1], cnie.ChipAuthentication, Spread{9, 12}},
		"passport":              {"passport", false, both, cnie.ChipAuthentication, Spread{12, 12}},
		"active authentication": {"active-ecdsa", false, both[:1], cnie.ActiveAuthentication, Spread{12, 12}},
	} {
		t.Run(name, func(t *testing.T) {
			c := config(newHand(t, x.profile, func(p *issuer.Profile) { p.CAN = "574139" }), 2)
			c.Login, c.Known, c.Files = true, x.known, x.files
			r, err := Run(t.Context(), c)
			if err != nil || r.Passed != 2 || r.Proof != string(x.proof) || r.Total.APDUs != x.apdus {
				t.Errorf("%+v, error %v", r, err)
			}
			var names []string
			for _, s := range r.Steps {
				names = append(names, s.Name)
			}
			if got := strings.Join(names, " "); got != "connect open evidence proof close" {
				t.Errorf("steps %s", got)
			}
		})
	}
}

// Would catch: a copy that passes the measured login, and its refusal under a
// name that a login does not have.
func TestLoginOfClone(t *testing.T) {
	for profile, reason := range map[string]string{"cnie": "chip_not_genuine", "active-ecdsa": "chip_not_genuine"} {
		h := newHand(t, profile, func(p *issuer.Profile) { p.CAN, p.Faults = "574139", []string{"clone"} })
		c := config(h, 1)
		c.Login, c.Files = true, []lds.File{lds.DG1}
		r, err := Run(t.Context(), c)
		if err != nil || r.Failed != 1 || r.Failures[0].Step != stepProof || r.Failures[0].Reason != reason {
			t.Errorf("%s: %+v, error %v", profile, r, err)
		}
	}
}

// Would catch: a file that the document does not have taken for a fault of the
// card, and a card that refuses a file it has, or lacks its SOD, taken for that.
func TestAbsentFile(t *testing.T) {
	for name, x := range map[string]struct {
		profile string
		file    lds.File
		apdu    int // answered with “file not found”
		reason  string
	}{
		"absent":        {"cnie", lds.DG3, 0, "file_absent"},
		"not readable":  {"passport", lds.DG3, 0, "card_fault"},
		"no SOD":        {"cnie", lds.DG1, 9, "secure_messaging"},
		"without proof": {"cnie", lds.DG1, 13, "secure_messaging"},
	} {
		h := newHand(t, x.profile, func(p *issuer.Profile) { p.CAN = "574139" })
		if x.apdu > 0 {
			if err := h.chip.SetFaults(vcard.Fault{Kind: vcard.WrongStatus, APDU: x.apdu, Status: 0x6A82}); err != nil {
				t.Fatal(err)
			}
		}
		c := config(h, 1)
		c.Files = []lds.File{x.file}
		r, err := Run(t.Context(), c)
		if err != nil || r.Failed != 1 || r.Failures[0].Reason != x.reason {
			t.Errorf("%s: %+v, error %v", name, r, err)
		}
	}
}

// Would catch: another mapping run than the one preferred, and nobody told.
func TestMapping(t *testing.T) {
	im, cam := pace.Preference{Integrated: true}, pace.Preference{ChipAuthentication: true}
	for _, x := range []struct {
		profile string
		prefer  pace.Preference
		mapping string
		missing bool
	}{
		{"cnie", pace.Preference{}, "GM", false},
		{"cnie", im, "IM", false},
		{"cnie", cam, "GM", true},
		{"cam", cam, "CAM", false},
		{"cam", im, "GM", true},
	} {
		c := config(newHand(t, x.profile, nil), 1)
		c.Access.Preference = x.prefer
		r, err := Run(t.Context(), c)
		if err != nil || r.Mapping != x.mapping || r.MappingMissing != x.missing {
			t.Errorf("%s, preferred %+v: %s, missing %v, error %v", x.profile, x.prefer, r.Mapping, r.MappingMissing, err)
		}
		var b bytes.Buffer
		if err := r.Write(&b); err != nil || !strings.Contains(b.String(), "Mapping of PACE: "+x.mapping) ||
			strings.Contains(b.String(), "does not offer") != x.missing {
			t.Errorf("%s, preferred %+v: error %v\n%s", x.profile, x.prefer, err, b.String())
		}
	}
}

// Would catch: Basic Access Control that is not run where it is asked for.
func TestBasicAccessControl(t *testing.T) {
	h := newHand(t, "bac", nil)
	c := config(h, 1)
	p, _ := issuer.FindProfile("bac")
	information, err := p.Information()
	if err != nil {
		t.Fatal(err)
	}
	c.Access = cnie.Access{BAC: bac.NewPassword(information)}
	r, err := Run(t.Context(), c)
	if err != nil || r.Failed != 1 || r.Failures[0].Step != stepAuthenticate || r.Failures[0].Reason != "chip_unsupported" || r.Steps[1].Passed != 1 {
		t.Errorf("%+v, error %v", r, err)
	}
}

// Would catch: a percentile of another rank, and one that panics without or
// with one value.
func TestPercentiles(t *testing.T) {
	var times []time.Duration
	for i := range 200 {
		times = append(times, time.Duration(200-i)*time.Millisecond)
	}
	for _, x := range []struct {
		n    int
		want Percentiles
	}{
		{0, Percentiles{}},
		{1, Percentiles{200, 200, 200, 200}},
		{2, Percentiles{199, 200, 200, 200}},
		{10, Percentiles{195, 199, 200, 200}},
		{200, Percentiles{100, 180, 198, 200}},
	} {
		if got := percentiles(times[:x.n]); got != x.want {
			t.Errorf("%d values: %v, want %v", x.n, got, x.want)
		}
	}
}

// Would catch: what the card holds, or the CAN, in a report.
func TestReportHoldsNothingPersonal(t *testing.T) {
	var b bytes.Buffer
	for _, fault := range []vcard.Fault{{Kind: vcard.Cut, APDU: 9}, {Kind: vcard.WrongMAC, APDU: 13}, {Kind: vcard.WrongLength, APDU: 14}} {
		h := newHand(t, "cnie", nil)
		h.before = func(int) error { return h.chip.SetFaults(fault) }
		r, err := Run(t.Context(), config(h, 1))
		if err != nil || r.Failed != 1 {
			t.Fatalf("%v: %+v, error %v", fault, r, err)
		}
		if err := r.Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	for _, personal := range []string{"574139", "SPECIMEN", "SPEC00001", "900713", "MARIE"} {
		if strings.Contains(b.String(), personal) {
			t.Errorf("%q is in\n%s", personal, b.String())
		}
	}
}
