// Link, sign-up, order, balance and a webhook's signature, with Go's standard library.
//
// Needs PLUSONE_URL and PLUSONE_KEY, and for the webhook PLUSONE_SECRET.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var client = &http.Client{Timeout: 10 * time.Second}

// call calls the API, and again what failed on the way.
func call(method, path, body string) (string, error) {
	key := make([]byte, 16)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	var failure error
	for attempt := range 3 {
		time.Sleep(time.Duration(attempt) * time.Second)
		request, err := http.NewRequest(method, os.Getenv("PLUSONE_URL")+path, strings.NewReader(body))
		if err != nil {
			return "", err
		}
		request.Header.Set("authorization", "Bearer "+os.Getenv("PLUSONE_KEY"))
		request.Header.Set("content-type", "application/json")
		request.Header.Set("idempotency-key", hex.EncodeToString(key))
		response, err := client.Do(request)
		if err != nil {
			failure = err
			continue
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		switch {
		case err != nil:
			failure = err
		case response.StatusCode < 300:
			return string(text), nil
		default:
			failure = fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, text)
			if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
				return "", failure
			}
		}
	}
	return "", failure
}

// isGenuine tells whether a webhook is Plusone's, by its three headers and its body to the letter.
func isGenuine(id, timestamp, signatures string, body []byte, now time.Time) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("PLUSONE_SECRET"), "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(append([]byte(id+"."+timestamp+"."), body...))
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for given := range strings.SplitSeq(signatures, " ") {
		if hmac.Equal(expected, []byte(given)) {
			return true
		}
	}
	return false
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "verify" {
		var body bytes.Buffer
		if _, err := body.ReadFrom(os.Stdin); err != nil || !isGenuine(os.Args[2], os.Args[3], os.Args[4], body.Bytes(), time.Now()) {
			os.Exit(1)
		}
		return
	}
	calls := [][3]string{
		{"POST", "/generate-link", `{"userId":"alice","code":"alice-by-go"}`},
		{"POST", "/verify-referral", `{"newUserId":"bob-by-go","referralCode":"alice-by-go"}`},
		{"POST", "/v1/events", `{"type":"order.paid","id":"order-by-go","userId":"bob-by-go","amount":4900,"currency":"USD"}`},
		{"GET", "/v1/programs/default/participants/alice/balances", ""},
	}
	for _, one := range calls {
		answer, err := call(one[0], one[1], one[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(answer)
	}
}
