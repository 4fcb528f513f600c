package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Ask asks a question on prompt and reads one line of in, and nothing behind
// it. Of a line over most bytes it gives one byte more than that, so that the
// caller sees that it is too long. When ctx ends first, Ask fails with its cause,
// and the reading is left to the end of the program. The line is the caller's
// to wipe.
func Ask(ctx context.Context, in io.Reader, prompt io.Writer, question string, most int) ([]byte, error) {
	fmt.Fprint(prompt, question)
	defer fmt.Fprintln(prompt)
	type answer struct {
		line []byte
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := readLine(in, most)
		read <- answer{line, err}
	}()
	select {
	case a := <-read:
		return a.line, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readLine reads byte by byte: what follows the line is another's.
func readLine(in io.Reader, most int) ([]byte, error) {
	line, next := make([]byte, 0, most+1), make([]byte, 1)
	for len(line) <= most {
		_, err := io.ReadFull(in, next)
		if errors.Is(err, io.EOF) || next[0] == '\n' {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		line = append(line, next...)
	}
	return line, nil
}
