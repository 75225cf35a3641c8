// libjwt 1, which parses the key of every token anew.
#include "peer.h"
#include <jwt.h>

static char *private_key, *public_key, *token, name[16];
static size_t private_count, public_count, token_count;

static void verify(void) {
    jwt_t *jwt;
    must(jwt_decode(&jwt, token, (unsigned char *)public_key, public_count) == 0, "verify");
    time_t now = time(NULL);
    must(jwt_get_grant_int(jwt, "exp") > now && jwt_get_grant_int(jwt, "nbf") <= now, "times");
    must(!strcmp(jwt_get_grant(jwt, "iss"), "https://issuer.example"), "iss");
    must(!strcmp(jwt_get_grant(jwt, "aud"), "https://api.example"), "aud");
    jwt_free(jwt);
}

static void sign(void) {
    jwt_t *jwt;
    must(jwt_new(&jwt) == 0, "new");
    jwt_add_header(jwt, "kid", "k-1");
    jwt_add_grant(jwt, "iss", "https://issuer.example");
    jwt_add_grant(jwt, "sub", "0f8fad5b-d9cb-469f-a165-70867728950e");
    jwt_add_grant(jwt, "aud", "https://api.example");
    jwt_add_grant_int(jwt, "exp", 1800000000);
    jwt_add_grant_int(jwt, "nbf", 1700000000);
    jwt_add_grant_int(jwt, "iat", 1700000000);
    jwt_add_grant(jwt, "jti", "7c9e6679-7425-40de-944b");
    jwt_add_grant(jwt, "scope", "account");
    jwt_add_grants_json(jwt, "{\"roles\":[\"editor\",\"admin\"]}");
    jwt_add_grant(jwt, "sid", "s-4711");
    must(jwt_set_alg(jwt, jwt_str_alg(name), (unsigned char *)private_key, private_count) == 0, "key");
    char *compact = jwt_encode_str(jwt);
    must(compact != NULL, "sign");
    free(compact);
    jwt_free(jwt);
}

int main(int argc, char **argv) {
    fixture = argv[1];
    sscanf(argv[2], "%15[^-]", name);
    if (!strcmp(name, "Ed25519")) return 0;
    char file[64];
    int is_secret = !strcmp(name, "HS256");
    snprintf(file, sizeof file, is_secret ? "%s.key" : "%s.private.pem", name);
    private_key = read_file(file, &private_count);
    snprintf(file, sizeof file, is_secret ? "%s.key" : "%s.public.pem", name);
    public_key = read_file(file, &public_count);
    snprintf(file, sizeof file, "%s.jwt", name);
    token = read_file(file, &token_count);
    measure(argc, argv, strstr(argv[2], "-verify") ? verify : sign);
    return 0;
}
