package problem

// Problems that end a login at the provider, after the agent has done its part.
const (
	NotMe            Name = "not_me"            // the person is not the one on the card
	LoginReplaced    Name = "login_replaced"    // the same browser began another login
	AgentFailed      Name = "agent_failed"      // the agent reported a fault
	AgentUnavailable Name = "agent_unavailable" // the agent reported that it cannot go on now
)

var outcomes = map[Name]entry{
	NotMe: {
		forbidden,
		Text{
			"La connexion a été annulée",
			"Vous avez répondu que le nom lu sur la carte n’est pas le vôtre. Personne n’a été connecté.",
			"Recommencez avec votre propre carte. Si vous n’aviez posé aucune carte, fermez cette page\u00a0: quelqu’un a peut-être essayé de vous connecter à son nom.",
		},
		Text{
			"The login was cancelled",
			"You answered that the name on the card is not yours. Nobody was logged in.",
			"Start again with your own card. If you laid no card on a reader, close this page: someone may have tried to log you in under their name.",
		},
	},
	LoginReplaced: {
		gone,
		Text{
			"Une autre connexion a pris la place de celle-ci",
			"Une nouvelle connexion a été commencée dans ce navigateur.",
			"Terminez la connexion la plus récente, ou recommencez ici.",
		},
		Text{
			"Another login took the place of this one",
			"A new login was started in this browser.",
			"Finish the latest login, or start again here.",
		},
	},
	AgentFailed: {
		badGateway,
		Text{
			"L’agent n’a pas pu terminer",
			"L’agent de cet ordinateur a rencontré une erreur. Sa page en a donné la raison.",
			"Suivez le conseil affiché par l’agent, puis recommencez.",
		},
		Text{
			"The agent could not finish",
			"The agent of this computer met an error. Its page has told the reason.",
			"Follow the advice the agent gave, then start again.",
		},
	},
	AgentUnavailable: {
		unavailable,
		Text{
			"L’agent n’a pas pu lire la carte maintenant",
			"Le lecteur ou la carte n’étaient pas disponibles. La page de l’agent en a donné la raison.",
			"Vérifiez le lecteur et la carte, puis recommencez.",
		},
		Text{
			"The agent could not read the card now",
			"The reader or the card was not available. The agent’s page has told the reason.",
			"Check reader and card, then start again.",
		},
	},
}
