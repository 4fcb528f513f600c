// Package agentd runs an agent: enrolled providers from a directory, the login
// state machine, and the endpoint on the loopback interface. The installed
// agent and the laboratory are this same wiring over different cards.
//
// It makes no decision of its own but one: an agent that is not of the
// laboratory does not start with a provider record of the laboratory.
package agentd
