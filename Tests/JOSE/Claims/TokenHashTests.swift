import Testing
import VidimusJOSE

@Suite("Hashes that tie a token to another")
struct TokenHashTests {
    @Test(
        "The hash is the left half by the algorithm's digest",
        arguments: [
            // OpenID Connect Core A.3 and A.4 print the first and the second.
            (
                SignatureAlgorithm.rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
                "77QmUPtjPfzWtF2AnpK9RQ"
            ),
            (.rs256, "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "LDktKdoQak3Pk0cnXxCltA"),
            // The others by Python's hashlib.
            (.es384, "token", "Cm6hANx1qgPTYYSWu3KFaieklEAsPkh3"),
            (.ed25519, "token", "ImXaughy_DrvFp0Hk2XlkPDLyO1GwqeYTIpkKAPP2Ww"),
        ])
    func value(algorithm: SignatureAlgorithm, token: String, hash: String) {
        #expect(TokenHash.value(of: token, signedBy: algorithm) == hash)
        #expect(TokenHash.isValid(hash, for: token, signedBy: algorithm))
        #expect(!TokenHash.isValid(hash + "A", for: token, signedBy: algorithm))
        #expect(!TokenHash.isValid("", for: token, signedBy: algorithm))
        #expect(!TokenHash.isValid(hash, for: token + "x", signedBy: algorithm))
    }
}
