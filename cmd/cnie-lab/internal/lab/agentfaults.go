package lab

// agentFaults are those of an agent that lies to the provider. The messages of
// a chip with chip authentication are others than those of one that signs, so
// that a lie is told in both.
func agentFaults() []Fault {
	return []Fault{
		{
			Name: "invented-answers", Help: "a lying agent invents the card's answers, or has another chip sign",
			Want: "chip_answer_unprotected", WantSigned: "chip_not_genuine",
			Needs:   []Demand{proof()},
			Defeats: []string{"chip_authentication", "active_authentication", "dg1_hash"},
			between: &behaviour{answers: inventAnswers, signed: signByAnother},
		},
		{
			Name: "empty-answers", Help: "a lying agent sends no answers, or no signature",
			Want: "chip_answer_missing", WantSigned: "message_malformed",
			Needs:   []Demand{proof()},
			Defeats: []string{"chip_authentication", "active_authentication", "dg1_hash"},
			between: &behaviour{answers: emptyAnswers, body: withoutSignature},
		},
		{
			Name: "altered-answers", Help: "a lying agent changes one bit of an answer, or of the signature", Want: "chip_not_genuine",
			Needs:   []Demand{proof()},
			Defeats: []string{"chip_authentication", "active_authentication", "dg1_hash"},
			between: &behaviour{answers: alterAnswers, signed: alterSignature},
		},
		{
			Name: "replayed-signature", Help: "a lying agent sends the chip's signature for another login", Want: "chip_not_genuine",
			Needs:   []Demand{signature()},
			Defeats: []string{"active_authentication", "dg1_hash"},
			between: &behaviour{signed: replaySignature},
		},
		{
			Name: "active-instead", Help: "a lying agent has a chip with chip authentication sign instead", Want: "chip_authentication_skipped",
			Needs:   []Demand{agreement()},
			Defeats: []string{"chip_authentication", "active_authentication", "dg1_hash"},
			profile: addActiveAuthentication,
			between: &behaviour{instead: signInstead},
		},
		{
			Name: "withheld-dg14", Help: "a lying agent says that the document has no DG14, and has its chip sign", Want: "dg14_hash_mismatch",
			Needs:   []Demand{proof(), file("DG14")},
			Defeats: []string{"dg14_hash", "chip_authentication", "active_authentication", "dg1_hash"},
			profile: addActiveAuthentication,
			between: &behaviour{instead: signInsteadWithoutDG14, signed: withholdDG14},
		},
		{
			Name: "malformed-json", Help: "a message to the provider is no JSON", Want: "message_malformed",
			Needs:   []Demand{proof()},
			between: &behaviour{body: func([]byte) []byte { return []byte(`{"type":"Opening",`) }},
		},
		{
			Name: "oversized-json", Help: "a message to the provider is far too long", Want: "message_too_large",
			Needs:   []Demand{proof()},
			between: &behaviour{body: func([]byte) []byte { return make([]byte, maxBody) }},
		},
		{
			Name: "malformed-sod", Help: "a lying agent sends a SOD with impossible lengths", Want: "sod_malformed",
			Needs:   []Demand{proof()},
			Defeats: []string{"sod_signature", "ds_chain"},
			between: &behaviour{opening: malformOpening, signed: malformSigned},
		},
	}
}
