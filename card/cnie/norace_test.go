//go:build !race

package cnie_test

const raceEnabled = false
