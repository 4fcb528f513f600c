package wire

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// Limits of the members of a request.
const (
	MaxJTI          = 64  // characters
	MaxState        = 256 // characters
	MaxRelyingParty = 64  // characters, not bytes
	MaxLifetime     = 120 // seconds between iat and exp
)

// Values of Request.Level, least first (assurance levels of Regulation (EU)
// 910/2014, Article 8).
const (
	LevelEIDAS1 = "eidas1"
	LevelEIDAS2 = "eidas2"
	LevelEIDAS3 = "eidas3"
)

// Values of Request.Files: the data groups a provider may ask for. DG1 is
// always asked; DG3 and DG4 (fingers and irises) can never be.
const (
	FileDG1  = "DG1"
	FileDG2  = "DG2"
	FileDG11 = "DG11"
)

// HolderNone is the only value of Request.Holder in version 1: no proof that
// the holder acted is asked of the card.
const HolderNone = "none"

// SessionCodeAlphabet holds the characters of a session code: digits and
// capital letters that are not mistaken for each other.
const SessionCodeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// SessionCodeLength is the number of characters of a session code.
const SessionCodeLength = 4

// Request is the payload of the signed login request: who asks the citizen
// for what, and where the agent goes for the exchange.
type Request struct {
	Version       int      `json:"version"`
	Issuer        string   `json:"iss"`
	Audience      string   `json:"aud"`
	JTI           string   `json:"jti"`            // names the transaction
	IssuedAt      int64    `json:"iat"`            // seconds since 1970 UTC
	ExpiresAt     int64    `json:"exp"`            // seconds since 1970 UTC; limits the fetch only
	RequestURI    string   `json:"request_uri"`    // where this request was fetched
	AgentNonce    Bytes    `json:"agent_nonce"`    // as the agent sent it with the fetch
	Nonce         Bytes    `json:"nonce"`          // NonceSize random bytes of the provider
	State         string   `json:"state"`          // goes back to redirect_uri unchanged
	RedirectURI   string   `json:"redirect_uri"`   // where the browser returns
	ExchangeURI   string   `json:"exchange_uri"`   // where the messages of the exchange are posted
	ExchangeToken Bytes    `json:"exchange_token"` // bearer token of the exchange: a secret of agent and provider
	Level         string   `json:"level"`
	Files         []string `json:"files"`
	Holder        string   `json:"holder"`
	RelyingParty  string   `json:"rp"`           // untrusted text for the consent page
	SessionCode   string   `json:"session_code"` // the same on both pages, to tell tabs apart
}

// DecodeRequest reads the payload of a signed request whose signature has been
// verified. A version that cannot be spoken is reported as *VersionError even
// when other members make no sense to this version.
func DecodeRequest(b []byte) (Request, error) {
	if err := limited("request", len(b), MaxRequest); err != nil {
		return Request{}, err
	}
	if err := checkVersion(b); err != nil {
		return Request{}, fmt.Errorf("request: %w", err)
	}
	var r Request
	if err := decode("request", b, MaxRequest, &r); err != nil {
		return Request{}, err
	}
	if err := r.Validate(); err != nil {
		return Request{}, fmt.Errorf("request: %w", err)
	}
	return r, nil
}

// EncodeRequest writes the payload of a request to be signed.
func EncodeRequest(r Request) ([]byte, error) { return encode("request", MaxRequest, r, r) }

func checkVersion(b []byte) error {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return decodeError(err)
	}
	if head.Version == 0 {
		return malformed("version", "missing")
	}
	if !Supported(head.Version) {
		return &VersionError{Version: head.Version}
	}
	return nil
}

// Validate checks the form of every member: nothing in it depends on who
// reads the request or when. Check does the rest.
func (r Request) Validate() error {
	if !Supported(r.Version) {
		return &VersionError{Version: r.Version}
	}
	return first(
		checkIssuer(r.Issuer),
		checkVisible("aud", r.Audience, 1, MaxURI),
		checkVisible("jti", r.JTI, 1, MaxJTI),
		checkLifetime(r.IssuedAt, r.ExpiresAt),
		checkURI("request_uri", r.RequestURI),
		length("agent_nonce", len(r.AgentNonce), NonceSize, NonceSize),
		length("nonce", len(r.Nonce), NonceSize, NonceSize),
		checkVisible("state", r.State, 1, MaxState),
		checkURI("redirect_uri", r.RedirectURI),
		checkURI("exchange_uri", r.ExchangeURI),
		length("exchange_token", len(r.ExchangeToken), NonceSize, NonceSize),
		checkLevel(r.Level),
		checkFiles(r.Files),
		checkHolder(r.Holder),
		checkRelyingParty(r.RelyingParty),
		checkSessionCode(r.SessionCode),
	)
}

func checkLifetime(iat, exp int64) error {
	// The order of the comparisons keeps exp-iat from overflowing.
	if iat <= 0 || exp <= iat || exp-iat > MaxLifetime {
		return malformed("exp", fmt.Sprintf("not within %d s after iat", MaxLifetime))
	}
	return nil
}

func checkLevel(level string) error {
	switch level {
	case LevelEIDAS1, LevelEIDAS2, LevelEIDAS3:
		return nil
	}
	return malformed("level", "unknown")
}

func checkHolder(holder string) error {
	if holder != HolderNone {
		return malformed("holder", "unknown")
	}
	return nil
}

func checkFiles(files []string) error {
	seen := make(map[string]bool, 3)
	for _, file := range files {
		switch file {
		case FileDG1, FileDG2, FileDG11:
		default:
			return malformed("files", "holds a file that cannot be asked for")
		}
		if seen[file] {
			return malformed("files", "repeats a file")
		}
		seen[file] = true
	}
	if !seen[FileDG1] {
		return malformed("files", "lacks DG1")
	}
	return nil
}

// checkRelyingParty keeps out what could change the meaning of the page the
// text is shown on: control, format and bidirectional characters, and every
// space but the ordinary one are not printable in the sense of unicode.IsPrint.
func checkRelyingParty(rp string) error {
	switch {
	case strings.TrimSpace(rp) == "":
		return malformed("rp", "empty")
	case !utf8.ValidString(rp):
		return malformed("rp", "not UTF-8")
	case utf8.RuneCountInString(rp) > MaxRelyingParty:
		return fmt.Errorf("member rp: more than %d characters: %w", MaxRelyingParty, ErrTooLarge)
	case strings.ContainsFunc(rp, func(c rune) bool { return !unicode.IsPrint(c) }):
		return malformed("rp", "holds a character that is not printable")
	}
	return nil
}

func checkSessionCode(code string) error {
	if len(code) != SessionCodeLength {
		return malformed("session_code", "not 4 characters")
	}
	for i := range len(code) {
		if strings.IndexByte(SessionCodeAlphabet, code[i]) < 0 {
			return malformed("session_code", "character outside of its alphabet")
		}
	}
	return nil
}

// checkVisible checks for visible ASCII characters only.
func checkVisible(name, s string, low, high int) error {
	if err := length(name, len(s), low, high); err != nil {
		return err
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return malformed(name, "character that is not visible ASCII")
		}
	}
	return nil
}
