package main

import "cnie.example/web/language"

// traceWords are the texts of trace and replay in one language.
type traceWords struct {
	warning                     string
	recorded, written           string // take the number of exchanges, the name of the file
	holds, lacks, lengths, look string
	full, failed                string
	document, reader, atr, flow string
	columns                     string // of the table of steps, separated by tabs
	redacted, leaky             string // take the reader's name, the part that is at fault
	played, left                string // take numbers of exchanges, and the outcome or the reason
}

func traceWordsIn(tag language.Tag) traceWords {
	if tag == language.French {
		return frenchTrace()
	}
	return englishTrace()
}

func englishTrace() traceWords {
	return traceWords{
		warning: `WARNING: --unsafe-full leaves nothing out. The transcript will hold the whole card: names, photo, signature and keys. With the
CAN or MRZ everybody can read it. Use it with specimens in a laboratory only; never send one of your own card.`,
		recorded: "Recorded %d exchanges between reader and card.",
		written:  "Written to %s.",
		holds:    "The transcript holds: kind of card and reader, commands and lengths, status words, times, what the card offers (EF.CardAccess).",
		lacks:    "It does not hold: CAN, MRZ, names, dates, photo, SOD, DG14, certificates, keys, nonces, anything encrypted, serial numbers.",
		lengths: `Lengths stay, and they can tell something about you: those of names and address within a few bytes, and with --all that of
your photo file, by which somebody who has the very same file could recognise it.`,
		look:     "It is text. Look at it before you send it.",
		full:     "The transcript is FULL: it holds everything the card said. Keep it as you would keep the card.",
		failed:   "The reading failed; the transcript shows how far it came.",
		document: "document", reader: "reader", atr: "answer to reset", flow: "flow",
		columns:  "STEP\tCOMMAND\tSENT\tRECEIVED\tSTATUS\tMS",
		redacted: "This transcript is redacted: its contents were taken out and cannot be decrypted, so it cannot be played. Checked: kind of card, answer to reset, flow, comments, commands and answers are what “cnie trace” leaves in. Not checked: the name of the reader (%s), and what lengths and times may tell.",
		leaky:    "This transcript calls itself redacted, but it holds something that “cnie trace” does not write (%s). Do not send it.",
		played:   "Played: the reading code repeated all %d exchanges, byte for byte. Outcome: %s.",
		left:     "NOT played: %d of %d exchanges were repeated. %s",
	}
}

func frenchTrace() traceWords {
	return traceWords{
		warning: `ATTENTION : --unsafe-full n’enlève rien. La transcription contiendra toute la carte : noms, photo, signature et clés. Avec le CAN
ou la MRZ, n’importe qui pourra la lire. À réserver aux spécimens, en laboratoire ; n’envoyez jamais celle de votre carte.`,
		recorded: "%d échanges entre lecteur et carte ont été enregistrés.",
		written:  "Écrits dans %s.",
		holds:    "La transcription contient\u00a0: type de carte et de lecteur, commandes et longueurs, mots d’état, durées, ce que la carte propose (EF.CardAccess).",
		lacks:    "Elle ne contient pas\u00a0: CAN, MRZ, noms, dates, photo, SOD, DG14, certificats, clés, nonces, rien de chiffré, numéros de série.",
		lengths: `Les longueurs restent, et elles peuvent en dire un peu sur vous : celles des noms et de l’adresse à quelques octets près et, avec
--all, celle du fichier de votre photo, qui permettrait de la reconnaître à quiconque possède ce même fichier.`,
		look:     "C’est du texte. Relisez-le avant de l’envoyer.",
		full:     "La transcription est COMPLÈTE\u00a0: elle contient tout ce que la carte a dit. Gardez-la comme vous gardez la carte.",
		failed:   "La lecture a échoué\u00a0; la transcription montre jusqu’où elle est allée.",
		document: "document", reader: "lecteur", atr: "réponse à la réinitialisation", flow: "déroulement",
		columns:  "ÉTAPE\tCOMMANDE\tENVOYÉ\tREÇU\tÉTAT\tMS",
		redacted: "Cette transcription est expurgée\u00a0: son contenu a été enlevé et ne peut pas être déchiffré, elle ne peut donc pas être rejouée. Vérifié\u00a0: type de carte, réponse à la réinitialisation, déroulement, commentaires, commandes et réponses sont ce que «\u00a0cnie trace\u00a0» laisse. Non vérifié\u00a0: le nom du lecteur (%s), et ce que longueurs et durées peuvent révéler.",
		leaky:    "Cette transcription se dit expurgée, mais elle contient quelque chose que «\u00a0cnie trace\u00a0» n’écrit pas (%s). Ne l’envoyez pas.",
		played:   "Rejouée\u00a0: le code de lecture a répété les %d échanges, octet pour octet. Résultat\u00a0: %s.",
		left:     "NON rejouée\u00a0: %d échanges sur %d ont été répétés. %s",
	}
}
