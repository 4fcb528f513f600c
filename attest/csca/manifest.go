package csca

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrManifest: trust.json is malformed, or the directory is not as it says.
var ErrManifest = errors.New("trust directory does not match its manifest")

// manifestFile is the name of the manifest in a trust directory.
const manifestFile = "trust.json"

// Kind says what a file of a trust directory is for.
type Kind string

// Kinds.
const (
	KindAnchor         Kind = "anchor"    // certificates that are trusted, each for itself
	KindPool           Kind = "pool"      // link certificates, trusted when they lead to an anchor
	KindRoot           Kind = "root"      // certificates that are trusted to certify signers of master lists, and nothing else
	KindList           Kind = "list"      // a master list, signed under the certificates of the file that Root names
	KindRevocationList Kind = "crl"       // revocation lists
	KindOverrides      Kind = "overrides" // Overrides in JSON; one file at most
)

// Manifest is what trust.json says: the files of a trust directory.
type Manifest struct {
	Version   int                `json:"version"` // 1
	Files     []Entry            `json:"files"`
	Freshness *ManifestFreshness `json:"freshness,omitempty"` // absent: the defaults of Freshness
}

// Entry is a file of a trust directory.
type Entry struct {
	File   string      `json:"file"` // a plain name
	Kind   Kind        `json:"kind"`
	SHA256 Fingerprint `json:"sha256"`        // of the content
	Root   string      `json:"root,omitzero"` // of a list: the file, of KindRoot or KindAnchor, that its signer is verified under
	Day    Day         `json:"day"`           // of the import; the signer of a list has to be valid on it
}

// ManifestFreshness is Freshness in whole hours.
type ManifestFreshness struct {
	MaxAgeHours int `json:"max_age_hours"`
	GraceHours  int `json:"grace_hours"`
}

const (
	maxManifest = 1 << 18 // bytes
	maxEntries  = 1024
	maxName     = 100           // bytes
	maxHours    = 10 * 366 * 24 // ten years
)

// parseManifest reads trust.json. Unknown and repeated members are refused, and
// so are names that are not plain or that occur twice, also in other letter
// case. The error is ErrManifest.
func parseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if len(text) > maxManifest {
		return m, fmt.Errorf("%w: %d bytes", ErrManifest, len(text))
	}
	if err := json.Unmarshal(text, &m, json.RejectUnknownMembers(true)); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if err := m.validate(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// marshal writes the manifest as parseManifest reads it.
func (m Manifest) marshal() ([]byte, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(m, jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	return append(text, '\n'), nil
}

func (m Manifest) validate() error {
	if m.Version != 1 {
		return fmt.Errorf("%w: version %d", ErrManifest, m.Version)
	}
	if len(m.Files) > maxEntries {
		return fmt.Errorf("%w: %d files", ErrManifest, len(m.Files))
	}
	seen := map[string]bool{}
	overrides := 0
	for _, e := range m.Files {
		if err := m.validateEntry(e); err != nil {
			return err
		}
		folded := strings.ToLower(e.File)
		if seen[folded] {
			return fmt.Errorf("%w: %q is named twice", ErrManifest, e.File)
		}
		seen[folded] = true
		if e.Kind == KindOverrides {
			overrides++
		}
	}
	if overrides > 1 {
		return fmt.Errorf("%w: more than one file of overrides", ErrManifest)
	}
	return m.validateFreshness()
}

func (m Manifest) validateEntry(e Entry) error {
	if !plainName(e.File) {
		return fmt.Errorf("%w: name %q", ErrManifest, e.File)
	}
	if e.Day.start.IsZero() {
		return fmt.Errorf("%w: %q has no day", ErrManifest, e.File)
	}
	switch e.Kind {
	case KindAnchor, KindPool, KindRoot, KindRevocationList, KindOverrides:
		if e.Root != "" {
			return fmt.Errorf("%w: %q has a root and is no list", ErrManifest, e.File)
		}
	case KindList:
		root, ok := m.entry(e.Root)
		if !ok || root.Kind != KindRoot && root.Kind != KindAnchor {
			return fmt.Errorf("%w: %q names no root", ErrManifest, e.File)
		}
	default:
		return fmt.Errorf("%w: %q is of kind %q", ErrManifest, e.File, e.Kind)
	}
	return nil
}

func (m Manifest) validateFreshness() error {
	f := m.Freshness
	if f != nil && (f.MaxAgeHours < 1 || f.MaxAgeHours > maxHours || f.GraceHours < 0 || f.GraceHours > maxHours) {
		return fmt.Errorf("%w: freshness", ErrManifest)
	}
	return nil
}

// entry finds a file by its name.
func (m Manifest) entry(name string) (Entry, bool) {
	for _, e := range m.Files {
		if e.File == name {
			return e, true
		}
	}
	return Entry{}, false
}

// freshness is the policy that the manifest states.
func (m Manifest) freshness() Freshness {
	if m.Freshness == nil {
		return Freshness{}
	}
	return Freshness{
		MaxAge: time.Duration(m.Freshness.MaxAgeHours) * time.Hour, Grace: time.Duration(m.Freshness.GraceHours) * time.Hour,
	}
}

// plainName says whether a name is a file of the directory on every system:
// letters, digits, dot, hyphen and underscore, beginning with a letter or digit,
// and not the manifest itself.
func plainName(name string) bool {
	if name == "" || len(name) > maxName || strings.EqualFold(name, manifestFile) {
		return false
	}
	for i, r := range []byte(name) {
		alphanumeric := '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !alphanumeric && (i == 0 || r != '.' && r != '-' && r != '_') {
			return false
		}
	}
	return true
}
