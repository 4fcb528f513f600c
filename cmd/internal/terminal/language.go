package terminal

import (
	"os"

	"cnie.example/web/language"
)

// LanguageFlag chooses the language of what people read.
type LanguageFlag struct {
	Lang string `enum:",fr,en" default:"" placeholder:"fr|en" help:"Language of messages. Default: that of the environment."`
}

// Tag is the language asked for, else the one of LC_ALL, LC_MESSAGES or LANG.
func (f LanguageFlag) Tag() language.Tag {
	for _, value := range []string{f.Lang, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		switch {
		case len(value) >= 2 && value[:2] == "fr":
			return language.French
		case value != "":
			return language.English
		}
	}
	return language.English
}
