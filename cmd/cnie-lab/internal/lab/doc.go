// Package lab is the laboratory: a virtual card, an agent and an identity
// provider on loopback ports of their own, and a played browser that logs in.
//
// Agent and provider are wired by the packages that the installed programs
// use. What the laboratory adds is what they must not have: the virtual card,
// anchors of its own, a browser that clicks, and parties that misbehave. A
// Fault is one misbehaviour of one party; everything else stays as it is.
package lab
