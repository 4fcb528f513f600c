package pages

import "cnie.example/web/language"

// words are the texts of the pages in one language. Every field is filled in
// every language.
type words struct {
	Skip, OtherLanguage, Lab, LabMeaning, Steps, Footer string
	StepChoose, StepAgent, StepConfirm                  string

	StartTitle, StartLead, StartHow, StartNeedTitle            string
	StartNeedCard, StartNeedReader, StartNeedAgent, StartLevel string
	StartLevelHint, StartPrivacyTitle, StartPrivacy, StartGo   string
	StartDetails, StartPhoto, StartForget                      string

	ContinueTitle, ContinueLead, ContinueCode, ContinueCodeHint, ContinueGo          string
	ContinueNextTitle, ContinueNextSame, ContinueNextCAN, ContinueNextBack           string
	ContinueTroubleTitle, ContinueTroubleStart, ContinueTroubleRetry, ContinueCancel string

	ConfirmTitle, ConfirmQuestion, ConfirmMark, ConfirmLead, ConfirmYes, ConfirmNo, ConfirmWarning string

	IdentityTitle, IdentityLead, IdentityClaims, IdentityLevel, IdentityReached string
	IdentityAsked, IdentityCandidate, IdentityChecks, IdentityAgain             string

	ProblemDo, ProblemPassed, ProblemNonePassed, ProblemName, ProblemAgain, ProblemAsked string

	levels map[string]levelWords
	claims map[string]string
	checks map[string]string
}

// levelWords name a level of assurance and say what it asks for.
type levelWords struct{ Name, Meaning string }

func wordsFor(tag language.Tag) *words {
	if tag == language.English {
		return &english
	}
	return &french
}

// Level names the level with the given stable name.
func (w *words) Level(name string) string { return w.levels[name].Name }

// LevelMeaning says what the level asks for.
func (w *words) LevelMeaning(name string) string { return w.levels[name].Meaning }

// Claim is the label of a claim; a claim without one keeps its stable name.
func (w *words) Claim(name string) string { return named(w.claims, name) }

// Check is a check in words; a check without any keeps its stable name.
func (w *words) Check(name string) string { return named(w.checks, name) }

// Levels lists the levels that can be asked, lowest first.
func (w *words) Levels() []string { return []string{"eidas1", "eidas2", "eidas3"} }

func named(table map[string]string, name string) string {
	if text, ok := table[name]; ok {
		return text
	}
	return name
}
