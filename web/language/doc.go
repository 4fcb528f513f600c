// Package language chooses between the two languages of the pages, French and
// English, from what a browser says (RFC 9110, 12.5.4) or a person asks for.
//
// It holds no texts: those stand beside what they describe. It keeps no state
// and reads no cookie.
package language
