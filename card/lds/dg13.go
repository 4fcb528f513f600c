package lds

// ParseDG13 gives the content of DG13, whose form each issuing state defines
// for itself (ICAO Doc 9303-10, 4.7.13): it is not looked at. It aliases b.
// Errors wrap ErrFile.
func ParseDG13(b []byte) ([]byte, error) {
	return DG13.content(b)
}
