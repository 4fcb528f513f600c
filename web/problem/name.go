package problem

import (
	"net/http"
	"slices"

	"cnie.example/web/language"
)

// Name is the stable name of a problem, in snake_case.
type Name string

// Text is what a person reads: what happened, why, and what can be done.
type Text struct {
	Title  string // one line without a full stop
	Cause  string
	Remedy string
}

// entry is a row of the tables in this package.
type entry struct {
	status  int // HTTP status
	french  Text
	english Text
}

// tables returns every table of names. Together they are the whole list.
func tables() []map[Name]entry {
	return []map[Name]entry{cards, access, requests, exchanges, documents, refusals, outcomes, endpoints}
}

func (n Name) lookup() (entry, bool) {
	for _, table := range tables() {
		if e, ok := table[n]; ok {
			return e, true
		}
	}
	return entry{}, false
}

// entry gives the row of n; a name that is not in the list reads as Internal.
func (n Name) entry() entry {
	if e, ok := n.lookup(); ok {
		return e
	}
	return endpoints[Internal]
}

// Known says whether n is in the list.
func (n Name) Known() bool {
	_, ok := n.lookup()
	return ok
}

// Status is the HTTP status with which n is answered.
func (n Name) Status() int { return n.entry().status }

// Text gives title, cause and remedy in a language. A name that is not known
// has the text of Internal.
func (n Name) Text(tag language.Tag) Text {
	if tag == language.English {
		return n.entry().english
	}
	return n.entry().french
}

// All lists every known name in alphabetical order.
func All() []Name {
	var all []Name
	for _, table := range tables() {
		for n := range table {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// Shorthands of the statuses used in the tables.
const (
	badRequest  = http.StatusBadRequest
	forbidden   = http.StatusForbidden
	notFound    = http.StatusNotFound
	conflict    = http.StatusConflict
	gone        = http.StatusGone
	tooLarge    = http.StatusRequestEntityTooLarge
	misdirected = http.StatusMisdirectedRequest
	unusable    = http.StatusUnprocessableEntity
	tooMany     = http.StatusTooManyRequests
	failed      = http.StatusInternalServerError
	badGateway  = http.StatusBadGateway
	unavailable = http.StatusServiceUnavailable
	noLogin     = http.StatusUnauthorized
)
