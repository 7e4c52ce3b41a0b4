package machine

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

func TestADiskThatIsFullIsSaidBeforeAnythingIsStarted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	if err := enough(dir, 1); err != nil {
		t.Error(err)
	}
	err := enough(dir, math.MaxUint64)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--dir") {
		t.Errorf("got %v", err)
	}
}
