package engine

import "strings"

// statement is what the engine needs to know of a SQL text before it runs it.
type statement struct {
	text   string // without the FORMAT clause at its end, if it had one
	verb   string // the first word, in capitals; "" where there is none
	format string // what the FORMAT clause named
	more   bool   // something follows its semicolon
}

// readStatement splits the text into words as far as it must: comments and quoted texts are passed over, so that a word
// in them is not taken for a clause.
func readStatement(sql string) statement {
	var words []word // the last two words, with nothing but semicolons after them
	s := statement{text: sql}
	ended := false
	for pos := 0; pos < len(sql); {
		w, next := nextWord(sql, pos)
		pos = next
		if !w.blank && sql[w.from] != ';' {
			s.more = s.more || ended
		}
		switch {
		case w.blank:
		case sql[w.from] == ';':
			ended = s.verb != ""
		case w.plain:
			if s.verb == "" && len(words) == 0 {
				s.verb = strings.ToUpper(sql[w.from:w.to])
			}
			if words = append(words, w); len(words) > 2 {
				words = words[1:]
			}
		case s.verb == "" && sql[w.from:w.to] == "(":
			// "(SELECT …) UNION ALL (SELECT …)" is a SELECT.
		default:
			if s.verb == "" {
				s.verb = "?"
			}
			words = words[:0]
		}
	}
	if len(words) == 2 && strings.EqualFold(sql[words[0].from:words[0].to], "FORMAT") {
		s.text, s.format = sql[:words[0].from], sql[words[1].from:words[1].to]
	}
	return s
}

// reads tells whether the statement is a SELECT, whose result can be streamed.
func (s statement) reads() bool { return s.verb == "SELECT" || s.verb == "WITH" || s.verb == "FROM" }

// word is a piece of SQL: a plain word, something blank (white space, a comment), or anything else.
type word struct {
	from, to     int
	plain, blank bool
}

// nextWord reads the piece that begins at pos and says where the next one begins.
func nextWord(sql string, pos int) (word, int) {
	w := word{from: pos}
	rest := sql[pos:]
	switch c := rest[0]; {
	case c <= ' ':
		w.to, w.blank = pos+1, true
	case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "#!"), strings.HasPrefix(rest, "# "):
		w.to, w.blank = pos+throughOr(rest, "\n", 0), true
	case strings.HasPrefix(rest, "/*"):
		w.to, w.blank = pos+throughOr(rest, "*/", 2), true
	case c == '\'' || c == '"' || c == '`':
		w.to = pos + quotedLength(rest)
	case strings.HasPrefix(rest, "$$"):
		w.to = pos + throughOr(rest, "$$", 2)
	case wordByte(c):
		n := 1
		for n < len(rest) && wordByte(rest[n]) {
			n++
		}
		w.to, w.plain = pos+n, true
	default:
		w.to = pos + 1
	}
	return w, w.to
}

// throughOr is the length of the text up to and with the end mark that comes after skip bytes, or all of it.
func throughOr(text, mark string, skip int) int {
	if i := strings.Index(text[skip:], mark); i >= 0 {
		return skip + i + len(mark)
	}
	return len(text)
}

// quotedLength is the length of the quoted text that begins here. A doubled quote reads as the end of one text and the
// beginning of another, which comes to the same.
func quotedLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return len(text)
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
