package refusal

// Reasons of the level of assurance.
const (
	// LevelInsufficient: more was asked than the evidence of this login proves.
	LevelInsufficient Reason = "level_insufficient"
)

func levelReasons() []Reason {
	return []Reason{LevelInsufficient}
}
