package main

import (
	"errors"
	"strconv"
	"strings"
)

// size is a number of bytes, written as 800M, 6G or 6GiB; the letters count in powers of 1024. Of the libraries for it,
// docker/go-units goes through a float, in which 9999999999G is negative, dustin/go-humanize takes 6G for 6 × 10⁹ bytes,
// c2h5oh/datasize does not know 6GiB, and alecthomas/units does not know 6G.
type size uint64

var sizeLetters = []struct {
	letter string
	shift  uint
}{{"K", 10}, {"M", 20}, {"G", 30}, {"T", 40}}

// String writes the largest unit that leaves no rest, and nothing for zero.
func (s *size) String() string {
	n := uint64(*s)
	if n == 0 {
		return ""
	}
	for i := len(sizeLetters) - 1; i >= 0; i-- {
		if unit := sizeLetters[i]; n%(1<<unit.shift) == 0 {
			return strconv.FormatUint(n>>unit.shift, 10) + unit.letter
		}
	}
	return strconv.FormatUint(n, 10)
}

// Type names the kind of value for the flag parser.
func (s *size) Type() string { return "size" }

// Set reads a size.
func (s *size) Set(text string) error {
	number := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(text)), "B"), "I")
	shift := uint(0)
	for _, unit := range sizeLetters {
		if rest, ok := strings.CutSuffix(number, unit.letter); ok {
			number, shift = rest, unit.shift
		}
	}
	n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 64)
	if err != nil || n > (1<<63)>>shift {
		return errors.New("not a size")
	}
	*s = size(n << shift)
	return nil
}
