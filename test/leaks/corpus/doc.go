// Package corpus makes what the tests of the leak scanner search: made-up secrets of many types in the places where web
// sites hide them, lists of made-up people, and code that holds nothing. All of it comes from a seed, and the truth with
// it: which secret stands in which file, and where. No value is written down in this repository.
package corpus
