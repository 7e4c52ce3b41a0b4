package corpus

import (
	"math/rand/v2"
	"strings"
)

// Words are listed as texts, which is how they are read.
const (
	verbs = "get set load render update remove handle create parse format merge resolve fetch toggle select track init reset " +
		"apply bind clone close compute dispatch encode emit filter find focus measure mount observe open push scroll sort submit"
	nouns = "Event Donation Element Option Volunteer Form Field Modal Route Query Item List Page Header Footer Amount Locale " +
		"Slide Token Key Style Layer Marker State Store Module Chunk Error Result Position Range Frame Width Petition Password Session"
	places = "Ashby Barton Carrow Denholm Eastleigh Farley Garnet Holloway Inverness Kelso Larkhall Maple Newbury Oakham Penrith " +
		"Quarry Redmoor Selby Thornton Upton Verwood Westbury Yarm Aldham Bexley Cowden"
	streets = "High Street|Station Road|Mill Lane|Church Street|Victoria Road|Green Lane|Park Avenue|King Street|Queens Road|" +
		"Bridge Street|Orchard Way|Chapel Hill|Market Place|Elm Grove|North Terrace"
	given = "Ada Ben Clara Dev Ellen Farid Grace Hugo Imani Jonas Kezia Liam Mina Noor Oscar Priya Quinn Rosa Sami Tessa Uma Viktor " +
		"Wanda Xenia Yusuf Zoe Amara Bilal Carmen Diego Esther Fergus Gita Hannah Ivan Joan Kofi Lena Marcus Nadia Owen Petra Rhys " +
		"Sofia Tariq Ursula Vera Will Yara Anneke"
	family = "Abara Baxter Castell Dunmore Eriksen Fairley Gallagher Hossain Ibarra Jankowski Keller Lindqvist Macleod Novak Okafor " +
		"Pereira Quigley Ramsay Santos Thackeray Ullman Vaughan Whitlock Yamada Zielinski Ashworth Brennan Cheung Delgado Emery " +
		"Fontaine Grewal Hartley Ivanova Jarvis Kaur Lombard Mistry Nakamura Osborne Pritchard Rahman Sinclair Tanaka Underhill " +
		"Varga Wozniak Yilmaz Ainsley Bannerjee"
	sentences = "Thank you for your support.|Please enter your password|Your session has expired, please log in again|" +
		"Token is missing|We will never share your e-mail address|Enter a valid postcode|Choose an amount|Join us on polling day|" +
		"Something went wrong. Try again later.|Reset your password|By donating you confirm that you are a permanent resident|" +
		"Accept all cookies|Secret ballot: how to vote|The key to a fairer town|Access for wheelchair users|Authorised and promoted by"
)

func word(r *rand.Rand, list string) string { return pick(r, strings.Fields(list)...) }

func phrase(r *rand.Rand, list string) string { return pick(r, strings.Split(list, "|")...) }
