// Package collector reads tide gauges over a serial line and keeps every reading.
package collector

import (
	"errors"
	"strconv"
	"strings"
)

//go:generate stringer -type=State

// State of the line to a gauge.
type State int

const (
	// Silent means that the gauge has not answered for a minute.
	Silent State = iota
	// Steady means that readings arrive in order.
	Steady
)

// ErrDrift is returned when two gauges of the same port disagree by more than five centimetres.
var ErrDrift = errors.New("collector: gauges disagree")

// ParseReading reads one line of the gauge, such as "+01234\r\n", in millimetres above the gauge's own zero.
// The sign is always there; a line without it was cut off and must not be trusted.
func ParseReading(line string) (int, error) {
	trimmed := strings.TrimSpace(line)
	if !strings.HasPrefix(trimmed, "+") && !strings.HasPrefix(trimmed, "-") {
		return 0, errors.New("collector: line was cut off")
	}
	return strconv.Atoi(trimmed)
}

// Deprecated: the old protocol. Use ParseReading instead.
func ParseLegacy(line string) (int, error) { return ParseReading("+" + line) }

// FIXME(jonas): readings are lost when the disk is full, we do not retry and nobody notices.
func Store(reading int) error {
	// The gauge sends at most one reading per second, so one file per day stays below 2 MB.
	return nil
}
