package idp_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/card/vcard/issuer"
	"cnie.example/web/idp"
)

// The whole login over TLS, as a person sees it. Catches any break of the main
// job, claims that are wrong or missing, and checks that are not shown.
func TestLogin(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	link := b.begin("eidas1").agentLink()
	redirect, got := w.specimen().read(link)
	if redirect == "" {
		t.Fatalf("refused: %s", got.problem)
	}
	confirm := b.open(redirect).want("confirm", 200, "")
	if confirm.url.Path != "/confirm" || confirm.url.RawQuery != "" {
		t.Errorf("the code stays in the address: %s", confirm.url)
	}
	if names := confirm.texts("data-person"); names["family_name"] != issuer.Specimen().FamilyName || names["given_names"] != "MARIE ANNE" {
		t.Errorf("person named: %v", names)
	}
	cookie := b.cookie()
	identity := confirm.submit(action("confirm"), nil).want("identity", 200, "")
	profile := issuer.Specimen()
	want := map[string]string{
		"family_name": profile.FamilyName, "given_names": strings.Join(profile.GivenNames, " "),
		"birth_date": profile.BirthDate, "sex": profile.Sex, "nationality": profile.Nationality,
		"document_number": profile.DocumentNumber, "expiry_date": profile.ExpiryDate, "issuing_state": profile.IssuingState,
	}
	claims := identity.texts("data-claim")
	for name, value := range want {
		if claims[name] != value {
			t.Errorf("%s is %q, want %q", name, claims[name], value)
		}
	}
	if len(claims) != len(want) {
		t.Errorf("claims %v", claims)
	}
	if l, a, c, lab := identity.attr("data-level"), identity.attr("data-asked"), identity.attr("data-candidate"), identity.attr("data-lab"); l != "eidas1" || a != "eidas1" || c != "false" || lab != "true" {
		t.Errorf("level %q, asked %q, candidate %q, lab %q", l, a, c, lab)
	}
	checks := identity.attrs("data-check")
	for _, check := range []string{
		"sod_syntax", "ds_certificate", "sod_digest", "ds_key_usage", "ds_chain", "ds_validity", "csca_validity",
		"sod_signing_time", "sod_signature", "lds_object", "country", "country_accepted", "dg14_hash",
		"dg1_hash", "chip_authentication", "dg11_hash", "issuing_state", "document_type", "document_expiry",
	} {
		if !slices.Contains(checks, check) {
			t.Errorf("check %s is not shown", check)
		}
	}
	w.wantEnded("confirmed")
	// Shown once: the login is forgotten, and so is the cookie.
	if b.cookie() != nil {
		t.Error("the cookie is kept")
	}
	confirm.submit(action("confirm"), nil).want("problem", 404, "transaction_unknown")
	kept := must(http.NewRequest(http.MethodGet, w.origin+"/confirm", nil))
	kept.AddCookie(cookie)
	w.browser().navigate(kept).want("problem", 404, "transaction_unknown")
}

// Catches a cookie that another site, a script or plain HTTP could read.
func TestCookie(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	path, fields := b.open("/").form(anyForm)
	answer, err := w.client().Do(b.open("/").post(path, fields))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	cookies := answer.Cookies()
	if len(cookies) != 1 || answer.Header.Get("Location") != "/continue" {
		t.Fatalf("cookies %v, location %q", cookies, answer.Header.Get("Location"))
	}
	c := cookies[0]
	if c.Name != "__Host-cnie-tx" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
}

// Catches a request that says less, more or something else than the protocol,
// and a laboratory that does not say so there.
func TestRequestObject(t *testing.T) {
	for _, isLab := range []bool{true, false} {
		w := newWorld(t, func(c *idp.Config) { c.Lab = isLab })
		b := w.browser()
		continued := b.begin("eidas2")
		a := w.agent()
		a.accept(continued.agentLink(), a.fetch(continued.agentLink()))
		r := a.request
		if r.Version != 1 || r.Level != "eidas2" || !slices.Equal(r.Files, []string{"DG1", "DG11"}) || r.Holder != "none" {
			t.Errorf("request %+v", r)
		}
		if r.SessionCode != continued.attr("data-session-code") {
			t.Errorf("session code %q, on the page %q", r.SessionCode, continued.attr("data-session-code"))
		}
		if r.IssuedAt != start.Unix() || r.ExpiresAt != start.Unix()+120 {
			t.Errorf("iat %d, exp %d", r.IssuedAt, r.ExpiresAt)
		}
		if marked := strings.HasPrefix(r.RelyingParty, "LAB "); marked != isLab {
			t.Errorf("lab %v: relying party %q", isLab, r.RelyingParty)
		}
		if continued.attr("data-lab") != map[bool]string{true: "true", false: "false"}[isLab] {
			t.Errorf("lab %v: page says %q", isLab, continued.attr("data-lab"))
		}
	}
}

// Catches a language that is lost on the way, and links that change more than
// the language.
func TestLanguage(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	b.language = "fr-FR,fr;q=0.9,en;q=0.5"
	if page := b.open("/"); page.attr("lang") != "fr" {
		t.Errorf("first page in %q", page.attr("lang"))
	}
	continued := b.open("/?lang=en").submit(anyForm, nil).want("continue", 200, "")
	if continued.attr("lang") != "en" {
		t.Errorf("the language chosen on the first page is lost: %q", continued.attr("lang"))
	}
	if page := b.open("/continue?lang=fr").want("continue", 200, ""); page.attr("lang") != "fr" || page.attr("data-session-code") != continued.attr("data-session-code") {
		t.Error("link to the other language")
	}
	a := w.specimen()
	redirect, _ := a.read(continued.agentLink())
	confirm := b.open(redirect).want("confirm", 200, "")
	if confirm.attr("lang") != "fr" {
		t.Errorf("confirm page in %q", confirm.attr("lang"))
	}
	confirm = b.open("/confirm?lang=en").want("confirm", 200, "")
	if page := confirm.submit(action("confirm"), nil).want("identity", 200, ""); page.attr("lang") != "en" {
		t.Errorf("identity page in %q", page.attr("lang"))
	}
}

// Catches a level that is passed off as the one asked, and a refusal whose
// reason or whose passed checks do not reach the person.
func TestLevelInsufficient(t *testing.T) {
	for _, level := range []string{"eidas2", "eidas3"} {
		w := newWorld(t, nil)
		b := w.browser()
		a := w.specimen()
		redirect, got := a.read(b.begin(level).agentLink())
		if redirect != "" {
			t.Fatalf("%s: login went through", level)
		}
		a.want(got, http.StatusForbidden, "level_insufficient")
		page := b.open(a.denied("access_denied")).want("problem", http.StatusForbidden, "level_insufficient")
		if checks := page.attrs("data-check"); !slices.Contains(checks, "chip_authentication") || !slices.Contains(checks, "document_expiry") {
			t.Errorf("%s: checks that had passed: %v", level, checks)
		}
		if page.attr("data-asked") != level || page.attr("data-level") != "" || len(page.attrs("data-claim")) != 0 {
			t.Errorf("%s: page shows more than the refusal", level)
		}
		w.wantEnded("level_insufficient")
	}
}

// Catches a login that goes on although the person said no.
func TestNotMe(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	redirect, _ := w.specimen().read(b.begin("eidas1").agentLink())
	confirm := b.open(redirect).want("confirm", 200, "")
	confirm.submit(action("deny"), nil).want("problem", http.StatusForbidden, "not_me")
	confirm.submit(action("confirm"), nil).want("problem", http.StatusForbidden, "not_me")
	w.wantEnded("not_me")
}

// Catches what an agent reports being taken for more, or less, than it is.
func TestReportedErrors(t *testing.T) {
	for reported, want := range map[string]struct {
		status  int
		problem string
	}{
		"access_denied":           {403, "declined"},
		"server_error":            {502, "agent_failed"},
		"temporarily_unavailable": {503, "agent_unavailable"},
	} {
		w := newWorld(t, nil)
		b := w.browser()
		a := w.specimen()
		link := b.begin("eidas1").agentLink()
		a.accept(link, a.fetch(link))
		page := b.open(a.denied(reported)).want("problem", want.status, want.problem)
		if len(page.attrs("data-check")) != 0 {
			t.Errorf("%s: checks %v before any message", reported, page.attrs("data-check"))
		}
		// The login is over for the agent too.
		a.want(a.open(), want.status, want.problem)
	}
	w := newWorld(t, nil)
	b := w.browser()
	a := w.specimen()
	link := b.begin("eidas1").agentLink()
	a.accept(link, a.fetch(link))
	b.open(a.denied("made_up")).want("problem", 400, "bad_request")
	if redirect, got := a.finish(a.hand(a.open())); redirect == "" {
		t.Errorf("a made-up error ended the login: %s", got.problem)
	}
}

// Catches a second login in the same browser that leaves the first alive: the
// browser has one cookie, so the first could only end in confusion.
func TestSecondLoginReplacesTheFirst(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	first := w.specimen()
	link := b.begin("eidas1").agentLink()
	first.accept(link, first.fetch(link))
	second := b.begin("eidas1").agentLink()
	w.wantEnded("login_replaced")
	first.want(first.open(), 410, "login_replaced")
	if redirect, got := w.specimen().read(second); redirect == "" {
		t.Errorf("second login: %s", got.problem)
	}
}

// Catches a level that does not exist, and fields that the form does not have.
func TestStartRefuses(t *testing.T) {
	w := newWorld(t, nil)
	p := w.browser().open("/")
	for _, fields := range []url.Values{
		{}, {"level": {"none"}}, {"level": {"eidas4"}}, {"level": {"eidas1", "eidas2"}}, {"level": {"eidas1"}, "x": {"1"}},
	} {
		p.navigate(p.post("/start", fields)).want("problem", 400, "bad_request")
	}
	r := p.post("/start", url.Values{"level": {"eidas1"}})
	r.Header.Set("Content-Type", "text/plain")
	p.navigate(r).want("problem", 400, "bad_request")
	p.navigate(p.post("/start", url.Values{"level": {strings.Repeat("x", 5000)}})).want("problem", 413, "too_large")
	if p.cookie() != nil {
		t.Error("a refused start set a cookie")
	}
}

// Catches a login without a browser's cookie, and a page for a browser that
// began nothing.
func TestNoCookie(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	for _, path := range []string{"/continue", "/confirm"} {
		b.open(path).want("problem", 404, "transaction_unknown")
	}
	b.open("/nowhere").want("problem", 404, "not_found")
}

// Catches a document that is read after its last day, one read by a card of
// short APDUs only, and a card without DG11.
func TestDocuments(t *testing.T) {
	l := must(lab())
	expired := issuer.Specimen()
	expired.ExpiryDate = start.AddDate(0, 0, -1).Format(time.DateOnly)
	last := issuer.Specimen()
	last.ExpiryDate = start.Format(time.DateOnly)
	short := issuer.Specimen()
	short.ExtendedLength = false
	bare := issuer.Specimen()
	bare.Files = []string{"DG1", "DG2", "DG14"}
	for name, c := range map[string]struct {
		profile issuer.Profile
		problem string
	}{"expired": {expired, "document_expired"}, "last day": {last, ""}, "short APDUs": {short, ""}, "no DG11": {bare, ""}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.browser()
			a := w.agent()
			a.insert(l, c.profile, nil)
			redirect, got := a.read(b.begin("eidas1").agentLink())
			if got.problem != c.problem {
				t.Fatalf("problem %q, want %q", got.problem, c.problem)
			}
			if c.problem != "" {
				page := b.open(a.denied("access_denied")).want("problem", 403, c.problem)
				if slices.Contains(page.attrs("data-check"), "document_expiry") {
					t.Error("the check that failed is shown as passed")
				}
				return
			}
			b.open(redirect).submit(action("confirm"), nil).want("identity", 200, "")
		})
	}
}
