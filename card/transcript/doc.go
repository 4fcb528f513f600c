// Package transcript records what a terminal and a card say to each other,
// writes it as text, plays it again, and takes out of it what must not be sent
// to others.
//
// A Recorder stands around a card.Transmitter and notes every command, every
// response, the failures in place of a response and the randomness that the
// terminal draws. A Replayer is a card.Transmitter that answers from a
// transcript: strictly in order and byte for byte. With the recorded
// randomness a terminal says the same again, so a whole login can be repeated
// without its card.
//
// A complete transcript is as secret as the card's files and the password: with
// the password it opens the channel that it shows. Redact keeps of it only what
// is known to be harmless and puts a length in place of everything else: an
// allow-list, so that what nobody has thought of goes. What stays: headers,
// lengths and status words; the tags of data objects; object identifiers and
// small numbers of EF.CardAccess and of MSE; names of files and of the eMRTD
// application; times, rounded; the name of the reader without its serial number;
// kind of card and flow as the caller knows them. What never stays: passwords, nonces, points,
// cryptograms, MACs, contents of files, certificates, randomness, and the parts
// of an answer to reset that can tell one card from another.
//
// # Text
//
//	cnie-transcript 1
//	content: redacted
//	flow: read
//	reader: ACS ACR1252 00 00
//	atr: 3B8B80010031C1640937721300900051
//
//	# 1 READ BINARY SFI 1C
//	> 00B09C00 000000
//	< 3114 3012 060A 04007F00070202040204 0201 02 0201 0D 9000
//	~ 17200
//	# 2 MANAGE SECURITY ENVIRONMENT
//	> 0022C1A4 0F 800A 04007F00070202040204 8301 02
//	! removed
//
// The first line names the format and its version. Header lines are “name:
// value”, in the order content, document, flow, reader, atr; only content is
// required, and is “full” or “redacted”. Then come the events: “>” a command
// and after it “<” its response or “!” the name of the failure in its place,
// with “~” the time of the exchange in microseconds, if it was taken; “*”
// randomness drawn by the terminal. Bytes are upper-case hexadecimal in groups
// separated by one space; “[n]” stands for n bytes that were taken out. Empty
// lines and lines that begin with “#” are for people; CheckText lets only those
// pass that Text writes. Lines end with a line feed.
//
// The package does not interpret what it cannot see: it decrypts nothing, and
// it judges no answer. It does not log. Nothing here is constant time.
package transcript
