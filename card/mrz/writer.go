package mrz

import (
	"fmt"
	"strings"
)

// writer puts a zone together; the first error stays.
type writer struct {
	b   []byte
	err error
}

func (w *writer) field(name, s string, n int) {
	if w.err != nil {
		return
	}
	s, w.err = field(name, s, n)
	w.b = append(w.b, s...)
}

func (w *writer) code(s string) {
	if w.field("document code", s, codeField); w.err == nil {
		_, w.err = documentCode(pad(s, codeField))
	}
}

func (w *writer) digit(parts ...string) { w.b = append(w.b, checkDigit(parts...)) }

// zone is what was written, or nothing after an error.
func (w *writer) zone() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.b, nil
}

// checked writes a field and its check digit.
func (w *writer) checked(name, s string, n int) {
	w.field(name, s, n)
	if w.err == nil {
		w.digit(pad(s, n))
	}
}

func (w *writer) date(name, s string) {
	if w.err == nil {
		w.err = checkDate(name, s)
	}
	w.checked(name, s, dateField)
}

func (w *writer) sex(s string) {
	if w.err != nil {
		return
	}
	if s, w.err = sexCharacter(s); w.err == nil {
		w.b = append(w.b, s...)
	}
}

func (w *writer) names(m *MRZ, n int) {
	if w.err != nil {
		return
	}
	var s string
	s, w.err = m.nameField(n)
	w.b = append(w.b, s...)
}

// number writes number, check digit and the optional data of width characters,
// with the overflow of a long number.
func (w *writer) number(number, optional string, width int) {
	if len(number) <= numberField {
		w.checked("document number", number, numberField)
		w.field("optional data", optional, width)
		return
	}
	if len(number) > numberField+width-2 || strings.Contains(number[numberField-1:], string(filler)) {
		w.err = fmt.Errorf("document number of %d characters: %w", len(number), ErrFormat)
		return
	}
	w.field("document number", number[:numberField], numberField)
	w.field("document number", "", 1)
	w.field("optional data", number[numberField:]+string(checkDigit(number))+"<"+optional, width)
}
