package refusal

// Reasons of single answers in the chip's proof of presence.
const (
	// ChipAnswerMissing: there are fewer answers than commands, or an answer has no status word.
	ChipAnswerMissing Reason = "chip_answer_missing"
	// ChipAnswerExcess: there are more answers than commands.
	ChipAnswerExcess Reason = "chip_answer_excess"
	// ChipAnswerUnprotected: an answer came without secure messaging.
	ChipAnswerUnprotected Reason = "chip_answer_unprotected"
	// FileTooLong: a file is longer than one login may read.
	FileTooLong Reason = "file_too_long"
)

func proofReasons() []Reason {
	return []Reason{ChipAnswerMissing, ChipAnswerExcess, ChipAnswerUnprotected, FileTooLong}
}
