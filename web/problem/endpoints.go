package problem

// Problems of an HTTP endpoint of the agent or of a provider.
const (
	ForeignUser     Name = "foreign_user"      // the other end of the connection belongs to another user
	WrongHost       Name = "wrong_host"        // Host is not the endpoint's own
	UpgradeRefused  Name = "upgrade_refused"   // a protocol upgrade was asked for
	ForeignOrigin   Name = "foreign_origin"    // a request from a page of another origin
	CookieMissing   Name = "cookie_missing"    // an action without the cookie of its login
	NotNavigation   Name = "not_navigation"    // a page was fetched instead of opened
	BadRequest      Name = "bad_request"       // parameters, method or form are not as documented
	TooLarge        Name = "too_large"         // header or body beyond the limits
	TooMany         Name = "too_many"          // more at once than the endpoint takes
	LoginInProgress Name = "login_in_progress" // another login is under way
	LoginUnknown    Name = "login_unknown"     // no such login at this agent
	LoginExpired    Name = "login_expired"     // the login waited too long for its person
	LabRefused      Name = "lab_refused"       // something of the laboratory at a production binary
	NotFound        Name = "not_found"         // no such page
	Internal        Name = "internal"          // a fault of the program itself
)

var endpoints = map[Name]entry{
	ForeignUser: {
		forbidden,
		Text{
			"Cet agent appartient à un autre utilisateur",
			"L’agent qui répond ici a été démarré par un autre utilisateur de cet ordinateur.",
			"Démarrez votre propre agent, ou demandez à l’autre utilisateur d’arrêter le sien.",
		},
		Text{
			"This agent belongs to another user",
			"The agent that answers here was started by another user of this computer.",
			"Start your own agent, or ask the other user to stop theirs.",
		},
	},
	WrongHost: {
		misdirected,
		Text{
			"Adresse refusée",
			"Ce programme a été appelé par un autre nom que le sien. C’est le signe d’une attaque ou d’un serveur mandataire (proxy).",
			"Fermez cette page et recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Address refused",
			"This program was called by a name that is not its own. That is the sign of an attack or of a proxy.",
			"Close this page and start again from the site you wanted to log in to.",
		},
	},
	UpgradeRefused: {
		badRequest,
		Text{
			"Changement de protocole refusé",
			"Un programme ou une page a demandé un autre protocole que HTTP.",
			"Il n’y a rien à faire. L’agent ne parle pas ce protocole.",
		},
		Text{
			"Change of protocol refused",
			"A program or a page asked for another protocol than HTTP.",
			"There is nothing to do. The agent does not speak that protocol.",
		},
	},
	ForeignOrigin: {
		forbidden,
		Text{
			"Demande venue d’une autre page",
			"Cette action ne peut être faite que depuis la page qui la propose.",
			"Fermez cette page et recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Request from another page",
			"This action can only be done from the page that offers it.",
			"Close this page and start again from the site you wanted to log in to.",
		},
	},
	CookieMissing: {
		forbidden,
		Text{
			"Le cookie de l’agent manque",
			"L’action est arrivée sans le cookie posé par la page de l’agent. Le navigateur l’a bloqué, ou l’action vient d’ailleurs.",
			"Autorisez les cookies pour l’adresse locale de l’agent, puis recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The cookie of the agent is missing",
			"The action came without the cookie that the agent’s page had set. The browser blocked it, or the action comes from elsewhere.",
			"Allow cookies for the local address of the agent, then start again from the site you wanted to log in to.",
		},
	},
	NotNavigation: {
		forbidden,
		Text{
			"Cette page doit être ouverte dans un onglet",
			"Un site a essayé de lire la page de l’agent en arrière-plan ou dans un cadre.",
			"Recommencez depuis le site où vous vouliez vous connecter. Si cela continue, prévenez ce site.",
		},
		Text{
			"This page must be opened in a tab",
			"A site tried to read the agent’s page in the background or in a frame.",
			"Start again from the site you wanted to log in to. If it goes on, tell that site.",
		},
	},
	BadRequest: {
		badRequest,
		Text{
			"Demande mal formée",
			"L’adresse ou le formulaire ne sont pas corrects\u00a0: un paramètre manque, est répété ou est inconnu.",
			"Recommencez depuis le site où vous vouliez vous connecter. Si cela continue, prévenez ce site.",
		},
		Text{
			"Malformed request",
			"The address or the form is not as it must be: a parameter is missing, repeated or unknown.",
			"Start again from the site you wanted to log in to. If it goes on, tell that site.",
		},
	},
	TooLarge: {
		tooLarge,
		Text{
			"Demande trop longue",
			"La demande dépasse la taille permise.",
			"Recommencez depuis le site où vous vouliez vous connecter. Si cela continue, prévenez ce site.",
		},
		Text{
			"Request too long",
			"The request is larger than allowed.",
			"Start again from the site you wanted to log in to. If it goes on, tell that site.",
		},
	},
	TooMany: {
		tooMany,
		Text{
			"Trop de demandes à la fois",
			"Plus de demandes sont arrivées que ce service n’en traite à la fois.",
			"Attendez quelques secondes, puis réessayez.",
		},
		Text{
			"Too many requests at once",
			"More requests came than this service takes at a time.",
			"Wait a few seconds, then try again.",
		},
	},
	LoginInProgress: {
		conflict,
		Text{
			"Une autre connexion est en cours",
			"L’agent traite une connexion à la fois, et une autre n’est pas finie.",
			"Terminez ou refusez l’autre connexion dans son onglet, puis réessayez ici.",
		},
		Text{
			"Another login is under way",
			"The agent handles one login at a time, and another one is not finished.",
			"Finish or decline the other login in its tab, then try again here.",
		},
	},
	LoginUnknown: {
		notFound,
		Text{
			"Cette page n’est plus valable",
			"La connexion à laquelle cette page appartient est finie.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"This page is no longer valid",
			"The login to which this page belongs is over.",
			"Start again from the site you wanted to log in to.",
		},
	},
	LoginExpired: {
		gone,
		Text{
			"La page est restée ouverte trop longtemps",
			"La demande de connexion attendait votre réponse depuis plus de dix minutes.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"The page was open for too long",
			"The login request waited for your answer for more than ten minutes.",
			"Start again from the site you wanted to log in to.",
		},
	},
	LabRefused: {
		forbidden,
		Text{
			"Réservé au laboratoire",
			"Un service, un certificat ou une carte d’essai a été présenté à un logiciel de production.",
			"Utilisez le laboratoire (cnie-lab) pour les essais.",
		},
		Text{
			"For the laboratory only",
			"A service, certificate or card for tests was presented to production software.",
			"Use the laboratory (cnie-lab) for tests.",
		},
	},
	NotFound: {
		notFound,
		Text{
			"Page introuvable",
			"Il n’y a rien à cette adresse.",
			"Recommencez depuis le site où vous vouliez vous connecter.",
		},
		Text{
			"Page not found",
			"There is nothing at this address.",
			"Start again from the site you wanted to log in to.",
		},
	},
	Internal: {
		failed,
		Text{
			"Erreur du logiciel",
			"Le logiciel a rencontré une erreur qu’il n’avait pas prévue. La connexion a été arrêtée.",
			"Recommencez. Si l’erreur revient, transmettez le journal à l’équipe qui s’occupe du logiciel\u00a0; il ne contient ni code ni donnée personnelle.",
		},
		Text{
			"Fault of the software",
			"The software met an error that it did not foresee. The login was stopped.",
			"Start again. If the error comes back, send the log to those who look after the software; it holds no code and no personal data.",
		},
	},
}
