#include "bare.h"

// swift-crypto keeps the headers of its BoringSSL to itself; these are the names its build gives the functions.
#define BORING(name) CCryptoBoringSSL_##name
enum { NID_P256 = 415, NID_SHA256 = 672 };

extern const void *BORING(EVP_sha256)(void);
extern uint8_t *BORING(HMAC)(const void *, const void *, size_t, const uint8_t *, size_t, uint8_t *, unsigned *);
extern uint8_t *BORING(SHA256)(const uint8_t *, size_t, uint8_t *);
extern void *BORING(EC_KEY_new_by_curve_name)(int);
extern int BORING(EC_KEY_oct2key)(void *, const uint8_t *, size_t, void *);
extern int BORING(EC_KEY_oct2priv)(void *, const uint8_t *, size_t);
extern int BORING(ECDSA_verify_p1363)(const uint8_t *, size_t, const uint8_t *, size_t, const void *);
extern int BORING(ECDSA_sign_p1363)(const uint8_t *, size_t, uint8_t *, size_t *, size_t, const void *);
extern void *BORING(RSA_public_key_from_bytes)(const uint8_t *, size_t);
extern void *BORING(RSA_private_key_from_bytes)(const uint8_t *, size_t);
extern int BORING(RSA_verify)(int, const uint8_t *, size_t, const uint8_t *, size_t, void *);
extern int BORING(RSA_sign)(int, const uint8_t *, size_t, uint8_t *, unsigned *, void *);
extern int BORING(ED25519_verify)(const uint8_t *, size_t, const uint8_t *, const uint8_t *);
extern int BORING(ED25519_sign)(uint8_t *, const uint8_t *, size_t, const uint8_t *);

int bare_hmac(const uint8_t *key, size_t key_count, const uint8_t *text, size_t count, uint8_t code[32]) {
    unsigned length = 0;
    return BORING(HMAC)(BORING(EVP_sha256)(), key, key_count, text, count, code, &length) != NULL && length == 32;
}

void *bare_p256_public(const uint8_t point[65]) {
    void *key = BORING(EC_KEY_new_by_curve_name)(NID_P256);
    return key != NULL && BORING(EC_KEY_oct2key)(key, point, 65, NULL) ? key : NULL;
}

void *bare_p256_private(const uint8_t scalar[32]) {
    void *key = BORING(EC_KEY_new_by_curve_name)(NID_P256);
    return key != NULL && BORING(EC_KEY_oct2priv)(key, scalar, 32) ? key : NULL;
}

void *bare_rsa_public(const uint8_t *der, size_t count) { return BORING(RSA_public_key_from_bytes)(der, count); }

void *bare_rsa_private(const uint8_t *der, size_t count) { return BORING(RSA_private_key_from_bytes)(der, count); }

int bare_p256_verify(void *key, const uint8_t *text, size_t count, const uint8_t signature[64]) {
    uint8_t digest[32];
    BORING(SHA256)(text, count, digest);
    return BORING(ECDSA_verify_p1363)(digest, 32, signature, 64, key);
}

int bare_p256_sign(void *key, const uint8_t *text, size_t count, uint8_t signature[64]) {
    uint8_t digest[32];
    size_t length = 0;
    BORING(SHA256)(text, count, digest);
    return BORING(ECDSA_sign_p1363)(digest, 32, signature, &length, 64, key) && length == 64;
}

int bare_rsa_verify(void *key, const uint8_t *text, size_t count, const uint8_t *signature, size_t signature_count) {
    uint8_t digest[32];
    BORING(SHA256)(text, count, digest);
    return BORING(RSA_verify)(NID_SHA256, digest, 32, signature, signature_count, key);
}

int bare_rsa_sign(void *key, const uint8_t *text, size_t count, uint8_t *signature) {
    uint8_t digest[32];
    unsigned length = 0;
    BORING(SHA256)(text, count, digest);
    return BORING(RSA_sign)(NID_SHA256, digest, 32, signature, &length, key);
}

int bare_ed25519_verify(const uint8_t key[32], const uint8_t *text, size_t count, const uint8_t signature[64]) {
    return BORING(ED25519_verify)(text, count, signature, key);
}

int bare_ed25519_sign(const uint8_t seed_and_key[64], const uint8_t *text, size_t count, uint8_t signature[64]) {
    return BORING(ED25519_sign)(signature, text, count, seed_and_key);
}
