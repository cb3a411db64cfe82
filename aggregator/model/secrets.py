"""What must not be read by those who read what we say: passwords and keys in addresses and header fields.

Every word that leaves the program for people, collectors or subscribers and may hold an address passes through here:
log lines, errors, troubles, the addresses of endpoints in what is published.  What the program itself keeps and sends
is never changed.  A secret in a path cannot be told from a path, and stays.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

HIDDEN = "***"
"""What stands in a secret's place: characters that may stand anywhere in an address (RFC 3986, 3.3)."""

PARAMETERS = frozenset(
    {
        # OAuth 2.0 (RFC 6749, 2.3.1, 4.1; RFC 6750, 2.3), OpenID Connect Core 1.0, 3.2.2.5
        "token", "accesstoken", "refreshtoken", "idtoken", "clientsecret", "clientassertion", "oauthtoken",
        "oauthsignature",
        # Google's API keys: https://cloud.google.com/docs/authentication/api-keys-use
        "key", "apikey",
        # api.data.gov, news and weather services, Azure API Management:
        # https://api.data.gov/docs/developer-manual/, https://learn.microsoft.com/azure/api-management/api-management-subscriptions
        "xapikey", "apitoken", "apisecret", "appkey", "userkey", "subscriptionkey", "ocpapimsubscriptionkey",
        # Signed addresses: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html,
        # https://cloud.google.com/storage/docs/access-control/signed-urls,
        # https://learn.microsoft.com/rest/api/storageservices/create-service-sas, CloudFront
        "sig", "signature", "hmac", "credential", "keypairid", "awsaccesskeyid", "googleaccessid",
        # What forms and home-made guards call it
        "password", "passwd", "passphrase", "pass", "pwd", "secret", "auth", "authkey", "authtoken", "authorization",
        "accesskey", "secretkey", "privatekey", "feedkey", "feedtoken", "rsstoken", "privatetoken", "jwt", "bearer",
        # Sessions: https://owasp.org/www-community/attacks/Session_hijacking_attack
        "sessionid", "sessiontoken", "jsessionid", "phpsessid",
    }
)  # fmt: skip
"""Names of parameters, in lower case and without what is neither letter nor digit."""

PREFIXES = ("xamz", "xgoog")
"""A parameter whose name begins like this, spelled so, belongs to a signature as a whole."""

_USER = re.compile(r"(?<=://)[^\s/?#\"<>]*@")
"""User name, password and the ``@`` (RFC 3986, 3.2.1)."""

_NAME = re.compile(r"[?&;#]([\w.%\[\]-]{1,64}?)=")
"""A parameter's name, behind what separates it from others."""

_VALUE = re.compile(r"(?:[^\s&#\"'<>]|'(?=[\w%]))+")
"""An apostrophe may stand in an address, and may end a quotation of one: then no letter
follows.  What is behind a semicolon is hidden with it: who knows whose it is."""

_INNER_NAME = re.compile(r"(?:%3F|%26|%23)([\w.-]{1,64}?)%3D", re.IGNORECASE)
"""The same in an address that is itself the value of a parameter."""

_INNER_VALUE = re.compile(r"(?:(?!%26|%23)[^\s&#\"'<>])+")

_FIELD = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?(?:api-key|auth-token|access-token)|x-amz-security-token)"
    r"(?P<quote>[\"']?)(\s{0,8}:\s{0,8})(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\"'\n]+)"
)
"""A header field that carries credentials (RFC 9110, 11.6.2, 11.7.1; RFC 6265), as headers or programs write it."""

_ENDING = ":,.;)]}"
"""What closes a clause or a bracket after an address, and is no part of it."""


def without_secrets(text: str) -> str:
    """Return ``text`` with every password and key that can be told as one hidden; the same text where there is none.

    Hidden are the user part of addresses, the values of ``PARAMETERS`` in them, and the values of header fields
    that carry credentials.
    """
    if "@" in text:
        text = _USER.sub(f"{HIDDEN}@", text)
    if "=" in text:
        text = _valueless(text, _NAME, _VALUE)
    if "%3" in text:
        text = _valueless(text, _INNER_NAME, _INNER_VALUE)
    return _FIELD.sub(_field, text) if ":" in text else text


def _valueless(text: str, names: re.Pattern[str], values: re.Pattern[str]) -> str:
    """Return ``text`` with what ``values`` finds behind the names of secrets hidden."""
    kept, done, place = [], 0, 0
    while name := names.search(text, place):
        place = name.end()
        plain = "".join(filter(str.isalnum, unquote(name[1]))).lower()
        if plain not in PARAMETERS and not plain.startswith(PREFIXES):
            continue
        if value := values.match(text, place):
            kept += [text[done:place], HIDDEN]
            done = place = value.start() + len(value[0].rstrip(_ENDING))
    return "".join([*kept, text[done:]]) if kept else text


def _field(found: re.Match[str]) -> str:
    value = found["value"]
    mark = value[0] if value[0] in "\"'" else ""
    return f"{found[1]}{found['quote']}{found[3]}{mark}{HIDDEN}{mark}"
