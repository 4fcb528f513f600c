package problem

// Problems of the password that opens a card.
const (
	WrongCAN            Name = "wrong_can"            // the chip did not accept the CAN
	CANFormat           Name = "can_format"           // what was typed is not six digits
	WrongMRZ            Name = "wrong_mrz"            // the chip did not accept the machine readable zone
	MRZFormat           Name = "mrz_format"           // what was given is no machine readable zone
	PasswordLastTry     Name = "password_last_try"    // one try is left, and it was not spent
	PasswordBlocked     Name = "password_blocked"     // no try is left
	PasswordSuspended   Name = "password_suspended"   // the last try needs the CAN before it
	PasswordDeactivated Name = "password_deactivated" // switched off in the chip
)

var access = map[Name]entry{
	WrongCAN: {
		unusable,
		Text{
			"Ce numéro CAN n’est pas celui de la carte",
			"La puce n’a pas accepté les six chiffres saisis.",
			"Recopiez les six chiffres imprimés au recto de la carte, en bas à droite. Le CAN n’est pas un code secret et une erreur ne bloque pas la carte.",
		},
		Text{
			"This CAN is not the one of the card",
			"The chip did not accept the six digits you typed.",
			"Copy the six digits printed on the front of the card, at the bottom right. The CAN is not a secret code and a mistake does not block the card.",
		},
	},
	CANFormat: {
		unusable,
		Text{
			"Le CAN a six chiffres",
			"Ce qui a été saisi n’est pas un nombre de six chiffres.",
			"Recopiez les six chiffres imprimés au recto de la carte, sans autre caractère.",
		},
		Text{
			"The CAN has six digits",
			"What was typed is not a number of six digits.",
			"Copy the six digits printed on the front of the card, and nothing else.",
		},
	},
	WrongMRZ: {
		unusable,
		Text{
			"Ces données ne sont pas celles de la carte",
			"La puce n’a pas accepté le numéro du document et les dates de naissance et d’expiration.",
			"Recopiez-les depuis la zone de lecture automatique, au verso de la carte ou en bas de la page du passeport. Une erreur ne bloque pas la carte.",
		},
		Text{
			"These data are not those of the card",
			"The chip did not accept document number, birth date and expiry date.",
			"Copy them from the machine readable zone, on the back of the card or at the bottom of the passport’s page. A mistake does not block the card.",
		},
	},
	MRZFormat: {
		unusable,
		Text{
			"Ce n’est pas une zone de lecture automatique",
			"Le numéro du document, une date ou un chiffre de contrôle n’a pas la forme que la norme prévoit.",
			"Donnez le numéro tel qu’il est imprimé et les dates sous la forme JJ/MM/AAAA, ou les deux ou trois lignes de la zone sans rien y changer.",
		},
		Text{
			"This is no machine readable zone",
			"The document number, a date or a check digit does not have the form that the standard asks for.",
			"Give the number as it is printed and the dates as DD/MM/YYYY, or the two or three lines of the zone as they are.",
		},
	},
	PasswordLastTry: {
		unusable,
		Text{
			"La puce n’accepte plus qu’un essai",
			"Après un seul code faux de plus, la puce bloquerait ce code. Le dernier essai n’a pas été utilisé.",
			"Vérifiez que vous copiez le bon code. Adressez-vous à la mairie qui a remis la carte si la puce le refuse toujours.",
		},
		Text{
			"The chip takes one more try only",
			"After one more wrong code the chip would block it. The last try was not used.",
			"Make sure that you copy the right code. If the chip still refuses it, ask the town hall that handed out the card.",
		},
	},
	PasswordBlocked: {
		unusable,
		Text{
			"Ce code est bloqué par la puce",
			"Trop de codes faux ont été saisis, et la puce n’en accepte plus.",
			"Utilisez un autre moyen de connexion et adressez-vous à la mairie qui a remis la carte.",
		},
		Text{
			"The chip has blocked this code",
			"Too many wrong codes were typed, and the chip takes no more of them.",
			"Use another means of login and ask the town hall that handed out the card.",
		},
	},
	PasswordSuspended: {
		unusable,
		Text{
			"Ce code est suspendu par la puce",
			"Des codes faux ont été saisis. Pour le dernier essai, la puce veut d’abord le CAN.",
			"Ce logiciel ne peut pas lever la suspension. Utilisez un autre moyen de connexion et adressez-vous à la mairie qui a remis la carte.",
		},
		Text{
			"The chip has suspended this code",
			"Wrong codes were typed. For the last try the chip wants the CAN first.",
			"This software cannot end the suspension. Use another means of login and ask the town hall that handed out the card.",
		},
	},
	PasswordDeactivated: {
		unusable,
		Text{
			"Ce code est désactivé dans la puce",
			"La puce connaît ce code, mais elle ne l’accepte pas.",
			"Utilisez un autre moyen de connexion et adressez-vous à la mairie qui a remis la carte.",
		},
		Text{
			"This code is switched off in the chip",
			"The chip knows this code but does not take it.",
			"Use another means of login and ask the town hall that handed out the card.",
		},
	},
}
