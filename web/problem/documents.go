package problem

// documents holds the reasons for which a provider refuses what a document
// says and who signed it, under the names of package attest/refusal. Where a
// document was reported, the text does not say so: who reads it may have
// found the card.
var documents = map[Name]entry{
	"sod_malformed": {
		unusable,
		Text{"Signature du document illisible", "Le fichier de signature de la carte ne suit pas la norme des documents de voyage.", remedyOfficeFR},
		Text{"Signature of the document unreadable", "The signature file of the card does not follow the standard of travel documents.", remedyOfficeEN},
	},
	"sod_attributes_invalid": {
		unusable,
		Text{"Signature du document incomplète", "Les mentions que la signature de la carte doit couvrir manquent ou se contredisent.", remedyOfficeFR},
		Text{"Signature of the document incomplete", "The statements that the signature of the card must cover are missing or contradict each other.", remedyOfficeEN},
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
	"sod_signing_time": {
		forbidden,
		Text{"Date de signature non valable", "La carte dit avoir été signée à une date où son signataire ne pouvait pas signer.", remedyOfficeFR},
		Text{"Time of signing not valid", "The card says it was signed at a time when its signer could not sign.", remedyOfficeEN},
	},
	"lds_version_unsupported": {
		unusable,
		Text{"Version des données non prise en charge", "Les données de la carte sont rangées selon une version de la norme que le service d’identité ne connaît pas.", remedyOtherFR},
		Text{"Version of the data not supported", "The data of the card is laid out by a version of the standard that the identity service does not know.", remedyOtherEN},
	},
	"ds_malformed": {
		unusable,
		Text{"Certificat du signataire illisible", "Le certificat qui a signé la carte ne peut pas être lu.", remedyTrustFR},
		Text{"Certificate of the signer unreadable", "The certificate that signed the card cannot be read.", remedyTrustEN},
	},
	"ds_critical_extension": {
		unusable,
		Text{"Clause inconnue dans le certificat du signataire", "Le certificat qui a signé la carte pose une condition que le service d’identité ne connaît pas et ne peut donc pas respecter.", remedyTrustFR},
		Text{"Unknown clause in the certificate of the signer", "The certificate that signed the card sets a condition which the identity service does not know and so cannot keep.", remedyTrustEN},
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
	"ds_revoked": {
		forbidden,
		Text{"Certificat du signataire retiré", "L’autorité a retiré le certificat qui a signé la carte. Cela peut toucher beaucoup de cartes à la fois.", remedyReplacedFR},
		Text{"Certificate of the signer was withdrawn", "The authority has withdrawn the certificate that signed the card. Many cards may be concerned at once.", remedyReplacedEN},
	},
	"ds_distrusted": {
		forbidden,
		Text{"Signataire du document non accepté", "Ce service a décidé de ne plus accepter les cartes de ce signataire.", remedyOtherFR},
		Text{"Signer of the document not accepted", "This service has decided to accept no more cards of this signer.", remedyOtherEN},
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
	"csca_revoked": {
		forbidden,
		Text{"Certificat de l’autorité retiré", "L’autorité qui a émis la carte a retiré un certificat dont la carte dépend.", remedyReplacedFR},
		Text{"Certificate of the authority was withdrawn", "The authority that issued the card has withdrawn a certificate on which the card depends.", remedyReplacedEN},
	},
	"csca_distrusted": {
		forbidden,
		Text{"Autorité de signature non acceptée", "Ce service a décidé de ne plus accepter les cartes signées sous cette autorité.", remedyOtherFR},
		Text{"Signing authority not accepted", "This service has decided to accept no more cards signed under this authority.", remedyOtherEN},
	},
	"csca_chain_broken": {
		forbidden,
		Text{"Lien entre les autorités rompu", "Les certificats de la carte ne mènent à aucune autorité que le service d’identité reconnaît.", remedyTrustFR},
		Text{"Link between authorities is broken", "The certificates of the card lead to no authority that the identity service recognises.", remedyTrustEN},
	},
	"csca_path_length": {
		forbidden,
		Text{"Trop de certificats à la suite", "Le certificat de la carte passe par plus d’intermédiaires que l’autorité n’en permet.", remedyTrustFR},
		Text{"Too many certificates in a row", "The certificate of the card goes through more intermediates than the authority permits.", remedyTrustEN},
	},
	"revocation_unknown": {
		unavailable,
		Text{"Vérification impossible pour le moment", "Le service d’identité n’a pas de liste récente des certificats retirés. Le problème vient de ce service, et non de vous ou de votre carte.", "Réessayez plus tard. Si cela continue, prévenez le service d’identité."},
		Text{"Verification is not possible at present", "The identity service has no recent list of withdrawn certificates. The fault lies with that service, not with you or your card.", "Try again later. If it goes on, tell the identity service."},
	},
	"algorithm_unsupported": {
		unusable,
		Text{"Méthode de signature non acceptée", "La carte utilise une méthode de signature que le service d’identité n’accepte pas.", remedyOtherFR},
		Text{"Signature method not accepted", "The card uses a signature method that the identity service does not accept.", remedyOtherEN},
	},
	"digest_not_accepted": {
		unusable,
		Text{"Empreinte trop faible", "La carte protège ses données par une méthode ancienne que le service d’identité juge trop faible.", remedyOtherFR},
		Text{"Digest too weak", "The card protects its data by an old method that the identity service considers too weak.", remedyOtherEN},
	},
	"key_not_accepted": {
		unusable,
		Text{"Taille de clé non acceptée", "Une clé qui a signé la carte est trop courte ou plus longue que ce que le service d’identité accepte.", remedyOtherFR},
		Text{"Size of a key not accepted", "A key that signed the card is too short, or longer than the identity service accepts.", remedyOtherEN},
	},
	"curve_not_accepted": {
		unusable,
		Text{"Clé de signature d’un genre inconnu", "Une clé qui a signé la carte repose sur une courbe inconnue ou modifiée.", remedyOfficeFR},
		Text{"Signing key of an unknown kind", "A key that signed the card rests on a curve that is unknown or altered.", remedyOfficeEN},
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
	"document_reported": {
		forbidden,
		Text{"Ce document ne permet pas de se connecter", "Le service d’identité n’a pas pu accepter ce document.", "Si ce document est le vôtre, adressez-vous à une mairie. En attendant, utilisez un autre moyen de connexion."},
		Text{"This document cannot be used to log in", "The identity service could not accept this document.", "If this document is yours, ask a town hall. Until then, use another means of login."},
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
	"dg2_hash_mismatch": {
		forbidden,
		Text{"Photo modifiée", "La photo lue dans la puce (DG2) n’est pas celle que l’autorité a signée.", remedyOfficeFR},
		Text{"Photo was changed", "The photo read from the chip (DG2) is not what the authority signed.", remedyOfficeEN},
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
	"dg15_hash_mismatch": {
		forbidden,
		Text{"Clé de signature de la puce modifiée", "La clé publique de signature lue dans la puce (DG15) n’est pas celle que l’autorité a signée.", remedyOfficeFR},
		Text{"Signing key of the chip was changed", "The public signing key read from the chip (DG15) is not what the authority signed.", remedyOfficeEN},
	},
	"file_malformed": {
		unusable,
		Text{"Fichier de la carte illisible", "Un fichier de la carte est bien signé, mais ne suit pas la norme.", remedyOfficeFR},
		Text{"File of the card unreadable", "A file of the card is signed, but does not follow the standard.", remedyOfficeEN},
	},
}
