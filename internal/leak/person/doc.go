// Package person finds lists of people: twenty rows or more that say who somebody is and how to reach them, in JSON,
// CSV, HTML, SQL and plain lines. It says where a list begins, how many people are in it and what is known of them, and
// never who they are.
//
// One pass looks for what most rows of such a list have: an e-mail address, a telephone number, a postcode, a street and
// its number. Only where many of these stand close together, the bytes are read as rows, by hand and in linear time. What
// is read may be cut off or damaged anywhere.
package person
