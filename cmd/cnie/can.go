package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// maxCAN is the longest line that is taken for a CAN, in bytes: six digits and
// what people put around and between them.
const maxCAN = 16

// can is the CAN of the command line, else a line of in, for which the person
// is asked on prompt. The caller wipes it. When ctx ends first, the reading of
// in is left to the end of the program.
func (c *readCommand) can(ctx context.Context, in io.Reader, prompt io.Writer) ([]byte, error) {
	if c.CAN != "-" {
		return []byte(c.CAN), nil
	}
	fmt.Fprint(prompt, wordsIn(c.tag()).askCAN)
	defer fmt.Fprintln(prompt)
	var line []byte
	read := make(chan error, 1)
	go func() {
		var err error
		line, err = readLine(in)
		read <- err
	}()
	select {
	case err := <-read:
		return digits(line), err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// digits takes off what people put around and between the digits. A line that
// is too long stays what it is: no CAN.
func digits(line []byte) []byte {
	if len(line) > maxCAN {
		return line
	}
	return bytes.ReplaceAll(bytes.TrimSpace(line), []byte(" "), nil)
}

// readLine reads to the end of a line or of in, and nothing behind it. Of a
// line over maxCAN bytes it gives one byte more than that.
func readLine(in io.Reader) ([]byte, error) {
	line, next := make([]byte, 0, maxCAN+1), make([]byte, 1)
	for len(line) <= maxCAN {
		_, err := io.ReadFull(in, next)
		if errors.Is(err, io.EOF) || next[0] == '\n' {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("--can: standard input: %w", err)
		}
		line = append(line, next...)
	}
	return line, nil
}
