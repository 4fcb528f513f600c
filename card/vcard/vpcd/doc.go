// Package vpcd puts a card into the virtual reader of vsmartcard, the driver
// vpcd of pcscd. The driver listens on a TCP port per reader; connecting is
// insertion, closing the connection is removal.
//
// A message is a big-endian 16 bit length and that many bytes. One byte is a
// control of the reader, anything else a command APDU; only the request for
// the answer to reset and commands are answered. The package looks into no
// APDU. The driver has no authentication: everybody who reaches its port can
// be its card.
package vpcd
