//go:build race

package cnie_test

// raceEnabled shortens tests of many runs, which the race detector makes slow
// and tells nothing about.
const raceEnabled = true
