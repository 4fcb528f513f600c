package idp_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"cnie.example/card/vcard/issuer"
)

// The other properties of a login are tested in package attest, see
// TestAcceptedMeansPresent there.

// started is a transaction: the browser that started it, and the person whose
// card consented, once there is one.
type started struct {
	browser *browser
	link    *url.URL
	person  string
}

// code is where an agent sends its browser.
type code struct {
	redirect string
	of       *started
}

// crowd is two browsers, two people with their cards, and everything that one
// of them may have from the other: links, addresses with codes, forms.
type crowd struct {
	*world
	rng      *rand.Rand
	browsers []*browser
	links    []*started
	codes    []code
	forms    []*page // pages that wait for a click
	finished int
	refused  int
}

// people are the holders by their given names, by which pages name them.
func people() map[string]issuer.Profile {
	first, second := issuer.Specimen(), issuer.Specimen()
	first.GivenNames, second.GivenNames = []string{"PREMIERE"}, []string{"SECONDE"}
	second.DocumentNumber = "SPEC00002"
	first.Files, second.Files = []string{"DG1", "DG11", "DG14"}, []string{"DG1", "DG11", "DG14"}
	return map[string]issuer.Profile{"PREMIERE": first, "SECONDE": second}
}

func pickFrom[T any](c *crowd, from []T) (picked T, ok bool) {
	if len(from) == 0 {
		return picked, false
	}
	return from[c.rng.IntN(len(from))], true
}

// latest mostly picks the last one, so that logins come to their end.
func latest[T any](c *crowd, from []T) (picked T, ok bool) {
	if len(from) > 0 && c.rng.IntN(4) > 0 {
		return from[len(from)-1], true
	}
	return pickFrom(c, from)
}

// begin starts a login in a browser. Anybody may get hold of its link.
func (c *crowd) begin() {
	b, _ := pickFrom(c, c.browsers)
	c.links = append(c.links, &started{browser: b, link: b.begin("eidas1").agentLink()})
}

// consent is a person who follows a link, wherever it is from, and lets the
// card be read.
func (c *crowd) consent() {
	s, ok := latest(c, c.links)
	if !ok {
		return
	}
	names := []string{"PREMIERE", "SECONDE"}
	name, _ := pickFrom(c, names)
	a := c.agent()
	fetched := a.fetch(s.link)
	if fetched.status != http.StatusOK {
		c.refused++
		return
	}
	a.accept(s.link, fetched)
	l, err := lab()
	if err != nil {
		c.Fatal(err)
	}
	a.insert(l, people()[name], nil)
	opened := a.open()
	if opened.status != http.StatusOK {
		c.refused++
		return
	}
	redirect, got := a.finish(a.hand(opened))
	if redirect == "" {
		c.Fatalf("refused: %s", got.problem)
	}
	s.person = name
	c.codes = append(c.codes, code{redirect, s})
}

// deliver opens the address with a code in some browser.
func (c *crowd) deliver() {
	known, ok := latest(c, c.codes)
	if !ok {
		return
	}
	b := known.of.browser
	if c.rng.IntN(6) == 0 {
		b, _ = pickFrom(c, c.browsers)
	}
	c.show(b.open(known.redirect))
}

// click confirms a page that was shown, in the browser that it was shown in or
// in another one.
func (c *crowd) click() {
	form, ok := latest(c, c.forms)
	if !ok {
		return
	}
	shown := *form
	if c.rng.IntN(6) == 0 {
		shown.browser, _ = pickFrom(c, c.browsers)
	}
	c.show(shown.submit(action("confirm"), nil))
}

// whole is a login in its order, given up in the middle now and then.
func (c *crowd) whole() {
	for _, step := range []func(){c.begin, c.consent, c.deliver, c.click} {
		if step(); c.rng.IntN(8) == 0 {
			return
		}
	}
}

// show is the property: a page that names or finishes somebody stands in a
// browser whose login is the one to which this person consented.
func (c *crowd) show(p *page) {
	c.Helper()
	person := p.texts("data-person")["given_names"]
	switch p.attr("data-page") {
	case "confirm":
		c.forms = append(c.forms, p)
	case "identity":
		person = p.texts("data-claim")["given_names"]
		c.finished++
	default:
		c.refused++
		if person != "" || len(p.attrs("data-claim")) > 0 {
			c.Errorf("page %q names %q", p.attr("data-page"), person)
		}
		return
	}
	for _, s := range slices.Backward(c.links) {
		if s.browser != p.browser {
			continue
		}
		if s.person == person {
			return
		}
		break // only the last login of a browser is alive
	}
	c.Errorf("page %q names %q and this person did not consent to the login of this browser", p.attr("data-page"), person)
}

// Two people and two browsers do everything in any order, with links, codes and
// forms of the other. Property 3. Catches a login that ends in another browser
// than the one that started it, or as somebody who did not consent.
func TestSessionBelongsToTheConsent(t *testing.T) {
	finished, refused := 0, 0
	for round := range uint64(6) {
		w := newWorld(t, nil)
		c := &crowd{world: w, rng: rand.New(rand.NewPCG(round, 3)), browsers: []*browser{w.browser(), w.browser()}}
		actions := []func(){c.whole, c.whole, c.begin, c.consent, c.deliver, c.click}
		for range 25 {
			actions[c.rng.IntN(len(actions))]()
		}
		finished, refused = finished+c.finished, refused+c.refused
	}
	if finished == 0 || refused == 0 {
		t.Errorf("%d logins finished, %d attempts refused: the test shows nothing", finished, refused)
	}
	t.Logf("%d logins finished, %d attempts refused", finished, refused)
}
