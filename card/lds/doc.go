// Package lds reads the files of the logical data structure of travel
// documents (ICAO Doc 9303-10) and what they contain: EF.CardAccess and DG14
// with their SecurityInfos, EF.COM, the wrapping of EF.SOD, the security
// object inside it, DG1 and DG11.
//
// Reader fetches a file over any card.Transmitter in as few commands as card
// and reader allow. The parsers take a file as bytes. Nothing here opens a
// secure channel, selects an application, or verifies a signature or a hash:
// what is parsed here is true only once passive authentication has said so.
//
// The parsers are strict on form: lengths, order of elements, duplicates and
// numbers of elements are bounded. What is well formed and not known is kept
// as unknown in SecurityInfos and skipped in DG11, since cards differ in it.
// Files are public to whoever has access to the chip, nothing is constant time.
// Contents are personal data: errors name elements and lengths, never values.
package lds
