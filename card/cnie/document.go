package cnie

import "fmt"

// Interface is the side of a dual-interface card that answered.
type Interface string

// Interfaces of a card.
const (
	Contact     Interface = "contact"
	Contactless Interface = "contactless"
)

// Document is a kind of card known by its answer to reset.
type Document struct {
	Name      string    // in English, for people
	Interface Interface // the side that gives this answer to reset
	// Confirmed is true when a public report names card and answer to reset
	// together, false when only lists of answers to reset do.
	Confirmed bool
	Source    string // where the answer to reset is to be seen
}

const (
	nameCNIe  = "French electronic identity card (CNIe)"
	nameOther = "French identity card"
	listed    = "public lists of answers to reset, second source"
)

// known is the table of answers to reset. No card was at hand when it was
// written; each line says how it is known.
func known() map[string]Document {
	return map[string]Document{
		// OpenSC issue 2649.
		"3BDB96FF80B1FE451F870031C164093772130F9000F4": {nameCNIe, Contact, true, "OpenSC issue 2649"},
		// OpenSC issue 3168 and smartcard_list. A contactless answer to reset is
		// made by the reader from the historical bytes.
		"3B8B80010031C1640937721300900051": {nameCNIe, Contactless, true, "OpenSC issue 3168, smartcard_list"},
		// Listed as French identity cards, not seen with a card described.
		"3BDB96FF80B1FE451F870031C164093364490F9000BC":         {nameOther, Contact, false, listed},
		"3BFF960000C00A31FE4380318065B085040011120FFF829000AB": {nameOther, Contact, false, listed},
		"3BD596FF80B1FE451F878073C82110A4":                     {nameOther, Contact, false, listed},
	}
}

// Recognise finds a card by its answer to reset. A card that is not found may
// still be one of ours, a newer series or a passport: Open decides by what the
// chip offers.
func Recognise(atr []byte) (Document, bool) {
	d, ok := known()[fmt.Sprintf("%X", atr)]
	return d, ok
}
