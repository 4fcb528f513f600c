package language

import xlanguage "golang.org/x/text/language"

// Tag is a language of the pages. The zero value is French.
type Tag uint8

// The languages of the pages.
const (
	French Tag = iota
	English
)

// Parameter is the query parameter by which a person chooses a language.
const Parameter = "lang"

// maxHeader bounds the Accept-Language header that is looked at, in bytes.
// Browsers send far less.
const maxHeader = 1024

// String is the BCP 47 tag, for the lang attribute: "fr" or "en".
func (t Tag) String() string {
	if t == English {
		return "en"
	}
	return "fr"
}

// Other is the language to offer to who reads this one.
func (t Tag) Other() Tag {
	if t == English {
		return French
	}
	return English
}

// Parse reads an explicit choice, "fr" or "en"; any other value is not one.
func Parse(s string) (Tag, bool) {
	switch s {
	case "fr":
		return French, true
	case "en":
		return English, true
	}
	return French, false
}

// Match chooses by an Accept-Language header. A header that is absent,
// malformed or longer than any browser's gives French; one that names only
// other languages gives English.
func Match(acceptLanguage string) Tag {
	if acceptLanguage == "" || len(acceptLanguage) > maxHeader {
		return French
	}
	wanted, _, err := xlanguage.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return French
	}
	_, index, confidence := xlanguage.NewMatcher([]xlanguage.Tag{xlanguage.French, xlanguage.English}).Match(wanted...)
	if confidence == xlanguage.No || index == 1 {
		return English
	}
	return French
}
