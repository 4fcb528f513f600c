package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// journal keeps what agent and provider log.
type journal struct {
	mu      sync.Mutex
	entries []entry
}

// entry is a line of the journal.
type entry struct {
	of, text string // who wrote what
	attrs    map[string]string
}

func (j *journal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.entries)
}

func (j *journal) since(n int) []entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries[n:])
}

// count counts the entries since n with a text.
func (j *journal) count(n int, text string) int {
	count := 0
	for _, e := range j.since(n) {
		if e.text == text {
			count++
		}
	}
	return count
}

// has says whether an entry since n has a text and an attribute.
func (j *journal) has(n int, text, name, value string) bool {
	return slices.ContainsFunc(j.since(n), func(e entry) bool { return e.text == text && e.attrs[name] == value })
}

// recorder writes into a journal.
type recorder struct {
	journal *journal
	attrs   []slog.Attr
}

func (recorder) Enabled(context.Context, slog.Level) bool { return true }

func (r recorder) Handle(_ context.Context, record slog.Record) error {
	e := entry{text: record.Message, attrs: map[string]string{}}
	add := func(a slog.Attr) bool {
		e.attrs[a.Key] = a.Value.String()
		return true
	}
	for _, a := range r.attrs {
		add(a)
	}
	record.Attrs(add)
	e.of = e.attrs["of"]
	r.journal.mu.Lock()
	defer r.journal.mu.Unlock()
	r.journal.entries = append(r.journal.entries, e)
	return nil
}

func (r recorder) WithAttrs(attrs []slog.Attr) slog.Handler {
	r.attrs = slices.Concat(r.attrs, attrs)
	return r
}

func (r recorder) WithGroup(string) slog.Handler { return r }
