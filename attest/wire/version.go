package wire

import "fmt"

// Version is the version of the protocol that this package speaks. A request
// is accepted in this version and in the one before it, once there is one.
const Version = 1

// oldest is the oldest version that is still accepted.
const oldest = 1

// Values of the "typ" header parameter of the signed objects (RFC 7515,
// 4.1.9), written there without the "application/" of their media types.
const (
	TypRequest  = "cnie-login-request+jwt"
	TypHandover = "cnie-handover+jwt"
)

// Media types of the bodies that agent and provider exchange.
const (
	MediaTypeJSON    = "application/json"          // every message of the exchange, and FetchRequest
	MediaTypeRequest = "application/" + TypRequest // the answer to FetchRequest: a compact JWS
	MediaTypeProblem = "application/problem+json"  // RFC 9457: the answer to a message that is refused
)

// Audience is the "aud" member of every login request.
const Audience = "cnie-agent"

// Supported says whether version can be spoken.
func Supported(version int) bool { return version >= oldest && version <= Version }

// Versions lists the versions that can be spoken, newest first. The caller
// owns the slice.
func Versions() []int {
	var all []int
	for v := Version; v >= oldest; v-- {
		all = append(all, v)
	}
	return all
}

// VersionError is a message in a version that cannot be spoken. When Version
// is greater than the constant Version this program has to be updated, else
// the other side.
type VersionError struct{ Version int }

// Error names the version.
func (e *VersionError) Error() string {
	return fmt.Sprintf("protocol version %d is not supported", e.Version)
}

// Unwrap gives ErrVersion.
func (e *VersionError) Unwrap() error { return ErrVersion }
