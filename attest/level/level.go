// Package level turns the evidence of a login into an assurance level of
// Regulation (EU) 910/2014, Article 8.
//
// The policy is data: a table of rows, each with the evidence it needs and the
// level that this evidence reaches. Compute reads the table; what a relying
// party asked for never enters it. Asking for more than was proved is refused
// by Require, and a login is never answered with a lower level instead.
//
// The evidence of a login gives a ceiling (Compute). The account that the login
// is for may lower it, by the minimum rule (Account.Compute): the level is the
// least of the evidence of this login, of the levels under which the factors
// that were used were bound to the account, and of the identity proofing of the
// account. Limits name what kept a level from being higher; texts about them
// are the caller's.
//
// A scheme's level is the least of enrolment, means, authentication and
// organisation (Implementing Regulation (EU) 2015/1502). Software knows nothing
// of the last, and of a card's certification only what an operator's list says:
// for EIDAS3 it can establish no more than a candidate, see Level.Candidate.
//
// The package verifies no evidence, keeps no account, looks at no clock and
// computes no waiting time: all of that are facts that its caller gives.
package level

import (
	"errors"
	"fmt"

	"cnie.example/attest/refusal"
)

// Level is an assurance level. Levels are ordered: more is greater.
type Level int

// The levels, with None for no login at all.
const (
	None   Level = iota
	EIDAS1       // low
	EIDAS2       // substantial
	EIDAS3       // high
)

// ErrUnknown is returned for a text that names no level.
var ErrUnknown = errors.New("unknown assurance level")

// String is the name in messages and tokens: "none", "eidas1", "eidas2",
// "eidas3".
func (l Level) String() string {
	switch l {
	case None:
		return "none"
	case EIDAS1:
		return "eidas1"
	case EIDAS2:
		return "eidas2"
	case EIDAS3:
		return "eidas3"
	}
	return fmt.Sprintf("level(%d)", int(l))
}

// Parse reads the name of a level that can be asked for. "none" is not one:
// it fails with ErrUnknown like any other text.
func Parse(s string) (Level, error) {
	for _, l := range []Level{EIDAS1, EIDAS2, EIDAS3} {
		if l.String() == s {
			return l, nil
		}
	}
	return None, ErrUnknown
}

// Candidate says that the level is no more than a candidate for what its name
// says, because it depends on the certification of the scheme: so it is for
// EIDAS3.
func (l Level) Candidate() bool { return l == EIDAS3 }

// Require refuses with refusal.LevelInsufficient when less was proved than
// asked. Asking for None, or for what is no level, is refused as well.
func Require(asked, proved Level) error {
	if asked < EIDAS1 || asked > EIDAS3 {
		return refusal.New(refusal.LevelInsufficient, fmt.Errorf("asked %v: %w", asked, ErrUnknown))
	}
	if proved < asked {
		return refusal.New(refusal.LevelInsufficient, fmt.Errorf("asked %v, proved %v", asked, proved))
	}
	return nil
}
