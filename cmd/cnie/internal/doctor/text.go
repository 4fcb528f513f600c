package doctor

import "cnie.example/web/problem"

// texts are what a person reads.
func texts() map[Name]entry {
	return map[Name]entry{
		BuiltWithoutPCSC: {
			problem.Text{
				Title:  "Ce programme ne sait pas parler aux lecteurs",
				Cause:  "Il a été compilé sans PC/SC (CGO_ENABLED=0).",
				Remedy: "Installez un programme compilé avec cgo et libpcsclite, ou recompilez-le avec make build.",
			},
			problem.Text{
				Title:  "This program cannot talk to readers",
				Cause:  "It was built without PC/SC (CGO_ENABLED=0).",
				Remedy: "Install a program that was built with cgo and libpcsclite, or build it again with make build.",
			},
		},
		SocketVariable: {
			problem.Text{
				Title:  "PCSCLITE_CSOCK_NAME est mal réglée",
				Cause:  "Cette variable d’environnement déplace le point de contact du service des cartes à puce, et il n’y en a pas à cet endroit.",
				Remedy: "Retirez la variable (unset PCSCLITE_CSOCK_NAME), ou donnez-lui le chemin complet du point de contact du service.",
			},
			problem.Text{
				Title:  "PCSCLITE_CSOCK_NAME is set wrongly",
				Cause:  "This environment variable moves the socket of the smart card service, and there is no socket at that place.",
				Remedy: "Remove the variable (unset PCSCLITE_CSOCK_NAME), or give it the full path of the service’s socket.",
			},
		},
		ServiceNotInstalled: {
			problem.Text{
				Title:  "Le service des cartes à puce n’est pas installé",
				Cause:  "Le programme pcscd, qui parle aux lecteurs, n’est pas sur cet ordinateur.",
				Remedy: "Installez-le (Debian, Ubuntu\u00a0: sudo apt install pcscd\u00a0; Fedora\u00a0: sudo dnf install pcsc-lite), puis recommencez.",
			},
			problem.Text{
				Title:  "The smart card service is not installed",
				Cause:  "The program pcscd, which talks to readers, is not on this computer.",
				Remedy: "Install it (Debian, Ubuntu: sudo apt install pcscd; Fedora: sudo dnf install pcsc-lite), then try again.",
			},
		},
		ServiceNotRunning: {
			problem.Text{
				Title:  "Le service des cartes à puce n’est pas démarré",
				Cause:  "Le programme pcscd est installé, mais rien ne répond à son point de contact.",
				Remedy: "Démarrez-le\u00a0: sudo systemctl enable --now pcscd.socket. Sans systemd\u00a0: sudo pcscd.",
			},
			problem.Text{
				Title:  "The smart card service is not running",
				Cause:  "The program pcscd is installed, but nothing answers at its socket.",
				Remedy: "Start it: sudo systemctl enable --now pcscd.socket. Without systemd: sudo pcscd.",
			},
		},
		SandboxClosed: {
			problem.Text{
				Title:  "Le bac à sable cache le service des cartes à puce",
				Cause:  "Ce programme tourne dans un bac à sable qui ne lui montre pas le point de contact de pcscd.",
				Remedy: "Flatpak\u00a0: flatpak override --user --socket=pcsc, suivi du nom de l’application. Snap\u00a0: sudo snap connect cnie:pcscd. Sinon, installez le programme hors du bac à sable.",
			},
			problem.Text{
				Title:  "The sandbox hides the smart card service",
				Cause:  "This program runs in a sandbox that does not show it the socket of pcscd.",
				Remedy: "Flatpak: flatpak override --user --socket=pcsc and the name of the application. Snap: sudo snap connect cnie:pcscd. Otherwise install the program outside of the sandbox.",
			},
		},
		SocketPermission: {
			problem.Text{
				Title:  "Le service des cartes à puce ne vous est pas ouvert",
				Cause:  "Les droits du point de contact de pcscd, ou de son dossier, ne vous permettent pas de l’ouvrir.",
				Remedy: "Redémarrez le service, qui rétablit ces droits\u00a0: sudo systemctl restart pcscd.socket. Si l’accès est réservé à un groupe, demandez à l’administrateur d’y être ajouté.",
			},
			problem.Text{
				Title:  "The smart card service is not open to you",
				Cause:  "The permissions of pcscd’s socket, or of its folder, do not let you open it.",
				Remedy: "Restart the service, which restores them: sudo systemctl restart pcscd.socket. If access is kept to a group, ask the administrator to be added to it.",
			},
		},
		AccessRefused: {
			problem.Text{
				Title:  "Le service des cartes à puce vous refuse",
				Cause:  "pcscd a fermé la connexion sans répondre\u00a0: polkit n’autorise que la personne devant l’écran, pas une session à distance ni un service.",
				Remedy: "Ouvrez une session sur l’ordinateur même, ou demandez à l’administrateur une règle polkit qui vous autorise org.debian.pcsc-lite.access_pcsc et access_card.",
			},
			problem.Text{
				Title:  "The smart card service refuses you",
				Cause:  "pcscd closed the connection without an answer: polkit allows only the person at the screen, no remote session and no service.",
				Remedy: "Log in at the computer itself, or ask the administrator for a polkit rule that allows you org.debian.pcsc-lite.access_pcsc and access_card.",
			},
		},
		ServiceSilent: {
			problem.Text{
				Title:  "Le service des cartes à puce ne répond plus",
				Cause:  "Le service accepte la connexion, mais ne répond pas. Le pilote d’un lecteur l’a peut-être bloqué.",
				Remedy: "Débranchez les lecteurs, redémarrez le service (sudo systemctl restart pcscd), puis rebranchez-les un par un.",
			},
			problem.Text{
				Title:  "The smart card service does not answer any more",
				Cause:  "The service accepts the connection and does not answer. The driver of a reader may have blocked it.",
				Remedy: "Unplug the readers, restart the service (sudo systemctl restart pcscd), then plug them in again one by one.",
			},
		},
		ProtocolMismatch: {
			problem.Text{
				Title:  "Bibliothèque et service ne parlent pas la même version",
				Cause:  "Le service répond, mais pas à la bibliothèque pcsc-lite de ce programme\u00a0: leurs protocoles diffèrent, comme souvent dans un snap, un flatpak ou un conteneur.",
				Remedy: "Mettez à jour le paquet isolé ou le système pour que les deux aient la même version de pcsc-lite (2.4.1 accepte les anciennes), ou installez le programme hors du bac à sable.",
			},
			problem.Text{
				Title:  "Library and service do not speak the same version",
				Cause:  "The service answers, but not to the pcsc-lite library of this program: their protocols differ, as often in a snap, a flatpak or a container.",
				Remedy: "Update the sandboxed package or the system so that both have the same pcsc-lite (2.4.1 accepts older ones), or install the program outside of the sandbox.",
			},
		},
		NoService: {
			problem.Text{
				Title:  "PC/SC ne répond pas",
				Cause:  "Le système n’a pas donné accès à ses lecteurs, pour une raison inconnue de ce programme.",
				Remedy: "Redémarrez le service des cartes à puce ou l’ordinateur. Sous Windows, le service «\u00a0Carte à puce\u00a0» (SCardSvr) démarre avec le premier lecteur branché.",
			},
			problem.Text{
				Title:  "PC/SC does not answer",
				Cause:  "The system gave no access to its readers, for a reason that this program does not know.",
				Remedy: "Restart the smart card service or the computer. On Windows the service “Smart Card” (SCardSvr) starts with the first reader that is plugged in.",
			},
		},
		DriverMissing: {
			problem.Text{
				Title:  "Aucun pilote de lecteur",
				Cause:  "pcscd n’a aucun pilote dans ses dossiers\u00a0: il ne verra aucun lecteur.",
				Remedy: "Installez le pilote des lecteurs USB (Debian, Ubuntu\u00a0: sudo apt install libccid\u00a0; Fedora\u00a0: sudo dnf install pcsc-lite-ccid), puis redémarrez pcscd.",
			},
			problem.Text{
				Title:  "No driver for readers",
				Cause:  "pcscd has no driver in its folders: it will see no reader.",
				Remedy: "Install the driver for USB readers (Debian, Ubuntu: sudo apt install libccid; Fedora: sudo dnf install pcsc-lite-ccid), then restart pcscd.",
			},
		},
		KernelDriver: {
			problem.Text{
				Title:  "Le noyau garde le lecteur pour lui",
				Cause:  "Un pilote NFC du noyau a pris le lecteur, et pcscd ne peut plus l’ouvrir.",
				Remedy: "Écrivez les lignes «\u00a0blacklist pn533_usb\u00a0», «\u00a0blacklist pn533\u00a0» et «\u00a0blacklist nfc\u00a0» dans /etc/modprobe.d/cnie.conf, puis sudo modprobe -r pn533_usb pn533 nfc, et rebranchez le lecteur.",
			},
			problem.Text{
				Title:  "The kernel keeps the reader for itself",
				Cause:  "An NFC driver of the kernel has taken the reader, and pcscd cannot open it any more.",
				Remedy: "Write the lines “blacklist pn533_usb”, “blacklist pn533” and “blacklist nfc” into /etc/modprobe.d/cnie.conf, then sudo modprobe -r pn533_usb pn533 nfc, and plug the reader in again.",
			},
		},
		DriverUnknownReader: {
			problem.Text{
				Title:  "Aucun pilote ne connaît ce lecteur",
				Cause:  "Le lecteur est branché, mais il n’est dans la liste d’aucun pilote installé.",
				Remedy: "Mettez libccid à jour, ou installez le pilote du fabricant (pour ACS\u00a0: libacsccid1), puis redémarrez pcscd.",
			},
			problem.Text{
				Title:  "No driver knows this reader",
				Cause:  "The reader is plugged in, but it is in the list of no driver that is installed.",
				Remedy: "Update libccid, or install the driver of the maker (for ACS: libacsccid1), then restart pcscd.",
			},
		},
		ReaderNotTaken: {
			problem.Text{
				Title:  "Le lecteur est branché, mais le service ne le voit pas",
				Cause:  "Un pilote connaît le lecteur, pourtant pcscd ne l’annonce pas. Un autre programme, comme scdaemon de GnuPG, l’a peut-être pris.",
				Remedy: "Fermez les programmes qui utilisent le lecteur (gpgconf --kill scdaemon), rebranchez-le, puis redémarrez pcscd. Pour GnuPG, écrivez disable-ccid dans ~/.gnupg/scdaemon.conf.",
			},
			problem.Text{
				Title:  "The reader is plugged in, but the service does not see it",
				Cause:  "A driver knows the reader, yet pcscd does not list it. Another program, such as scdaemon of GnuPG, may have taken it.",
				Remedy: "Close programs that use the reader (gpgconf --kill scdaemon), plug it in again, then restart pcscd. For GnuPG, write disable-ccid into ~/.gnupg/scdaemon.conf.",
			},
		},
		NoReader: {
			problem.Text{
				Title:  "Aucun lecteur de carte",
				Cause:  "Le service répond, mais aucun lecteur n’est branché à cet ordinateur.",
				Remedy: "Branchez un lecteur sans contact, attendez quelques secondes, puis recommencez.",
			},
			problem.Text{
				Title:  "No card reader",
				Cause:  "The service answers, but no reader is connected to this computer.",
				Remedy: "Connect a contactless reader, wait a few seconds, then try again.",
			},
		},
		NoContactless: {
			problem.Text{
				Title:  "Aucun lecteur sans contact",
				Cause:  "D’après leurs noms, aucun des lecteurs n’a d’antenne. Les passeports n’ont que l’interface sans contact\u00a0; la carte d’identité a aussi des contacts, mais rien de public ne dit qu’elle s’y laisse lire.",
				Remedy: "Utilisez un lecteur sans contact (ISO 14443, NFC). Si le vôtre en est un, ne tenez pas compte de cette remarque.",
			},
			problem.Text{
				Title:  "No contactless reader",
				Cause:  "By their names, none of the readers has an antenna. Passports have the contactless interface only; the identity card has contacts too, but nothing public says that it can be read by them.",
				Remedy: "Use a contactless reader (ISO 14443, NFC). If yours is one, disregard this.",
			},
		},
		ExtendedLength: {
			problem.Text{
				Title:  "Lecteur connu pour des fautes avec les longs messages",
				Cause:  "D’autres ont vu ce modèle échouer avec des APDU de longueur étendue.",
				Remedy: "La lecture se rabat sur des messages courts, plus lentement. En cas d’échec, mettez à jour le micrologiciel et le pilote du lecteur, ou essayez-en un autre.",
			},
			problem.Text{
				Title:  "Reader known for faults with long messages",
				Cause:  "Others have seen this model fail with APDUs of extended length.",
				Remedy: "Reading falls back to short messages, more slowly. If it fails, update firmware and driver of the reader, or try another one.",
			},
		},
		ShortLength: {
			problem.Text{
				Title:  "Lecteur limité aux messages courts",
				Cause:  "Le lecteur dit lui-même qu’il n’échange que des APDU courts.",
				Remedy: "Rien n’est à faire\u00a0: la lecture se fait par messages courts et dure plus longtemps. Un lecteur à longueur étendue est plus rapide.",
			},
			problem.Text{
				Title:  "Reader limited to short messages",
				Cause:  "The reader itself says that it exchanges short APDUs only.",
				Remedy: "Nothing has to be done: reading goes by short messages and takes longer. A reader with extended length is faster.",
			},
		},
		LengthRemembered: {
			problem.Text{
				Title:  "Messages courts avec ce lecteur et cette carte",
				Cause:  "Une lecture précédente a dû se rabattre sur des réponses de la longueur indiquée, en octets.",
				Remedy: "Rien n’est à faire\u00a0: la lecture dure plus longtemps. Après une mise à jour du lecteur ou de son pilote, supprimez cnie/lengths.json du dossier de cache (~/.cache sous Linux) pour que les longs messages soient essayés de nouveau.",
			},
			problem.Text{
				Title:  "Short messages with this reader and this card",
				Cause:  "An earlier reading had to fall back to answers of the length shown, in bytes.",
				Remedy: "Nothing has to be done: reading takes longer. After an update of the reader or its driver, delete cnie/lengths.json in the cache directory (~/.cache on Linux), so that long messages are tried again.",
			},
		},
		CardMute: {
			problem.Text{
				Title:  "La carte ne répond pas au lecteur",
				Cause:  "Le lecteur voit une carte, mais n’en reçoit pas de réponse.",
				Remedy: "Retirez la carte et reposez-la bien à plat, sans autre carte ni étui, ou insérez-la dans l’autre sens.",
			},
			problem.Text{
				Title:  "The card does not answer the reader",
				Cause:  "The reader sees a card and gets no answer from it.",
				Remedy: "Take the card off and lay it flat on the reader, without other cards or a cover, or insert it the other way round.",
			},
		},
		CardInUse: {
			problem.Text{
				Title:  "Un autre programme tient la carte",
				Cause:  "Un autre programme est connecté à la carte en ce moment.",
				Remedy: "Fermez-le (navigateur avec module de carte, GnuPG, logiciel de signature), ou attendez qu’il ait fini.",
			},
			problem.Text{
				Title:  "Another program holds the card",
				Cause:  "Another program is connected to the card at this moment.",
				Remedy: "Close it (browser with a card module, GnuPG, signature software), or wait until it has finished.",
			},
		},
	}
}
