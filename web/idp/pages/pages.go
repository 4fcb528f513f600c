package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"

	"cnie.example/web/language"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/style.css
var style []byte

//go:embed assets/icon.svg
var icon []byte

// Style is the style sheet. The caller does not change it.
func Style() []byte { return style }

// Icon is the icon of the site, SVG. The caller does not change it.
func Icon() []byte { return icon }

// Set is the parsed templates. It is safe for concurrent use.
type Set struct{ page map[string]*template.Template }

// names of the pages; each has a template file and is the value of data-page.
var names = [...]string{"start", "continue", "confirm", "identity", "problem"}

// Parse reads the embedded templates.
func Parse() (*Set, error) {
	base, err := template.ParseFS(templates, "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("parse layout: %w", err)
	}
	set := &Set{page: make(map[string]*template.Template, len(names))}
	for _, name := range names {
		page, err := base.Clone()
		if err == nil {
			page, err = page.ParseFS(templates, "templates/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("parse page %s: %w", name, err)
		}
		set.page[name] = page
	}
	return set, nil
}

// Frame is what every page shows around its content.
type Frame struct {
	Language language.Tag
	Lab      bool
	Provider string // name of the provider in Language
	Path     string // path at which the page can be asked for in the other language; empty when it cannot
}

// view is what a template sees.
type view struct {
	Frame
	Page string
	T    *words
	Data any
}

// Other is the language that the link at the top offers.
func (v view) Other() language.Tag { return v.Language.Other() }

// render writes the whole page or nothing, so that a failed template never
// leaves half a page behind.
func (s *Set) render(w io.Writer, name string, frame Frame, data any) error {
	var b bytes.Buffer
	v := view{Frame: frame, Page: name, T: wordsFor(frame.Language), Data: data}
	if err := s.page[name].ExecuteTemplate(&b, "layout", v); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	_, err := b.WriteTo(w)
	return err
}
