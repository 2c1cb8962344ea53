package etl_test

import (
	"testing"

	"jianfu/internal/engine/enginetest"
)

// TestMain lets this test program serve as the engine that its tests start.
func TestMain(m *testing.M) { enginetest.Main(m) }
