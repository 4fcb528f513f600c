package problem

// Remedies that several refusals share.
const (
	remedyOfficeFR = "Réessayez une fois. Si le refus revient, utilisez un autre moyen de connexion et adressez-vous à la mairie qui a remis la carte."
	remedyOfficeEN = "Try again once. If it is refused again, use another means of login and ask the town hall that handed out the card."
	remedyTrustFR  = "Prévenez le service d’identité\u00a0: ses certificats de confiance sont peut-être à mettre à jour."
	remedyTrustEN  = "Tell the identity service: its trusted certificates may need an update."
	remedyAgainFR  = "Reposez la carte sur le lecteur et recommencez depuis le site où vous vouliez vous connecter."
	remedyAgainEN  = "Put the card back on the reader and start again from the site you wanted to log in to."
	remedyOtherFR  = "Utilisez un document accepté par ce service ou un autre moyen de connexion."
	remedyOtherEN  = "Use a document that this service accepts, or another means of login."
)

// ChipUnsupported is the one refusal that the agent finds by itself too: DG14
// offers no chip authentication that this protocol does.
const ChipUnsupported Name = "chip_unsupported"

// refusals holds the reasons for which a provider refuses a document, a chip
// or a login, under the names of package attest/refusal.
var refusals = map[Name]entry{
	"sod_malformed": {
		unusable,
		Text{"Signature du document illisible", "Le fichier de signature de la carte ne suit pas la norme des documents de voyage.", remedyOfficeFR},
		Text{"Signature of the document unreadable", "The signature file of the card does not follow the standard of travel documents.", remedyOfficeEN},
	},
	"sod_signer_missing": {
		unusable,
		Text{"Signataire du document absent", "Le fichier de signature de la carte ne contient pas le certificat de son signataire.", remedyOfficeFR},
		Text{"Signer of the document missing", "The signature file of the card does not hold the certificate of its signer.", remedyOfficeEN},
	},
	"sod_digest_mismatch": {
		forbidden,
		Text{"Contenu signé modifié", "La signature de la carte porte sur un autre contenu que celui qui a été lu.", remedyOfficeFR},
		Text{"Signed content was changed", "The signature of the card is over other content than what was read.", remedyOfficeEN},
	},
	"sod_signature_invalid": {
		forbidden,
		Text{"Signature du document non valable", "La signature des données de la carte n’est pas valable. Les données ont été modifiées ou ne viennent pas d’une autorité.", remedyOfficeFR},
		Text{"Signature of the document not valid", "The signature over the data of the card is not valid. The data was changed or does not come from an authority.", remedyOfficeEN},
	},
	"ds_malformed": {
		unusable,
		Text{"Certificat du signataire illisible", "Le certificat qui a signé la carte ne peut pas être lu ou contient une clause inconnue.", remedyTrustFR},
		Text{"Certificate of the signer unreadable", "The certificate that signed the card cannot be read, or holds a clause that is not known.", remedyTrustEN},
	},
	"ds_signature_invalid": {
		forbidden,
		Text{"Certificat du signataire non valable", "Le certificat qui a signé la carte n’a pas été émis par l’autorité dont il porte le nom.", remedyOfficeFR},
		Text{"Certificate of the signer not valid", "The certificate that signed the card was not issued by the authority it names.", remedyOfficeEN},
	},
	"ds_key_usage": {
		forbidden,
		Text{"Certificat fait pour un autre usage", "Le certificat qui a signé la carte n’a pas le droit de signer des documents.", remedyOfficeFR},
		Text{"Certificate made for another use", "The certificate that signed the card is not allowed to sign documents.", remedyOfficeEN},
	},
	"ds_not_yet_valid": {
		forbidden,
		Text{"Certificat du signataire pas encore valable", "Le certificat qui a signé la carte commence à une date future.", remedyTrustFR},
		Text{"Certificate of the signer not yet valid", "The certificate that signed the card begins at a date in the future.", remedyTrustEN},
	},
	"ds_expired": {
		forbidden,
		Text{"Certificat du signataire expiré", "Le certificat qui a signé la carte n’est plus valable.", remedyOtherFR},
		Text{"Certificate of the signer has expired", "The certificate that signed the card is no longer valid.", remedyOtherEN},
	},
	"csca_unknown": {
		forbidden,
		Text{"Autorité de signature inconnue", "La carte est signée par une autorité que le service d’identité ne connaît pas.", remedyTrustFR},
		Text{"Unknown signing authority", "The card is signed by an authority that the identity service does not know.", remedyTrustEN},
	},
	"csca_key_usage": {
		forbidden,
		Text{"Certificat de l’autorité fait pour un autre usage", "Le certificat de l’autorité n’a pas le droit d’en émettre d’autres.", remedyTrustFR},
		Text{"Certificate of the authority made for another use", "The certificate of the authority is not allowed to issue others.", remedyTrustEN},
	},
	"csca_not_yet_valid": {
		forbidden,
		Text{"Certificat de l’autorité pas encore valable", "Le certificat de l’autorité commence à une date future.", remedyTrustFR},
		Text{"Certificate of the authority not yet valid", "The certificate of the authority begins at a date in the future.", remedyTrustEN},
	},
	"csca_expired": {
		forbidden,
		Text{"Certificat de l’autorité expiré", "Le certificat de l’autorité qui a émis la carte n’est plus valable.", remedyTrustFR},
		Text{"Certificate of the authority has expired", "The certificate of the authority that issued the card is no longer valid.", remedyTrustEN},
	},
	"algorithm_unsupported": {
		unusable,
		Text{"Méthode de signature non acceptée", "La carte utilise une méthode de signature que le service d’identité n’accepte pas.", remedyOtherFR},
		Text{"Signature method not accepted", "The card uses a signature method that the identity service does not accept.", remedyOtherEN},
	},
	"lab_document": {
		forbidden,
		Text{"Document d’essai", "Cette carte vient d’un laboratoire. Ce service n’accepte que de vrais documents.", "Utilisez votre vraie carte, ou le laboratoire (cnie-lab) pour les essais."},
		Text{"Document made for tests", "This card comes from a laboratory. This service accepts real documents only.", "Use your real card, or the laboratory (cnie-lab) for tests."},
	},
	"country_mismatch": {
		forbidden,
		Text{"Pays contradictoires", "La carte et les certificats qui la signent ne nomment pas le même pays.", remedyOfficeFR},
		Text{"Countries contradict each other", "The card and the certificates that sign it do not name the same country.", remedyOfficeEN},
	},
	"country_not_accepted": {
		forbidden,
		Text{"Pays du document non accepté", "Ce service n’accepte pas les documents du pays qui a délivré la carte.", remedyOtherFR},
		Text{"Country of the document not accepted", "This service does not accept documents of the country that issued the card.", remedyOtherEN},
	},
	"document_type_not_allowed": {
		forbidden,
		Text{"Type de document non permis", "Le signataire de la carte n’a pas le droit de signer ce type de document.", remedyOtherFR},
		Text{"Type of document not allowed", "The signer of the card is not allowed to sign this type of document.", remedyOtherEN},
	},
	"document_expired": {
		forbidden,
		Text{"Votre carte a expiré", "La date de fin de validité lue dans la puce est passée.", "Demandez le renouvellement de votre carte en mairie. En attendant, utilisez un autre moyen de connexion."},
		Text{"Your card has expired", "The date of expiry read from the chip has passed.", "Ask a town hall to renew your card. Until then, use another means of login."},
	},
	"file_not_listed": {
		forbidden,
		Text{"Fichier absent de la signature", "Un fichier lu dans la puce ne figure pas parmi ceux que l’autorité a signés.", remedyOfficeFR},
		Text{"File is not covered by the signature", "A file read from the chip is not among those that the authority signed.", remedyOfficeEN},
	},
	"file_hash_mismatch": {
		forbidden,
		Text{"Fichier modifié", "Un fichier lu dans la puce n’est pas celui que l’autorité a signé.", remedyOfficeFR},
		Text{"File was changed", "A file read from the chip is not the one that the authority signed.", remedyOfficeEN},
	},
	"dg1_hash_mismatch": {
		forbidden,
		Text{"Données d’identité modifiées", "Les données d’identité lues dans la puce (DG1) ne sont pas celles que l’autorité a signées.", remedyOfficeFR},
		Text{"Identity data was changed", "The identity data read from the chip (DG1) is not what the authority signed.", remedyOfficeEN},
	},
	"dg11_hash_mismatch": {
		forbidden,
		Text{"Données complémentaires modifiées", "Les données complémentaires lues dans la puce (DG11) ne sont pas celles que l’autorité a signées.", remedyOfficeFR},
		Text{"Additional data was changed", "The additional data read from the chip (DG11) is not what the authority signed.", remedyOfficeEN},
	},
	"dg14_hash_mismatch": {
		forbidden,
		Text{"Clé de la puce modifiée", "La clé publique lue dans la puce (DG14) n’est pas celle que l’autorité a signée.", remedyOfficeFR},
		Text{"Key of the chip was changed", "The public key read from the chip (DG14) is not what the authority signed.", remedyOfficeEN},
	},
	"file_malformed": {
		unusable,
		Text{"Fichier de la carte illisible", "Un fichier de la carte est bien signé, mais ne suit pas la norme.", remedyOfficeFR},
		Text{"File of the card unreadable", "A file of the card is signed, but does not follow the standard.", remedyOfficeEN},
	},
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
	_, ok := refusals[n]
	return ok
}
