package etl_test

import (
	"os"
	"testing"

	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
)

// TestMain lets this test program serve as the engine that its tests start, and as a program that is killed at its work.
func TestMain(m *testing.M) {
	engine.ChildMain()
	if text := os.Getenv(doomVariable); text != "" {
		meet(text)
	}
	enginetest.Main(m)
}
