package problem

// Problems of reader and card.
const (
	NoPCSCService     Name = "no_pcsc_service"     // the smart card service of the system does not run
	NoReader          Name = "no_reader"           // no card reader is connected
	NoCard            Name = "no_card"             // no card was presented in time
	CardUnknown       Name = "card_unknown"        // the card is not a French identity card
	PACEMissing       Name = "pace_missing"        // the document is from before PACE
	FileMissing       Name = "file_missing"        // the card does not have a file of its signed list
	CardRemoved       Name = "card_removed"        // the card left the reader
	CardReset         Name = "card_reset"          // another program reset the card
	CardBusy          Name = "card_busy"           // another program holds the card
	CardUnresponsive  Name = "card_unresponsive"   // the card does not answer
	CardFault         Name = "card_fault"          // the card answers against its specification
	SFIRefused        Name = "sfi_refused"         // the card refuses short file identifiers
	SecureMessaging   Name = "secure_messaging"    // the protected channel broke
	CardAccessAltered Name = "card_access_altered" // EF.CardAccess differs from what the document signs
	OtherDocument     Name = "other_document"      // not the card that the agent remembered
	LongSignature     Name = "long_signature"      // card and reader bring no answer as long as the chip's signature
)

var cards = map[Name]entry{
	NoPCSCService: {
		unavailable,
		Text{
			"Le service des cartes à puce ne répond pas",
			"Le service PC/SC de cet ordinateur n’est pas installé ou n’est pas démarré.",
			"Démarrez le service pcscd (sous Debian et Ubuntu\u00a0: sudo apt install pcscd, puis sudo systemctl start pcscd.socket), puis réessayez.",
		},
		Text{
			"The smart card service does not answer",
			"The PC/SC service of this computer is not installed or not running.",
			"Start the pcscd service (on Debian and Ubuntu: sudo apt install pcscd, then sudo systemctl start pcscd.socket), then try again.",
		},
	},
	NoReader: {
		unavailable,
		Text{
			"Aucun lecteur de carte",
			"Aucun lecteur de carte n’est branché à cet ordinateur.",
			"Branchez votre lecteur, attendez quelques secondes, puis réessayez.",
		},
		Text{
			"No card reader",
			"No card reader is connected to this computer.",
			"Connect your reader, wait a few seconds, then try again.",
		},
	},
	NoCard: {
		unavailable,
		Text{
			"Aucune carte présentée",
			"Aucune carte n’a été posée sur le lecteur dans la minute.",
			"Posez votre carte d’identité à plat sur le lecteur, ou insérez-la puce en avant, puis réessayez.",
		},
		Text{
			"No card was presented",
			"No card was placed on the reader within one minute.",
			"Lay your identity card flat on the reader, or insert it chip first, then try again.",
		},
	},
	CardUnknown: {
		unusable,
		Text{
			"Carte non reconnue",
			"La carte sur le lecteur n’est pas une carte nationale d’identité électronique française connue de ce logiciel.",
			"Utilisez la carte d’identité au format carte bancaire, délivrée depuis 2021. Retirez les autres cartes du lecteur, puis réessayez. Un passeport ancien, sans PACE, ne permet pas de se connecter.",
		},
		Text{
			"Card not recognised",
			"The card on the reader is not a French electronic identity card that this software knows.",
			"Use the identity card of bank card size, issued since 2021. Take other cards off the reader, then try again. An older passport, without PACE, cannot log in.",
		},
	},
	PACEMissing: {
		unusable,
		Text{
			"Ce document n’a pas PACE",
			"Le document sur le lecteur est un document de voyage d’avant PACE. Il n’a pas la protection dont ce logiciel se sert.",
			"Un tel document ne permet pas de se connecter. Son titulaire peut lire un passeport ancien avec cnie read --mrz --bac.",
		},
		Text{
			"This document has no PACE",
			"The document on the reader is a travel document from before PACE. It does not have the protection that this software uses.",
			"Such a document cannot log in. An older passport can be read by its holder with cnie read --mrz --bac.",
		},
	},
	FileMissing: {
		unusable,
		Text{
			"Il manque un fichier sur la carte",
			"La liste signée de la carte contient un fichier que la carte dit ne pas avoir. Elle est abîmée, ou c’est une copie incomplète.",
			"Réessayez avec un autre lecteur. Si l’erreur revient, ne vous fiez pas à cette carte et adressez-vous à la mairie qui l’a remise.",
		},
		Text{
			"A file is missing on the card",
			"The signed list of the card names a file that the card says it does not have. The card is damaged, or an incomplete copy.",
			"Try again with another reader. If the error comes back, do not trust this card, and ask the town hall that handed it out.",
		},
	},
	CardRemoved: {
		unavailable,
		Text{
			"La carte a été retirée",
			"La carte a quitté le lecteur avant la fin de la lecture.",
			"Reposez la carte et ne la bougez plus jusqu’à la fin.",
		},
		Text{
			"The card was removed",
			"The card left the reader before reading was finished.",
			"Put the card back and do not move it until the end.",
		},
	},
	CardReset: {
		unavailable,
		Text{
			"Un autre programme a pris la carte",
			"Un autre programme a réinitialisé la carte pendant la lecture.",
			"Fermez les autres programmes qui utilisent le lecteur, puis réessayez.",
		},
		Text{
			"Another program took the card",
			"Another program reset the card while it was being read.",
			"Close other programs that use the reader, then try again.",
		},
	},
	CardBusy: {
		unavailable,
		Text{
			"La carte est occupée",
			"Un autre programme utilise la carte en ce moment.",
			"Fermez les autres programmes qui utilisent le lecteur, puis réessayez.",
		},
		Text{
			"The card is in use",
			"Another program is using the card at this moment.",
			"Close other programs that use the reader, then try again.",
		},
	},
	CardUnresponsive: {
		unavailable,
		Text{
			"La carte ne répond pas",
			"Le lecteur voit une carte, mais elle ne répond pas.",
			"Retirez la carte, reposez-la bien au centre du lecteur, puis réessayez. Si cela continue, débranchez et rebranchez le lecteur.",
		},
		Text{
			"The card does not answer",
			"The reader sees a card, but the card does not answer.",
			"Take the card off, put it back in the middle of the reader, then try again. If that does not help, unplug the reader and plug it in again.",
		},
	},
	CardFault: {
		badGateway,
		Text{
			"La carte a donné une réponse inattendue",
			"La puce a répondu d’une manière que sa norme ne prévoit pas. La lecture a été arrêtée.",
			"Reposez la carte et réessayez. Si l’erreur revient, essayez un autre lecteur\u00a0; la carte est peut-être abîmée.",
		},
		Text{
			"The card gave an unexpected answer",
			"The chip answered in a way that its standard does not allow. Reading was stopped.",
			"Put the card back and try again. If the error comes back, try another reader; the card may be damaged.",
		},
	},
	SFIRefused: {
		unusable,
		Text{
			"Cette carte ne permet pas une lecture limitée",
			"La puce refuse de lire un fichier par son identifiant court. L’accord donné fichier par fichier ne pourrait pas être tenu.",
			"La connexion ne peut pas continuer avec cette carte. Utilisez un autre moyen de connexion.",
		},
		Text{
			"This card cannot be read within limits",
			"The chip refuses to read a file by its short identifier. Consent given file by file could not be kept.",
			"The login cannot go on with this card. Use another means of login.",
		},
	},
	SecureMessaging: {
		badGateway,
		Text{
			"La liaison protégée avec la puce a été rompue",
			"Une réponse de la puce n’était pas correctement protégée. La lecture a été arrêtée.",
			"Reposez la carte et réessayez. Si l’erreur revient, essayez un autre lecteur.",
		},
		Text{
			"The protected link to the chip broke",
			"An answer of the chip was not protected as it must be. Reading was stopped.",
			"Put the card back and try again. If the error comes back, try another reader.",
		},
	},
	CardAccessAltered: {
		forbidden,
		Text{
			"L’annonce de la puce ne correspond pas à ses données signées",
			"La puce annonce sans signature d’autres protections que celles de ses fichiers signés. Quelqu’un a peut-être modifié l’annonce entre le lecteur et la puce.",
			"La lecture a été arrêtée. Réessayez avec un autre lecteur. Si l’erreur revient, adressez-vous à la mairie qui a remis la carte.",
		},
		Text{
			"What the chip announces is not what it has signed",
			"The chip announces, unsigned, other protections than its signed files do. Somebody may have altered the announcement between reader and chip.",
			"Reading was stopped. Try again with another reader. If the error comes back, ask the town hall that handed out the card.",
		},
	},
	OtherDocument: {
		conflict,
		Text{
			"Ce n’est pas la carte que l’agent avait retenue",
			"L’agent avait retenu une carte qui porte ce CAN, et la puce n’a pas prouvé qu’elle est cette carte. L’agent l’a oubliée.",
			"Recommencez depuis le site où vous vouliez vous connecter\u00a0: la carte sera relue en entier.",
		},
		Text{
			"This is not the card that the agent remembered",
			"The agent remembered a card with this CAN, and the chip did not prove to be that card. The agent has forgotten it.",
			"Start again from the site you wanted to log in to: the card will be read anew.",
		},
	},
	LongSignature: {
		badGateway,
		Text{
			"La preuve de la puce est trop longue pour ce lecteur",
			"La signature de la puce ne tient pas dans les réponses que la carte et le lecteur échangent ici.",
			"Essayez un autre lecteur, sans contact si celui-ci lit la carte par contact. Si aucun ne convient, utilisez un autre moyen de connexion.",
		},
		Text{
			"The proof of the chip is too long for this reader",
			"The signature of the chip does not fit the answers that card and reader exchange here.",
			"Try another reader, a contactless one if this one reads the card by its contacts. If none will do, use another means of login.",
		},
	},
}
