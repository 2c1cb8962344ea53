package disclosure

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// oneWay is a table of one dimension with its total.
func oneWay(t *testing.T, persons ...int64) *Cells {
	t.Helper()
	c := &Cells{}
	var parts []string
	total := int64(0)
	for i, n := range persons {
		key := string(rune('a' + i))
		c.Cell(key, n, n == 0)
		parts = append(parts, key)
		total += n
	}
	c.Cell("total", total, total == 0)
	if err := c.Sum("total", parts...); err != nil {
		t.Fatal(err)
	}
	return c
}

func shown(hidden map[string]Cause) string {
	var words []string
	for _, key := range slices.Sorted(maps.Keys(hidden)) {
		words = append(words, fmt.Sprintf("%s:%d", key, hidden[key]))
	}
	return strings.Join(words, " ")
}

func TestOneDimension(t *testing.T) {
	for name, c := range map[string]struct {
		persons []int64
		want    string // key:cause, 1 too few persons, 2 a complement
	}{
		"nothing to hide":                             {[]int64{10, 20, 30}, ""},
		"three are enough":                            {[]int64{3, 3}, ""},
		"nobody is no secret":                         {[]int64{0, 10, 20}, ""},
		"the next larger one is hidden with it":       {[]int64{1, 10, 20}, "a:1 b:2"},
		"and not one with nobody":                     {[]int64{0, 1, 10, 20}, "b:1 c:2"},
		"two that hide each other":                    {[]int64{2, 2, 10}, "a:1 b:1"},
		"two of one person each need a third":         {[]int64{1, 1, 10, 20}, "a:1 b:1 c:2"},
		"three of one person each do not":             {[]int64{1, 1, 1, 20}, "a:1 b:1 c:1"},
		"a single part hides the total":               {[]int64{2}, "a:1 total:1"},
		"one beside one with nobody hides the total":  {[]int64{2, 0}, "a:1 total:1"},
		"two parts are both hidden, the total is not": {[]int64{1, 9}, "a:1 b:2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(oneWay(t, c.persons...).Hidden(Least)); got != c.want {
				t.Errorf("hidden: %s; want %s", got, c.want)
			}
		})
	}
}

// twoWay is a table of rows and columns with all totals: keys r0c0, r0 (a row's total), c0 (a column's), total.
func twoWay(c *Cells, persons [][]int64) error {
	rows, columns := len(persons), len(persons[0])
	total := int64(0)
	rowTotals, columnTotals := make([]int64, rows), make([]int64, columns)
	for r := range persons {
		for k, n := range persons[r] {
			c.Cell(fmt.Sprintf("r%dc%d", r, k), n, n == 0)
			rowTotals[r] += n
			columnTotals[k] += n
			total += n
		}
	}
	c.Cell("total", total, total == 0)
	var all []string
	for r, n := range rowTotals {
		key := fmt.Sprintf("r%d", r)
		c.Cell(key, n, n == 0)
		all = append(all, key)
		var parts []string
		for k := range columns {
			parts = append(parts, fmt.Sprintf("r%dc%d", r, k))
		}
		if err := c.Sum(key, parts...); err != nil {
			return err
		}
	}
	if err := c.Sum("total", all...); err != nil {
		return err
	}
	all = nil
	for k, n := range columnTotals {
		key := fmt.Sprintf("c%d", k)
		c.Cell(key, n, n == 0)
		all = append(all, key)
		var parts []string
		for r := range rows {
			parts = append(parts, fmt.Sprintf("r%dc%d", r, k))
		}
		if err := c.Sum(key, parts...); err != nil {
			return err
		}
	}
	return c.Sum("total", all...)
}

func TestTwoDimensionsHideARectangle(t *testing.T) {
	c := &Cells{}
	err := twoWay(c, [][]int64{
		{1, 90, 80, 70},
		{60, 9, 50, 40},
		{30, 20, 95, 85},
	})
	if err != nil {
		t.Fatal(err)
	}
	hidden := c.Hidden(Least)
	if hidden["r0c0"] != Few || len(hidden) != 4 {
		t.Errorf("hidden: %s", shown(hidden))
	}
	for key := range hidden {
		if !strings.Contains(key, "c") || !strings.HasPrefix(key, "r") {
			t.Errorf("the total %s is hidden", key)
		}
	}
}

func TestAParentsTotalGivesNothingAway(t *testing.T) {
	// A city of two counties; the county's row is hidden, so the city's other figures must not give it away.
	c := &Cells{}
	for key, n := range map[string]int64{"province": 1000, "suzhou": 52, "nantong": 948, "gusu": 2, "wuzhong": 50} {
		c.Cell(key, n, false)
	}
	for total, parts := range map[string][]string{"province": {"suzhou", "nantong"}, "suzhou": {"gusu", "wuzhong"}} {
		if err := c.Sum(total, parts...); err != nil {
			t.Fatal(err)
		}
	}
	if got := shown(c.Hidden(Least)); got != "gusu:1 wuzhong:2" {
		t.Errorf("hidden: %s", got)
	}
}

func TestPartsThatShareTheirPersons(t *testing.T) {
	// The same two people are insured for two things: together they are still two.
	build := func(add func(c *Cells) error) string {
		c := &Cells{}
		for _, one := range []struct {
			key     string
			persons int64
		}{{"pension", 2}, {"medical", 2}, {"unemployment", 40}, {"all", 40}} {
			c.Cell(one.key, one.persons, false)
		}
		if err := add(c); err != nil {
			t.Fatal(err)
		}
		return shown(c.Hidden(Least))
	}
	if got := build(func(c *Cells) error { return c.Overlap("all", "pension", "medical", "unemployment") }); got != "medical:1 pension:1 unemployment:2" {
		t.Errorf("hidden: %s", got)
	}
	if got := build(func(c *Cells) error { return c.Sum("all", "pension", "medical", "unemployment") }); got != "medical:1 pension:1" {
		t.Errorf("hidden, were they different people: %s", got)
	}
}

func TestACellWithMoneyAndNobodyIsHidden(t *testing.T) {
	c := &Cells{}
	c.Cell("a", 0, false) // a refund of somebody who has left
	c.Cell("b", 50, false)
	c.Cell("total", 50, false)
	if err := c.Sum("total", "a", "b"); err != nil {
		t.Fatal(err)
	}
	if got := shown(c.Hidden(Least)); got != "a:1 b:2" {
		t.Errorf("hidden: %s", got)
	}
}

func TestASumOfCellsThatAreNotThereIsAFault(t *testing.T) {
	c := &Cells{}
	c.Cell("a", 5, false)
	if c.Sum("total", "a") == nil || c.Sum("a", "b") == nil {
		t.Error("it was accepted")
	}
	if len((&Cells{}).Hidden(Least)) != 0 {
		t.Error("no cells, and some are hidden")
	}
}

// exact is the same elimination with fractions, for the test alone: the reduced rows of what is hidden.
func exact(c *Cells, hidden map[string]Cause) (rows [][]*big.Rat, columns []string) {
	place := map[string]int{}
	for _, one := range c.cells {
		if hidden[one.key] != 0 {
			place[one.key] = len(columns)
			columns = append(columns, one.key)
		}
	}
	for _, s := range c.sums {
		row := make([]*big.Rat, len(columns))
		for i := range row {
			row[i] = new(big.Rat)
		}
		put := func(i int, value int64) {
			if at, ok := place[c.cells[i].key]; ok {
				row[at].Add(row[at], big.NewRat(value, 1))
			}
		}
		put(s.total, -1)
		for _, part := range s.parts {
			put(part, 1)
		}
		rows = append(rows, row)
	}
	rank := 0
	for column := range columns {
		found := -1
		for r := rank; r < len(rows); r++ {
			if rows[r][column].Sign() != 0 {
				found = r
				break
			}
		}
		if found < 0 {
			continue
		}
		rows[rank], rows[found] = rows[found], rows[rank]
		scale := new(big.Rat).Inv(rows[rank][column])
		for i := range rows[rank] {
			rows[rank][i].Mul(rows[rank][i], scale)
		}
		for r := range rows {
			if r == rank || rows[r][column].Sign() == 0 {
				continue
			}
			factor := new(big.Rat).Set(rows[r][column])
			for i := range rows[r] {
				rows[r][i].Sub(rows[r][i], new(big.Rat).Mul(factor, rows[rank][i]))
			}
		}
		rank++
	}
	return rows[:rank], columns
}

// follows tells whether the sum of the named cells is a combination of the reduced rows: whether everybody knows it.
func follows(rows [][]*big.Rat, columns []string, keys ...string) bool {
	rest := make([]*big.Rat, len(columns))
	for i, key := range columns {
		rest[i] = new(big.Rat)
		if slices.Contains(keys, key) {
			rest[i].SetInt64(1)
		}
	}
	for _, row := range rows {
		pivot := slices.IndexFunc(row, func(r *big.Rat) bool { return r.Sign() != 0 })
		factor := new(big.Rat).Set(rest[pivot])
		for i := range rest {
			rest[i].Sub(rest[i], new(big.Rat).Mul(factor, row[i]))
		}
	}
	return !slices.ContainsFunc(rest, func(r *big.Rat) bool { return r.Sign() != 0 })
}

// known lists what follows from what is shown and should not.
func known(c *Cells, hidden map[string]Cause, least int64) (found []string) {
	rows, columns := exact(c, hidden)
	persons := map[string]int64{}
	for _, one := range c.cells {
		persons[one.key] = one.persons
	}
	for i, a := range columns {
		if follows(rows, columns, a) {
			found = append(found, a)
		}
		for _, b := range columns[i+1:] {
			if persons[a]+persons[b] < least && follows(rows, columns, a, b) {
				found = append(found, a+"+"+b)
			}
		}
	}
	return found
}

// population draws numbers of persons of which many are small.
var population = rapid.OneOf(rapid.Int64Range(0, 4), rapid.Int64Range(0, 1), rapid.Int64Range(3, 500))

// table draws a table: rows of a tree (province, cities, counties) times columns, with all totals, or one dimension.
func table(t *rapid.T) *Cells {
	c := &Cells{}
	columns := rapid.IntRange(1, 4).Draw(t, "columns")
	type line struct {
		key     string
		persons []int64
	}
	var build func(key string, depth int) line
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	build = func(key string, depth int) line {
		l := line{key, make([]int64, columns)}
		if depth == 0 {
			for k := range columns {
				l.persons[k] = population.Draw(t, "persons")
			}
		}
		var children []line
		if depth > 0 {
			for i := range rapid.IntRange(1, 4).Draw(t, "children") {
				child := build(fmt.Sprintf("%s.%d", key, i), rapid.IntRange(0, depth-1).Draw(t, "depth"))
				children = append(children, child)
				for k, n := range child.persons {
					l.persons[k] += n
				}
			}
		}
		total := int64(0)
		var across []string
		for k, n := range l.persons {
			cellKey := fmt.Sprintf("%s/%d", key, k)
			c.Cell(cellKey, n, n == 0)
			across = append(across, cellKey)
			total += n
		}
		c.Cell(key, total, total == 0)
		must(c.Sum(key, across...))
		for k := range columns {
			var down []string
			for _, child := range children {
				down = append(down, fmt.Sprintf("%s/%d", child.key, k))
			}
			if len(down) > 0 {
				must(c.Sum(across[k], down...))
			}
		}
		if len(children) > 0 {
			var down []string
			for _, child := range children {
				down = append(down, child.key)
			}
			must(c.Sum(key, down...))
		}
		return l
	}
	build("x", rapid.IntRange(0, 2).Draw(t, "levels"))
	return c
}

func TestNothingHiddenFollowsFromWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := table(t)
		hidden := c.Hidden(Least)
		for _, one := range c.cells {
			if want := !one.blank && one.persons < Least; want != (hidden[one.key] == Few) {
				t.Fatalf("%s of %d persons: %d", one.key, one.persons, hidden[one.key])
			}
			if one.blank && hidden[one.key] != 0 {
				t.Fatalf("%s is blank and hidden", one.key)
			}
		}
		if found := known(c, hidden, Least); len(found) > 0 {
			t.Fatalf("everybody knows %v although %s", found, shown(hidden))
		}
	})
}

func TestNoMoreIsHiddenThanMustBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := table(t)
		hidden := c.Hidden(Least)
		for key, cause := range hidden {
			if cause != Complement {
				continue
			}
			less := maps.Clone(hidden)
			delete(less, key)
			s := &search{Cells: c, least: Least, hidden: make([]Cause, len(c.cells))}
			for i, one := range c.cells {
				s.hidden[i] = less[one.key]
			}
			if len(s.leaks()) == 0 {
				t.Fatalf("%s need not be hidden beside %s", key, shown(less))
			}
		}
	})
}

func TestTheAnswerIsAlwaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := table(t)
		if first, second := shown(c.Hidden(Least)), shown(c.Hidden(Least)); first != second {
			t.Fatalf("%s, then %s", first, second)
		}
	})
}

func TestAPageDoesNotWait(t *testing.T) {
	c := &Cells{}
	persons := make([][]int64, 110) // the counties of a province
	n := uint64(1)
	for r := range persons {
		persons[r] = make([]int64, 20) // sections of industry
		for k := range persons[r] {
			n = n*6364136223846793005 + 1442695040888963407
			persons[r][k] = int64(n >> 40 % 60) //nolint:gosec // small
		}
	}
	if err := twoWay(c, persons); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	hidden := c.Hidden(Least)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a table of %d cells takes %v", len(c.cells), took)
	} else {
		t.Logf("a table of %d cells takes %v; %d are hidden", len(c.cells), took, len(hidden))
	}
}
