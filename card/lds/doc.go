// Package lds reads the files of the logical data structure of travel
// documents (ICAO Doc 9303-10) and what they contain: in the master file
// EF.CardAccess, EF.CardSecurity, EF.DIR and EF.ATR/INFO; in the application
// EF.COM, the wrapping of EF.SOD and the security object inside it, DG1, DG2
// with its face image, DG11, DG12, DG13 unopened, DG14 and DG15. Fingerprints
// and irises (DG3, DG4) and the data groups that no document of this module has
// (DG5 to DG10, DG16) are not parsed.
//
// Reader fetches a file over any card.Transmitter in as few commands as card
// and reader allow. The parsers take a file as bytes. Nothing here opens a
// secure channel, selects an application, decodes an image, or verifies a
// signature or a hash: what is parsed here is true only once passive
// authentication has said so.
//
// The object identifiers of the protocols are read here and nowhere else: the
// packages that speak them go by agreement, mapping, cipher and hash.
//
// The parsers are strict on form: lengths, order of elements, duplicates and
// numbers of elements are bounded, and nothing is allocated for more than the
// input has. What is well formed and not known is kept as unknown in
// SecurityInfos and skipped in DG11, DG12 and EF.ATR/INFO, since cards differ
// in it. A date that is known in part stays so.
// Files are public to whoever has access to the chip, nothing is constant time.
// Contents are personal data: errors name elements and lengths, never values.
package lds
