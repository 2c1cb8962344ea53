package queries

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
)

// What several statements say alike stands in a file of its own in parts, and once in each of them as {{.name}}: the lines of a run within
// a view, what moved between two runs, what of its cut arrived. Its text is put into the statement when the program starts, so
// that the engine plans one statement, and partitions and keys are used as if it stood there. A view with parameters would say the
// same and use them as well (TestViewsLeaveKeysAndPartitionsInUse), but the engine plans it anew at each level: two views, one in the
// other, cost 20 ms to 60 ms a statement, whatever it reads. So what pages ask for is made of parts, and a view is for what is read
// by its name alone, as the issues are.

//go:embed parts/*.sql
var partFiles embed.FS

var partName = regexp.MustCompile(`(?m)^(.*?)\{\{\.(\w+)\}\}`)

// Whole is a statement with the parts that it names, and with those that they name. A part has the indentation of the line that names it.
func Whole(text string) string {
	for partName.MatchString(text) {
		text = partName.ReplaceAllStringFunc(text, func(named string) string {
			found := partName.FindStringSubmatch(named)
			part, err := partFiles.ReadFile("parts/" + found[2] + ".sql")
			if err != nil {
				panic(fmt.Sprintf("queries: a statement names a part that there is not: %v", err)) // a broken build
			}
			lines := strings.Split(strings.TrimSuffix(string(part), "\n"), "\n")
			for strings.HasPrefix(lines[0], "--") {
				lines = lines[1:]
			}
			indent := found[1][:len(found[1])-len(strings.TrimLeft(found[1], " "))]
			return found[1] + strings.Join(lines, "\n"+indent)
		})
	}
	return text
}
