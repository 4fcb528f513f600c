package main

import (
	"cnie.example/attest/csca"
	"cnie.example/card/cnie"
	"cnie.example/web/language"
)

// words are the texts of the command line in one language. Names of claims and
// checks in JSON are the same in both.
type words struct {
	askCAN                         string // prompts
	askNumber, askBirth, askExpiry string
	waiting, opening, reading      string // progress
	bytes                          string // their unit
	otherReaders                   string // takes the reader asked for; the list of readers follows
	noCard, otherCard, side, inUse string // of a reader; otherCard and side take an argument
	contact, contactless           string
	seesReader, healthy            string // take a reader's name, the number of checks
	interrupted                    string
	document, unnamed              string
	face                           string
	chip, unproved, unsigned       string
	unmapped                       string // follows the proof of the chip
	signature                      string
	unchecked, verified, refused   string            // refused takes the reason in words and by name
	revocation                     map[string]string // follows verified; by csca.RevocationState
	claims                         map[string]string
	methods                        map[cnie.Method]string // of the chip's proof
	kinds                          map[string]string      // of documents, by their names in package cnie
	tag                            language.Tag
}

func wordsIn(tag language.Tag) words {
	if tag == language.French {
		return french()
	}
	return english()
}

func english() words {
	return words{
		tag:       language.English,
		askCAN:    "Card access number (CAN), the six digits on the front of the card: ",
		askNumber: "Document number, as in the machine readable zone: ", askBirth: "Birth date (YYYY-MM-DD or DD/MM/YYYY): ", askExpiry: "Expiry date: ",
		waiting: "Waiting for a card …", opening: "Opening the protected channel …", reading: "Reading; leave the card where it is …", bytes: "bytes",
		otherReaders: "No reader is named “%s”. The readers of this computer are:",
		noCard:       "no card", otherCard: "card with answer to reset %s", side: "%s, %s side", inUse: ", in use by another program",
		contact: "contact", contactless: "contactless",
		seesReader: "Reader: %s", healthy: "Nothing found wrong in %d checks.",
		interrupted: "Interrupted.",
		document:    "document", unnamed: "electronic identity document", face: "face image",
		chip: "chip", unproved: "NOT PROVED: the document has no such proof, a copy would look the same", signature: "signature",
		unsigned: "NOT PROVED: it proved a key of EF.CardSecurity by chip authentication mapping, but the signature of that file is not verified here",
		unmapped: "; it has no chip authentication mapping either",
		methods: map[cnie.Method]string{
			cnie.ChipAuthentication:        "authenticated by chip authentication",
			cnie.ChipAuthenticationMapping: "authenticated by chip authentication mapping, within PACE",
			cnie.ActiveAuthentication:      "authenticated by active authentication: a signature, can be relayed from a card elsewhere",
		},
		unchecked: "not checked: no --anchors given", verified: "verified", refused: "REFUSED: %s [%s]",
		revocation: map[string]string{
			csca.NotRevoked.String(): ", not revoked", csca.Stale.String(): ", the revocation list is stale", csca.NoList.String(): ", without a revocation list",
		},
		claims: map[string]string{
			"family_name": "family name", "given_names": "given names", "birth_date": "birth date", "sex": "sex",
			"nationality": "nationality", "document_number": "document number", "expiry_date": "expiry date",
			"issuing_state": "issuing state", "other_name": "other name", "birth_place": "birth place",
			"address": "address", "personal_number": "personal number",
			"issue_date": "issue date", "issuing_authority": "issuing authority",
		},
	}
}

func french() words {
	return words{
		tag:       language.French,
		askCAN:    "Numéro d’accès à la carte (CAN), les six chiffres au recto\u00a0: ",
		askNumber: "Numéro du document, comme dans la zone de lecture automatique\u00a0: ", askBirth: "Date de naissance (JJ/MM/AAAA ou AAAA-MM-JJ)\u00a0: ", askExpiry: "Date d’expiration\u00a0: ",
		waiting: "En attente d’une carte…", opening: "Ouverture du canal protégé…", reading: "Lecture\u00a0; laissez la carte en place…", bytes: "octets",
		otherReaders: "Aucun lecteur ne s’appelle «\u00a0%s\u00a0». Les lecteurs de cet ordinateur sont\u00a0:",
		noCard:       "pas de carte", otherCard: "carte dont la réponse à la réinitialisation est %s", side: "%s, côté %s", inUse: ", utilisée par un autre programme",
		contact: "contact", contactless: "sans contact",
		seesReader: "Lecteur\u00a0: %s", healthy: "Rien d’anormal en %d vérifications.",
		interrupted: "Interrompu.",
		document:    "document", unnamed: "document d’identité électronique", face: "photo",
		chip: "puce", unproved: "NON PROUVÉE\u00a0: le document n’offre pas de preuve, une copie aurait le même aspect", signature: "signature",
		unsigned: "NON PROUVÉE\u00a0: elle a prouvé une clé d’EF.CardSecurity (chip authentication mapping), mais la signature de ce fichier n’est pas vérifiée ici",
		unmapped: "\u00a0; elle n’offre pas non plus chip authentication mapping",
		methods: map[cnie.Method]string{
			cnie.ChipAuthentication:        "authentifiée par sa clé (chip authentication)",
			cnie.ChipAuthenticationMapping: "authentifiée par sa clé, dans PACE (chip authentication mapping)",
			cnie.ActiveAuthentication:      "authentifiée par une signature (active authentication), qui peut être relayée depuis une carte ailleurs",
		},
		kinds: map[string]string{
			"French electronic identity card (CNIe)": "carte nationale d’identité électronique (CNIe)",
			"French identity card":                   "carte nationale d’identité",
			"French passport":                        "passeport français",
			"French passport, 2017 series":           "passeport français, série de 2017",
			"travel document":                        "document de voyage",
		},
		unchecked: "non vérifiée\u00a0: --anchors n’est pas donné", verified: "vérifiée", refused: "REFUSÉE\u00a0: %s [%s]",
		revocation: map[string]string{
			csca.NotRevoked.String(): ", non révoquée", csca.Stale.String(): ", la liste de révocation est périmée", csca.NoList.String(): ", sans liste de révocation",
		},
		claims: map[string]string{
			"family_name": "nom", "given_names": "prénoms", "birth_date": "date de naissance", "sex": "sexe",
			"nationality": "nationalité", "document_number": "numéro du document", "expiry_date": "date d’expiration",
			"issuing_state": "État émetteur", "other_name": "autre nom", "birth_place": "lieu de naissance",
			"address": "adresse", "personal_number": "numéro personnel",
			"issue_date": "date de délivrance", "issuing_authority": "autorité de délivrance",
		},
	}
}

// claim gives the label of a claim, or its name where there is none.
func (w words) claim(name string) string {
	if label, ok := w.claims[name]; ok {
		return label
	}
	return name
}
