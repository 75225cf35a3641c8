// cjose with jansson; it has no claims of its own, so they are taken out and checked here.
#include "peer.h"
#include <cjose/cjose.h>
#include <jansson.h>

static cjose_jwk_t *key;
static char *token, *claims, name[16];
static size_t token_count, claims_count;

static void verify(void) {
    cjose_err error;
    cjose_jws_t *jws = cjose_jws_import(token, token_count, &error);
    must(jws != NULL && cjose_jws_verify(jws, key, &error), "verify");
    uint8_t *text;
    size_t count;
    must(cjose_jws_get_plaintext(jws, &text, &count, &error), "payload");
    json_t *said = json_loadb((char *)text, count, JSON_REJECT_DUPLICATES, NULL);
    time_t now = time(NULL);
    must(said != NULL && json_integer_value(json_object_get(said, "exp")) > now, "exp");
    must(json_integer_value(json_object_get(said, "nbf")) <= now, "nbf");
    must(!strcmp(json_string_value(json_object_get(said, "iss")), "https://issuer.example"), "iss");
    must(!strcmp(json_string_value(json_object_get(said, "aud")), "https://api.example"), "aud");
    json_decref(said);
    cjose_jws_release(jws);
}

static void sign(void) {
    cjose_err error;
    const char *compact;
    cjose_header_t *header = cjose_header_new(&error);
    cjose_header_set(header, "alg", name, &error);
    cjose_header_set(header, "typ", "JWT", &error);
    cjose_header_set(header, "kid", "k-1", &error);
    json_t *said = json_loadb(claims, claims_count, 0, NULL);
    char *text = json_dumps(said, JSON_COMPACT);
    cjose_jws_t *jws = cjose_jws_sign(key, header, (uint8_t *)text, strlen(text), &error);
    must(jws != NULL && cjose_jws_export(jws, &compact, &error), "sign");
    free(text);
    json_decref(said);
    cjose_jws_release(jws);
    cjose_header_release(header);
}

int main(int argc, char **argv) {
    fixture = argv[1];
    sscanf(argv[2], "%15[^-]", name);
    if (!strcmp(name, "Ed25519")) return 0;
    char file[64];
    size_t count;
    snprintf(file, sizeof file, "%s.jwk", name);
    char *text = read_file(file, &count);
    cjose_err error;
    key = cjose_jwk_import(text, count, &error);
    must(key != NULL, "key");
    snprintf(file, sizeof file, "%s.jwt", name);
    token = read_file(file, &token_count);
    claims = read_file("claims.json", &claims_count);
    measure(argc, argv, strstr(argv[2], "-verify") ? verify : sign);
    return 0;
}
