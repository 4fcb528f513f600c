package problem

// Problems of the login request: who asks, and for what.
const (
	ProviderNotEnrolled   Name = "provider_not_enrolled"   // no provider record has the origin of the request
	ProviderUnreachable   Name = "provider_unreachable"    // no connection, or none that TLS accepts
	ProviderRefused       Name = "provider_refused"        // the provider answered with a problem of no known name, or nonsense
	RequestUnsigned       Name = "request_unsigned"        // the request object is no JWS, or one without a signature
	RequestSignature      Name = "request_signature"       // signature, key, algorithm or typ are not acceptable
	RequestExpired        Name = "request_expired"         // iat and exp do not fit now
	RequestForeign        Name = "request_foreign"         // the request was made for another agent or provider
	RequestReplayed       Name = "request_replayed"        // the request answers another fetch
	RequestAltered        Name = "request_altered"         // the signature does not fit the content
	RequestMalformed      Name = "request_malformed"       // the request is not as the protocol says
	RequestAlreadyFetched Name = "request_already_fetched" // the request was served once before
	VersionUnsupported    Name = "version_unsupported"     // no common version of the protocol
	FilesNotAllowed       Name = "files_not_allowed"       // files beyond what the provider is enrolled for
	LevelUnsupported      Name = "level_unsupported"       // a level or holder proof this agent cannot give
)

var requests = map[Name]entry{
	ProviderNotEnrolled: {
		forbidden,
		Text{
			"Ce service d’identité n’est pas enregistré ici",
			"La page qui a ouvert l’agent renvoie vers un service d’identité que cet ordinateur ne connaît pas. Rien ne lui a été envoyé.",
			"Si vous n’avez pas demandé à vous connecter, fermez cette page. Sinon, demandez à l’administrateur de l’ordinateur d’enregistrer ce service.",
		},
		Text{
			"This identity service is not enrolled here",
			"The page that opened the agent points to an identity service that this computer does not know. Nothing was sent to it.",
			"If you did not ask to log in, close this page. Otherwise ask the administrator of the computer to enrol this service.",
		},
	},
	ProviderUnreachable: {
		badGateway,
		Text{
			"Le service d’identité est injoignable",
			"La connexion sécurisée vers le service d’identité n’a pas abouti.",
			"Vérifiez votre connexion à Internet, puis recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The identity service cannot be reached",
			"The secure connection to the identity service could not be made.",
			"Check your connection to the Internet, then start again from the site you wanted to log in to.",
		},
	},
	ProviderRefused: {
		badGateway,
		Text{
			"Le service d’identité a refusé",
			"Le service d’identité a répondu par un refus ou par un message que l’agent ne comprend pas.",
			"Recommencez depuis le site où vous vouliez vous connecter. Si cela continue, prévenez ce site.",
		},
		Text{
			"The identity service refused",
			"The identity service answered with a refusal or with a message that the agent does not understand.",
			"Start again from the site you wanted to log in to. If it goes on, tell that site.",
		},
	},
	RequestUnsigned: {
		forbidden,
		Text{
			"La demande n’est pas signée",
			"La demande de connexion ne porte pas la signature du service d’identité.",
			"N’allez pas plus loin. Recommencez depuis le site où vous vouliez vous connecter, et prévenez-le si cela se répète.",
		},
		Text{
			"The request is not signed",
			"The login request does not carry the signature of the identity service.",
			"Do not go on. Start again from the site you wanted to log in to, and tell it if this happens again.",
		},
	},
	RequestSignature: {
		forbidden,
		Text{
			"La signature de la demande n’est pas valable",
			"La demande de connexion est signée, mais pas par une clé enregistrée du service d’identité.",
			"N’allez pas plus loin. Recommencez depuis le site où vous vouliez vous connecter, et prévenez-le si cela se répète.",
		},
		Text{
			"The signature of the request is not valid",
			"The login request is signed, but not by an enrolled key of the identity service.",
			"Do not go on. Start again from the site you wanted to log in to, and tell it if this happens again.",
		},
	},
	RequestExpired: {
		gone,
		Text{
			"La demande a expiré",
			"La demande de connexion n’est plus valable, ou l’horloge de cet ordinateur n’est pas à l’heure.",
			"Vérifiez la date et l’heure, puis recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The request has expired",
			"The login request is no longer valid, or the clock of this computer is wrong.",
			"Check date and time, then start again from the site you wanted to log in to.",
		},
	},
	RequestForeign: {
		forbidden,
		Text{
			"La demande n’était pas pour cet ordinateur",
			"La demande de connexion a été faite pour une autre connexion que celle-ci.",
			"Fermez cette page et recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The request was not for this computer",
			"The login request was made for another login than this one.",
			"Close this page and start again from the site you wanted to log in to.",
		},
	},
	RequestAltered: {
		forbidden,
		Text{
			"La demande a été modifiée",
			"La signature de la demande de connexion ne correspond pas à son contenu\u00a0: quelqu’un l’a changée en route, ou l’a signée à la place du service d’identité.",
			"N’allez pas plus loin. Recommencez depuis le site où vous vouliez vous connecter, et prévenez-le si cela se répète.",
		},
		Text{
			"The request was changed",
			"The signature of the login request does not fit its content: someone changed it on the way, or signed it in place of the identity service.",
			"Do not go on. Start again from the site you wanted to log in to, and tell it if this happens again.",
		},
	},
	RequestReplayed: {
		forbidden,
		Text{
			"La demande a déjà servi à une autre connexion",
			"La demande de connexion est une ancienne demande, faite pour une autre fois ou pour un autre ordinateur.",
			"N’allez pas plus loin. Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The request belongs to another login",
			"The login request is an old one, made for another time or for another computer.",
			"Do not go on. Start again from the site you wanted to log in to.",
		},
	},
	RequestMalformed: {
		badRequest,
		Text{
			"La demande est mal formée",
			"La demande de connexion ne suit pas le protocole\u00a0: un élément manque, est en trop ou n’a pas la bonne forme.",
			"Recommencez depuis le site où vous vouliez vous connecter. Si cela continue, prévenez ce site.",
		},
		Text{
			"The request is malformed",
			"The login request does not follow the protocol: a part is missing, superfluous or of the wrong form.",
			"Start again from the site you wanted to log in to. If it goes on, tell that site.",
		},
	},
	RequestAlreadyFetched: {
		conflict,
		Text{
			"La demande a déjà été utilisée",
			"Une demande de connexion ne sert qu’une fois. Celle-ci a déjà été lue, par cet ordinateur ou par un autre.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The request was already used",
			"A login request serves once. This one was read before, by this computer or by another.",
			"Start again from the site you wanted to log in to.",
		},
	},
	VersionUnsupported: {
		unusable,
		Text{
			"Les versions ne vont pas ensemble",
			"L’agent et le service d’identité ne parlent pas la même version du protocole.",
			"Mettez l’agent à jour. S’il est à jour, c’est au service d’identité de se mettre à jour.",
		},
		Text{
			"The versions do not fit together",
			"The agent and the identity service do not speak the same version of the protocol.",
			"Update the agent. If it is up to date, the identity service has to update.",
		},
	},
	FilesNotAllowed: {
		forbidden,
		Text{
			"Le service demande trop de données",
			"Le service d’identité demande des fichiers de la carte pour lesquels il n’est pas enregistré sur cet ordinateur.",
			"La connexion a été arrêtée. Prévenez l’administrateur de l’ordinateur ou le service d’identité.",
		},
		Text{
			"The service asks for too much data",
			"The identity service asks for files of the card that it is not enrolled for on this computer.",
			"The login was stopped. Tell the administrator of the computer or the identity service.",
		},
	},
	LevelUnsupported: {
		unusable,
		Text{
			"Niveau de garantie non pris en charge",
			"Le service demande une preuve que cet agent ne sait pas donner.",
			"Mettez l’agent à jour ou utilisez un autre moyen de connexion.",
		},
		Text{
			"Level of assurance not supported",
			"The service asks for a proof that this agent cannot give.",
			"Update the agent or use another means of login.",
		},
	},
}
