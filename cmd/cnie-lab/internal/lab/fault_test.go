package lab

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"cnie.example/card/vcard/issuer"
)

// Would catch: a fault that panics with some card, that is not committed with it
// and passes for a login, or that ends otherwise than it announces; and a fault
// that is refused although the card has what it needs.
func TestEveryFaultWithEveryProfile(t *testing.T) {
	keys, signing := testKeys(t), rsaKey(t)
	refused, played := map[string][]string{}, map[string]bool{}
	for _, named := range issuer.Profiles() {
		if testing.Short() && !slices.Contains([]string{"cnie", "active-ecdsa", "bac"}, named.Name) {
			continue
		}
		profile := named.Profile
		played[named.Name] = true
		if a := profile.ActiveAuthentication; a != nil && a.Algorithm == "RSA" {
			a.Key = signing // to draw one takes longer than the login
		}
		for _, fault := range Faults() {
			if fault.only == PCSC || fault.strangeAnchors && (testing.Short() || profile.Format == "TD1" && named.Name != "cnie") {
				continue // new anchors take seconds
			}
			if err := fault.Fits(Embedded, profile); err != nil {
				if !strings.Contains(err.Error(), fault.Name) || !strings.Contains(err.Error(), "--profile") {
					t.Errorf("%s with %s: refused without the way out: %v", fault.Name, named.Name, err)
				}
				refused[named.Name] = append(refused[named.Name], fault.Name)
				continue
			}
			t.Run(named.Name+"/"+fault.Name, func(t *testing.T) {
				t.Parallel()
				endsAs(t, Config{Keys: keys, Transport: Embedded, Profile: profile, Fault: fault}, fault.Ends(profile))
			})
		}
	}
	for name, want := range map[string][]string{
		"cnie":         {"replayed-signature"},
		"active-rsa":   {"altered-dg11", "altered-dg14", "wrong-proof", "active-instead", "withheld-dg14"},
		"active-ecdsa": {"altered-dg11", "altered-dg14", "wrong-proof", "active-instead"},
	} {
		if got := refused[name]; played[name] && !slices.Equal(got, want) {
			t.Errorf("%s: refused are %v, want %v", name, got, want)
		}
	}
}

// endsAs plays a login, which has to be refused for a reason.
func endsAs(t *testing.T, c Config, reason string) {
	t.Helper()
	c.Logger = slog.New(slog.DiscardHandler)
	can := c.Profile.CAN
	if can == "" {
		can = "000000"
	}
	report, err := play(t.Context(), c, Login{Level: "eidas1", CANs: []string{can}, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if report.Refused == nil || report.Refused.Reason != reason || report.Identity != nil {
		t.Fatalf("ended with %v, want refused: %q", report, reason)
	}
	for _, check := range c.Fault.Defeats {
		if slices.Contains(report.Verified, check) {
			t.Errorf("%s is named as verified", check)
		}
	}
}

// Would catch: keys that a profile gives shared with the second card of a fault:
// a copy with the right key is no copy.
func TestGivenKeys(t *testing.T) {
	profile := issuer.Specimen()
	profile.ChipKey = strings.Repeat("11", 32)
	for _, name := range []string{"clone", "altered-dg14"} {
		fault, err := FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		endsAs(t, Config{Keys: testKeys(t), Transport: Embedded, Profile: profile, Fault: fault}, fault.Want)
	}
	active, _ := issuer.FindProfile("active-ecdsa")
	active.ActiveAuthentication.Key = strings.Repeat("11", 32)
	fault, err := FindFault("invented-answers")
	if err != nil {
		t.Fatal(err)
	}
	endsAs(t, Config{Keys: testKeys(t), Transport: Embedded, Profile: active, Fault: fault}, fault.WantSigned)
}

func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(x509.MarshalPKCS1PrivateKey(key))
}
