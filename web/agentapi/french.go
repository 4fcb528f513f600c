package agentapi

func french() *texts {
	t := &texts{
		Agent:         "Agent CNIe",
		Lab:           "LABORATOIRE",
		LabNote:       "Essai avec une carte fictive. Aucune identité réelle.",
		Switch:        "English",
		SkipToContent: "Aller au contenu",
	}
	t.Status.Title = "L’agent est prêt"
	t.Status.Body = "Ce programme lit votre carte d’identité quand un site vous le demande et que vous l’acceptez."
	t.Status.State = "État"
	t.Status.Ready = "prêt"
	t.Status.Version = "Version"
	t.Status.Safe = "Vous pouvez fermer cette page."
	t.Landing.Title = "Connexion avec votre carte d’identité"
	t.Landing.Body = "Un site a demandé à ouvrir l’agent pour ce service d’identité\u00a0:"
	t.Landing.Start = "Continuer"
	t.Landing.Service = "Service d’identité"
	t.Landing.Safe = "Rien de votre carte n’est lu ni transmis avant votre accord."
	t.Consent = consentTexts{
		Title:        "Se connecter avec votre carte d’identité",
		Service:      "Service d’identité",
		For:          "Pour le site",
		ForNote:      "Nom donné par le service, non vérifié par l’agent.",
		Level:        "Niveau de garantie",
		Code:         "Code de session",
		CodeNote:     "Le même code doit s’afficher sur la page d’où vous venez.",
		Data:         "Ce qui sera transmis",
		Evidence:     "La signature du document (SOD) et la clé publique de la puce (DG14\u00a0; sur certains documents DG15, et une signature faite par la puce).",
		EvidenceNote: "Ces fichiers sont propres à votre carte\u00a0: tout service qui les reçoit peut reconnaître ce document, même sans votre nom. Une signature de la puce prouve à quiconque la voit que la carte a été lue.",
		Remembers:    "Cet agent a été lancé pour retenir les documents\u00a0: après une connexion, il garde le CAN et ces fichiers en mémoire, jusqu’à son arrêt.",
		CAN:          "Numéro CAN de la carte",
		CANHelp:      "Six chiffres imprimés au recto, en bas à droite. Ce n’est pas un code secret.",
		CANPicture:   "Dessin du recto de la carte\u00a0: le CAN est en bas à droite.",
		Left:         "Essais restants\u00a0:",
		Yes:          "Lire ma carte et transmettre",
		No:           "Refuser",
		Wait:         "Prenez le temps de lire.",
		Level1:       "Faible (eIDAS)\u00a0: la présence de la carte est prouvée",
		Level2:       "Substantiel (eIDAS)\u00a0: la carte et un second facteur",
		Level3:       "Élevé (eIDAS)\u00a0: protection la plus forte",
		DG1:          "Nom, prénoms, date de naissance, sexe, nationalité, numéro et date de fin de validité de la carte (DG1).",
		DG2:          "Votre photo (DG2).",
		DG11:         "Données complémentaires inscrites dans la puce, par exemple nom complet, lieu de naissance ou adresse (DG11).",
	}
	t.Progress = progressTexts{
		Fetching:     "Demande au service d’identité",
		FetchingBody: "L’agent attend la réponse du service d’identité. Rien de votre carte n’est lu\u00a0; la question vient ensuite.",
		Title:        "Lecture de votre carte",
		Body:         "Posez la carte sur le lecteur et ne la bougez plus jusqu’à la fin.",
		Now:          "En cours\u00a0:",
		Reload:       "Actualiser",
		Finish:       "Revenir au service d’identité",
		Decline:      "Annuler",
		Lost:         "La page ne reçoit plus de nouvelles de l’agent.",
		Reader:       "Carte sur le lecteur",
		Card:         "Carte reconnue",
		Channel:      "Liaison protégée avec la puce",
		Reading:      "Lecture de la signature du document",
		Provider:     "Vérification par le service d’identité",
		Proof:        "Preuve de la puce et lecture des données",
		Done:         "Retour au service d’identité",
		StateWaiting: "à venir",
		StateActive:  "en cours",
		StateDone:    "fait",
	}
	t.Problem = problemTexts{
		Cause:       "Que s’est-il passé\u00a0?",
		Remedy:      "Que faire\u00a0?",
		Again:       "Réessayer",
		Return:      "Revenir au service d’identité",
		Leaving:     "Retour au service d’identité…",
		Ask:         "Réessayer",
		Replace:     "Abandonner l’autre connexion",
		ReplaceNote: "L’autre connexion n’utilise pas la carte en ce moment. Si vous avez fermé son onglet, vous pouvez l’abandonner.",
		Name:        "Nom de l’erreur\u00a0:",
	}
	return t
}
