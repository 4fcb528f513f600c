package problem

import "errors"

// Error is a failure with its name. Err is the cause for logs, may be nil, and
// holds no secret and no personal data.
type Error struct {
	Name Name
	Err  error
}

// Error gives the name, then the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Name)
	}
	return string(e.Name) + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Wrap names an error. The result is never nil, even for a nil cause.
func Wrap(name Name, err error) error { return &Error{Name: name, Err: err} }

// New is a named error with a cause in words.
func New(name Name, cause string) error { return Wrap(name, errors.New(cause)) }

// Of gives the name of an error: that of the outermost Error in its chain, or
// Internal when nothing named it. A nil error has the empty name.
func Of(err error) Name {
	if err == nil {
		return ""
	}
	var named *Error
	if errors.As(err, &named) && named.Name.Known() {
		return named.Name
	}
	return Internal
}
