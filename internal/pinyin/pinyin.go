// Package pinyin makes of a unit's name what people type to find it: the name without width, case and punctuation, its
// reading in Latin letters, by which lists are sorted, and the initials of that reading ("jshg" for 江苏化工). It is worked
// out once a name, when it is loaded; the search only compares.
package pinyin

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/width"
)

// Name is a name in the forms in which it is looked for.
type Name struct {
	Folded   string // letters, digits and characters alone; half width, lower case
	Reading  string // in Latin letters without tones, characters that have several readings in their usual one
	Initials string // of the readings; several ways to read a name stand one after the other, with a space between
}

// mostInitials is how many ways to read a name are kept.
const mostInitials = 16

// readings are those of characters that names of firms and places use in more than one way, the usual one first. The
// library knows all readings that a character ever had, most of which nobody would type.
var readings = map[rune][]string{
	'重': {"zhong", "chong"}, '长': {"chang", "zhang"}, '行': {"hang", "xing"}, '厦': {"xia", "sha"},
	'会': {"hui", "kuai"}, '乐': {"le", "yue"}, '单': {"dan", "shan"}, '朝': {"chao", "zhao"},
	'曾': {"zeng", "ceng"}, '查': {"cha", "zha"}, '解': {"jie", "xie"}, '覃': {"qin", "tan"},
	'盛': {"sheng", "cheng"}, '藏': {"cang", "zang"}, '传': {"chuan", "zhuan"}, '调': {"tiao", "diao"},
	'参': {"can", "shen"}, '校': {"xiao", "jiao"}, '区': {"qu", "ou"}, '仇': {"qiu", "chou"}, '堡': {"bao", "pu"},
	'浒': {"hu", "xu"}, '泊': {"bo", "po"}, '蚌': {"beng", "bang"}, '埔': {"pu", "bu"}, '莘': {"shen", "xin"},
	'歙': {"she", "xi"}, '秘': {"mi", "bi"}, '尉': {"wei", "yu"}, '番': {"pan", "fan"}, '荥': {"xing", "ying"},
	'缪': {"miao", "mou"}, '翟': {"zhai", "di"}, '阿': {"a", "e"}, '都': {"du", "dou"}, '铅': {"qian", "yan"},
	'牟': {"mou", "mu"}, '薄': {"bo", "bao"},
}

// Of works out the forms of a name.
func Of(name string) Name {
	folded := Fold(name)
	var reading strings.Builder
	initials := []string{""}
	for _, r := range folded {
		ways := waysToRead(r)
		reading.WriteString(ways[0])
		initials = extended(initials, ways)
	}
	return Name{Folded: folded, Reading: reading.String(), Initials: strings.Join(initials, " ")}
}

// extended puts the initial of each way to read a character behind each of the initials so far, as long as they are few.
func extended(initials, ways []string) []string {
	var more []string
	for _, way := range ways {
		if len(more) > 0 && (way[0] == ways[0][0] || len(more)+len(initials) > mostInitials) {
			continue
		}
		for _, before := range initials {
			more = append(more, before+way[:1])
		}
	}
	return more
}

// waysToRead are the readings of a character, one at least; what is no Chinese character is read as itself.
func waysToRead(r rune) []string {
	if r < unicode.MaxASCII {
		return []string{string(r)}
	}
	if ways := readings[r]; ways != nil {
		return ways
	}
	if ways := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(ways) > 0 {
		return ways
	}
	return []string{"?"} // a rare character that nobody can type either
}

// Fold writes a text as names are compared: full width as half width, small letters, and nothing but letters, digits
// and characters, so that 江苏化工（集团） is found by 江苏化工(集团) and by 江苏化工集团.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(text))
}
