package period

import "testing"

func TestADateIsWhatItsTextSurelySays(t *testing.T) {
	for text, want := range map[string]struct {
		year, month, day int
		problem          Problem
	}{
		"2019-05":                     {2019, 5, 0, None},
		"2019-5":                      {2019, 5, 0, None},
		"2019/5":                      {2019, 5, 0, None},
		"201905":                      {2019, 5, 0, None},
		"2019.05":                     {2019, 5, 0, None},
		"2019.01":                     {2019, 1, 0, None},
		"2019.10":                     {2019, 10, 0, None},
		"2019.5":                      {2019, 5, 0, None}, // no other month loses a zero and becomes 5
		"2019年5月":                     {2019, 5, 0, None},
		"2019年05月份":                   {2019, 5, 0, None},
		"2019-05-01":                  {2019, 5, 1, None},
		"20190501":                    {2019, 5, 1, None},
		"2019.1.1":                    {2019, 1, 1, None},
		"2019年5月1日":                   {2019, 5, 1, None},
		"2020-02-29":                  {2020, 2, 29, None},
		"2019-05-01 00:00:00":         {2019, 5, 1, None},
		"2019-05-01 00:00:00.0":       {2019, 5, 1, None},
		"2019-05-01T00:00:00":         {2019, 5, 1, None},
		"2019/5/1 0:00":               {2019, 5, 1, None},
		"5/1/2019":                    {0, 0, 0, NoDate},
		"2019-04-30T16:00:00Z":        {2019, 5, 1, None}, // midnight in Beijing
		"2019-04-30T16:00:00.000Z":    {2019, 5, 1, None},
		"2019-04-30T15:00:00Z":        {2019, 4, 30, None},
		"2019-05-01T00:00:00+08:00":   {2019, 5, 1, None},
		"2019-05-01 00:00:00 +0800":   {2019, 5, 1, None},
		"2019-04-30T20:00:00+04:00":   {2019, 5, 1, None},
		"2018-12-31T16:00:00Z":        {2019, 1, 1, None},
		"2019/4/30 23:59:17":          {0, 0, 0, UnsureDay},
		"2019-04-30T23:59:59.999":     {0, 0, 0, UnsureDay},
		"2019-04-30T15:59:59Z":        {0, 0, 0, UnsureDay},
		"2019/4/30 23:58:59":          {2019, 4, 30, None},
		"2019-05-01 24:30:00":         {0, 0, 0, NoDate},
		"2019-05-01 at noon: 12":      {0, 0, 0, NoDate},
		"2019-05 00:00:00":            {0, 0, 0, NoDate},
		"2019.1":                      {0, 0, 0, LostZero},
		"2019-02-31":                  {0, 0, 0, NoSuchDay},
		"2019-02-29":                  {0, 0, 0, NoSuchDay},
		"20190631":                    {0, 0, 0, NoSuchDay},
		"2019-05-00":                  {0, 0, 0, NoSuchDay},
		"2019-13":                     {0, 0, 0, NoDate},
		"2019-13-01":                  {0, 0, 0, NoDate},
		"0001-01-01":                  {0, 0, 0, NoDate},
		"May-19":                      {0, 0, 0, MonthName},
		"19-May":                      {0, 0, 0, MonthName},
		"may 2019":                    {0, 0, 0, MonthName},
		"Sept-19":                     {0, 0, 0, MonthName},
		"5月-19":                       {0, 0, 0, MonthName},
		"19-5月":                       {0, 0, 0, MonthName},
		"5月19日":                       {0, 0, 0, MonthName},
		"五月-19":                       {0, 0, 0, MonthName},
		"十二月-19":                      {0, 0, 0, MonthName},
		"43586":                       {0, 0, 0, Serial},
		"43586.0":                     {0, 0, 0, Serial},
		"yesterday":                   {0, 0, 0, NoDate},
		"":                            {0, 0, 0, NoDate},
		"2019":                        {0, 0, 0, NoDate},
		"2019年5月1":                    {2019, 5, 1, None},
		"2019-05-01-01":               {0, 0, 0, NoDate},
		"2019-05-01T00:00:00+08:00:x": {0, 0, 0, NoDate},
	} {
		year, month, day, problem := ParseDate([]byte(text))
		if problem != want.problem || problem == None && (year != want.year || month != want.month || day != want.day) {
			t.Errorf("%q is %d-%d-%d, problem %d, not %v", text, year, month, day, problem, want)
		}
		if p, ok := ParseBytes([]byte(text)); ok != (want.problem == None) || ok && p != Of(want.year, want.month) {
			t.Errorf("%q is the month %v, %v", text, p, ok)
		}
	}
}
