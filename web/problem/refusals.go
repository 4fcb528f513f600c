package problem

// Remedies that several refusals share.
const (
	remedyOfficeFR   = "Réessayez une fois. Si le refus revient, utilisez un autre moyen de connexion et adressez-vous à la mairie qui a remis la carte."
	remedyOfficeEN   = "Try again once. If it is refused again, use another means of login and ask the town hall that handed out the card."
	remedyTrustFR    = "Prévenez le service d’identité\u00a0: ses certificats de confiance sont peut-être à mettre à jour."
	remedyTrustEN    = "Tell the identity service: its trusted certificates may need an update."
	remedyAgainFR    = "Reposez la carte sur le lecteur et recommencez depuis le site où vous vouliez vous connecter."
	remedyAgainEN    = "Put the card back on the reader and start again from the site you wanted to log in to."
	remedyReplacedFR = "Utilisez un autre moyen de connexion et demandez à la mairie si votre carte doit être remplacée."
	remedyReplacedEN = "Use another means of login and ask a town hall whether your card has to be replaced."
	remedyOtherFR    = "Utilisez un document accepté par ce service ou un autre moyen de connexion."
	remedyOtherEN    = "Use a document that this service accepts, or another means of login."
)

// ChipUnsupported is the one refusal that the agent finds by itself too: DG14
// offers no chip authentication that this protocol does.
const ChipUnsupported Name = "chip_unsupported"

// refusals holds the reasons for which a provider refuses the proof of a chip,
// a message or a level, under the names of package attest/refusal.
var refusals = map[Name]entry{
	ChipUnsupported: {
		unusable,
		Text{"Puce sans preuve d’authenticité acceptée", "La puce n’offre aucune méthode acceptée pour prouver qu’elle n’est pas une copie.", remedyOtherFR},
		Text{"Chip without an accepted proof", "The chip offers no accepted method to prove that it is not a copy.", remedyOtherEN},
	},
	"chip_not_genuine": {
		forbidden,
		Text{"La puce n’est pas authentique", "La puce n’a pas pu prouver qu’elle détient la clé que l’autorité a signée. C’est peut-être une copie.", remedyOfficeFR},
		Text{"The chip is not genuine", "The chip could not prove that it holds the key which the authority signed. It may be a copy.", remedyOfficeEN},
	},
	"chip_not_present": {
		forbidden,
		Text{"Présence de la puce non prouvée", "Les réponses reçues ne prouvent pas que la puce était présente.", remedyAgainFR},
		Text{"Presence of the chip not proved", "The answers received do not prove that the chip was present.", remedyAgainEN},
	},
	"chip_refused": {
		badGateway,
		Text{"La puce a refusé la lecture", "La puce a répondu par une erreur à une commande du service d’identité.", remedyAgainFR},
		Text{"The chip refused to be read", "The chip answered a command of the identity service with an error.", remedyAgainEN},
	},
	"chip_authentication_skipped": {
		badGateway,
		Text{"Preuve de la puce trop faible", "La puce sait prouver sa présence d’une manière plus forte que celle qui a été présentée.", remedyAgainFR},
		Text{"Proof of the chip too weak", "The chip can prove its presence in a stronger way than the one that was presented.", remedyAgainEN},
	},
	"chip_timeout": {
		gone,
		Text{"La lecture a pris trop de temps", "Les réponses de la puce sont arrivées après le délai de trente secondes.", remedyAgainFR},
		Text{"Reading took too long", "The answers of the chip came after the limit of thirty seconds.", remedyAgainEN},
	},
	"chip_answer_missing": {
		forbidden,
		Text{"Réponse de la puce manquante", "La puce n’a pas répondu à toutes les commandes du service d’identité.", remedyAgainFR},
		Text{"An answer of the chip is missing", "The chip did not answer all commands of the identity service.", remedyAgainEN},
	},
	"chip_answer_excess": {
		forbidden,
		Text{"Réponses en trop", "Le service d’identité a reçu plus de réponses que de commandes.", remedyAgainFR},
		Text{"Too many answers", "The identity service received more answers than it sent commands.", remedyAgainEN},
	},
	"chip_answer_unprotected": {
		forbidden,
		Text{"Réponse de la puce sans protection", "Une réponse n’était pas protégée par la clé que seule la puce partage avec le service d’identité.", remedyAgainFR},
		Text{"Answer of the chip without protection", "An answer was not protected by the key that only the chip shares with the identity service.", remedyAgainEN},
	},
	"file_too_long": {
		unusable,
		Text{"Fichier de la carte trop long", "Un fichier de la carte dépasse la taille que le service d’identité lit.", remedyOfficeFR},
		Text{"File of the card too long", "A file of the card is longer than the identity service reads.", remedyOfficeEN},
	},
	"message_too_large": {
		tooLarge,
		Text{"Message trop long", "Un message entre l’agent et le service d’identité dépasse la taille permise.", remedyAgainFR},
		Text{"Message too long", "A message between the agent and the identity service is larger than allowed.", remedyAgainEN},
	},
	"message_out_of_order": {
		conflict,
		Text{"Échange interrompu", "Le service d’identité a reçu un message hors de son tour et a annulé la connexion.", remedyAgainFR},
		Text{"Exchange broken off", "The identity service received a message out of turn and cancelled the login.", remedyAgainEN},
	},
	"level_insufficient": {
		forbidden,
		Text{"Niveau de garantie insuffisant", "Le site demande un niveau de garantie plus élevé que ce que cette connexion prouve.", "Utilisez un moyen de connexion du niveau demandé, ou un service qui accepte le niveau faible."},
		Text{"Level of assurance not sufficient", "The site asks for a higher level of assurance than this login proves.", "Use a means of login of the level asked for, or a service that accepts level low."},
	},
}

// IsRefusal says whether n is a reason for which a provider refuses, whose
// name stands in package attest/refusal and nowhere else in this package.
func (n Name) IsRefusal() bool {
	_, ofDocument := documents[n]
	_, ofLogin := refusals[n]
	return ofDocument || ofLogin
}
