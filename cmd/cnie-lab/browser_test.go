//go:build linux

package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cnie.example/card/vcard/issuer"
	"cnie.example/cmd/cnie-lab/internal/lab"
)

// world is a laboratory and a browser.
type world struct {
	*chromium
	*lab.Stand
	profile issuer.Profile
	journal *journal
}

// newWorld sets a laboratory up and opens a browser that prefers a language.
func newWorld(t *testing.T, language string) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	keys, err := lab.OpenKeys(filepath.Join(laboratory(t), "cnie-lab"), time.Now(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{profile: issuer.Specimen(), journal: &journal{}}
	w.Stand, err = lab.Up(context.Background(), lab.Config{
		Keys: keys, Transport: lab.Embedded, Profile: w.profile, Logger: slog.New(recorder{journal: w.journal}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	w.chromium = openChromium(t, keys, language)
	return w
}

// notebook is the window of a browser on a small one.
var notebook = chromedp.EmulateViewport(1366, 650)

// reachesConsent clicks from the start page of the provider to the consent page
// of the agent.
func (w *world) reachesConsent(b *tab) {
	b.Helper()
	b.goes(w.Origin + "/")
	b.clicks("form[action='/start'] button")
	b.on("continue")
	b.clicks("a[data-action=agent]")
	b.on("consent")
}

// showsIdentity fails unless the page names the person of the card with the
// level and the checks.
func (w *world) showsIdentity(b *tab) {
	b.Helper()
	b.on("identity")
	for name, want := range map[string]string{"data-level": "eidas1", "data-asked": "eidas1", "data-candidate": "false"} {
		if got := b.attribute("main", name); got != want {
			b.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	claims := b.texts("data-claim")
	for name, want := range map[string]string{
		"family_name": w.profile.FamilyName, "given_names": strings.Join(w.profile.GivenNames, " "),
		"birth_date": w.profile.BirthDate, "sex": w.profile.Sex, "nationality": w.profile.Nationality,
		"document_number": w.profile.DocumentNumber, "expiry_date": w.profile.ExpiryDate,
	} {
		if claims[name] != want {
			b.Errorf("%s is %q, want %q", name, claims[name], want)
		}
	}
	checks := b.texts("data-check")
	for _, check := range []string{
		"sod_signature", "ds_chain", "ds_validity", "csca_validity", "country", "dg14_hash",
		"chip_authentication", "dg1_hash", "dg11_hash", "document_expiry",
	} {
		if checks[check] == "" || checks[check] == check {
			b.Errorf("check %s is shown as %q", check, checks[check])
		}
	}
}

// TestBrowserLogin is a whole login in French by mouse. Would catch: a policy
// of our own that blocks our own pages or the way between the two sites, a
// cookie that does not come back, a consent button that can be hit at once or
// never, a page that hides who asks, a name or a check that is missing.
func TestBrowserLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "fr")
	b := w.tab()
	b.do(notebook)
	b.goes(w.Origin + "/")
	b.on("start")
	b.clicks("input[value=eidas1]")
	b.clicks("form[action='/start'] button")
	b.on("continue")
	code := b.attribute("[data-session-code]", "data-session-code")
	b.clicks("a[data-action=agent]")
	b.on("consent")
	if got := b.attribute("[data-session-code]", "data-session-code"); got != code || code == "" {
		t.Errorf("session code %q at the agent, %q at the provider", got, code)
	}
	if got := b.attribute("html", "lang"); got != "fr" {
		t.Errorf("language %q", got)
	}
	b.readsConsent()
	b.isInSight(".facts") // who asks, before anything else
	if apdus, _, _ := w.Counters(); apdus != 0 {
		t.Errorf("the card has got %d commands before consent", apdus)
	}
	b.losesFocus()
	b.clicks("#can")
	b.types(w.profile.CAN)
	b.clicks("#yes:enabled")
	b.on("confirm")
	if got := b.texts("data-person"); got["family_name"] != w.profile.FamilyName {
		t.Errorf("asked whether the person is %q", got)
	}
	b.clicks("form[data-action=confirm] button")
	w.showsIdentity(b)

	if got, want := b.told("page "), []string{"start", "continue", "landing", "consent", "progress", "confirm", "identity"}; !slices.Equal(got, want) {
		t.Errorf("pages %q, want %q", got, want)
	}
	armed := b.told("armed ")
	if len(armed) != 2 {
		t.Fatalf("armed %q times, want once for the page and once for the focus that came back", armed)
	}
	if after, err := strconv.Atoi(armed[0]); err != nil || after < 1000 {
		t.Errorf("the consent button is armed after %s ms", armed[0])
	}
	b.isQuiet()
}

// losesFocus turns to another window and back: the consent button is disarmed
// at once, and does not arm before a second.
func (b *tab) losesFocus() {
	b.Helper()
	const script = `new Promise(done => {
		const yes = document.getElementById("yes");
		dispatchEvent(new Event("blur"));
		const blurred = yes.disabled;
		dispatchEvent(new Event("focus"));
		const began = performance.now(), focused = yes.disabled;
		new MutationObserver(() => done([Number(blurred), Number(focused), performance.now() - began])).observe(yes, {attributes: true});
	})`
	got := evaluate[[]float64](b, script)
	if got[0] != 1 || got[1] != 1 || got[2] < 999 {
		b.Errorf("disarmed without focus: %v, still with new focus: %v, armed after %v ms", got[0] == 1, got[1] == 1, got[2])
	}
}

// TestBrowserKeyboard is a whole login in English without a mouse. Would catch:
// a control that the tabulator does not reach, a focus that cannot be seen, a
// page that takes keys only after a click.
func TestBrowserKeyboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	b := w.tab()
	b.goes(w.Origin + "/")
	b.on("start")
	b.tabsTo("input[type=radio]:checked")
	b.tabsTo("form[action='/start'] button")
	b.types(kb.Enter)
	b.on("continue")
	b.tabsTo("a[data-action=agent]")
	b.types(kb.Enter)
	b.on("consent")
	if got := b.attribute("html", "lang"); got != "en" {
		t.Errorf("language %q", got)
	}
	b.readsConsent()
	b.tabsTo("#can")
	b.types(w.profile.CAN[:3] + " " + w.profile.CAN[3:])
	b.tabsTo("#yes")
	b.types(kb.Enter)
	b.on("confirm")
	b.tabsTo("form[data-action=confirm] button")
	b.types(" ")
	w.showsIdentity(b)
	b.tabsTo("main a[href^='/']")
	b.types(kb.Enter)
	b.on("start")
	b.isQuiet()
}

// TestBrowserWrongCAN types a wrong number, then one that is none, then the
// right one. Would catch: no second try, a notice that is not announced or not
// tied to the field, a count that does not fall, a form that sends what is no
// CAN.
func TestBrowserWrongCAN(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "fr")
	b := w.tab()
	b.do(notebook)
	w.reachesConsent(b)
	b.consents("111111")
	b.sees("main[data-problem=wrong_can] [role=alert]")
	b.sees("#can:focus")
	b.isInSight("#notice")
	b.isInSight("#can")
	if left := b.attribute("[data-cans-left]", "data-cans-left"); left != "4" {
		t.Errorf("%s tries left", left)
	}
	if described := b.attribute("#can", "aria-describedby"); b.attribute("#can", "aria-invalid") != "true" || !strings.Contains(described, "notice") {
		t.Errorf("the field is described by %q", described)
	}
	apdus, _, _ := w.Counters()
	b.consents("11111")
	if evaluate[bool](b, "document.querySelector('#can').checkValidity()") || b.attribute("body", "data-page") != "consent" {
		t.Error("five digits pass as a CAN")
	}
	if now, _, _ := w.Counters(); now != apdus {
		t.Error("five digits were tried on the card")
	}
	b.types("\b\b\b\b\b")
	b.consents(w.profile.CAN)
	b.on("confirm")
	b.clicks("form[data-action=confirm] button")
	w.showsIdentity(b)
	b.isQuiet()
}

// TestBrowserDecline declines at the agent, and then at the provider. Would
// catch: a card that is read all the same, a person who is left at the agent,
// an identity that is shown after a no.
func TestBrowserDecline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	b := w.tab()
	w.reachesConsent(b)
	b.clicks("button[form=decline]")
	b.sees("main[data-problem=declined] a[href^='/?']") // the provider's page
	if got, want := b.told("page "), []string{"start", "continue", "landing", "consent", "problem declined", "problem declined"}; !slices.Equal(got, want) {
		t.Errorf("pages %q, want %q", got, want)
	}
	if apdus, _, _ := w.Counters(); apdus != 0 {
		t.Errorf("the card has got %d commands", apdus)
	}
	w.reachesConsent(b)
	b.consents(w.profile.CAN)
	b.on("confirm")
	b.clicks("form[data-action=deny] button")
	b.sees("main[data-problem=not_me]")
	if text := evaluate[string](b, "document.body.textContent"); strings.Contains(text, w.profile.DocumentNumber) {
		t.Error("the page after the no shows the document")
	}
	b.isQuiet()
}

// TestBrowserListens breaks the rules of a page on purpose. Would catch: tests
// that find nothing because they hear nothing.
func TestBrowserListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	for name, offence := range map[string]string{
		"log: ":       "document.body.append(Object.assign(new Image(), {src: '/absent.png'}))",
		"issue: Cont": "document.body.setAttribute('style', 'color: red')",
		"console: ":   "console.error('offence')",
		"exception: ": "setTimeout(() => { throw new Error('offence') })",
	} {
		b := w.tab()
		b.goes(w.AgentURL + "/")
		b.isQuiet()
		evaluate[any](b, "void "+offence)
		eventually(t, name+"is heard", func() bool {
			return slices.ContainsFunc(b.complained(), func(c string) bool { return strings.HasPrefix(c, name) })
		})
	}
}
