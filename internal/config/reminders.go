package config

// Reminders says how notices leave the house.
type Reminders struct {
	Address string `yaml:"address"` // of the server as its users reach it, https://our-host

	Mail *struct {
		Server       string   `yaml:"server"`
		Port         int      `yaml:"port"`          // default 587, with tls 465, with none 25
		Security     string   `yaml:"security"`      // starttls (default), tls or none
		User         string   `yaml:"user"`          // empty for a server that asks for none
		PasswordFile string   `yaml:"password_file"` // file that holds the password
		From         string   `yaml:"from"`
		Domains      []string `yaml:"domains"`    // to which mail may go; empty for all
		CAFile       string   `yaml:"ca_file"`    // certificates of the bureau's own authority
		LinksOnly    bool     `yaml:"links_only"` // mail of subscriptions has no files
	} `yaml:"mail"`

	Webhook *struct {
		URL        string `yaml:"url"`
		SecretFile string `yaml:"secret_file"` // file that holds the secret that calls are signed with
		CAFile     string `yaml:"ca_file"`
	} `yaml:"webhook"`
}

// ReadReminders reads how notices leave the house.
func ReadReminders(path string) (Reminders, error) { return read[Reminders](path) }
