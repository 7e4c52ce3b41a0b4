package person

import (
	"strings"
	"sync"
)

// words makes a list of words that is looked up; it is made once and never changes.
func words(list string) func() map[string]struct{} {
	return sync.OnceValue(func() map[string]struct{} {
		all := map[string]struct{}{}
		for _, w := range strings.Fields(list) {
			all[w] = struct{}{}
		}
		return all
	})
}

var (
	// areas are those that British postcodes begin with.
	areas = words("ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g gl gu gy ha hd hg " +
		"hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk " +
		"sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze")

	states = words("al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt " +
		"va wa wv wi wy dc pr")

	particles = words("de da di do du dos das del della van von der den het ter ten la le el al bin ibn bint ben y e zu zur af av san st")

	honorifics = words("mr mr. mrs mrs. ms ms. miss mx dr dr. prof prof. sir dame lord lady rev rev. cllr herr frau mme m. jr jr. sr sr. ii iii")

	noNames = words("null none nil n/a na unknown anonymous undefined true false test yes no")

	// streetWords are in streets' names.
	streetWords = words("street st st. road rd rd. lane ln avenue ave ave. drive dr dr. court ct place pl way close crescent cres boulevard blvd terrace " +
		"gardens grove hill square sq row walk mews park parkway pkwy circle cir highway hwy north green rise view gate yard wharf parade trail loop mount")

	// streetsFirst are those that stand before the name.
	streetsFirst = words("rue avenue av boulevard bd place chemin impasse allée allee quai cours route via calle avenida plaza rua")

	// roles are the local parts of addresses that are offices'.
	roles = words("info press presse office contact contactus kontakt hello hi hey admin administrator support help helpdesk sales media enquiries enquiry " +
		"inquiries mail email team webmaster postmaster hostmaster noreply no-reply donotreply do-not-reply events event newsletter news privacy dpo gdpr " +
		"jobs careers recruitment hr people service services customerservice membership members volunteer volunteers donate donations fundraising finance " +
		"accounts accounting billing payments legal security abuse secretary chair treasurer campaign campaigns marketing pr communications comms web " +
		"website it tech dev feedback booking bookings reservations reception shop store orders order returns general editor editorial bugs root")

	// fileEndings end names of files that have an at sign.
	fileEndings = words("png jpg jpeg gif svg webp avif ico css scss less js mjs cjs ts tsx jsx json map html htm xml md txt woff woff ttf pdf mp mp3 mp4 vue")

	// things are words in the names of places, organisations, events, goods and interfaces, and in no person's. Names of months
	// and words that are family names too, such as Church, Park or Bank, are not here: the known given names decide.
	things = words("hall school centre center street road avenue lane drive station library hospital university college academy museum theatre theater " +
		"hotel restaurant cafe café club inn arms pub bar shop store stores market supermarket pharmacy clinic surgery office offices branch headquarters " +
		"community village city town county district borough council committee party group team society association union trust foundation institute " +
		"federation alliance network company co ltd ltd. limited inc inc. llc llp plc gmbh ag corp corp. corporation services service solutions systems " +
		"consulting holdings partners properties studio studios media press news times gazette magazine bakery plumbing garage motors salon " +
		"fair festival concert meeting rally stall event events day night week morning evening party conference workshop training session course class " +
		"monday tuesday wednesday thursday friday saturday sunday january february october november december spring autumn winter " +
		"the and of for with to in on at by or a an our your my us we new old great first second last next all more most " +
		"mug shirt t-shirt hoodie poster badge sticker bag hat cap jacket set pack box kit edition " +
		"address email e-mail phone name page home login menu search button option settings password account user users data file files list table form " +
		"field value type status default error warning message contact privacy policy terms conditions help about read click view edit delete " +
		"save cancel submit select enter number code time date zone standard daylight pacific eastern central mountain atlantic bank building house gardens " +
		"parish primary secondary infant junior nursery leisure sports chapel cathedral mosque temple synagogue methodist baptist catholic")

	// givenNames are common ones of many languages. A list of people has some of them, a list of shops or towns few.
	givenNames = words("aaron abdul abdullah abigail ada adam adele adrian adriana agnes ahmad ahmed aisha alan albert alejandro alessandro alex alexander " +
		"alexandra alexandre alexis alfie alfred ali alice alicia alison amanda amara amelia amina amir amit amy ana anders andre andrea andreas andrew andrzej " +
		"angela angelo anita ann anna anne anneke annette anthony antoine anton antonio anya ariana arjun arthur asha ashley astrid audrey ava ayesha barbara " +
		"beatrice ben benjamin bernard beth bilal bill bob boris brenda brian bridget bruno camille carl carla carlos carmen carol caroline carolyn catherine " +
		"cecilia celine charles charlie charlotte chen chiara chioma chloe chris christian christina christine christophe christopher claire clara claude claudia " +
		"colin craig cristina cynthia daisy dan daniel daniela daniele david dawn deborah denis denise dennis derek dev diana diane diego dimitri dmitri dominic " +
		"donald donna dorothy douglas duncan dylan eddie edith edward eileen elaine elena eleanor eli elif elisabeth elizabeth ella ellen emil emilia emily emma " +
		"emmanuel eric erik erika ernest esther ethan eva evan evelyn evie fabian farah farid fatima felix fergus fernando fiona florence florian frances " +
		"francesca francesco francis francisco françois frank franziska freddie frederick freya gabriel gareth gary gavin gemma geoffrey george georgia georgina " +
		"gerald giovanni gita giulia giuseppe gloria gordon grace graham greta guillaume gustav hamza hannah hans harold harriet harry hasan hassan heather " +
		"hector heidi helen helena henri henry hiroshi holly howard hugh hugo ian ibrahim imani imran ines ingrid irene iris isaac isabel isabella isla ivan " +
		"ivy jack jackie jacob jacqueline jacques jake jakub james jamie jan jane janet janice jason javier jean jeff jeffrey jennifer jenny jeremy jerry jesse " +
		"jessica jim joan joanna joanne joe joel johan johann johannes john jonas jonathan jordan jorge jose josé joseph josephine joshua joyce juan juan judith " +
		"judy julia julian julie juliette julien jun karen karin karl kate katharina katherine kathleen kathryn katie kavita keith kelly ken kenneth kevin kezia " +
		"khadija khalid kim kirsten kofi kumar kurt kwame kyle lars laura lauren laurence laurent lea leah lee lena leo leon leonard leslie lewis li liam lily " +
		"linda lisa liz logan lorenzo lorraine louis louisa louise luca lucas lucia lucy luigi luis luisa lukas luke lydia mabel madeleine magnus malcolm manuel " +
		"marc marcel marco marcus margaret maria marie marina mario marion mark markus marta martha martin martina mary maryam mateo mathieu matt matteo matthew " +
		"matthias maureen maurice max maximilian maya megan mehmet mei melanie melissa mia michael michelle miguel mike mina ming miriam mohamed mohammad mohammed " +
		"molly monica monika muhammad mustafa nadia nadine nancy naomi natalia natalie natasha nathan neil nia niamh nicholas nick nicola nicolas nicole nigel " +
		"nikolai nina noah noor nora norma oliver olivia olga omar oscar otto owen pablo paola paolo patricia patrick paul paula pauline pavel pedro peggy peter " +
		"petra phil philip philippe phillip phoebe pierre piotr poppy priya quinn rachel rafael rahul raj ralph ram ravi ray raymond rebecca reza rhys ricardo " +
		"richard rita rob robert roberta roberto robin roger roland roman ronald rosa rosalind rose rosemary rosie ross roy ruby rupert russell ruth ryan sabine " +
		"sally sam sami samantha samir samuel sandra sandeep sanjay sara sarah scott sean sebastian sergei sergio shane shannon sharon sheila shirley silvia simon " +
		"simone sofia sonia sophia sophie stefan stefanie stella stephan stephane stephanie stephen steve steven stuart sue sunita susan susanne suzanne sven " +
		"sylvia tamara tania tanya tara tariq teresa terry tessa theo theodore theresa thomas tim timothy tina tobias todd tom tomas tony tracey tracy trevor " +
		"tyler uma ursula valentina valerie vanessa vera veronica victor victoria vijay viktor vincent violet virginia vivian vladimir walter wanda wayne wei " +
		"wendy werner will william wolfgang xenia xavier yan yara yasmin yuki yusuf yvonne zahra zara zoe zoë")
)
