package agentapi

import (
	"cnie.example/attest/wire"
	"cnie.example/web/agent"
	"cnie.example/web/language"
)

// texts are the words of the pages in one language. What a problem says stands
// in package problem.
type texts struct {
	Agent, Lab, LabNote, Switch, SkipToContent string
	Status                                     struct{ Title, Body, State, Ready, Version, Safe string }
	Landing                                    struct{ Title, Body, Start, Service, Safe string }
	Consent                                    consentTexts
	Progress                                   progressTexts
	Problem                                    problemTexts
}

type consentTexts struct {
	Title, Service, For, ForNote, Level, Code, CodeNote string
	Data, Evidence, EvidenceNote, Remembers             string
	CAN, CANHelp, CANPicture, Left, Yes, No, Wait       string
	Level1, Level2, Level3                              string
	DG1, DG2, DG11                                      string
}

type progressTexts struct {
	Fetching, FetchingBody                                string // before the question
	Title, Body, Now, Reload, Finish, Decline, Lost       string
	Reader, Card, Channel, Reading, Provider, Proof, Done string
	StateWaiting, StateActive, StateDone                  string
}

type problemTexts struct {
	Cause, Remedy, Again, Return, Leaving, Ask, Replace, ReplaceNote, Name string
}

func textsIn(tag language.Tag) *texts {
	if tag == language.English {
		return english()
	}
	return french()
}

// level gives a level of assurance in words.
func (t *texts) level(level string) string {
	switch level {
	case wire.LevelEIDAS1:
		return t.Consent.Level1
	case wire.LevelEIDAS2:
		return t.Consent.Level2
	case wire.LevelEIDAS3:
		return t.Consent.Level3
	}
	return level
}

// file gives the content of a file in words.
func (t *texts) file(file string) string {
	switch file {
	case wire.FileDG1:
		return t.Consent.DG1
	case wire.FileDG2:
		return t.Consent.DG2
	case wire.FileDG11:
		return t.Consent.DG11
	}
	return file
}

// step gives a step of the machine in words.
func (t *texts) step(step agent.Step) string {
	switch step {
	case agent.StepReader:
		return t.Progress.Reader
	case agent.StepCard:
		return t.Progress.Card
	case agent.StepChannel:
		return t.Progress.Channel
	case agent.StepReading:
		return t.Progress.Reading
	case agent.StepProvider:
		return t.Progress.Provider
	case agent.StepProof:
		return t.Progress.Proof
	}
	return t.Progress.Done
}
