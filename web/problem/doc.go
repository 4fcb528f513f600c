// Package problem names every failure a person or a program can meet: one
// stable Name each, with the HTTP status, the title, the cause and the remedy
// in French and English. All binaries take their texts from here.
//
// An Error carries a Name along a chain of errors, and Of finds it again. The
// underlying error is for logs; what people see is only the text of the Name,
// so nothing an attacker wrote reaches a page. On the wire a problem is an RFC
// 9457 object whose type is urn:cnie:problem:<name>; Decode takes no more from
// such an object than a Name that is known here.
//
// The reasons of attest/refusal are Names too, under the same spelling. This
// package does not import them: a test holds the two lists together.
package problem
