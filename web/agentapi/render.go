package agentapi

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"

	"cnie.example/web/language"
)

//go:embed templates
var templateFiles embed.FS

// pages are the parsed templates by name.
type pages map[string]*template.Template

func parsePages() (*pages, error) {
	all := pages{}
	for _, name := range []string{"status", "landing", "consent", "progress", "problem"} {
		t, err := template.ParseFS(templateFiles, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		all[name] = t
	}
	return &all, nil
}

// page is what the layout shows; Body is for the template named by Page.
type page struct {
	Page   string
	Title  string
	Lab    bool
	Lang   language.Tag
	Switch string // address of the same page in the other language, if it has one
	Text   *texts
	Body   any
}

// show writes a page. It is rendered whole before the first byte goes out, so
// that a fault of a template is not half a page.
func (s *Server) show(w http.ResponseWriter, status int, tag language.Tag, other string, p page) {
	p.Lang, p.Switch, p.Text = tag, other, textsIn(tag)
	p.Lab = p.Lab || s.cfg.Lab
	var b bytes.Buffer
	if err := (*s.pages)[p.Page].Execute(&b, p); err != nil {
		s.cfg.Logger.Error("page cannot be rendered", "page", p.Page, "cause", err.Error())
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", tag.String())
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may be gone
}

// showTo writes a page of its own address, which has a language switch.
func (s *Server) showTo(r *request, status int, p page) error {
	here := r.Request().URL.Path
	s.show(r.Response(), status, r.lang, here+"?"+language.Parameter+"="+r.lang.Other().String(), p)
	return nil
}

// mediaType is that of a static file.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}
