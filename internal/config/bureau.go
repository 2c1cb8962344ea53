package config

import (
	"strings"

	"jianfu/internal/problem"
)

// Settings are the settings of the whole product that are neither about the sign-on nor about reminders.
type Settings struct {
	Bureau Bureau `yaml:"bureau"`
}

// Bureau is the bureau that the product works for, as its pages and its letters name it. What is left out is not shown.
type Bureau struct {
	Name      string `yaml:"name"`      // 国家税务总局江苏省税务局
	Telephone string `yaml:"telephone"` // for questions about a letter: 025-12345678 or 12366
	Address   string `yaml:"address"`   // postal, in one line
	Refund    string `yaml:"refund"`    // where and how a firm gets money back: office, room, channel, in one or two sentences
}

// longestSetting is how many characters a setting of the bureau may have: it has to fit into a letter.
const longestSetting = 200

// ReadSettings reads the settings of the product.
func ReadSettings(path string) (Settings, error) {
	settings, err := read[Settings](path)
	if err != nil {
		return Settings{}, err
	}
	for name, value := range map[string]*string{"name": &settings.Bureau.Name, "telephone": &settings.Bureau.Telephone,
		"address": &settings.Bureau.Address, "refund": &settings.Bureau.Refund} {
		if *value = strings.Join(strings.Fields(*value), " "); len([]rune(*value)) > longestSetting {
			return Settings{}, problem.New("config_long", "file", path, "name", "bureau."+name, "limit", longestSetting)
		}
	}
	return settings, nil
}
