package person

import (
	"strings"
	"sync"
)

// field is what a value is of somebody.
type field uint8

// The fields that are reported, sorted by their names, and those that only readers tell apart.
const (
	address field = iota
	amount
	birthday
	email
	name
	phone
	postcode
	// fieldsOfPeople is how many are reported.
	fieldsOfPeople

	// given and family are parts of a name.
	given
	family
	// title is the name of anything.
	title
	// town is too little to find somebody, and more than nothing.
	town
	// foreign is what no row of a person has.
	foreign
	// ignored says nothing, whatever its value looks like.
	ignored
	// unknown: the value's shape says what it is.
	unknown
)

var fieldNames = [fieldsOfPeople]string{"address", "amount", "birthday", "email", "name", "phone", "postcode"}

// fieldSet are some of the fields that are reported.
type fieldSet uint8

func set(f field) fieldSet { return 1 << f }

func (s fieldSet) with(f field) bool { return s&set(f) != 0 }

// fieldKeys are the keys of each field: letters only, in lower case.
func fieldKeys() map[field]string {
	return map[field]string{
		name: "fullname donor donorname contributor contributorname supporter supportername member membername volunteer volunteername voter " +
			"votername person personname contactname customer customername cardholder cardholdername billingname recipientname payer payername " +
			"signatory subscriber subscribername patient patientname applicant attendee attendeename guestname accountholder nameoncard " +
			"nomcomplet nomprenom vollname vollstandigername nombrecompleto nomecompleto spender mitglied",
		given: "firstname fname forename givenname first given christianname prenom prénom vorname nombre nome voornaam fornavn etunimi imie middlename",
		family: "lastname lname surname familyname last family secondname nom nomdefamille nachname familienname apellido apellidos cognome " +
			"achternaam efternavn sukunimi nazwisko",
		title: "name displayname nicename names",
		email: "email mail emailaddress mailaddress courriel correo",
		phone: "phone phonenumber telephone tel telephonenumber mobile mobilenumber mobilephone cell cellphone landline telefon telefonnummer " +
			"handy telefono teléfono téléphone portable msisdn whatsapp contactnumber",
		postcode: "postcode postalcode zip zipcode postcodes plz postleitzahl codepostal cp codigopostal cap postnummer postal",
		address: "address street streetaddress addr addressline addressone adresse strasse straße rue line linea direccion dirección indirizzo " +
			"homeaddress mailingaddress postaladdress fulladdress",
		amount:   "amount donation donated gift giftamount pledge pledged total totalamount sum betrag spende montant don cents amountcents importe contribution contributed lifetimevalue",
		birthday: "birthday dob dateofbirth birthdate birth born geburtsdatum geburtstag datenaissance datedenaissance fechanacimiento",
		town:     "city town ort stadt ville ciudad constituency ward locality place county state region",
		foreign: "venue event eventname startsat startdate starttime start endsat enddate endtime capacity sku stock isbn ean gtin barcode inventory version " +
			"license licence repository commit sha hash openinghours opens openingtimes station pollingstation stationname price listprice",
		ignored: "id uuid guid url uri href link website homepage username login handle slug country currency status type role roles job jobtitle position " +
			"date createdat updatedat created updated timestamp time at label text title heading description body content comment message note notes " +
			"lat lng lon latitude longitude product item itemname productname filename file path company companyname organisation organization org " +
			"employer party avatar image photo picture token color colour language locale timezone tz zone currencycode key value class classname",
	}
}

// keyed is the field of every key.
var keyed = sync.OnceValue(func() map[string]field {
	all := map[string]field{}
	for f, keys := range fieldKeys() {
		for _, k := range strings.Fields(keys) {
			all[k] = f
		}
	}
	return all
})

// endings of keys that say what a value is, whatever stands before: donor_email, billing_postcode.
var endings = []struct {
	text string
	field
}{
	{"email", email},
	{"emailaddress", email},
	{"phone", phone},
	{"phonenumber", phone},
	{"mobile", phone},
	{"telephone", phone},
	{"postcode", postcode},
	{"postalcode", postcode},
	{"zip", postcode},
	{"zipcode", postcode},
	{"firstname", given},
	{"lastname", family},
	{"surname", family},
	{"fullname", name},
	{"streetaddress", address},
	{"addressline", address},
	{"address", address},
	{"dateofbirth", birthday},
	{"birthday", birthday},
	{"donationamount", amount},
	{"amount", amount},
	{"filename", ignored},
	{"username", ignored},
	{"url", ignored},
	{"id", ignored},
}

// mostKeys is how many keys are remembered.
const mostKeys = 4096

// field is what a key says that its value is.
func (j *judge) field(key []byte) field {
	const longestKey = 48
	if len(key) == 0 || len(key) > longestKey {
		return unknown
	}
	if f, ok := j.keys[string(key)]; ok {
		return f
	}
	f := j.newField(key)
	if len(j.keys) < mostKeys {
		j.keys[string(key)] = f
	}
	return f
}

func (j *judge) newField(key []byte) field {
	j.buf = j.buf[:0]
	for _, c := range key {
		if isUpper(c) {
			c |= 0x20
		}
		if isLower(c) || c >= 0x80 {
			j.buf = append(j.buf, c)
		}
	}
	k := string(j.buf)
	if f, ok := keyed()[k]; ok {
		return f
	}
	for _, e := range endings {
		if strings.HasSuffix(k, e.text) {
			return e.field
		}
	}
	return unknown
}

// isPersonal says whether a key names something that rows of people have.
func (j *judge) isPersonal(key []byte) bool {
	f := j.field(key)
	return f < fieldsOfPeople || f == given || f == family || f == title
}
