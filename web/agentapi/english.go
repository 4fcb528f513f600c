package agentapi

func english() *texts {
	t := &texts{
		Agent:         "CNIe agent",
		Lab:           "LAB",
		LabNote:       "A test with a made-up card. No real identity.",
		Switch:        "Français",
		SkipToContent: "Skip to content",
	}
	t.Status.Title = "The agent is ready"
	t.Status.Body = "This program reads your identity card when a site asks for it and you agree."
	t.Status.State = "State"
	t.Status.Ready = "ready"
	t.Status.Version = "Version"
	t.Status.Safe = "You can close this page."
	t.Landing.Title = "Log in with your identity card"
	t.Landing.Body = "A site asked to open the agent for this identity service:"
	t.Landing.Start = "Continue"
	t.Landing.Service = "Identity service"
	t.Landing.Safe = "Nothing of your card is read or sent before you agree."
	t.Consent = consentTexts{
		Title:        "Log in with your identity card",
		Service:      "Identity service",
		For:          "For the site",
		ForNote:      "Name given by the service, not verified by the agent.",
		Level:        "Level of assurance",
		Code:         "Session code",
		CodeNote:     "The page you come from must show the same code.",
		Data:         "What will be sent",
		Evidence:     "The signature of the document (SOD) and the public key of the chip (DG14; on some documents DG15, and a signature made by the chip).",
		EvidenceNote: "These files belong to your card alone: every service that gets them can recognise this document, even without your name. A signature by the chip proves to whoever sees it that the card was read.",
		Remembers:    "This agent was started so that it remembers documents: after a login it keeps the CAN and these files in memory, until it ends.",
		CAN:          "CAN of the card",
		CANHelp:      "Six digits printed on the front, at the bottom right. It is not a secret code.",
		CANPicture:   "Drawing of the front of the card: the CAN is at the bottom right.",
		Left:         "Tries left:",
		Yes:          "Read my card and send",
		No:           "Decline",
		Wait:         "Take the time to read.",
		Level1:       "Low (eIDAS): the presence of the card is proved",
		Level2:       "Substantial (eIDAS): the card and a second factor",
		Level3:       "High (eIDAS): the strongest protection",
		DG1:          "Family name, given names, date of birth, sex, nationality, number and date of expiry of the card (DG1).",
		DG2:          "Your photo (DG2).",
		DG11:         "Additional data in the chip, for example full name, place of birth or address (DG11).",
	}
	t.Progress = progressTexts{
		Fetching:     "Asking the identity service",
		FetchingBody: "The agent waits for the answer of the identity service. Nothing of your card is read; the question comes next.",
		Title:        "Reading your card",
		Body:         "Put the card on the reader and do not move it until the end.",
		Now:          "In progress:",
		Reload:       "Refresh",
		Finish:       "Return to the identity service",
		Decline:      "Cancel",
		Lost:         "The page has lost touch with the agent.",
		Reader:       "Card on the reader",
		Card:         "Card recognised",
		Channel:      "Protected link to the chip",
		Reading:      "Reading the signature of the document",
		Provider:     "Verification by the identity service",
		Proof:        "Proof by the chip and reading of the data",
		Done:         "Return to the identity service",
		StateWaiting: "to come",
		StateActive:  "in progress",
		StateDone:    "done",
	}
	t.Problem = problemTexts{
		Cause:       "What happened?",
		Remedy:      "What can be done?",
		Again:       "Try again",
		Return:      "Return to the identity service",
		Leaving:     "Returning to the identity service…",
		Ask:         "Try again",
		Replace:     "Abandon the other login",
		ReplaceNote: "The other login is not using the card now. If you closed its tab, you can abandon it.",
		Name:        "Name of the error:",
	}
	return t
}
