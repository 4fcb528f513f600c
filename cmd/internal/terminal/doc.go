// Package terminal writes what people read: tables and paragraphs that fit a
// terminal of 80 columns, dates of a language, and nothing that steers the
// terminal. It chooses the language by flag and environment.
//
// It writes no JSON, and does not ask the terminal how wide it is.
package terminal
