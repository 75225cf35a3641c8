// golang-jwt, as Debian packages it. Usage: golang FIXTURE ALGORITHM-verify|sign [--count N]
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt"
)

type claims struct {
	jwt.StandardClaims
	Scope string   `json:"scope"`
	Roles []string `json:"roles"`
	Sid   string   `json:"sid"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	text, err := os.ReadFile(os.Args[1] + "/" + name)
	must(err)
	return text
}

func main() {
	parts := strings.Split(os.Args[2], "-")
	name, isVerifying := parts[0], parts[1] == "verify"
	var private, public interface{}
	var err error
	algorithm := name
	switch name {
	case "HS256":
		private, public = read("HS256.key"), read("HS256.key")
	case "RS256":
		private, err = jwt.ParseRSAPrivateKeyFromPEM(read("RS256.private.pem"))
		must(err)
		public, err = jwt.ParseRSAPublicKeyFromPEM(read("RS256.public.pem"))
	case "ES256":
		private, err = jwt.ParseECPrivateKeyFromPEM(read("ES256.private.pem"))
		must(err)
		public, err = jwt.ParseECPublicKeyFromPEM(read("ES256.public.pem"))
	case "Ed25519":
		algorithm = "EdDSA"
		private, err = jwt.ParseEdPrivateKeyFromPEM(read("Ed25519.private.pem"))
		must(err)
		public, err = jwt.ParseEdPublicKeyFromPEM(read("Ed25519.public.pem"))
	}
	must(err)
	method := jwt.GetSigningMethod(algorithm)
	token := string(read(algorithm + ".jwt"))
	parser := &jwt.Parser{ValidMethods: []string{algorithm}}
	verify := func() {
		var said claims
		_, err := parser.ParseWithClaims(token, &said, func(*jwt.Token) (interface{}, error) { return public, nil })
		must(err)
		if said.Issuer != "https://issuer.example" || !said.VerifyAudience("https://api.example", true) {
			os.Exit(1)
		}
	}
	now := time.Now().Unix()
	said := claims{jwt.StandardClaims{
		Issuer: "https://issuer.example", Subject: "0f8fad5b-d9cb-469f-a165-70867728950e",
		Audience: "https://api.example", ExpiresAt: now + 900, NotBefore: now, IssuedAt: now,
		Id: "7c9e6679-7425-40de-944b"}, "account", []string{"editor", "admin"}, "s-4711"}
	sign := func() {
		made := jwt.NewWithClaims(method, said)
		made.Header["kid"] = name + "-1"
		_, err := made.SignedString(private)
		must(err)
	}
	operation := sign
	if isVerifying {
		operation = verify
	}
	if len(os.Args) > 4 {
		count, _ := strconv.Atoi(os.Args[4])
		for i := 0; i < count; i++ {
			operation()
		}
		return
	}
	least, repetitions := math.Inf(1), 1
	for round := 0; round < 40; round++ {
		start := time.Now()
		for i := 0; i < repetitions; i++ {
			operation()
		}
		least = math.Min(least, float64(time.Since(start).Nanoseconds())/float64(repetitions))
		repetitions = int(math.Max(1, 5e6/least))
	}
	fmt.Println(least)
}
