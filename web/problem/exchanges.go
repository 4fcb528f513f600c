package problem

// Problems of the exchange between agent, chip and provider, and of the
// transaction it belongs to.
const (
	HandoverSignature     Name = "handover_signature"      // the Handover is not signed by the enrolled key
	HandoverMismatch      Name = "handover_mismatch"       // its fields belong to another login
	HandoverProof         Name = "handover_proof"          // the proof by the ephemeral key fails
	RelayRefused          Name = "relay_refused"           // a command is outside the consent
	TransactionUnknown    Name = "transaction_unknown"     // the provider knows no such transaction
	TransactionExpired    Name = "transaction_expired"     // the transaction is over
	OutOfOrder            Name = "out_of_order"            // a message came twice or at the wrong time
	BearerInvalid         Name = "bearer_invalid"          // the exchange token is wrong
	CallbackWithoutCookie Name = "callback_without_cookie" // the code came to another browser
	CodeInvalid           Name = "code_invalid"            // the code is unknown, used or too old
	MessageMalformed      Name = "message_malformed"       // a message does not follow the protocol
	Declined              Name = "declined"                // the person said no
)

var exchanges = map[Name]entry{
	HandoverSignature: {
		badGateway,
		Text{
			"La réponse du service n’est pas correctement signée",
			"Le message par lequel le service d’identité prend la suite de la lecture ne porte pas une signature valable.",
			"La lecture a été arrêtée. Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The answer of the service is not signed as it must be",
			"The message by which the identity service takes over reading does not carry a valid signature.",
			"Reading was stopped. Start again from the site you wanted to log in to.",
		},
	},
	HandoverMismatch: {
		badGateway,
		Text{
			"La réponse du service vise une autre connexion",
			"Le message signé du service d’identité ne correspond ni à cette demande ni à cette carte.",
			"La lecture a été arrêtée. Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The answer of the service is for another login",
			"The signed message of the identity service fits neither this request nor this card.",
			"Reading was stopped. Start again from the site you wanted to log in to.",
		},
	},
	HandoverProof: {
		badGateway,
		Text{
			"Le service n’a pas prouvé qu’il tient la clé",
			"Le service d’identité a présenté une clé sans prouver qu’elle est à lui. Il transmettait peut-être celle d’un autre service.",
			"La lecture a été arrêtée avant toute donnée personnelle. N’utilisez plus ce service sans en parler à son responsable.",
		},
		Text{
			"The service did not prove that it holds the key",
			"The identity service presented a key without proof that the key is its own. It may have passed on that of another service.",
			"Reading was stopped before any personal data. Do not use this service again without asking who runs it.",
		},
	},
	RelayRefused: {
		forbidden,
		Text{
			"Le service a demandé plus que votre accord",
			"Le service d’identité a voulu envoyer à la puce une commande que votre accord ne couvre pas.",
			"La commande n’a pas atteint la carte et la connexion a été arrêtée. Prévenez le service d’identité.",
		},
		Text{
			"The service asked for more than you agreed to",
			"The identity service tried to send the chip a command that your consent does not cover.",
			"The command did not reach the card and the login was stopped. Tell the identity service.",
		},
	},
	TransactionUnknown: {
		notFound,
		Text{
			"Connexion inconnue",
			"Cette connexion n’existe pas ou n’existe plus.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Unknown login",
			"This login does not exist, or no longer exists.",
			"Start again from the site you wanted to log in to.",
		},
	},
	TransactionExpired: {
		gone,
		Text{
			"La connexion a pris trop de temps",
			"Le temps prévu pour cette connexion est passé.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The login took too long",
			"The time allowed for this login is over.",
			"Start again from the site you wanted to log in to.",
		},
	},
	OutOfOrder: {
		conflict,
		Text{
			"Message reçu au mauvais moment",
			"Un message est arrivé deux fois ou à un moment où il n’était pas attendu. La connexion a été arrêtée.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"A message came at the wrong time",
			"A message came twice, or when it was not expected. The login was stopped.",
			"Start again from the site you wanted to log in to.",
		},
	},
	BearerInvalid: {
		noLogin,
		Text{
			"Jeton d’échange refusé",
			"Le message ne porte pas le jeton de cette connexion.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Exchange token refused",
			"The message does not carry the token of this login.",
			"Start again from the site you wanted to log in to.",
		},
	},
	CallbackWithoutCookie: {
		forbidden,
		Text{
			"Cette connexion a commencé ailleurs",
			"Le retour de l’agent est arrivé dans un navigateur qui n’a pas commencé cette connexion. Elle a été annulée pour vous protéger.",
			"Recommencez et restez dans le même navigateur jusqu’à la fin. Si vous n’aviez rien commencé, quelqu’un vous a peut-être envoyé ce lien.",
		},
		Text{
			"This login was started elsewhere",
			"The return from the agent came to a browser that did not start this login. It was cancelled to protect you.",
			"Start again and stay in the same browser until the end. If you started nothing, someone may have sent you this link.",
		},
	},
	CodeInvalid: {
		forbidden,
		Text{
			"Code de retour refusé",
			"Le code de retour est inconnu, a déjà servi ou est trop ancien.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Return code refused",
			"The return code is unknown, was used before or is too old.",
			"Start again from the site you wanted to log in to.",
		},
	},
	MessageMalformed: {
		badRequest,
		Text{
			"Message illisible",
			"Un message ne suit pas le protocole.",
			"Mettez l’agent à jour, puis recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Unreadable message",
			"A message does not follow the protocol.",
			"Update the agent, then start again from the site you wanted to log in to.",
		},
	},
	Declined: {
		forbidden,
		Text{
			"Vous avez refusé",
			"La connexion a été annulée à votre demande. Aucune donnée de la carte n’a été transmise.",
			"Si c’était une erreur, recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"You declined",
			"The login was cancelled as you asked. No data of the card was sent.",
			"If that was a mistake, start again from the site you wanted to log in to.",
		},
	},
}
