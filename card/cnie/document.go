package cnie

import "fmt"

// Interface is the side of a dual-interface card that answered.
type Interface string

// Interfaces of a card.
const (
	Contact     Interface = "contact"
	Contactless Interface = "contactless"
)

// Kind is a kind of document that this package tells from others.
type Kind string

// Kinds of documents.
const (
	IdentityCard   Kind = "french-identity-card" // the CNIe, since 2021
	Passport       Kind = "french-passport"
	TravelDocument Kind = "travel-document" // any other of ICAO Doc 9303
)

// Document says what a card is, as far as something tells. It decides nothing:
// the order of steps follows what the chip announces.
type Document struct {
	Kind      Kind
	Name      string    // in English, for people
	Interface Interface // the side that answered, when the answer to reset tells
	// Confirmed is true when a public report names card and answer to reset
	// together, or when DG1 says what the document is, whose truth is for passive
	// authentication. It is false when only lists of answers to reset, or
	// likeness, say so.
	Confirmed bool
	Source    string // what tells it, and where that is to be seen
}

const (
	nameCNIe     = "French electronic identity card (CNIe)"
	nameOther    = "French identity card"
	namePassport = "French passport"
	name2017     = "French passport, 2017 series"
	nameUnknown  = "travel document"
	listed       = "public lists of answers to reset, second source"
)

// known is the table of answers to reset. No card was at hand when it was
// written; each line says how it is known.
func known() map[string]Document {
	return map[string]Document{
		// OpenSC issue 2649.
		"3BDB96FF80B1FE451F870031C164093772130F9000F4": {IdentityCard, nameCNIe, Contact, true, "OpenSC issue 2649"},
		// OpenSC issue 3168 and smartcard_list. A contactless answer to reset is
		// made by the reader from the historical bytes.
		"3B8B80010031C1640937721300900051": {IdentityCard, nameCNIe, Contactless, true, "OpenSC issue 3168, smartcard_list"},
		// Listed as French identity cards, not seen with a card described.
		"3BDB96FF80B1FE451F870031C164093364490F9000BC":         {IdentityCard, nameOther, Contact, false, listed},
		"3BFF960000C00A31FE4380318065B085040011120FFF829000AB": {IdentityCard, nameOther, Contact, false, listed},
		"3BD596FF80B1FE451F878073C82110A4":                     {IdentityCard, nameOther, Contact, false, listed},
	}
}

// Recognise finds a card by its answer to reset. A card that is not found may
// still be one of ours, a newer series or a passport: Open decides by what the
// chip offers, and Card.Document may tell later.
func Recognise(atr []byte) (Document, bool) {
	d, ok := known()[fmt.Sprintf("%X", atr)]
	return d, ok
}
