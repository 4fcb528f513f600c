package refusal

// Reasons of the chip's proof of presence (chip authentication, ICAO Doc
// 9303-11, 6.2, ended at the provider).
const (
	// ChipUnsupported: DG14 offers no chip authentication that the verifier accepts.
	ChipUnsupported Reason = "chip_unsupported"
	// ChipNotGenuine: the chip does not hold the private key of the signed DG14, or the answers are not a chip's.
	ChipNotGenuine Reason = "chip_not_genuine"
	// ChipNotPresent: the answers prove no chip: empty, short, unprotected or without DG1.
	ChipNotPresent Reason = "chip_not_present"
	// ChipRefused: the chip answered a command of the verifier with an error.
	ChipRefused Reason = "chip_refused"
	// ChipAuthenticationSkipped: the chip has chip authentication, and active authentication came in its place.
	ChipAuthenticationSkipped Reason = "chip_authentication_skipped"
	// ChipTimeout: the answers came later than the verifier waits.
	ChipTimeout Reason = "chip_timeout"
)

func chipReasons() []Reason {
	return []Reason{ChipUnsupported, ChipNotGenuine, ChipNotPresent, ChipRefused, ChipAuthenticationSkipped, ChipTimeout}
}
