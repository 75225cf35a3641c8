// A Go service around the guide's signed_in.go, which a test puts beside this file. Usage: service ISSUER PORT
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Context().Value(claimsKey{}).(*Claims).Subject)
	})
	http.Handle("/orders", SignedIn(os.Args[1], os.Args[1], orders))
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Args[2], nil))
	os.Exit(1)
}
