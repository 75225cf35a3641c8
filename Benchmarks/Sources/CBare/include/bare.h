// The calls into BoringSSL that verifying or signing comes down to, with nothing of ours around them: what every ratio
// in the table is to. The library is the one inside swift-crypto, in the same program.
#include <stddef.h>
#include <stdint.h>

// HMAC with SHA-256 by its key; 1 if it could.
int bare_hmac(const uint8_t *key, size_t key_count, const uint8_t *text, size_t count, uint8_t code[32]);

// Keys: the point as 04 x y, the scalar; a PKCS #1 public or private key. Null if they are none.
void *bare_p256_public(const uint8_t point[65]);
void *bare_p256_private(const uint8_t scalar[32]);
void *bare_rsa_public(const uint8_t *der, size_t count);
void *bare_rsa_private(const uint8_t *der, size_t count);

// SHA-256 and the signature, in the form of JWS.
int bare_p256_verify(void *key, const uint8_t *text, size_t count, const uint8_t signature[64]);
int bare_p256_sign(void *key, const uint8_t *text, size_t count, uint8_t signature[64]);
int bare_rsa_verify(void *key, const uint8_t *text, size_t count, const uint8_t *signature, size_t signature_count);
int bare_rsa_sign(void *key, const uint8_t *text, size_t count, uint8_t *signature);

int bare_ed25519_verify(const uint8_t key[32], const uint8_t *text, size_t count, const uint8_t signature[64]);
int bare_ed25519_sign(const uint8_t seed_and_key[64], const uint8_t *text, size_t count, uint8_t signature[64]);
