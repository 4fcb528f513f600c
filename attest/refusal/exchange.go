package refusal

// Reasons of the exchange of messages between agent and provider.
const (
	// MessageMalformed: a message does not follow its syntax.
	MessageMalformed Reason = "message_malformed"
	// MessageTooLarge: a message is longer than its limit.
	MessageTooLarge Reason = "message_too_large"
	// MessageOutOfOrder: a message came out of order, late or twice.
	MessageOutOfOrder Reason = "message_out_of_order"
)

func exchangeReasons() []Reason {
	return []Reason{MessageMalformed, MessageTooLarge, MessageOutOfOrder}
}
