package browser

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Event is one server-sent event (HTML Living Standard, 9.2).
type Event struct{ Name, Data string }

// Events opens an event stream as an EventSource of the page would and calls f
// for each event until f returns false, the stream ends or ctx does.
func (p *Page) Events(ctx context.Context, path string, f func(Event) bool) error {
	target, err := p.URL.Parse(path)
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Sec-Fetch-Mode", "cors")
	r.Header.Set("Sec-Fetch-Dest", "empty")
	r.Header.Set("Sec-Fetch-Site", fetchSite(navigation{from: p, target: target}, !sameSite(p.URL, target)))
	response, err := p.browser.send(r, !sameSite(p.URL, target))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("events: status %d", response.StatusCode)
	}
	return readEvents(bufio.NewScanner(response.Body), f)
}

func readEvents(lines *bufio.Scanner, f func(Event) bool) error {
	event := Event{Name: "message"}
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			event.Name = value
		case "data":
			event.Data += value
		case "":
			if lines.Text() == "" && event.Data != "" {
				if !f(event) {
					return nil
				}
			}
			event = Event{Name: "message"}
		}
	}
	return lines.Err()
}
