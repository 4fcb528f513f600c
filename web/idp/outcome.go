package idp

import (
	"net/http"

	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// Ends of a login that only the browser of this provider sees. All others are
// in package problem.
const (
	notMe            problem.Name = "not_me"            // the person is not the one on the card
	replaced         problem.Name = "login_replaced"    // the same browser began another login
	agentFailed      problem.Name = "agent_failed"      // the agent reported a fault
	agentUnavailable problem.Name = "agent_unavailable" // the agent reported that it cannot go on now
	confirmed        problem.Name = "confirmed"         // the person confirmed the name: no problem, for logs only
)

// outcome is the text and status of such an end.
type outcome struct {
	status          int
	french, english problem.Text
}

func outcomeOf(name problem.Name) (outcome, bool) {
	switch name {
	case notMe:
		return outcome{
			http.StatusForbidden,
			problem.Text{
				Title:  "La connexion a été annulée",
				Cause:  "Vous avez répondu que le nom lu sur la carte n’est pas le vôtre. Personne n’a été connecté.",
				Remedy: "Recommencez avec votre propre carte. Si vous n’aviez posé aucune carte, fermez cette page\u00a0: quelqu’un a peut-être essayé de vous connecter à son nom.",
			},
			problem.Text{
				Title:  "The login was cancelled",
				Cause:  "You answered that the name on the card is not yours. Nobody was logged in.",
				Remedy: "Start again with your own card. If you laid no card on a reader, close this page: someone may have tried to log you in under their name.",
			},
		}, true
	case replaced:
		return outcome{
			http.StatusGone,
			problem.Text{
				Title:  "Une autre connexion a pris la place de celle-ci",
				Cause:  "Une nouvelle connexion a été commencée dans ce navigateur.",
				Remedy: "Terminez la connexion la plus récente, ou recommencez ici.",
			},
			problem.Text{
				Title:  "Another login took the place of this one",
				Cause:  "A new login was started in this browser.",
				Remedy: "Finish the latest login, or start again here.",
			},
		}, true
	case agentFailed:
		return outcome{
			http.StatusBadGateway,
			problem.Text{
				Title:  "L’agent n’a pas pu terminer",
				Cause:  "L’agent de cet ordinateur a rencontré une erreur. Sa page en a donné la raison.",
				Remedy: "Suivez le conseil affiché par l’agent, puis recommencez.",
			},
			problem.Text{
				Title:  "The agent could not finish",
				Cause:  "The agent of this computer met an error. Its page has told the reason.",
				Remedy: "Follow the advice the agent gave, then start again.",
			},
		}, true
	case agentUnavailable:
		return outcome{
			http.StatusServiceUnavailable,
			problem.Text{
				Title:  "L’agent n’a pas pu lire la carte maintenant",
				Cause:  "Le lecteur ou la carte n’étaient pas disponibles. La page de l’agent en a donné la raison.",
				Remedy: "Vérifiez le lecteur et la carte, puis recommencez.",
			},
			problem.Text{
				Title:  "The agent could not read the card now",
				Cause:  "The reader or the card was not available. The agent’s page has told the reason.",
				Remedy: "Check reader and card, then start again.",
			},
		}, true
	}
	return outcome{}, false
}

func textOf(name problem.Name, tag language.Tag) problem.Text {
	o, ok := outcomeOf(name)
	switch {
	case !ok:
		return name.Text(tag)
	case tag == language.English:
		return o.english
	}
	return o.french
}

func statusOf(name problem.Name) int {
	if o, ok := outcomeOf(name); ok {
		return o.status
	}
	return name.Status()
}
