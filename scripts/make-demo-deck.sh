#!/bin/sh
# Makes the decks of the demo catalogue from a table of numbering data:
#   scripts/make-demo-deck.sh DESTINATIONS.csv catalogs/demo/decks
# DESTINATIONS.csv has the columns prefix,country,type,description and is derived from the libphonenumber metadata (Apache-2.0).
# Same input, same output. Zones and prices are made up by the rules below; see catalogs/demo/decks/README.md.
set -eu
export LC_ALL=C
input=$1
output=$2

make_deck() {
    awk -F, -v deck="$1" '
    function fill(list, region,    names, n, i) {
        n = split(list, names, " ")
        for (i = 1; i <= n; i++) regionOf[names[i]] = region
    }
    BEGIN {
        fill("AT BE BG HR CY CZ DK EE FI AX FR GP MQ GF RE YT MF GR HU IS IE IT LV LI LT LU MT NL NO SJ PL PT RO SK SI ES SE", "eu")
        fill("AD AL BA BY CH FO GB GG GI IM JE MC MD ME MK RS RU SM TR UA VA XK", "europe")
        fill("US CA PR VI GU AS MP", "america")
        fill("AU HK IL JP KR MO NZ SG TW AE QA SA KW BH CN IN TH MY", "asia")
        regionOf["DE"] = "home"
        regionOf["001"] = "global"
        fixed["eu"] = mobile["eu"] = "0.19"
        fixed["europe"] = "0.29";  mobile["europe"] = "0.49"
        fixed["america"] = "0.19"; mobile["america"] = "0.19"
        fixed["asia"] = "0.39";    mobile["asia"] = "0.59"
        fixed["world"] = "0.79";   mobile["world"] = "0.99"
    }
    function class(country, type) {
        if (type == "MOBILE" || type == "VOICEMAIL") return "Mobile"
        if (type ~ /^(PREMIUM_RATE|SHARED_COST|PERSONAL_NUMBER|PAGER)$/) return "Premium"
        if (type == "TOLL_FREE" && (country == "DE" || country == "001")) return "Freephone"
        return "Fixed"
    }
    function region(country) { return country in regionOf ? regionOf[country] : "world" }
    # The zone of a prefix; its price columns go to priceOf[zone].
    function zone(country, name, type,    kind, where, text) {
        where = region(country)
        if (deck == "messages") {
            if (where == "home") return "Germany"
            return where == "eu" ? "EU" : "World"
        }
        kind = class(country, type)
        if (where == "global") {
            text = kind == "Freephone" ? "International Freephone" : "Satellite and Global Networks"
            priceOf[text] = kind == "Freephone" ? "0,0," : "4.99,0,60/60"
            return text
        }
        text = name " " kind
        if (kind == "Freephone") priceOf[text] = "0,0,"
        else if (kind == "Premium") priceOf[text] = where == "home" ? "0.99,0," : "1.99,0.15,60/60"
        else if (where == "home") priceOf[text] = ",,"
        else priceOf[text] = (kind == "Fixed" ? fixed[where] : mobile[where]) ",0,"
        return text
    }
    # Zones with one price in one country may share a prefix; six of ten equal neighbours make their common prefix.
    function merge(length_,    p, q, parents, count, first, mixed) {
        for (p in zoneOf) {
            if (length(p) != length_) continue
            q = substr(p, 1, length_ - 1)
            count[q]++
            if (!(q in first)) first[q] = zoneOf[p]
            else if (first[q] != zoneOf[p]) mixed[q] = 1
        }
        for (q in count) {
            if (!(q in mixed) && !(q in zoneOf) && count[q] >= 6) zoneOf[q] = first[q]
        }
    }
    function nearest(p,    n) {
        for (n = length(p) - 1; n > 0; n--) if (substr(p, 1, n) in zoneOf) return zoneOf[substr(p, 1, n)]
        return ""
    }
    NR > 1 {
        sub(/\r$/, "")
        if ($3 == "FIXED_LINE" && !($2 in nameOf)) {
            nameOf[$2] = $4
            sub(/ Fixed$/, "", nameOf[$2])
        }
        if (!($2 in nameFrom)) {
            nameFrom[$2] = $4
            sub(/ (Fixed|Mobile|Premium rate|Toll free|Shared cost|VoIP|Pager)([ \/].*)?$/, "", nameFrom[$2])
        }
        countryOf[$1] = $2
        typeOf[$1] = $3
        if (length($1) > longest) longest = length($1)
    }
    END {
        for (p in countryOf) {
            c = countryOf[p]
            zoneOf[p] = zone(c, c in nameOf ? nameOf[c] : nameFrom[c], typeOf[p])
        }
        for (n = longest; n > 3; n--) merge(n)
        for (p in zoneOf) {
            if (nearest(p) == zoneOf[p]) continue
            print p "," zoneOf[p] (deck == "messages" ? "" : "," priceOf[zoneOf[p]])
        }
    }' "$input" | sort -t, -k1,1
}

{
    echo "# Derived from libphonenumber metadata (v9.0.35), Copyright The Libphonenumber Authors, Apache License 2.0; prices are made up."
    echo "prefix,zone,price,connectFee,increments"
    make_deck calls
} > "$output/international.csv"
{
    echo "# Derived from libphonenumber metadata (v9.0.35), Copyright The Libphonenumber Authors, Apache License 2.0."
    echo "prefix,zone"
    make_deck messages
} > "$output/messages.csv"
