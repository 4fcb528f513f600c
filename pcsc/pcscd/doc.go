// Package pcscd runs a private pcsc-lite daemon with a virtual reader (vpcd of
// the vsmartcard project), for laboratories and tests.
//
// The daemon lives in a mount and a network namespace of its own: its socket
// is a file in a directory of the caller's, and the port on which vpcd listens
// for virtual cards, open to every address by design of vpcd, is reachable
// from nowhere but through Daemon.Dial. The system's own pcscd is neither used
// nor disturbed.
//
// It works on Linux for root, with Debian's packages pcscd and vsmartcard-vpcd,
// and fails with ErrUnsupported or a *MissingError otherwise. It is no part of
// the programs that citizens install.
package pcscd
